/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_EXTRA_H
#define TLBLAB_LAB_EXTRA_H

#include <stdbool.h>
#include <stdint.h>

/* Something that only one workload can tell of itself, published by each of its
 * workers while they run. */
enum { WORKLOAD_MAX_EXTRAS = 6 };

struct extra_desc {
	const char *name; /* with its unit where it has one, as in JSON: "held_bytes" */
	const char *unit; /* "bytes", "flushes" … */
	const char *help;
	bool gauge;	/* the present value; otherwise counted from the start on */
	bool meanwhile; /* counted while an operation lasts, not when it ends */
};

/* What a worker publishes of something it has not looked at: it is missing, not 0. */
#define EXTRA_UNKNOWN UINT64_MAX

/* One interval of them, all workers together, in the order of their descriptions. */
struct extras {
	double value[WORKLOAD_MAX_EXTRAS]; /* of a gauge at its end, else what it added
					    */
	uint8_t known, gauges;		   /* bit i: of value[i] */
};

static inline bool extras_have(const struct extras *e, int i)
{
	return i >= 0 && i < WORKLOAD_MAX_EXTRAS && (e->known >> i & 1);
}

static inline void extras_put(struct extras *e, int i, double value, bool gauge)
{
	e->value[i] = value;
	e->known |= (uint8_t)(1u << i);
	if (gauge)
		e->gauges |= (uint8_t)(1u << i);
}

struct sample;

/* Of one that is counted, for one operation; NaN where it is not known. */
double extra_per_op(const struct extra_desc *desc, const struct sample *s, int i);

/* into += next, where next follows into directly. */
void extras_merge(struct extras *into, const struct extras *next);

#endif
