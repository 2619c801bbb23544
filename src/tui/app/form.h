/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_FORM_H
#define TLBLAB_SRC_TUI_APP_FORM_H

#include "tlblab/lab/experiment.h"
#include "tlblab/machine/machine.h"
#include "tlblab/workloads/workload.h"

/* The settings a person changes on the screen, in the order of the form: the workload,
 * its parameters, then what holds for every workload. */
enum { FORM_MAX_FIELDS = WORKLOAD_MAX_PARAMS + 12 };

struct form_field {
	char key[64]; /* as experiment_set takes it */
	const char *label;
	const struct param_desc *desc;
	bool is_param;
};

/* What the form needs to know besides the experiment. */
struct form_facts {
	const struct catalogue *catalogue;
	const struct machine *machine;	      /* NULL: unknown */
	int64_t ceiling_original;	      /* pages; -1 unknown */
	const struct workload_absent *absent; /* n_absent of them */
	int n_absent;
};

int form_fields(const struct experiment *e, const struct form_facts *facts,
		struct form_field out[FORM_MAX_FIELDS]);
/* One step of the arrow keys; placements and workloads walk round their lists. The
 * experiment stays as it was when the step is refused. */
int form_step(struct experiment *e, const struct form_facts *facts,
	      const struct form_field *field, int direction, struct error *error);
/* Takes what was typed; an empty text is null where null is allowed. */
int form_enter(struct experiment *e, const struct form_facts *facts,
	       const struct form_field *field, const char *text, struct error *error);
/* The value as the form shows it: "2 of 2 CPUs", "33 (kernel's)", "stopped". */
const char *form_value(const struct experiment *e, const struct form_facts *facts,
		       const struct form_field *field, char *buf, size_t buf_bytes);
/* As it is typed. */
const char *form_plain(const struct experiment *e, const struct form_facts *facts,
		       const struct form_field *field, char *buf, size_t buf_bytes);
/* Why this machine cannot run a workload of a backend; NULL: it can. */
const char *form_absence(const struct form_facts *facts, const char *backend,
			 const char *workload);
/* More workers and victims than CPUs to put them on. */
bool form_is_oversubscribed(const struct experiment *e, const struct machine *m);

#endif
