/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_RIG_RIG_PRIV_H
#define TLBLAB_SRC_RIG_RIG_PRIV_H

#include "rig/orphans.h"
#include "rig/shared.h"
#include "tlblab/rig/rig.h"

struct rig {
	pid_t pid; /* 0 once it was waited for */
	pid_t known_pid;
	int event_fd;
	struct rig_shared *shared;
	bool opened, populated;
	bool programs; /* commands run in it, which may leave others behind */
	struct orphans orphans;
	bool dead;
	struct error error; /* why it is dead */
	double ns_per_tick;
};

#endif
