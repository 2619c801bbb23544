/* SPDX-License-Identifier: MIT */
/* tlblab doctor: what can and cannot be measured here, why, and what would allow it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/doctor.h"
#include "commands/help.h"
#include "commands/options.h"
#include "tlblab/io/json_writer.h"
#include "tlblab/io/machine_json.h"

enum { DOCTOR_JSON, DOCTOR_SYSROOT };
enum { REFILL_PATIENCE_MS = 5000, EXIT_CANNOT_RUN = 3 };

static const struct command_option doctor_options[] = {
	[DOCTOR_JSON] = {"--json", NULL, "print JSON"},
	[DOCTOR_SYSROOT] = {"--sysroot", "DIR",
			    "of a captured /proc and /sys instead of this machine"},
	{NULL, NULL, NULL},
};

static const char *const state_name[] = {
	[FINDING_OK] = "ok",
	[FINDING_MISSING] = "missing",
	[FINDING_DISTURBS] = "disturbs",
};

static void put_finding(struct json_writer *w, const struct finding *f)
{
	json_begin_line_object(w);
	json_put_string(w, "kind", f->kind);
	json_put_string(w, "name", f->name);
	json_put_string(w, "about", f->about);
	json_put_string(w, "state", state_name[f->state]);
	json_put_string(w, "detail", f->detail);
	json_put_string(w, "why", *f->why ? f->why : NULL);
	json_put_string(w, "allow", *f->allow ? f->allow : NULL);
	json_end_object(w);
}

static void put_point(struct json_writer *w, const struct refill_point *p)
{
	json_begin_line_object(w);
	json_put_int(w, "pages", p->pages);
	json_put_int(w, "page_bytes", p->page_bytes);
	json_put_number(w, "refill_ns_per_page", p->ns_per_page);
	json_put_number(w, "low_ns_per_page", p->low_ns_per_page);
	json_put_number(w, "high_ns_per_page", p->high_ns_per_page);
	json_put_number(w, "refill_tsc_cycles_per_page", p->tsc_cycles_per_page);
	json_put_number(w, "warm_ns_per_page", p->warm_ns_per_page);
	json_end_object(w);
}

static void print_json(const struct inspection *in,
		       const struct refill_estimate *refill, const struct diagnosis *d)
{
	struct json_writer w;
	char *text;

	json_writer_init(&w, JSON_PRETTY);
	json_begin_object(&w);
	json_put_string(&w, "schema", "tlblab.doctor/1");
	json_put_bool(&w, "can_run", d->can_run);
	json_put_string(&w, "verdict", d->verdict);
	json_key(&w, "findings");
	json_begin_array(&w);
	for (int i = 0; i < d->n; i++)
		put_finding(&w, &d->finding[i]);
	json_end_array(&w);
	json_key(&w, "refill_estimate");
	json_begin_array(&w);
	for (int i = 0; i < refill->n; i++)
		put_point(&w, &refill->point[i]);
	json_end_array(&w);
	json_key(&w, "machine");
	machine_put_json(&w, &in->machine);
	json_end_object(&w);
	text = json_writer_take(&w, NULL);
	if (text)
		fputs(text, stdout);
	free(text);
}

static void print_finding(const struct finding *f)
{
	printf("  %-8s  %-16s %s\n", state_name[f->state], f->name, f->about);
	printf("  %-8s  %-16s %s\n", "", "", f->detail);
	if (f->state == FINDING_DISTURBS)
		printf("  %-8s  %-16s %s\n", "", "", f->why);
	if (*f->allow)
		printf("  %-8s  %-16s -> %s\n", "", "", f->allow);
}

static void print_text(const struct inspection *in, const struct diagnosis *d)
{
	char line[300];
	const char *kind = "";

	printf("%s\n%s\n", machine_line(&in->machine, line, sizeof(line)), d->verdict);
	for (int i = 0; i < d->n; i++) {
		if (strcmp(kind, d->finding[i].kind))
			printf("\n%ss\n", !strcmp(d->finding[i].kind, "library")
						  ? "librarie"
						  : d->finding[i].kind);
		kind = d->finding[i].kind;
		print_finding(&d->finding[i]);
	}
}

static int doctor_print(const char *root, bool as_json)
{
	struct inspection *in = calloc(1, sizeof(*in));
	struct diagnosis *d = calloc(1, sizeof(*d));
	struct refill_estimate refill = {.n = 0};
	struct refill_process probe;
	struct fault fault = {.code = FAULT_NONE};
	int status = EXIT_CANNOT_RUN;

	if (!in || !d)
		fault_set(&fault, FAULT_MACHINE, ENOMEM, "doctor", "out of memory",
			  "close other programs");
	else if (!inspection_open(in, root, &fault)) {
		bool timed =
			!*root && !refill_start(&probe, in->machine.tsc_ns_per_tick);

		if (timed)
			refill_collect(&probe, REFILL_PATIENCE_MS, &refill);
		doctor_diagnose(in, timed ? &refill : NULL, geteuid() == 0, d);
		if (as_json)
			print_json(in, &refill, d);
		else
			print_text(in, d);
		status = d->can_run ? 0 : EXIT_CANNOT_RUN;
		inspection_close(in);
	}
	free(in);
	free(d);
	return fault.code == FAULT_NONE ? status : command_fail(&fault);
}

static int doctor_run(int argc, char **argv)
{
	struct fault fault = {.code = FAULT_NONE};
	const char *value, *root = "";
	bool as_json = false;
	struct options o;

	options_begin(&o, &command_doctor, argc, argv);
	for (int got; (got = options_next(&o, &value, &fault)) != OPTIONS_END;) {
		switch (got) {
		case OPTIONS_HELP: return help_print(&command_doctor);
		case OPTIONS_BAD: return command_fail(&fault);
		case DOCTOR_JSON: as_json = true; break;
		case DOCTOR_SYSROOT: root = value; break;
		default:
			fault_set(&fault, FAULT_INPUT, EINVAL, value,
				  "one word too many", "see tlblab doctor --help");
			return command_fail(&fault);
		}
	}
	if (*root && access(root, R_OK | X_OK)) {
		fault_set(&fault, FAULT_INPUT, errno, root, strerror(errno),
			  "name a folder that holds a captured proc and sys");
		return command_fail(&fault);
	}
	return doctor_print(root, as_json);
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "doctor [--json] [--sysroot DIR]",
	.summary = "what can be measured here, why not, and what would allow it",
	.options = doctor_options,
	.run = doctor_run,
};
