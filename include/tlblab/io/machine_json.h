/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_IO_MACHINE_JSON_H
#define TLBLAB_IO_MACHINE_JSON_H

#include "tlblab/io/json_writer.h"
#include "tlblab/machine/machine.h"

/* The "machine" object of a result. What is unknown is null; "tlb" is null when CPUID
 * could not be asked. NULL prints null. */
void machine_put_json(struct json_writer *w, const struct machine *m);
/* The members of that object, for one that has more: `tlblab machine --json`. */
void machine_put_members(struct json_writer *w, const struct machine *m);

#endif
