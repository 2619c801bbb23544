/* SPDX-License-Identifier: MIT */

/* tlblab machine: what is known of this computer, or of one whose files were kept. */
#include <errno.h>

#include "commands/commands.h"
#include "commands/help/help.h"
#include "commands/machine/look.h"
#include "commands/options.h"

enum { MACHINE_JSON, MACHINE_SYSROOT, MACHINE_CPUID };

static const struct command_option machine_options[] = {
	[MACHINE_JSON] = {"--json", NULL, "print JSON"},
	[MACHINE_SYSROOT] = {"--sysroot", "DIR",
			     "another machine: its /proc and /sys, copied to DIR"},
	[MACHINE_CPUID] =
		{"--cpuid", "FILE",
		 "its CPUID, as cpuid -r, AIDA64, InstLatx64 or another tool dumps it"},
	{NULL, NULL, NULL},
};

static int machine_show(const char *root, const char *cpuid, bool as_json)
{
	struct error error = {.code = ERROR_NONE};
	struct machine_look *look = machine_look_new(root, cpuid, &error);

	if (!look)
		return command_fail(&error);
	if (!as_json)
		machine_look_print(look);
	else if (machine_look_print_json(look))
		error_set(&error, ERROR_MACHINE, ENOMEM, "the machine", "out of memory",
			  "close other programs");
	machine_look_free(look);
	return error.code == ERROR_NONE ? 0 : command_fail(&error);
}

static int machine_run(int argc, char **argv)
{
	const char *value, *root = NULL, *cpuid = NULL;
	struct error error = {.code = ERROR_NONE};
	bool as_json = false;
	struct options o;

	options_begin(&o, &command_machine, argc, argv);
	for (int got; (got = options_next(&o, &value, &error)) != OPTIONS_END;) {
		switch (got) {
		case OPTIONS_HELP: return help_print(&command_machine);
		case OPTIONS_BAD: return command_fail(&error);
		case MACHINE_JSON: as_json = true; break;
		case MACHINE_SYSROOT: root = value; break;
		case MACHINE_CPUID: cpuid = value; break;
		default:
			error_set(&error, ERROR_INPUT, EINVAL, value,
				  "machine takes options only",
				  "see tlblab machine --help");
			return command_fail(&error);
		}
	}
	return machine_show(root, cpuid, as_json);
}

const struct command command_machine = {
	.name = "machine",
	.usage = "machine [--json] [--sysroot DIR] [--cpuid FILE]",
	.summary = "CPU, TLBs, topology, NUMA nodes, caches; also of a capture",
	.details =
		"Lists under \"could not tell\" what neither the machine nor CPUID says. "
		"A CPU that\ntlblab's tables lack has no name, never the nearest one. "
		"With --cpuid alone only the\nCPU is known; with --sysroot too, the dump "
		"completes the tree.",
	.options = machine_options,
	.run = machine_run,
};
