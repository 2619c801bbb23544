/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/failed_checks.h"

#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/plan.h"

static struct failed_check *find(struct failed_check *out, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(out[i].check.name, name))
			return &out[i];
	return NULL;
}

/* Every run is checked, so a result without checks lost them: nobody knows whether they
 * held. */
static const struct check not_recorded = {
	.name = "checks",
	.state = CHECK_WARN,
	.expected = "those of the run",
	.observed = "no checks recorded",
	.note = "what disturbed it is unknown; measure it again, or keep \"checks\" in "
		"the file",
};

struct failed_list {
	const struct preset *preset;
	struct run_record *const *runs;
	struct failed_check *out;
	int n;
};

static void failed_add(struct failed_list *l, const struct check *c, int run)
{
	struct failed_check *f = find(l->out, l->n, c->name);

	if (f) {
		f->runs++;
		return;
	}
	if (l->n == CHECKS_MAX)
		return;
	f = &l->out[l->n++];
	*f = (struct failed_check){.check = *c, .first = run, .runs = 1};
	plan_point_text(l->preset, l->runs[run]->point, f->point, sizeof(f->point));
}

int failed_checks_list(const struct preset *preset, struct run_record *const *runs,
		       int n_runs, struct failed_check *out)
{
	struct failed_list list = {preset, runs, out, 0};

	for (int i = 0; i < n_runs; i++) {
		if (runs[i] && !runs[i]->n_checks)
			failed_add(&list, &not_recorded, i);
		for (int k = 0; runs[i] && k < runs[i]->n_checks; k++)
			if (runs[i]->checks[k].state == CHECK_WARN)
				failed_add(&list, &runs[i]->checks[k], i);
	}
	return list.n;
}

const char *failed_check_text(const struct failed_check *f, char *buf, size_t buf_bytes)
{
	char line[256];

	if (buf_bytes)
		buf[0] = '\0';
	text_append(buf, buf_bytes, "run %d%s%s", f->first + 1, *f->point ? ", " : "",
		    f->point);
	if (f->runs > 1)
		text_append(buf, buf_bytes, " (and %d more)", f->runs - 1);
	text_append(buf, buf_bytes, ": %s%s%s",
		    check_line(&f->check, line, sizeof(line)),
		    *f->check.note ? ": " : "", f->check.note);
	return buf;
}
