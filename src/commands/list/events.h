/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_LIST_EVENTS_H
#define TLBLAB_SRC_COMMANDS_LIST_EVENTS_H

#include "tlblab/base/error.h"
#include "tlblab/io/json_writer.h"

/* Prints which event plays which role on a CPU, NULL for that of the machine captured
 * at root (NULL: this machine's): an array into json, or text when json is NULL. 0 or
 * -errno with an error. */
int list_events(const char *cpu, const char *root, struct json_writer *json,
		struct error *error);

#endif
