/* SPDX-License-Identifier: MIT */
#include "commands/lab.h"

#include <string.h>

int lab_open(struct lab *lab, bool trace_flushes, struct fault *fault)
{
	int err;

	memset(lab, 0, sizeof(*lab));
	err = guardian_start(&lab->guardian, fault);
	if (err)
		return err;
	err = machine_read(&lab->machine, "", fault);
	if (err)
		goto close;
	const struct session_options options = {
		.machine = &lab->machine,
		.guardian = lab->guardian,
		.trace_flushes = trace_flushes,
	};
	err = session_open(&lab->session, &options, fault);
	if (err)
		goto close;
	return 0;
close:
	lab_close(lab);
	return err;
}

void lab_close(struct lab *lab)
{
	session_close(lab->session);
	machine_fini(&lab->machine);
	guardian_stop(lab->guardian);
	memset(lab, 0, sizeof(*lab));
}
