/* SPDX-License-Identifier: MIT */
#include "commands/lab.h"

#include <stdio.h>
#include <string.h>

#include "commands/help/help.h"
#include "tlblab/base/priority.h"
#include "tlblab/base/text.h"
#include "tlblab/io/costs_file.h"

static void costs_refuse(struct session_costs *c, const struct error *error)
{
	c->known = false;
	c->reason[0] = '\0';
	text_append(c->reason, sizeof(c->reason), "%s: %s", error->what, error->why);
}

/* A file that cannot be used is no error until costs=machine asks for it. */
static void lab_load_costs(struct session_costs *c, const struct machine *machine)
{
	struct error error = {.code = ERROR_NONE};
	struct costs_file f;
	char path[512];

	if (costs_file_path(path, sizeof(path))) {
		text_copy(c->reason, sizeof(c->reason), "no home to look in");
		return;
	}
	if (costs_file_load(&f, path, &error)) {
		costs_refuse(c, &error);
		return;
	}
	sim_costs_default(&c->costs);
	c->known = true;
	for (int i = 0; c->known && i < f.n_costs; i++)
		if (sim_costs_set(&c->costs, f.costs[i].name, f.costs[i].value, &error))
			costs_refuse(c, &error);
	if (c->known && *f.ipi_model &&
	    sim_costs_set_ipi_model(&c->costs, f.ipi_model, &error))
		costs_refuse(c, &error);
	c->elsewhere = *f.cpu && strcmp(f.cpu, machine->cpu.brand) != 0;
	text_append(c->source, sizeof(c->source), "costs of %s measured %.10s", f.cpu,
		    f.measured_utc);
}

int lab_open(struct lab *lab, bool trace_flushes, struct error *error)
{
	int err;

	memset(lab, 0, sizeof(*lab));
	err = priority_check(false, error);
	if (err)
		return err;
	err = guardian_start(&lab->guardian, error);
	if (err)
		return err;
	err = machine_read(&lab->machine, "", error);
	if (err)
		goto close;
	lab_load_costs(&lab->costs, &lab->machine);
	const struct session_options options = {
		.machine = &lab->machine,
		.guardian = lab->guardian,
		.trace_flushes = trace_flushes,
		.costs = &lab->costs,
	};
	err = session_open(&lab->session, &options, error);
	if (err)
		goto close;
	return 0;
close:
	lab_close(lab, error);
	return err;
}

void lab_close(struct lab *lab, struct error *error)
{
	struct guardian_last_words words;

	session_close(lab->session);
	machine_fini(&lab->machine);
	if (guardian_end(lab->guardian, &words)) {
		if (error->code == ERROR_NONE)
			*error = words.error;
		else
			command_fail(&words.error);
	}
	if (*words.note)
		fprintf(stderr, "tlblab: %s\n", words.note);
	memset(lab, 0, sizeof(*lab));
}
