/* SPDX-License-Identifier: MIT */
/*
 * The few steps on shared memory that are not a plain load or store.
 */
#include "rig/shared.h"

#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096 };

size_t shared_bytes(int workers, int victims, size_t *slots_offset)
{
	size_t n = (size_t)workers + (size_t)victims;
	size_t head = sizeof(struct rig_shared) + n * sizeof(int32_t);

	*slots_offset = (head + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
	return *slots_offset + n * RIG_SLOT_BYTES;
}

static void gate_raise(_Atomic uint32_t *gate, uint32_t to)
{
	uint32_t now = atomic_load(gate);

	while (now < to && !atomic_compare_exchange_weak(gate, &now, to))
		;
}

static void slots_raise(struct rig_shared *s, uint32_t to)
{
	for (int i = 0; i < s->workers + s->victims; i++)
		gate_raise(&shared_slot(s, i)->gate, to);
}

/*
 * The copies twice: before, so that nobody who comes through the gate finds his copy
 * still shut; after, for a slot that its owner was just clearing.
 */
void shared_gate_set(struct rig_shared *s, enum rig_gate to)
{
	slots_raise(s, to);
	gate_raise(&s->gate, to);
	slots_raise(s, to);
	syscall(SYS_futex, &s->gate, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void shared_slot_init(struct rig_shared *s, struct rig_slot *slot)
{
	memset(slot, 0, RIG_SLOT_BYTES);
	atomic_thread_fence(memory_order_seq_cst);
	gate_raise(&slot->gate, atomic_load(&s->gate));
}

enum rig_gate shared_gate_wait(struct rig_shared *s)
{
	uint32_t now;

	while ((now = atomic_load(&s->gate)) == GATE_SHUT)
		syscall(SYS_futex, &s->gate, FUTEX_WAIT, GATE_SHUT, NULL, NULL, 0);
	return (enum rig_gate)now;
}

uint64_t slot_ended(const struct rig_slot *slot, uint64_t *ended_ns)
{
	uint64_t n, again = atomic_load_explicit(&slot->count, memory_order_acquire);

	do {
		n = again;
		*ended_ns = 0;
		if (n && atomic_load_explicit(&slot->ended_ops[n % 2],
					      memory_order_relaxed) == n)
			*ended_ns = atomic_load_explicit(&slot->ended_ns[n % 2],
							 memory_order_acquire);
		again = atomic_load_explicit(&slot->count, memory_order_acquire);
	} while (again != n);
	return n;
}

bool shared_break(struct rig_shared *s, int who)
{
	int32_t none = BROKEN_NOTHING;

	return atomic_compare_exchange_strong(&s->broken, &none, who);
}

double slot_progress(const struct rig_slot *slot, uint64_t now_ns)
{
	uint64_t ended_ns, ops = slot_ended(slot, &ended_ns);
	uint64_t start_ns = atomic_load_explicit(&slot->start_ns, memory_order_relaxed);
	bool over = atomic_load_explicit(&slot->end_ns, memory_order_relaxed);

	if (!ops || over || ended_ns <= start_ns || now_ns <= ended_ns)
		return (double)ops;
	double part = (double)(now_ns - ended_ns) * (double)ops /
		      (double)(ended_ns - start_ns);

	return (double)ops + (part < 1 ? part : 1);
}
