/* SPDX-License-Identifier: MIT */
/*
 * What can be measured and changed on a machine. The reasons are the sensors' and
 * knobs' own, so that doctor and a run never say different things; what is added is
 * the command that would allow it.
 */
#include "commands/doctor.h"

#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/sensors/mechanism.h"
#include "tlblab/sensors/walk_events.h"

struct finding *doctor_add(struct diagnosis *d, const char *kind, const char *name,
			   const char *about)
{
	struct finding *f = &d->finding[d->n < FINDINGS_MAX ? d->n++ : d->n - 1];

	*f = (struct finding){
		.kind = kind, .name = name, .about = about, .why = "", .allow = ""};
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
	{"ceiling", "make vm", "make vm"},
	{NULL, "EPERM", "run outside the container, or allow perf_event_open there"},
	{NULL, "sudo", "sudo tlblab"},
	{NULL, "ulimit", "ulimit -n 65536"},
};

static const char *find_remedy(const char *name, const char *reason)
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
		f->allow = find_remedy(f->name, a->reason);
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

static void add_sensors(const struct inspection *in,
			const struct refill_estimate *refill, struct diagnosis *out)
{
	for (int i = 0; i < in->sensors.n; i++) {
		struct finding *f = doctor_add(out, "sensor", in->sensors.ops[i]->name,
					       in->sensors.ops[i]->summary);

		take_availability(f, &in->sensors.availability[i]);
		if (refill && f->state == FINDING_OK && !strcmp(f->name, "refill"))
			describe_refill(f, refill);
	}
}

static void add_mechanism(const struct inspection *in, struct diagnosis *out)
{
	const struct availability *row =
		sensor_set_availability(&in->sensors, "interrupts");
	struct finding *f = doctor_add(out, "sensor", "mechanism",
				       "how a flush reaches other CPUs");
	struct mechanism_verdict v;
	struct mechanism_facts facts;

	mechanism_read_facts(&in->machine, &facts);
	facts.row = row && row->available;
	mechanism_judge(&facts, NULL, &v);
	f->state = v.row_applies ? FINDING_OK : FINDING_MISSING;
	text_append(f->detail, sizeof(f->detail), "%s: %s", mechanism_name[v.kind],
		    v.evidence);
}

static void add_ceiling(const struct inspection *in, struct diagnosis *out)
{
	struct finding *f = doctor_add(out, "knob", "ceiling",
				       "pages up to which a flush goes page by page");

	take_availability(f, &in->ceiling);
	if (f->state == FINDING_OK && in->ceiling_pages >= 0)
		text_append(f->detail, sizeof(f->detail), ", now %lld",
			    (long long)in->ceiling_pages);
}

static void add_libraries(const struct inspection *in, struct diagnosis *out)
{
	static const struct walk_cpu known = {"GenuineIntel", 6, 0x3a, -1};
	struct walk_table table;
	struct finding *f = doctor_add(out, "library", "libpfm4",
				       "names of page-walk events by CPU model");

	walk_events_lookup(&known, &table);
	if (strcmp(table.pmu[0].event[WALK_DTLB_LOADS].source, "libpfm4")) {
		f->state = FINDING_MISSING;
		text_copy(
			f->detail, sizeof(f->detail),
			"it cannot encode events: only the tables' models are counted");
		f->allow = "apt install libpfm4";
	} else {
		text_copy(f->detail, sizeof(f->detail), "encodes events by name");
	}
	f = doctor_add(out, "library", "libcpuid", "which CPU this is");
	if (in->machine.cpu.family < 0) {
		f->state = FINDING_MISSING;
		text_copy(f->detail, sizeof(f->detail),
			  "neither CPUID nor /proc/cpuinfo tells the model");
	} else {
		text_append(f->detail, sizeof(f->detail), "%s%s%s",
			    in->machine.cpu.perf_id,
			    *in->machine.cpu.codename ? ", " : "",
			    in->machine.cpu.codename);
	}
}

static void give_verdict(const struct inspection *in, bool root, struct diagnosis *d)
{
	int cpus = in->machine.topology.n_allowed;

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
			    *in->root ? ""
			    : root    ? ", as root"
				      : ", without privilege");
}

void doctor_diagnose(const struct inspection *in, const struct refill_estimate *refill,
		     bool root, struct diagnosis *out)
{
	memset(out, 0, sizeof(*out));
	give_verdict(in, root, out);
	add_sensors(in, refill, out);
	add_mechanism(in, out);
	add_ceiling(in, out);
	add_libraries(in, out);
	doctor_add_settings(&in->machine, out);
}
