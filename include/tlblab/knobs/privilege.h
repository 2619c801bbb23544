/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_KNOBS_PRIVILEGE_H
#define TLBLAB_KNOBS_PRIVILEGE_H

#include "tlblab/base/error.h"

/* Root that runs for somebody (sudo, doas, pkexec) becomes that user for good, once
 * what needs root is open; anyone else stays who they are. An error means that this
 * process must not go on. */
int privilege_leave(struct error *error);

#endif
