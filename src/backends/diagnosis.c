/* SPDX-License-Identifier: MIT */
/*
 * What can be measured and changed on a machine. The reasons are the sensors' and
 * knobs' own, so that a diagnosis and a run never say different things; what is added
 * is the command that would allow it.
 */
#include "backends/diagnosis_priv.h"

#include <string.h>

#include "tlblab/base/text.h"

const char *const finding_state_name[FINDING_STATES] = {
	[FINDING_MISSING] = "missing",
	[FINDING_DISTURBS] = "disturbs",
	[FINDING_OK] = "ok",
};

const char *const finding_state_title[FINDING_STATES] = {
	[FINDING_MISSING] = "Cannot be measured or done here",
	[FINDING_DISTURBS] = "Disturbs what is measured",
	[FINDING_OK] = "Works here",
};

struct finding *diagnosis_add(struct diagnosis *d, const char *kind, const char *name,
			      const char *about)
{
	struct finding *f =
		&d->finding[d->n < FINDINGS_MAX ? d->n++ : FINDINGS_MAX - 1];

	*f = (struct finding){.kind = kind, .name = name, .about = about, .why = ""};
	return f;
}

/* A word of the reason, and what would help then; the first that fits. */
static const struct remedy {
	const char *name; /* of the finding */
	const char *says;
	const char *allow;
} remedies[] = {
	{"pmu", "virtual machine",
	 "run on the host, or start the VM with a PMU: qemu -cpu host,pmu=on"},
	{"pmu", "perf_event_paranoid", "sudo sysctl kernel.perf_event_paranoid=1"},
	{"pmu", "captured", "run tlblab doctor on that machine"},
	{"flush_trace", "mount -t tracefs",
	 "sudo mount -t tracefs none /sys/kernel/tracing"},
	{"flush_trace", "perf_event_paranoid",
	 "sudo sysctl kernel.perf_event_paranoid=1"},
	{"flush_trace", "captured", "run tlblab doctor on that machine"},
	{"refill", "captured", "run tlblab doctor on that machine"},
	{"vmstat", "CONFIG_DEBUG_TLBFLUSH",
	 "boot a kernel with CONFIG_DEBUG_TLBFLUSH=y"},
	{"ceiling", "locked down", "boot with lockdown=none, or: make vm"},
	{"ceiling", "not mounted", "sudo mount -t debugfs none /sys/kernel/debug"},
	{NULL, "on the host", "run on the host"},
	{NULL, "EPERM", "run outside the container, or allow perf_event_open there"},
	{NULL, "sudo", "sudo tlblab"},
	{NULL, "only root", "sudo tlblab"},
	{NULL, "make vm", "make vm"},
	{NULL, "ulimit", "ulimit -n 65536"},
};

const char *diagnosis_find_remedy(const char *name, const char *reason)
{
	for (size_t i = 0; i < sizeof(remedies) / sizeof(*remedies); i++) {
		const struct remedy *r = &remedies[i];

		if ((!r->name || !strcmp(r->name, name)) && strstr(reason, r->says))
			return r->allow;
	}
	return "";
}

static void take_availability(struct finding *f, const struct availability *a)
{
	f->state = a->available ? FINDING_OK : FINDING_MISSING;
	text_copy(f->detail, sizeof(f->detail), a->available ? a->source : a->reason);
	if (!a->available)
		text_copy(f->allow, sizeof(f->allow),
			  diagnosis_find_remedy(f->name, a->reason));
}

static void describe_refill(struct finding *f, const struct refill_estimate *e)
{
	if (!e->n) {
		f->state = FINDING_MISSING;
		text_copy(f->detail, sizeof(f->detail), e->reason);
		return;
	}
	f->detail[0] = '\0';
	for (int i = 0; i < e->n; i++) {
		const struct refill_point *p = &e->point[i];

		text_append(f->detail, sizeof(f->detail),
			    "%s%d pages%s %.1f ns (%.1f to %.1f), %.0f TSC cycles",
			    i ? "; " : "", p->pages,
			    p->page_bytes > 4096 ? " of 2 MiB" : "", p->ns_per_page,
			    p->low_ns_per_page, p->high_ns_per_page,
			    p->tsc_cycles_per_page);
	}
}

