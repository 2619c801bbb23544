/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_CEILING_REASON_H
#define TLBLAB_SRC_KNOBS_CEILING_REASON_H

#include <stdbool.h>
#include <stddef.h>

/* What is known of the machine when the ceiling could not be opened. */
struct ceiling_circumstances {
	int err; /* -errno of the attempt */
	bool x86;
	bool debugfs_known;   /* the kernel lists it in /proc/filesystems */
	bool debugfs_mounted; /* at /sys/kernel/debug */
	bool root;	      /* effective user 0 */
	char lockdown[24];    /* "integrity", "confidentiality"; "" none or unknown */
};

/* The true cause and what would help. Returns buf. */
const char *ceiling_reason(const struct ceiling_circumstances *c, char *buf,
			   size_t buf_bytes);

/* The chosen word of /sys/kernel/security/lockdown, "none [integrity] confidentiality";
 * "" for none or a text that is not one. */
void ceiling_parse_lockdown(const char *text, char *chosen, size_t chosen_bytes);

#endif
