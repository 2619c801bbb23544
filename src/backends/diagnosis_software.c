/* SPDX-License-Identifier: MIT */
/*
 * What libraries, programs and the kernel's features leave out on this machine. What is
 * there and limits nothing is not spoken of, but for the CPU's model and the library
 * whose tables decide which events have names.
 */
#include "backends/diagnosis_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/text.h"
#include "tlblab/sensors/walk_events.h"
#include "tlblab/workloads/allocator.h"
#include "tlblab/workloads/workload.h"

static void add_libpfm(struct diagnosis *out)
{
	static const struct walk_cpu known = {"GenuineIntel", 6, 0x3a, -1};
	struct walk_table table;
	struct finding *f = diagnosis_add(out, "library", "libpfm4",
					  "names of page-walk events by CPU model");

	walk_events_lookup(&known, &table);
	f->state = FINDING_OK;
	text_copy(f->detail, sizeof(f->detail), "encodes events by name");
	if (!strcmp(table.pmu[0].event[WALK_DTLB_LOADS].source, "libpfm4"))
		return;
	f->state = FINDING_MISSING;
	text_copy(f->detail, sizeof(f->detail),
		  "it cannot encode events: only the tables' models are counted");
	text_copy(f->allow, sizeof(f->allow), "sudo apt install libpfm4");
}

static void add_cpu(const struct machine *m, struct diagnosis *out)
{
	struct finding *f = diagnosis_add(out, "sensor", "cpu", "which CPU this is");

	f->state = FINDING_OK;
	if (m->cpu.family < 0) {
		f->state = FINDING_MISSING;
		text_copy(f->detail, sizeof(f->detail),
			  "neither CPUID nor /proc/cpuinfo tells the model");
		return;
	}
	text_append(f->detail, sizeof(f->detail), "%s%s%s", m->cpu.perf_id,
		    *m->cpu.codename ? ", " : "", m->cpu.codename);
}

static void add_allocators(struct diagnosis *out)
{
	char path[256];

	for (int i = 0; i < ALLOCATOR_N; i++) {
		const char *package = allocator_package((enum allocator)i);
		struct finding *f;

		if (!package ||
		    allocator_library((enum allocator)i, path, sizeof(path)))
			continue;
		f = diagnosis_add(out, "library", allocator_names[i],
				  "an allocator the workload malloc can be run with");
		f->state = FINDING_MISSING;
		text_copy(f->detail, sizeof(f->detail), "not installed");
		text_append(f->allow, sizeof(f->allow), "sudo apt install %s", package);
	}
}

static bool on_path(const char *program)
{
	const char *path = getenv("PATH");
	char file[512];

	for (; path && *path; path += strcspn(path, ":"), path += *path == ':') {
		int folder = (int)strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/%s", folder, path, program);
		if (!access(file, X_OK))
			return true;
	}
	return false;
}

/* Where the ceiling can be set there is no need of another machine. */
static void add_emulator(const struct availability *ceiling, struct diagnosis *out)
{
	struct finding *f;

	if ((ceiling && ceiling->available) || on_path("qemu-system-x86_64"))
		return;
	f = diagnosis_add(out, "library", "qemu",
			  "make vm: a machine where the ceiling can be set");
	f->state = FINDING_MISSING;
	text_copy(f->detail, sizeof(f->detail), "not installed");
	text_copy(f->allow, sizeof(f->allow), "sudo apt install qemu-system-x86");
}

static void add_workloads(struct diagnosis *out)
{
	struct workload_absent absent[WORKLOAD_ABSENT_MAX];
	int n = workload_list_absent(absent);

	for (int i = 0; i < n; i++) {
		const char *name = absent[i].name, *why = absent[i].why;
		struct finding *f = diagnosis_add(out, "workload", name,
						  workload_find(name)->desc.title);

		f->state = FINDING_MISSING;
		text_copy(f->detail, sizeof(f->detail), why);
		text_copy(f->allow, sizeof(f->allow),
			  diagnosis_find_remedy(f->name, why));
	}
}

void diagnosis_add_software(const struct diagnosis_facts *f, struct diagnosis *out)
{
	add_workloads(out);
	add_libpfm(out);
	add_cpu(f->machine, out);
	add_allocators(out);
	add_emulator(f->ceiling, out);
}
