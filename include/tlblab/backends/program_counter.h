/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_PROGRAM_COUNTER_H
#define TLBLAB_BACKENDS_PROGRAM_COUNTER_H

/* What a running process's throughput is. */
enum program_counter_kind {
	PROGRAM_INSTRUCTIONS, /* in user space; needs a hardware PMU */
	PROGRAM_MINOR_FAULTS,
	PROGRAM_SWITCHES, /* how often its threads went to sleep */
	PROGRAM_IO_CALLS, /* reads and writes */
	PROGRAM_FILE,	  /* the number in a file that it keeps up to date */
	PROGRAM_COUNTERS,
};

/* "instructions", "minor_faults" …; NULL past the last. */
const char *program_counter_name(enum program_counter_kind kind);

#endif
