/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_SIGNALS_H
#define TLBLAB_SRC_COMMANDS_SIGNALS_H

#include <signal.h>

#include "tlblab/base/error.h"

/* Signals that end a run arrive through a descriptor, so that an interrupted one still
 * puts in order what it has. */
struct stop_signals {
	sigset_t before;
	int fd; /* readable when one came */
};

int stop_signals_take(struct stop_signals *s, struct error *error);
/* What is still pending is dropped: it would end us before results are written. */
void stop_signals_give_back(struct stop_signals *s);

#endif
