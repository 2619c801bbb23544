/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_VERSION_H
#define TLBLAB_BASE_VERSION_H

/* The program's version, as --version and every result say it. */
#define TLBLAB_VERSION "0.1.0"
/* The day of that version, as its manual says it. */
#define TLBLAB_RELEASED "2026-11-21"

#endif
