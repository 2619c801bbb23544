/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_CPUID_DUMP_LINE_H
#define TLBLAB_SRC_MACHINE_CPUID_DUMP_LINE_H

#include "tlblab/machine/cpuid.h"

enum dump_line_kind {
	DUMP_TEXT,   /* something else */
	DUMP_HEAD,   /* names a logical CPU */
	DUMP_RECORD, /* values of a leaf */
	DUMP_BROKEN, /* begins as values do and is none */
};

struct dump_line {
	enum dump_line_kind kind;
	int cpu; /* of a head; -1 when it does not say */
	struct cpuid_record record;
	bool has_subleaf;
};

/* What one line of a dump is, whichever tool wrote it. */
void dump_line_read(struct dump_line *l, const char *line);

#endif
