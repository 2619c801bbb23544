/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_DOCTOR_H
#define TLBLAB_SRC_COMMANDS_DOCTOR_H

#include "commands/inspection.h"
#include "tlblab/sensors/refill.h"

/* What is held against a machine, and what would help. Texts are borrowed from the
 * inspection or constant, but for those with room of their own. */
enum finding_state {
	FINDING_OK,
	FINDING_MISSING, /* cannot be measured or changed here */
	FINDING_DISTURBS /* works, and makes measurements worse */
};

struct finding {
	const char *kind; /* "sensor", "knob", "library", "setting" */
	const char *name, *about;
	enum finding_state state;
	char detail[320];  /* where it comes from, why it is missing, its value */
	const char *why;   /* settings: why it matters here; else "" */
	const char *allow; /* the command or change that would help; "" none known */
};

enum { FINDINGS_MAX = 40 };

struct diagnosis {
	bool can_run;
	char verdict[200]; /* one sentence: it can, or what forbids it */
	int n;
	struct finding finding[FINDINGS_MAX];
};

/* Measures nothing: all it knows is in the inspection. refill NULL: not measured. root:
 * whether this process is. */
void doctor_diagnose(const struct inspection *in, const struct refill_estimate *refill,
		     bool root, struct diagnosis *out);
/* doctor_settings.c: adds what disturbs a measurement on machine m. */
void doctor_add_settings(const struct machine *m, struct diagnosis *out);
/* The next free finding, zeroed; the last one again when there is no room. */
struct finding *doctor_add(struct diagnosis *d, const char *kind, const char *name,
			   const char *about);

#endif
