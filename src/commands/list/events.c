/* SPDX-License-Identifier: MIT */
/*
 * tlblab list events: the page-walk and flush events of a CPU model, this machine's or
 * any other's. What is printed comes from tables alone; whether this machine grants the
 * events is a question for `tlblab doctor`.
 */
#include "commands/list/events.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tlblab/base/text.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/machine/machine.h"
#include "tlblab/sensors/walk_events.h"

static int cpu_of_machine(const char *root, struct walk_cpu *cpu, struct error *error)
{
	struct machine *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return error_set(error, ERROR_MACHINE, ENOMEM, "this machine",
				 "out of memory", "close other programs");
	err = machine_read(m, root, error);
	if (!err && (!*m->cpu.vendor || m->cpu.family < 0 || m->cpu.model < 0)) {
		err = error_set(error, ERROR_INPUT, EINVAL,
				*root ? root : "this machine",
				"no /proc/cpuinfo that tells the CPU's model",
				"name the model with --cpu");
		machine_fini(m);
	} else if (!err) {
		text_copy(cpu->vendor, sizeof(cpu->vendor), m->cpu.vendor);
		cpu->family = m->cpu.family;
		cpu->model = m->cpu.model;
		cpu->stepping = m->cpu.stepping;
		machine_fini(m);
	}
	free(m);
	return err;
}

/* The guardian is started for its promise that root reads no file a user named. */
static int cpu_of_captured(const char *root, struct walk_cpu *cpu, struct error *error)
{
	struct guardian *guardian = NULL;
	int err = root ? guardian_start(&guardian, error) : 0;

	if (!err)
		err = cpu_of_machine(root ? root : "", cpu, error);
	guardian_stop(guardian);
	return err;
}

static const char *config_text(const struct walk_event *e, char *buf, size_t buf_bytes)
{
	snprintf(buf, buf_bytes, "0x%llx", (unsigned long long)e->config);
	return e->known ? buf : NULL;
}

static void put_event(struct json_writer *w, const struct walk_pmu *pmu, int role)
{
	const struct walk_event *e = &pmu->event[role];
	char config[24];

	json_begin_line_object(w);
	json_put_string(w, "role", walk_role_name[role]);
	json_put_string(w, "name", e->known ? e->name : NULL);
	json_put_string(w, "config", config_text(e, config, sizeof(config)));
	json_put_string(w, "pmu", pmu->pmu);
	json_put_string(w, "source", e->source);
	json_put_string(w, "meaning", e->meaning);
	json_put_string(w, "reason", *e->reason ? e->reason : NULL);
	json_end_object(w);
}

static void print_event(const struct walk_pmu *pmu, int role)
{
	const struct walk_event *e = &pmu->event[role];
	char config[24];

	printf("%-23s ", walk_role_name[role]);
	if (e->known)
		printf("%-10s %s (%s)\n%24s%s\n",
		       config_text(e, config, sizeof(config)), e->name, e->source, "",
		       e->meaning);
	else
		printf("%-10s %s\n", "none", e->reason);
}

static void print_pmu(const struct walk_cpu *cpu, const struct walk_table *t, int i)
{
	const struct walk_pmu *pmu = &t->pmu[i];

	printf("%s%s-%d-%X", i ? "\n" : "", cpu->vendor, cpu->family,
	       (unsigned int)cpu->model);
	if (cpu->stepping >= 0)
		printf("-%X", (unsigned int)cpu->stepping);
	if (*pmu->core)
		printf(", %s", pmu->core);
	printf(", PMU %s\n", pmu->pmu);
	if (!t->model_known)
		printf("%s\n", pmu->event[0].reason);
}

int list_events(const char *name, const char *root, struct json_writer *json,
		struct error *error)
{
	struct walk_table *table;
	struct walk_cpu cpu;
	int err =
		name ? walk_cpu_parse(name, &cpu) : cpu_of_captured(root, &cpu, error);

	if (name && err)
		return error_set(error, ERROR_INPUT, EINVAL, name, "not a CPU model",
				 "write vendor, family (decimal) and model (hex), as "
				 "GenuineIntel-6-55 or AuthenticAMD-25-61");
	if (err)
		return err;
	table = calloc(1, sizeof(*table));
	if (!table)
		return error_set(error, ERROR_MACHINE, ENOMEM, "the event tables",
				 "out of memory", "close other programs");
	walk_events_lookup(&cpu, table);
	for (int i = 0; i < table->n_pmus; i++) {
		if (!json)
			print_pmu(&cpu, table, i);
		for (int role = 0; role < WALK_ROLES; role++) {
			if (json)
				put_event(json, &table->pmu[i], role);
			else
				print_event(&table->pmu[i], role);
		}
	}
	free(table);
	return 0;
}
