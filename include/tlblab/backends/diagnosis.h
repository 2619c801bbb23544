/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_DIAGNOSIS_H
#define TLBLAB_BACKENDS_DIAGNOSIS_H

#include "tlblab/backends/session.h"

/*
 * What is held against a machine, and what would help: everything that can be measured
 * or set there, what cannot and why, and what makes measurements worse. The command
 * `doctor` and the screen show the same findings. Names, reasons of the sensors and
 * texts are borrowed or constant; details are the finding's own.
 */
enum finding_state {
	FINDING_MISSING,  /* cannot be measured or done here */
	FINDING_DISTURBS, /* works, and makes measurements worse */
	FINDING_OK,
	FINDING_STATES
};

/* "missing" … as in JSON, and a heading for each. */
extern const char *const finding_state_name[FINDING_STATES];
extern const char *const finding_state_title[FINDING_STATES];

struct finding {
	const char *kind; /* "sensor", "knob", "workload", "library", "setting" */
	const char *name, *about;
	enum finding_state state;
	char detail[320]; /* where it comes from, why it is missing, its value */
	const char *why;  /* settings: why it matters here; else "" */
	char allow[128];  /* the command or change that would help; "" none known */
};

enum { FINDINGS_MAX = 64 };

struct diagnosis {
	bool can_run;
	char verdict[200]; /* one sentence: it can, or what forbids it */
	int n;
	struct finding finding[FINDINGS_MAX];
};

struct diagnosis_facts {
	const struct machine *machine;
	const struct session_sensor *sensors;
	int n_sensors;
	const struct mechanism_verdict *mechanism; /* NULL: not known */
	const struct availability *ceiling;	   /* NULL: no such knob */
	int64_t ceiling_pages;			   /* -1 unknown */
	const struct refill_estimate *refill;	   /* NULL: not measured */
	bool elsewhere; /* a captured or recorded machine, not this one */
	bool root;	/* whether this process is */
};

/* Measures nothing, and of the machine it only asks for programs and libraries. */
void diagnosis_make(const struct diagnosis_facts *f, struct diagnosis *out);
/* The next free finding, zeroed; the last one again when there is no room. */
struct finding *diagnosis_add(struct diagnosis *d, const char *kind, const char *name,
			      const char *about);

#endif
