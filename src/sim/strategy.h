/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_STRATEGY_H
#define TLBLAB_SRC_SIM_STRATEGY_H

#include "sim/flush.h"

/*
 * A strategy decides how translations of pages that are taken away leave the TLBs, and
 * when the frames behind them may be given to somebody else. Between zap and release a
 * task's frames are in t->gather; t->flush says what was taken.
 *
 * Adding one: copy strategy_ipi.c, the smallest. flush() is called when pages have been
 * zapped and t->flush is filled (range, full or by pages, page tables freed, unmapped).
 * It advances the generation (flush_advance), has others told (flush_send, or its own
 * way with flush_apply) and returns flush_send's verdict, by which the task waits; what
 * it costs here goes into *cost_ns. Frames are freed when flush is over, unless
 * release() keeps them (deferred_push) until a generation is reached by all
 * (deferred_free_to, mm->settled). Costs of its own are rows of costs.c. Then one line
 * in strategies.c, one name in params.c, in the same place; the form, list strategies
 * and presets follow. tests/sim/test_invariants.c runs it on random schedules: a CPU
 * that reaches a freed frame through its TLB is the end of the run.
 */
enum global_asids { GLOBAL_NEVER, GLOBAL_IN_TIME, GLOBAL_FROM_START };

struct strategy_ops {
	const char *name, *title, *summary;
	/* Required. Everything is a step: its verdict says whether the task waits. */
	enum verdict (*flush)(struct sim *s, struct sim_task *t, double *cost_ns);
	/* Optional. The flush is over: what becomes of the frames. Without it they are
	 * freed. */
	enum verdict (*release)(struct sim *s, struct sim_task *t, double *cost_ns);
	/* Optional. Steps before the first page is zapped, and after the flush. */
	void (*open)(struct sim *s, struct sim_task *t);
	void (*close)(struct sim *s, struct sim_task *t);
	/* Optional. At each CPU's timer tick; returns ns. */
	double (*tick)(struct sim *s, struct sim_cpu *c);
	bool knows_lazyfree; /* MADV_LAZYFREE, MADV_REUSE and the ring of ranges */
	bool defers;	     /* translations stay a while: needs generations */
	bool interrupts;     /* other CPUs are always interrupted */
	enum global_asids global_asids; /* that hardware flushes by */
};

extern const struct strategy_ops strategy_ipi, strategy_broadcast, strategy_rar,
	strategy_lazyfree, strategy_batched, strategy_mutex, strategy_epoch;

/* Linux today; the others build on it. */
enum verdict ipi_flush(struct sim *s, struct sim_task *t, double *cost_ns);

/* Frames whose translations are still out (deferred.c). False: no slot left. */
bool deferred_push(struct sim *s, struct sim_task *t, uint64_t gen, uint64_t stamp);
struct deferred *deferred_at(struct sim_task *t, int i); /* 0 is the oldest */
void deferred_forget(struct sim_task *t, int i);
/* Frees the frames of t's i-th, in the name of another task perhaps. */
void deferred_free(struct sim *s, struct sim_task *by, struct sim_task *t, int i);
/* Everything up to a generation that every CPU has reached. */
void deferred_free_to(struct sim *s, struct sim_task *t, uint64_t gen);
void task_free_gathered(struct sim *s, struct sim_task *t);

#endif
