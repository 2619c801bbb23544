/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_KERNEL_LOG_H
#define TLBLAB_SRC_MACHINE_KERNEL_LOG_H

#include "machine/facts.h"

/* Facts "hypervisor_detected", "remote_flush", "locked_down" and "lockdown_refused", as
 * far as the log can be read and says so. */
void facts_read_log(struct fact_list *l);

#endif