static void add_sensors(const struct diagnosis_facts *facts, struct diagnosis *out)
{
	for (int i = 0; i < facts->n_sensors; i++) {
		const struct session_sensor *sensor = &facts->sensors[i];
		struct finding *f =
			diagnosis_add(out, "sensor", sensor->name, sensor->summary);

		take_availability(f, sensor->availability);
		if (*facts->machine->root)
			diagnosis_explain_captured(facts->machine->root, f);
		if (facts->refill && f->state == FINDING_OK &&
		    !strcmp(f->name, "refill"))
			describe_refill(f, facts->refill);
		if (facts->mechanism && !facts->mechanism->row_applies &&
		    f->state == FINDING_OK && !strcmp(f->name, "interrupts")) {
			f->state = FINDING_MISSING;
			text_copy(f->detail, sizeof(f->detail),
				  "the TLB row does not count flushes here: see "
				  "mechanism");
		}
	}
}

static void add_mechanism(const struct diagnosis_facts *facts, struct diagnosis *out)
{
	const struct mechanism_verdict *v = facts->mechanism;
	struct finding *f;

	if (!v || !*v->evidence)
		return;
	f = diagnosis_add(out, "sensor", "mechanism", "how a flush reaches other CPUs");
	f->state = v->row_applies ? FINDING_OK : FINDING_MISSING;
	if (*facts->machine->root && v->kind == MECHANISM_UNKNOWN)
		f->state = FINDING_MISSING;
	text_append(f->detail, sizeof(f->detail), "%s: %s", mechanism_name[v->kind],
		    v->evidence);
	if (!v->row_applies && !facts->elsewhere)
		text_copy(f->allow, sizeof(f->allow),
			  "nothing brings the TLB row back: compare times, flushes and "
			  "victims instead");
}

static void add_ceiling(const struct diagnosis_facts *facts, struct diagnosis *out)
{
	struct finding *f;

	if (!facts->ceiling)
		return;
	f = diagnosis_add(out, "knob", "ceiling",
			  "pages up to which a flush goes page by page");
	take_availability(f, facts->ceiling);
	if (*facts->machine->root)
		diagnosis_explain_captured(facts->machine->root, f);
	if (f->state == FINDING_OK && facts->ceiling_pages >= 0)
		text_append(f->detail, sizeof(f->detail), ", now %lld",
			    (long long)facts->ceiling_pages);
}

static void give_verdict(const struct diagnosis_facts *f, struct diagnosis *d)
{
	int cpus = f->machine->topology.n_allowed;

	d->can_run = cpus > 0;
	if (!d->can_run)
		text_copy(d->verdict, sizeof(d->verdict),
			  "the lab cannot run: no CPU is known that it may use");
	else if (cpus == 1)
		text_copy(d->verdict, sizeof(d->verdict),
			  "the lab can run, on one CPU: there is no other one to "
			  "interrupt, so no shootdowns");
	else
		text_append(d->verdict, sizeof(d->verdict),
			    "the lab can run, on %d CPUs%s", cpus,
			    f->elsewhere ? ""
			    : f->root	 ? ", as root"
					 : ", without privilege");
}

void diagnosis_make(const struct diagnosis_facts *f, struct diagnosis *out)
{
	memset(out, 0, sizeof(*out));
	give_verdict(f, out);
	add_sensors(f, out);
	add_mechanism(f, out);
	add_ceiling(f, out);
	if (!f->elsewhere)
		diagnosis_add_software(f, out);
	diagnosis_add_settings(f->machine, out);
	diagnosis_add_lockdown(f, out);
}
