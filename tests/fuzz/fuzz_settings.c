/* SPDX-License-Identifier: MIT */
/*
 * Any lines as values of --set, one after another on one preset, and each as a --mix: a
 * refusal says what and why and changes nothing; what is left is a preset that can be
 * written and read.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/preset/text.h"
#include "tlblab/backends/session.h"
#include "tlblab/io/preset_file.h"
#include "tlblab/lab/tune.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum { LINES_MAX = 12 };

static const char start[] =
	"{\"schema\": \"tlblab.preset/1\", \"name\": \"a\", \"title\": \"b\","
	" \"experiment\": {\"workload\": \"release\", \"threads\": 2},"
	" \"sweep\": {\"threads\": [1, 2]}}";

static void must_explain(const struct error *error)
{
	if (error->code != ERROR_NONE && *error->what && *error->why && *error->todo)
		return;
	fprintf(stderr, "'%s': '%s'; '%s'\n", error->what, error->why, error->todo);
	abort();
}

static void check_mix(const char *line)
{
	struct error error = {0};
	struct tune_mix m;
	double sum;

	if (tune_mix_parse(&m, line, &error)) {
		must_explain(&error);
		return;
	}
	sum = m.whole;
	for (int i = 0; i < m.n; i++) {
		if (m.part[i].pages < 1 || !(m.part[i].share >= 0))
			abort();
		sum += m.part[i].share;
	}
	if (!(fabs(sum - 1) < 1e-6))
		abort();
}

/* *printed is the preset as text, before and after. */
static void check_set(struct preset *p, const struct catalogue *c, const char *line,
		      char **printed)
{
	struct error error = {0};
	int err = preset_set(p, c, line, &error);
	char *after = preset_print(p, c);

	if (!after)
		abort();
	if (err) {
		must_explain(&error);
		if (strcmp(*printed, after) != 0)
			abort();
	}
	free(*printed);
	*printed = after;
}

static void check_back(const struct catalogue *c, const char *text)
{
	struct preset back = {0};
	struct error error = {0};

	if (preset_parse(&back, c, text, "back", &error)) {
		fprintf(stderr, "%s: %s\n%s\n", error.what, error.why, text);
		abort();
	}
	preset_fini(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct catalogue catalogues[2];
	const struct catalogue *c = backends_catalogue(catalogues);
	char *text = malloc(bytes + 1), *at = text, *printed;
	struct error error = {0};
	struct preset p = {0};

	if (!text || preset_parse(&p, c, start, "start", &error))
		abort();
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	printed = preset_print(&p, c);
	for (int i = 0; i < LINES_MAX && at; i++) {
		char *line = strsep(&at, "\n");

		check_mix(line);
		check_set(&p, c, line, &printed);
	}
	check_back(c, printed);
	preset_fini(&p);
	free(printed);
	free(text);
	return 0;
}
