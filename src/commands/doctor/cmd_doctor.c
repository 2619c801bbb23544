/* SPDX-License-Identifier: MIT */
/* tlblab doctor: what can and cannot be measured here, why, and what would allow it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/doctor/print.h"
#include "commands/help/help.h"
#include "commands/machine/inspection.h"
#include "commands/options.h"
#include "tlblab/base/text.h"
#include "tlblab/sensors/mechanism.h"
#include "tlblab/tui/tui.h"

enum { DOCTOR_JSON, DOCTOR_SYSROOT };
enum { REFILL_PATIENCE_MS = 5000, EXIT_CANNOT_RUN = 3 };

static const struct command_option doctor_options[] = {
	[DOCTOR_JSON] = {"--json", NULL, "print JSON"},
	[DOCTOR_SYSROOT] = {"--sysroot", "DIR",
			    "read another machine: its /proc and /sys, copied to DIR"},
	{NULL, NULL, NULL},
};

/* The sensors as a session shows them. */
static int sensor_words(const struct inspection *in, struct session_sensor *out)
{
	for (int i = 0; i < in->sensors.n; i++)
		out[i] = (struct session_sensor){
			.name = in->sensors.ops[i]->name,
			.summary = in->sensors.ops[i]->summary,
			.availability = &in->sensors.availability[i],
		};
	return in->sensors.n;
}

static void judge_mechanism(struct inspection *in, struct mechanism_verdict *out)
{
	struct mechanism_facts facts;

	mechanism_read_facts(&in->machine, &facts);
	mechanism_judge(&facts, NULL, out);
}

/* The terminal is ours to know; a captured machine has none. */
static void add_screen(struct diagnosis *d)
{
	struct finding *f = diagnosis_add(d, "library", "ncurses", "the screen");
	struct availability a = {.available = false};

	tui_availability(&a);
	f->state = a.available ? FINDING_OK : FINDING_MISSING;
	text_copy(f->detail, sizeof(f->detail), a.available ? a.source : a.reason);
	if (!a.available)
		text_copy(f->allow, sizeof(f->allow),
			  "TERM=xterm-256color tlblab, or: tlblab run PRESET");
}

static const struct refill_estimate *diagnose(struct inspection *in,
					      struct diagnosis *out)
{
	const struct refill_estimate *refill =
		refill_of_set(&in->sensors, REFILL_PATIENCE_MS);
	struct session_sensor sensors[SENSORS_MAX];
	struct mechanism_verdict mechanism;
	struct diagnosis_facts facts = {
		.machine = &in->machine,
		.sensors = sensors,
		.n_sensors = sensor_words(in, sensors),
		.mechanism = &mechanism,
		.ceiling = &in->ceiling,
		.ceiling_pages = in->ceiling_pages,
		.refill = refill,
		.elsewhere = *in->root != '\0',
		.root = geteuid() == 0,
	};

	judge_mechanism(in, &mechanism);
	diagnosis_make(&facts, out);
	if (!*in->root)
		add_screen(out);
	return refill;
}

static int doctor_print(const char *root, bool as_json)
{
	struct inspection *in = calloc(1, sizeof(*in));
	struct diagnosis *d = calloc(1, sizeof(*d));
	struct error error = {.code = ERROR_NONE};
	int status = EXIT_CANNOT_RUN;

	if (!in || !d)
		error_set(&error, ERROR_MACHINE, ENOMEM, "doctor", "out of memory",
			  "close other programs");
	else if (!inspection_open(in, root, &error)) {
		const struct refill_estimate *refill = diagnose(in, d);

		if (as_json)
			doctor_print_json(&in->machine, refill, d);
		else
			doctor_print_text(&in->machine, d);
		status = d->can_run ? 0 : EXIT_CANNOT_RUN;
		inspection_close(in);
	}
	free(in);
	free(d);
	return error.code == ERROR_NONE ? status : command_fail(&error);
}

static int doctor_run(int argc, char **argv)
{
	struct error error = {.code = ERROR_NONE};
	const char *value, *root = "";
	bool as_json = false;
	struct options o;

	options_begin(&o, &command_doctor, argc, argv);
	for (int got; (got = options_next(&o, &value, &error)) != OPTIONS_END;) {
		switch (got) {
		case OPTIONS_HELP: return help_print(&command_doctor);
		case OPTIONS_BAD: return command_fail(&error);
		case DOCTOR_JSON: as_json = true; break;
		case DOCTOR_SYSROOT: root = value; break;
		default:
			error_set(&error, ERROR_INPUT, EINVAL, value,
				  "one word too many", "see tlblab doctor --help");
			return command_fail(&error);
		}
	}
	if (*root && access(root, R_OK | X_OK)) {
		error_set(&error, ERROR_INPUT, errno, root, strerror(errno),
			  "name a folder that holds a captured proc and sys");
		return command_fail(&error);
	}
	return doctor_print(root, as_json);
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "doctor [--json] [--sysroot DIR]",
	.summary = "what can be measured here, what cannot, and how to enable it",
	.details =
		"Prints three lists: what cannot be measured or done here, with the\n"
		"command that enables it; what disturbs measurements; what works.\n"
		"Exits 3 if tlblab cannot run here. On the screen, d shows the same.",
	.options = doctor_options,
	.run = doctor_run,
};
