/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_MACHINE_CPUID_H
#define TLBLAB_MACHINE_CPUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/error.h"

/*
 * What the CPUID instruction answers, from this CPU or from a file: the decoders ask
 * a cpuid_source and cannot tell the two apart.
 */
struct cpuid_regs {
	uint32_t eax, ebx, ecx, edx;
};

struct cpuid_source {
	/* false: the source has no answer for this leaf (past the CPU's highest, or
	 * not in the file); *out is then all zero. */
	bool (*read)(const void *self, uint32_t leaf, uint32_t subleaf,
		     struct cpuid_regs *out);
	const void *self;
};

/* The instruction itself, on whichever CPU the calling thread is running. */
extern const struct cpuid_source cpuid_live;

struct cpuid_record {
	uint32_t leaf, subleaf;
	struct cpuid_regs regs;
};

enum { CPUID_DUMP_MAX = 768 };

/* One logical CPU's answers. */
struct cpuid_dump {
	int n;
	struct cpuid_record records[CPUID_DUMP_MAX];
};

/* Reads from a dump, which must outlive the source. Leaves past the dump's own highest
 * (leaf 0 and 0x80000000) have no answer even when the file repeats a value there, as
 * libcpuid's files do. */
struct cpuid_source cpuid_dump_source(const struct cpuid_dump *d);

/*
 * Parses a text dump of any of the usual tools: libcpuid, AIDA64 and EVEREST (dump or
 * report), InstLatx64, `cpuid -r`. dumps[0] is the first logical CPU; on a hybrid CPU
 * (leaf 0x1A) dumps[0] is the first performance core and dumps[1] the first of the
 * other kind. *n_dumps is 1 or 2. 0, or -EINVAL with an error that names `name` and the
 * line.
 */
int cpuid_dump_parse(const char *text, const char *name, struct cpuid_dump dumps[2],
		     int *n_dumps, struct error *error);
/* Makes a file's bytes (and the terminator behind them) the text that is parsed, in
 * place: UTF-16 becomes ASCII, a byte order mark goes. */
void cpuid_dump_to_text(char *text, size_t bytes);

/* Adds or replaces one record; -ENOSPC when the dump is full. */
int cpuid_dump_put(struct cpuid_dump *d, uint32_t leaf, uint32_t subleaf,
		   const struct cpuid_regs *regs);

/* Asks CPU `cpu` of this machine, from a child process that pins itself there: all
 * leaves the decoders need. 0 or -errno. */
int cpuid_capture(int cpu, struct cpuid_dump *out);

#endif
