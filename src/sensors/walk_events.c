/* SPDX-License-Identifier: MIT */
/*
 * For each role of each kind of core, in this order: libpfm4 by the name of the model's
 * PMU, an encoding of the published lists, the kernel's generic cache event (a count of
 * walks, never cycles), or a reason. LIBPFM_ENCODE_INACTIVE lets libpfm4 encode for
 * PMUs that this machine does not have; it is read once, when the library starts.
 */
#include "tlblab/sensors/walk_events.h"

#include <ctype.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <perfmon/pfmlib.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdbool.h>
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

/* All that the fields of CPUID's leaf 1 can hold. */
enum { CPU_FAMILY_MAX = 0xf + 0xff, CPU_MODEL_MAX = 0xff, CPU_STEPPING_MAX = 0xf };

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

/* "-" and digits at *s, which moves past them; false where they are none or too large:
 * nothing wraps. */
static bool parse_part(const char **s, int base, int max, int *out)
{
	const char *digits = *s + 1;
	char *end;
	unsigned long value;

	if (**s != '-' || !(base == 16 ? isxdigit((unsigned char)*digits)
				       : isdigit((unsigned char)*digits)))
		return false;
	errno = 0;
	value = strtoul(digits, &end, base);
	if (errno || value > (unsigned long)max || (digits[1] | 0x20) == 'x')
		return false;
	*out = (int)value;
	*s = end;
	return true;
}

int walk_cpu_parse(const char *text, struct walk_cpu *out)
{
	size_t vendor = 0;

	memset(out, 0, sizeof(*out));
	out->stepping = -1;
	while (isalpha((unsigned char)text[vendor]))
		vendor++;
	if (!vendor || vendor >= sizeof(out->vendor))
		return -EINVAL;
	memcpy(out->vendor, text, vendor);
	text += vendor;
	if (!parse_part(&text, 10, CPU_FAMILY_MAX, &out->family) ||
	    !parse_part(&text, 16, CPU_MODEL_MAX, &out->model) ||
	    (*text && !parse_part(&text, 16, CPU_STEPPING_MAX, &out->stepping)))
		return -EINVAL;
	return *text ? -EINVAL : 0;
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

static void set_absent(struct walk_event *e, const char *reason)
{
	memset(e, 0, sizeof(*e));
	e->source = "none";
	text_copy(e->reason, sizeof(e->reason), reason);
}

/* 0 when the row's event was taken, else what libpfm4 said. */
static int take_row(const struct walk_model *m, const struct walk_core *core,
		    const struct walk_row *row, struct walk_event *e)
{
	int err = 0;

	if (row->raw) {
		text_copy(e->name, sizeof(e->name), row->event);
		e->type = PERF_TYPE_RAW;
		e->config = row->raw;
		e->source = core->source;
	} else {
		snprintf(e->name, sizeof(e->name), "%s::%s", m->pfm, row->event);
		err = pfm_encode(e->name, e);
		e->source = "libpfm4";
	}
	if (err)
		return err;
	e->known = true;
	e->semantics = row->semantics;
	e->meaning = row->words;
	return 0;
}

static void take_generic(enum walk_role role, struct walk_event *e, const char *reason)
{
	if (!generic[role].name) {
		set_absent(e, reason);
		return;
	}
	e->known = true;
	text_copy(e->name, sizeof(e->name), generic[role].name);
	e->type = PERF_TYPE_HW_CACHE;
	e->config = generic[role].config;
	e->semantics = WALK_COUNT;
	e->source = "generic cache event";
	e->meaning = "misses as the kernel maps them for this CPU: a count of walks, "
		     "not cycles";
	text_copy(e->reason, sizeof(e->reason), reason);
}

/* Why a core of a known model has nothing for a role, where its rows do not say. */
static const char *reason_no_event(const struct walk_model *m, enum walk_role role)
{
	if (!strcmp(m->vendor, "GenuineIntel"))
		return "this core has no such event";
	switch (role) {
	case WALK_DTLB_LOAD_CYCLES:
	case WALK_DTLB_STORE_CYCLES:
	case WALK_ITLB_CYCLES:
		return "AMD CPUs have no event that counts walk cycles; walks are "
		       "counted";
	case WALK_DTLB_STORES:
		return "AMD CPUs count walks of loads and stores together, as "
		       "dtlb_load_walks";
	default: return "AMD CPUs count flushes of all TLB levels only, as stlb_flush";
	}
}

static void fill_role(const struct walk_model *m, const struct walk_core *core,
		      enum walk_role role, struct walk_event *e)
{
	const char *reason = reason_no_event(m, role);
	int err = 0;

	for (const struct walk_row *r = core->rows; r->event || r->words; r++) {
		if (r->role != role)
			continue;
		if (!r->event)
			reason = r->words;
		else if (!(err = take_row(m, core, r, e)))
			return;
	}
	if (err == -ENOSYS)
		take_generic(role, e, "libpfm4 cannot be started to encode the event");
	else
		set_absent(e, reason);
}

static void fill_pmu(const struct walk_model *m, const struct walk_core *core,
		     struct walk_pmu *out)
{
	out->core = *core->name ? core->name : m->name;
	for (int role = 0; role < WALK_ROLES; role++)
		fill_role(m, core, (enum walk_role)role, &out->event[role]);
	set_absent(&out->load_pending, "this core has no such event");
	if (out->event[WALK_DTLB_LOAD_CYCLES].semantics == WALK_PENDING)
		out->load_pending = out->event[WALK_DTLB_LOAD_CYCLES];
	for (const struct walk_row *r = core->rows; r->event || r->words; r++) {
		if (r->role == WALK_DTLB_LOAD_CYCLES && r->semantics == WALK_PENDING &&
		    !out->load_pending.known)
			take_row(m, core, r, &out->load_pending);
	}
}

static void fill_unknown(const struct walk_cpu *cpu, struct walk_pmu *out)
{
	const struct walk_model *near = walk_model_nearest(cpu);
	char id[48], nearest[160] = "no model of this vendor is known", reason[320];

	snprintf(id, sizeof(id), "%s-%d-%X", cpu->vendor, cpu->family,
		 (unsigned int)cpu->model);
	if (near)
		snprintf(nearest, sizeof(nearest),
			 "the nearest known one is %s-%d-%X (%s)", near->vendor,
			 near->family,
			 (unsigned int)(cpu->family == near->family &&
							cpu->model > near->model_high
						? near->model_high
						: near->model_low),
			 near->name);
	snprintf(reason, sizeof(reason),
		 "%s is not in the event tables; %s; missing are its events for walk "
		 "cycles, completed walks and flushes",
		 id, nearest);
	out->core = "";
	for (int role = 0; role < WALK_ROLES; role++)
		take_generic((enum walk_role)role, &out->event[role], reason);
	set_absent(&out->load_pending, reason);
}

void walk_events_lookup(const struct walk_cpu *cpu, struct walk_table *out)
{
	const struct walk_model *m = walk_model_find(cpu);

	memset(out, 0, sizeof(*out));
	out->model_known = m != NULL;
	if (!m) {
		out->n_pmus = 1;
		out->pmu[0].pmu = "cpu";
		fill_unknown(cpu, &out->pmu[0]);
		return;
	}
	for (int i = 0; i < WALK_PMUS_MAX && m->cores[i].core; i++) {
		out->pmu[i].pmu = m->cores[i].pmu;
		fill_pmu(m, m->cores[i].core, &out->pmu[i]);
		out->n_pmus++;
	}
}
