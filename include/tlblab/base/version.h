/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_VERSION_H
#define TLBLAB_BASE_VERSION_H

/* The program's version, as --version and every result say it. */
#define TLBLAB_VERSION "0.1.0"

#endif
