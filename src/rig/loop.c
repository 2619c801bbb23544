/* SPDX-License-Identifier: MIT */
/*
 * The workers' loop and the victims'.
 *
 * A worker publishes its count at every operation (a store to its own line, free
 * beside a system call) but times only one operation in N: a pair of clock readings
 * and a record cost tens of nanoseconds, which is nothing to a 20 us shootdown and a
 * tenth of a 200 ns madvise; and a reading ends what the CPU does ahead, so that short
 * operations that overlap lose several times as much. N is a power of two, found from
 * what operations cost, looked at again after 2, 4, 8 ... 256 ms because the first
 * operations may run before the other workers have woken up, and then kept, so that a
 * run is timed evenly. The end of a long operation is stamped too: the interval in
 * which it happened to end is not the time it took.
 *
 * A victim never enters the kernel: it reads the time stamp counter over and over, and
 * takes a gap longer than an iteration can last for a stall, whatever caused it. With a
 * working set an iteration takes some steps through it as well: enough of them that the
 * counter, read beside a chain of loads, costs nothing more.
 */
#include "rig/loop.h"

#include "tlblab/base/clock.h"
#include "tlblab/workloads/chase.h"

enum {
	EVERY_BUDGET = 200,  /* timing every operation may cost one part in so many */
	TIMING_BUDGET = 400, /* and where that is too much, one in so many */
	ONE_IN_MAX = 1024,
	REVISIONS = 8,
	TIMING_TRIES = 8,
	TIMING_PAIRS = 64,
	STEPS_AN_ITERATION = 4,
};

uint64_t loop_timing_ticks(void)
{
	struct rig_slot scratch = {0};
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < TIMING_TRIES; i++) {
		uint64_t start = clock_tsc();

		for (int n = 0; n < TIMING_PAIRS; n++) {
			uint64_t begin = clock_tsc();

			slot_record(&scratch, 0, clock_tsc() - begin);
		}
		uint64_t ticks = (clock_tsc() - start) / TIMING_PAIRS;

		if (ticks < best)
			best = ticks;
	}
	return best;
}

int loop_one_in(uint64_t timing_ticks, uint64_t operation_ticks)
{
	int n = 1;

	if (timing_ticks * EVERY_BUDGET <= operation_ticks)
		return n;
	while (n < ONE_IN_MAX &&
	       timing_ticks * TIMING_BUDGET > operation_ticks * (uint64_t)n)
		n *= 2;
	return n;
}

/* When and from where N is looked at next. */
struct revision {
	int left;
	uint64_t since_tsc, since_ops;
	uint64_t at_tsc;
	uint64_t period;
};

static int revision_begin(struct revision *r, const struct loop *l)
{
	uint64_t now = clock_tsc();

	*r = (struct revision){
		.left = l->time_one_in ? 0 : REVISIONS,
		.since_tsc = now,
		.period = l->shared->revise_ticks,
	};
	r->at_tsc = r->left ? now + r->period : UINT64_MAX;
	return l->time_one_in ? l->time_one_in : 1;
}

/* Off the fast path; returns the new N. */
static __attribute__((noinline)) int
revision_make(struct revision *r, const struct loop *l, uint64_t now, uint64_t ops)
{
	int n = loop_one_in(l->timing_ticks,
			    (now - r->since_tsc) / (ops - r->since_ops));

	atomic_store_explicit(&l->slot->time_one_in, n, memory_order_relaxed);
	r->since_tsc = now;
	r->since_ops = ops;
	r->at_tsc = --r->left ? now + r->period : UINT64_MAX;
	r->period *= 2;
	return n;
}

static inline bool loop_goes_on(const struct loop *l, uint64_t ops)
{
	return slot_gate(l->slot) == GATE_OPEN && !l->worker->failed && ops < l->limit;
}

void loop_run(struct loop *l)
{
	struct rig_slot *slot = l->slot;
	struct worker *w = l->worker;
	void (*const operate)(struct worker *) = l->ops->operate;
	struct revision revision;
	int one_in = revision_begin(&revision, l);
	uint64_t ops = 0;

	atomic_store_explicit(&slot->time_one_in, one_in, memory_order_relaxed);
	while (loop_goes_on(l, ops)) {
		for (int untimed = one_in - 1; untimed; untimed--) {
			operate(w);
			atomic_store_explicit(&slot->count, ++ops,
					      memory_order_relaxed);
			if (!loop_goes_on(l, ops))
				return;
		}
		uint64_t begin = clock_tsc();

		operate(w);
		uint64_t end = clock_tsc();

		ops++;
		if (end - begin >= l->shared->long_ticks)
			slot_stamp(slot, ops, clock_now_ns());
		atomic_store_explicit(&slot->count, ops, memory_order_release);
		slot_record(
			slot,
			atomic_load_explicit(&l->shared->window, memory_order_relaxed),
			w->took_ticks ? w->took_ticks : end - begin);
		if (end >= revision.at_tsc)
			one_in = revision_make(&revision, l, end, ops);
	}
}

void loop_victim_work(const struct rig_shared *s, const struct rig_slot *own,
		      enum rig_gate while_gate, _Atomic uint64_t *iterations,
		      struct rig_slot *record, const struct workload_ops *ops,
		      struct worker *w)
{
	void (*const operate)(struct worker *) = ops->operate;

	for (uint64_t n = 1; slot_gate(own) == while_gate && !w->failed; n++) {
		uint64_t begin = clock_tsc();

		operate(w);
		uint64_t end = clock_tsc();

		atomic_store_explicit(iterations, n, memory_order_relaxed);
		slot_record(record,
			    atomic_load_explicit(&s->window, memory_order_relaxed),
			    end - begin);
	}
}

void loop_victim(const struct rig_shared *s, const struct rig_slot *own,
		 enum rig_gate while_gate, _Atomic uint64_t *iterations,
		 struct rig_slot *stalls, void **at)
{
	const uint64_t stall_min_ticks = s->stall_min_ticks;
	uint64_t last = __rdtsc();

	for (uint64_t n = 1; slot_gate(own) == while_gate; n++) {
		if (at)
			at = chase_walk(at, STEPS_AN_ITERATION);
		uint64_t now = __rdtsc();
		uint64_t gap = now - last;

		last = now;
		atomic_store_explicit(iterations, n, memory_order_relaxed);
		loop_notice(s, stall_min_ticks, gap, stalls);
	}
}
