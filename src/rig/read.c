/* SPDX-License-Identifier: MIT */
/*
 * Reading a rig: loads from shared memory, no system call.
 */
#include "rig/rig_priv.h"
#include "tlblab/base/clock.h"

#include <math.h>

static uint64_t read_u64(const _Atomic uint64_t *p)
{
	return atomic_load_explicit(p, memory_order_relaxed);
}

static uint64_t read_largest(const struct rig_shared *s, const struct rig_slot *slot)
{
	uint32_t window = atomic_load_explicit(&s->window, memory_order_relaxed);

	return rig_largest(read_u64(&slot->largest), window);
}

double rig_worker_progress(const struct rig *rig, int i)
{
	return slot_progress(shared_slot(rig->shared, i), clock_now_ns());
}

/* How long it ran, and until the last of its operations ended. */
static void read_times(const struct rig_slot *slot, struct rig_reading *out)
{
	out->start_ns = read_u64(&slot->start_ns);
	out->end_ns = read_u64(&slot->end_ns);
	if (!out->start_ns)
		return;
	uint64_t end_ns = out->end_ns ? out->end_ns : clock_now_ns();

	out->elapsed_s = (double)(end_ns - out->start_ns) * 1e-9;
	out->done_s = out->elapsed_s;
	if (!out->ops)
		out->done_s = 0;
	else if (out->ended_ns)
		out->done_s = (double)(out->ended_ns - out->start_ns) * 1e-9;
}

void rig_read_worker(const struct rig *rig, int i, struct rig_reading *out)
{
	const struct rig_shared *s = rig->shared;
	const struct rig_slot *slot = shared_slot(s, i);
	uint64_t ended_ns, ops = slot_ended(slot, &ended_ns);

	*out = (struct rig_reading){
		.tid = atomic_load_explicit(&slot->tid, memory_order_relaxed),
		.cpu = s->cpus[i],
		.node = -1,
		.ops = ops,
		.ended_ns = ended_ns,
		.time_one_in =
			atomic_load_explicit(&slot->time_one_in, memory_order_relaxed),
		.max_ticks = read_largest(s, slot),
		.hist = &slot->hist,
	};
	read_times(slot, out);
	for (int e = 0; e < WORKLOAD_MAX_EXTRAS; e++)
		out->extra[e] = read_u64(&slot->extra[e]);
}

static double quiet_stalls_per_s(const struct rig_slot *slot)
{
	uint64_t ns = read_u64(&slot->quiet_ns);

	return ns ? (double)read_u64(&slot->quiet_stalls) * 1e9 / (double)ns : NAN;
}

void rig_read_victim(const struct rig *rig, int i, struct rig_reading *out)
{
	const struct rig_shared *s = rig->shared;
	const struct rig_slot *slot = shared_slot(s, s->workers + i);

	*out = (struct rig_reading){
		.tid = atomic_load_explicit(&slot->tid, memory_order_relaxed),
		.cpu = s->cpus[s->workers + i],
		.node = -1,
		.ops = read_u64(&slot->count),
		.start_ns = read_u64(&slot->start_ns),
		.end_ns = read_u64(&slot->end_ns),
		.time_one_in = 1,
		.max_ticks = read_largest(s, slot),
		.quiet_per_s = (double)read_u64(&slot->quiet_iterations_per_s),
		.quiet_stalls_per_s = quiet_stalls_per_s(slot),
		.stalls = read_u64(&slot->stalls),
		.stall_ticks = read_u64(&slot->stall_ticks),
		.hist = &slot->hist,
	};
}

void rig_reset_max(struct rig *rig)
{
	atomic_fetch_add(&rig->shared->window, 1);
}

bool rig_next_moment(const struct rig *rig, int i, uint64_t *seen,
		     struct rig_moment *out)
{
	const struct worker_moments *m = &shared_slot(rig->shared, i)->moments;
	uint64_t n = atomic_load_explicit(&m->n, memory_order_acquire);

	/* The oldest may be being overwritten just now. */
	if (n - *seen >= WORKER_MOMENTS)
		*seen = n - WORKER_MOMENTS + 1;
	if (*seen == n)
		return false;
	out->begin_ns = read_u64(&m->begin_ns[*seen % WORKER_MOMENTS]);
	out->end_ns = read_u64(&m->end_ns[*seen % WORKER_MOMENTS]);
	++*seen;
	return true;
}
