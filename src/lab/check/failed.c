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

int failed_checks_list(const struct preset *preset, struct run_record *const *runs,
		       int n_runs, struct failed_check *out)
{
	int n = 0;

	for (int i = 0; i < n_runs; i++)
		for (int k = 0; runs[i] && k < runs[i]->n_checks; k++) {
			const struct check *c = &runs[i]->checks[k];
			struct failed_check *f = find(out, n, c->name);

			if (c->state != CHECK_WARN)
				continue;
			if (f) {
				f->runs++;
				continue;
			}
			if (n == CHECKS_MAX)
				continue;
			out[n] = (struct failed_check){
				.check = *c, .first = i, .runs = 1};
			plan_point_text(preset, runs[i]->point, out[n].point,
					sizeof(out[n].point));
			n++;
		}
	return n;
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
