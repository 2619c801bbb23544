/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_TOPOLOGY_IDS_H
#define TLBLAB_SRC_MACHINE_TOPOLOGY_IDS_H

#include "tlblab/machine/topology.h"

/* Fills package, die, cluster, core and smt of the online CPUs of a topology whose CPU
 * list is complete, and counts packages and cores. 0 or -ENOMEM. */
int topology_ids_read(struct topology *t, const char *root);

#endif
