/* SPDX-License-Identifier: MIT */
/* The table of cores that libpfm4 does not know, row by row against the published
 * lists as captured in tests/fixtures/walk_events (see its SOURCE.txt). */
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensors/walk_models.h"
#include "support/check.h"

#define FIXTURE "tests/fixtures/walk_events/newer_models.json"

enum { ROWS = 229, LINE_BYTES = 4096 };

/* The text or number after "key": in a line of one object; "" when it is not there. */
static const char *field(const char *line, const char *key, char *buf, size_t buf_bytes)
{
	char quoted[64];
	const char *p;
	size_t n;

	snprintf(quoted, sizeof(quoted), "\"%s\": ", key);
	p = strstr(line, quoted);
	buf[0] = '\0';
	if (!p)
		return buf;
	p += strlen(quoted);
	p += *p == '"';
	n = strcspn(p, "\",}");
	assert_true(n < buf_bytes);
	memcpy(buf, p, n);
	buf[n] = '\0';
	return buf;
}

static int find_role(const char *name)
{
	for (int r = 0; r < WALK_ROLES; r++)
		if (!strcmp(name, walk_role_name[r]))
			return r;
	return -1;
}

/* The PMU of the table that the line speaks of: by its sysfs name, the only one else.
 */
static const struct walk_pmu *find_pmu(const struct walk_table *t, const char *line)
{
	char name[96];

	field(line, "perf_pmu", name, sizeof(name));
	name[strcspn(name, " ")] = '\0';
	for (int i = 0; i < t->n_pmus; i++)
		if (t->n_pmus == 1 || !strcmp(name, t->pmu[i].pmu))
			return &t->pmu[i];
	print_error("%s: no PMU %s\n", line, name);
	fail();
	return NULL;
}

static const struct walk_row *find_row(const struct walk_cpu *cpu, const char *pmu,
				       int role, const char *event)
{
	const struct walk_model *m = walk_model_find(cpu);

	for (int i = 0; i < WALK_PMUS_MAX && m->cores[i].core; i++) {
		const struct walk_row *r = m->cores[i].core->rows;

		if (strcmp(m->cores[i].pmu, pmu))
			continue;
		for (; r->event || r->words; r++)
			if ((int)r->role == role && r->event &&
			    !strcmp(r->event, event))
				return r;
	}
	return NULL;
}

static enum walk_semantics semantics_of(const char *event)
{
	if (strstr(event, "WALK_ACTIVE"))
		return WALK_BUSY;
	return strstr(event, "WALK_PENDING") ? WALK_PENDING : WALK_COUNT;
}

static void check_line_for(const char *line, const struct walk_cpu *cpu)
{
	char event[96], text[160];
	int role = find_role(field(line, "role", text, sizeof(text)));
	const struct walk_event *e;
	const struct walk_pmu *pmu;
	const struct walk_row *row;
	struct walk_table t;

	walk_events_lookup(cpu, &t);
	assert_true(t.model_known);
	pmu = find_pmu(&t, line);
	e = &pmu->event[role];
	field(line, "event_name", event, sizeof(event));
	if (!*event) {
		assert_false(e->known);
		assert_true(*e->reason);
		return;
	}
	row = find_row(cpu, pmu->pmu, role, event);
	if (!row)
		print_error("no row for %s", line);
	assert_non_null(row);
	assert_int_equal(
		row->raw,
		strtoull(field(line, "raw_config_hex", text, sizeof(text)), NULL, 16));
	assert_int_equal(row->semantics, semantics_of(event));
	if (strcmp(field(line, "rank", text, sizeof(text)), "1"))
		return;
	assert_string_equal(e->name, event);
	assert_int_equal(e->config, row->raw);
	assert_int_equal(e->type, PERF_TYPE_RAW);
	assert_string_equal(e->source, "newer-model table");
}

/* Linux names AMD's models by a pattern; these are some that fit it. */
static const struct {
	const char *uarch;
	int models[4];
} patterns[] = {
	{"Zen5", {0x02, 0x24, 0x44, 0x70}},
	{"Zen6", {0x50, 0x57, 0x80, 0x90}},
};

static int check_line(const char *line)
{
	struct walk_cpu cpu = {.stepping = -1};
	char text[160];
	int checked = 0;

	field(line, "vendor", cpu.vendor, sizeof(cpu.vendor));
	cpu.family = (int)strtol(field(line, "family", text, sizeof(text)), NULL, 16);
	field(line, "uarch", text, sizeof(text));
	for (size_t i = 0; i < COUNT_OF(patterns); i++)
		for (int k = 0; k < 4 && !strcmp(text, patterns[i].uarch); k++) {
			cpu.model = patterns[i].models[k];
			check_line_for(line, &cpu);
			checked++;
		}
	for (const char *p = line; (p = strstr(p, "\"model\": ")); p++) {
		cpu.model =
			(int)strtol(field(p, "model", text, sizeof(text)), NULL, 16);
		check_line_for(line, &cpu);
		checked++;
	}
	return checked;
}

static void test_every_row(void **state)
{
	char line[LINE_BYTES], role[64];
	FILE *f = fopen(FIXTURE, "r");
	int rows = 0, others = 0;

	(void)state;
	if (!f)
		print_error("%s: run from the project's folder\n", FIXTURE);
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (!*field(line, "role", role, sizeof(role)))
			continue;
		rows++;
		/* Stall cycles, nested walks and interrupts play none of the roles. */
		if (find_role(role) < 0)
			others++;
		else
			assert_true(check_line(line) > 0);
	}
	fclose(f);
	assert_int_equal(rows, ROWS);
	assert_in_range(others, 1, ROWS / 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
