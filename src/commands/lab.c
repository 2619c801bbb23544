/* SPDX-License-Identifier: MIT */
#include "commands/lab.h"

#include <stdio.h>
#include <string.h>

#include "commands/help.h"
#include "tlblab/base/priority.h"
#include "tlblab/base/text.h"
#include "tlblab/io/costs_file.h"

static void costs_refuse(struct session_costs *c, const struct fault *fault)
{
	c->known = false;
	c->reason[0] = '\0';
	text_append(c->reason, sizeof(c->reason), "%s: %s", fault->what, fault->why);
}

/* A file that cannot be used is no fault until costs=machine asks for it. */
static void lab_load_costs(struct session_costs *c, const struct machine *machine)
{
	struct fault fault = {.code = FAULT_NONE};
	struct costs_file f;
	char path[512];

	if (costs_file_path(path, sizeof(path))) {
		text_copy(c->reason, sizeof(c->reason), "no home to look in");
		return;
	}
	if (costs_file_load(&f, path, &fault)) {
		costs_refuse(c, &fault);
		return;
	}
	sim_costs_default(&c->costs);
	c->known = true;
	for (int i = 0; c->known && i < f.n_costs; i++)
		if (sim_costs_set(&c->costs, f.costs[i].name, f.costs[i].value, &fault))
			costs_refuse(c, &fault);
	if (c->known && *f.ipi_model &&
	    sim_costs_set_ipi_model(&c->costs, f.ipi_model, &fault))
		costs_refuse(c, &fault);
	c->elsewhere = *f.cpu && strcmp(f.cpu, machine->cpu.brand) != 0;
	text_append(c->source, sizeof(c->source), "costs of %s measured %.10s", f.cpu,
		    f.measured_utc);
}

int lab_open(struct lab *lab, bool trace_flushes, struct fault *fault)
{
	int err;

	memset(lab, 0, sizeof(*lab));
	err = priority_check(false, fault);
	if (err)
		return err;
	err = guardian_start(&lab->guardian, fault);
	if (err)
		return err;
	err = machine_read(&lab->machine, "", fault);
	if (err)
		goto close;
	lab_load_costs(&lab->costs, &lab->machine);
	const struct session_options options = {
		.machine = &lab->machine,
		.guardian = lab->guardian,
		.trace_flushes = trace_flushes,
		.costs = &lab->costs,
	};
	err = session_open(&lab->session, &options, fault);
	if (err)
		goto close;
	return 0;
close:
	lab_close(lab, fault);
	return err;
}

void lab_close(struct lab *lab, struct fault *fault)
{
	struct guardian_last_words words;

	session_close(lab->session);
	machine_fini(&lab->machine);
	if (guardian_end(lab->guardian, &words)) {
		if (fault->code == FAULT_NONE)
			*fault = words.fault;
		else
			command_fail(&words.fault);
	}
	if (*words.note)
		fprintf(stderr, "tlblab: %s\n", words.note);
	memset(lab, 0, sizeof(*lab));
}
