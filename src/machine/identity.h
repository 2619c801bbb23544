/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_IDENTITY_H
#define TLBLAB_SRC_MACHINE_IDENTITY_H

#include "tlblab/machine/cpuid.h"
#include "tlblab/machine/machine.h"

/* From CPUID answers; -ENODATA without leaf 1. */
int identity_from_cpuid(struct cpu_identity *id, const struct cpuid_source *source);
/* From the text of /proc/cpuinfo (its first processor); -ENODATA when it names none. */
int identity_from_cpuinfo(struct cpu_identity *id, const char *text);
/* pcid, invpcid and mwait as the kernel uses them, from the flags of /proc/cpuinfo:
 * nopcid and clearcpuid leave the CPU's own answer as it is. INVLPGB keeps CPUID's:
 * some releases do not name its flag there. */
void identity_take_kernel_flags(struct cpu_identity *id, const char *text);
/* The hypervisor as the kernel's log names it. */
void identity_name_as_kernel(struct cpu_identity *id, const char *detected);
/* The codename from vendor, family, model and stepping; "" when the tables have none.
 */
void identity_name(struct cpu_identity *id);
/* perf_id from vendor, family, model and stepping. */
void identity_set_perf_id(struct cpu_identity *id);
/* Who answers the hypervisor leaves; "" when nobody known or unknown does. */
void identity_read_hypervisor(char *name, size_t bytes,
			      const struct cpuid_source *source);

#endif
