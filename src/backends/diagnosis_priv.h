/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_DIAGNOSIS_PRIV_H
#define TLBLAB_SRC_BACKENDS_DIAGNOSIS_PRIV_H

#include "tlblab/backends/diagnosis.h"

/* The command that would put right what is the reason; "" when none is known. */
const char *diagnosis_find_remedy(const char *name, const char *reason);

/* Each adds findings of its kind. */
void diagnosis_add_software(const struct diagnosis_facts *f, struct diagnosis *out);
void diagnosis_add_settings(const struct machine *m, struct diagnosis *out);
/* What a flush of one page is under page table isolation, by PCID and INVPCID: four
 * cases, the machine's own among them. */
void diagnosis_add_isolation(const struct machine *m, struct diagnosis *out);
/* Who refuses debugfs to root; corrects what the ceiling's finding could not know. */
void diagnosis_add_lockdown(const struct diagnosis_facts *f, struct diagnosis *out);
/* The value of a fact; NULL without it. */
const char *diagnosis_setting(const struct machine *m, const char *key);
const char *diagnosis_kernel_fact(const struct machine *m, const char *key);

/* Says of a finding that is missing whether the captured tree at root leaves it open.
 */
void diagnosis_explain_captured(const char *root, struct finding *f);

#endif
