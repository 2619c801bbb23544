/* SPDX-License-Identifier: MIT */
/*
 * For each role, in this order: libpfm4 by the name of the model's PMU, an encoding of
 * the published lists, the kernel's generic cache event (a count of walks, never
 * cycles), or a reason. LIBPFM_ENCODE_INACTIVE lets libpfm4 encode for PMUs that this
 * machine does not have; it is read once, when the library starts.
 */
#include "tlblab/sensors/walk_events.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <perfmon/pfmlib.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensors/walk_models.h"
#include "tlblab/base/text.h"

const char *const walk_role_name[WALK_ROLES] = {
	[WALK_DTLB_LOAD_CYCLES] = "dtlb_load_walk_cycles",
	[WALK_DTLB_LOADS] = "dtlb_load_walks",
	[WALK_DTLB_STORE_CYCLES] = "dtlb_store_walk_cycles",
	[WALK_DTLB_STORES] = "dtlb_store_walks",
	[WALK_ITLB_CYCLES] = "itlb_walk_cycles",
	[WALK_ITLBS] = "itlb_walks",
	[WALK_STLB_FLUSH] = "stlb_flush",
	[WALK_DTLB_FLUSH] = "dtlb_flush",
};

#define CACHE_MISS(cache, op)                                                          \
	((uint64_t)(cache) | (uint64_t)(op) << 8 |                                     \
	 (uint64_t)PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

static const struct {
	const char *name;
	uint64_t config;
} generic[WALK_ROLES] = {
	[WALK_DTLB_LOADS] = {"dTLB-load-misses",
			     CACHE_MISS(PERF_COUNT_HW_CACHE_DTLB,
					PERF_COUNT_HW_CACHE_OP_READ)},
	[WALK_DTLB_STORES] = {"dTLB-store-misses",
			      CACHE_MISS(PERF_COUNT_HW_CACHE_DTLB,
					 PERF_COUNT_HW_CACHE_OP_WRITE)},
	[WALK_ITLBS] = {"iTLB-load-misses", CACHE_MISS(PERF_COUNT_HW_CACHE_ITLB,
						       PERF_COUNT_HW_CACHE_OP_READ)},
};

int walk_cpu_parse(const char *text, struct walk_cpu *out)
{
	int used = 0;

	memset(out, 0, sizeof(*out));
	out->stepping = -1;
	if (sscanf(text, "%15[A-Za-z]-%d-%x%n", out->vendor, &out->family,
		   (unsigned int *)&out->model, &used) != 3)
		return -EINVAL;
	text += used;
	if (*text == '-') {
		if (sscanf(text, "-%x%n", (unsigned int *)&out->stepping, &used) != 1)
			return -EINVAL;
		text += used;
	}
	if (*text || out->family < 0 || out->model < 0 || out->stepping < -1)
		return -EINVAL;
	return 0;
}

/* libpfm4's encoding of a fully qualified name: 0 or -errno. */
static int pfm_encode(const char *name, struct walk_event *e)
{
	struct perf_event_attr attr = {.size = sizeof(attr)};
	pfm_perf_encode_arg_t arg = {.attr = &attr, .size = sizeof(arg)};

	setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
	if (pfm_initialize() != PFM_SUCCESS)
		return -ENOSYS;
	if (pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT,
				      &arg) != PFM_SUCCESS)
		return -ENOENT;
	e->type = attr.type;
	e->config = attr.config;
	return 0;
}

static void try_candidate(const struct walk_model *m, const struct walk_candidate *c,
			  struct walk_event *e)
{
	if (c->raw) {
		text_copy(e->name, sizeof(e->name), c->event);
		e->type = PERF_TYPE_RAW;
		e->config = c->raw;
		e->source = "event list";
	} else {
		snprintf(e->name, sizeof(e->name), "%s::%s", m->pfm, c->event);
		if (pfm_encode(e->name, e))
			return;
		e->source = "libpfm4";
	}
	e->known = true;
	e->meaning = c->meaning;
}

static void try_generic(enum walk_role role, struct walk_event *e)
{
	if (!generic[role].name)
		return;
	e->known = true;
	text_copy(e->name, sizeof(e->name), generic[role].name);
	e->type = PERF_TYPE_HW_CACHE;
	e->config = generic[role].config;
	e->source = "generic cache event";
	e->meaning = "misses as the kernel maps them for this CPU: a count of walks, "
		     "not cycles";
}

static const char *reason_of(const struct walk_cpu *cpu, const struct walk_model *m,
			     enum walk_role role)
{
	bool amd = !strcmp(cpu->vendor, "AuthenticAMD");

	if (amd && (role == WALK_DTLB_LOAD_CYCLES || role == WALK_DTLB_STORE_CYCLES ||
		    role == WALK_ITLB_CYCLES))
		return "AMD CPUs have no event that counts walk cycles; walks are counted";
	if (amd && m && role == WALK_DTLB_STORES)
		return "AMD CPUs count walks of loads and stores together, as "
		       "dtlb_load_walks";
	return m ? "this CPU model has no such event"
		 : "this CPU model is not in the event tables";
}

void walk_events_lookup(const struct walk_cpu *cpu, struct walk_event *out)
{
	const struct walk_model *m = walk_model_find(cpu);

	for (int role = 0; role < WALK_ROLES; role++) {
		struct walk_event *e = &out[role];
		const struct walk_candidate *c = m ? m->candidates : NULL;

		memset(e, 0, sizeof(*e));
		e->pmu = "cpu";
		for (; c && c->event && !e->known; c++) {
			if ((int)c->role == role)
				try_candidate(m, c, e);
		}
		if (!e->known && !m)
			try_generic(role, e);
		if (!e->known) {
			memset(e->name, 0, sizeof(e->name));
			e->reason = reason_of(cpu, m, role);
		}
	}
}
