/* SPDX-License-Identifier: MIT */
#include "lab/experiment/fields.h"

#include <stddef.h>
#include <string.h>

#include "tlblab/base/text.h"

/* What a JSON number carries exactly. */
#define SEED_MAX 9007199254740991.0

/*
 * The fixed keys of an experiment, one row each: how the value lies in the struct,
 * which member, which number there stands for null (0 where null is not allowed), and
 * its description. Both tables below grow out of these rows, so a new key is one row
 * and a member.
 */
#define FIELDS(ROW)                                                                    \
	ROW(CHOSEN_TEXT, backend, 0, .key = "backend", .kind = PARAM_CHOICE,           \
	    .unit = "", .choices = backends, .def = "live",                            \
	    .help = "what does the work: this machine (live) or a model of one (sim)") \
	ROW(TEXT, workload, 0, .key = "workload", .kind = PARAM_TEXT, .unit = "",      \
	    .def = "", .help = "what every worker does over and over")                 \
	ROW(INT, threads, 0, .key = "threads", .kind = PARAM_INT, .unit = "",          \
	    .min = 1, .max = EXPERIMENT_MAX_WORKERS, .def = "2", .step = 1,            \
	    .help = "how many workers do it at the same time")                         \
	ROW(INT, mode, 0, .key = "mode", .kind = PARAM_CHOICE, .unit = "",             \
	    .choices = modes, .def = "threads",                                        \
	    .help = "threads share one address space, processes have one each")        \
	ROW(TEXT, placement, 0, .key = "placement", .kind = PARAM_TEXT, .unit = "",    \
	    .def = "compact",                                                          \
	    .help = "which CPUs the workers sit on: compact, cores, spread, smt, "     \
		    "node:N, cpus:LIST or none")                                       \
	ROW(INT64, ceiling_pages, EXPERIMENT_CEILING_KEEP, .key = "ceiling",           \
	    .kind = PARAM_INT, .unit = "pages", .min = 0, .max = INT32_MAX,            \
	    .def = "null", .nullable = true, .null_text = "kernel's", .step = 2,       \
	    .help = "flushes of more pages than this drop the whole TLB")              \
	ROW(INT, victims, 0, .key = "victims", .kind = PARAM_INT, .unit = "",          \
	    .min = 0, .max = EXPERIMENT_MAX_WORKERS - 1, .def = "0", .step = 2,        \
	    .help = "passive threads beside the workers that measure what is done "    \
		    "to them")                                                         \
	ROW(DOUBLE, warmup_s, 0, .key = "warmup_s", .kind = PARAM_REAL, .unit = "s",   \
	    .min = 0, .max = 3600, .def = "1",                                         \
	    .help = "how long everything runs before measuring begins")                \
	ROW(DOUBLE, duration_s, 0, .key = "duration_s", .kind = PARAM_REAL,            \
	    .unit = "s", .min = 0, .max = 604800, .def = "5",                          \
	    .help = "how long to measure; 0 is until stopped")                         \
	ROW(INT64, ops, 0, .key = "ops", .kind = PARAM_INT, .unit = "operations",      \
	    .min = 1, .max = 1e15, .def = "null", .nullable = true,                    \
	    .null_text = "by time",                                                    \
	    .help = "operations each worker does, instead of a duration")              \
	ROW(INT, interval_ms, 0, .key = "interval_ms", .kind = PARAM_INT,              \
	    .unit = "ms", .min = 10, .max = 60000, .def = "100",                       \
	    .help = "how often the counters are read")                                 \
	ROW(INT, repeats, 0, .key = "repeats", .kind = PARAM_INT, .unit = "",          \
	    .min = 1, .max = 10000, .def = "5", .step = 2,                             \
	    .help = "how often the run is made again, to see how much results vary")   \
	ROW(UINT64, seed, 0, .key = "seed", .kind = PARAM_INT, .unit = "", .min = 0,   \
	    .max = SEED_MAX, .def = "1", .step = 2,                                    \
	    .help = "the same seed gives the same order of runs, and the same "        \
		    "simulations")

enum storage { INT, INT64, UINT64, DOUBLE, TEXT, CHOSEN_TEXT };

struct slot {
	enum storage storage;
	size_t offset, bytes;
	int64_t null_number;
};

static const char *const backends[] = {"live", "sim", NULL};
static const char *const modes[] = {"threads", "processes", NULL}; /* enum run_mode */

#define DESC_OF(type, member, null, ...) {__VA_ARGS__},
#define SLOT_OF(type, member, null, ...)                                               \
	{type, offsetof(struct experiment, member),                                    \
	 sizeof(((struct experiment *)NULL)->member), null},

static const struct param_desc descs[] = {FIELDS(DESC_OF)};
static const struct slot slots[] = {FIELDS(SLOT_OF)};

enum { N_FIELDS = sizeof(descs) / sizeof(descs[0]) };

_Static_assert(sizeof(enum run_mode) == sizeof(int), "mode is stored as an int");

const struct param_desc *experiment_fields(int *n)
{
	if (n)
		*n = N_FIELDS;
	return descs;
}

int experiment_field_find(const char *key)
{
	for (int row = 0; row < N_FIELDS; row++)
		if (!strcmp(descs[row].key, key))
			return row;
	return -1;
}

void experiment_field_get(const struct experiment *e, int row, struct param_value *v)
{
	const struct slot *s = &slots[row];
	const void *at = (const char *)e + s->offset;

	*v = (struct param_value){0};
	switch (s->storage) {
	case INT: v->number = *(const int *)at; break;
	case INT64: v->number = *(const int64_t *)at; break;
	case UINT64: v->number = (int64_t) * (const uint64_t *)at; break;
	case DOUBLE: v->real = *(const double *)at; break;
	case TEXT: text_copy(v->text, sizeof(v->text), at); break;
	case CHOSEN_TEXT:
		for (int i = 0; descs[row].choices[i]; i++)
			if (!strcmp(descs[row].choices[i], at))
				v->number = i;
		break;
	}
	if (descs[row].nullable && v->number == s->null_number) {
		v->is_null = true;
		v->number = 0;
	}
}

void experiment_field_put(struct experiment *e, int row, const struct param_value *v)
{
	const struct slot *s = &slots[row];
	void *at = (char *)e + s->offset;
	int64_t number = v->is_null ? s->null_number : v->number;

	switch (s->storage) {
	case INT: *(int *)at = (int)number; break;
	case INT64: *(int64_t *)at = number; break;
	case UINT64: *(uint64_t *)at = (uint64_t)number; break;
	case DOUBLE: *(double *)at = v->real; break;
	case TEXT: text_copy(at, s->bytes, v->text); break;
	case CHOSEN_TEXT: text_copy(at, s->bytes, descs[row].choices[number]); break;
	}
}
