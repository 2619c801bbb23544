/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_KNOBS_CEILING_H
#define TLBLAB_KNOBS_CEILING_H

#include <stdint.h>

#include "tlblab/base/error.h"
#include "tlblab/base/reading.h"

/* tlb_single_page_flush_ceiling in debugfs: a file of one int >= 0, in pages. */
#define CEILING_PATH "/sys/kernel/debug/x86/tlb_single_page_flush_ceiling"
enum { CEILING_DEFAULT_PAGES = 33 };

/* root "" is this machine. 0 or -errno; the reason of the true cause (not x86,
 * debugfs not mounted, no permission, kernel lockdown) goes to *availability. */
int ceiling_read(const char *root, int64_t *pages, struct availability *availability);
int ceiling_write(const char *root, int64_t pages, struct error *error);

#endif
