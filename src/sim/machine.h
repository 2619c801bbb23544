/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_MACHINE_H
#define TLBLAB_SRC_SIM_MACHINE_H

#include "sim/events.h"
#include "sim/tlb.h"
#include "tlblab/base/stats.h"
#include "tlblab/lab/experiment.h"
#include "tlblab/sim/sim.h"

/*
 * The simulated machine's state, shared by the files of this room.
 *
 * A task runs an operation as a list of steps. A step has its effect at its beginning
 * and then takes time on its CPU; an interrupt taken meanwhile is added to that time.
 * So a CPU has at most one event under way, and so has a task (the next message of its
 * flush, or its waking up): everything here is linear in CPUs and tasks.
 */
enum {
	ASIDS = 6,	     /* TLB_NR_DYN_ASIDS of arch/x86/mm/tlb.c */
	TABLE_PAGES = 512,   /* that one page table maps */
	WALKED = 4,	     /* tables a page walker finds without looking */
	RING_RANGES = 8,     /* recently flushed ranges an address space remembers */
	DEFERRED_SLOTS = 64, /* states of one core, as in LATR */
	ARENA_SPANS = 8,     /* where unmapped memory may reappear */
	TASK_STEPS = 32,
	TOUCH_CHUNK = 64, /* accesses between two looks at interrupts */
	CEILING_DEFAULT = 33,
	PID_MASK = 31, /* consider_global_asid of arch/x86/mm/tlb.c */
};

struct sim_task;
struct sim_cpu;

/* CPUs as bits, from the first word that is needed to the last. */
struct cpu_set {
	int first, n; /* words */
	uint64_t *words;
};

bool cpu_set_add(struct cpu_set *set, int cpu); /* false: out of memory */
void cpu_set_remove(struct cpu_set *set, int cpu);
bool cpu_set_has(const struct cpu_set *set, int cpu);
int cpu_set_next(const struct cpu_set *set, int after); /* -1 at the end */

/* A physical page. Its generation goes up when it is freed, so a translation made
 * before can be told from one made after. */
struct frame {
	uint64_t data; /* what was last written; 0 as handed out */
	uint64_t freed_ps;
	uint32_t gen;
	int32_t owner; /* address space, -1 free */
	int32_t freer; /* task that freed it last */
	uint32_t link; /* next free */
	uint32_t vpn;  /* where the owner has it */
	/* Taken from a page that stays mapped, by a call that has returned: a write
	 * through an old translation would be lost. */
	uint32_t orphan;
};

enum pte_state { PTE_NONE, PTE_PRESENT, PTE_LAZY };
#define NO_FRAME UINT32_MAX

struct pte {
	uint32_t frame;
	uint8_t state; /* enum pte_state */
	bool unmapped; /* no mapping here: an access is refused */
};

struct flushed_range {
	uint64_t gen; /* that this flush brought */
	uint32_t vpn, pages;
	bool full;
};

/* mmap_lock, a mutex: who has it, who waits, and where it was last. */
struct sim_lock {
	struct sim_task *owner, *head, *tail;
	int waiting, last_cpu;
};

/* A page table is replaced when it is taken out: its generation goes up. */
struct page_table {
	uint32_t gen;
	uint32_t freed; /* generations up to this one are somebody else's memory */
};

struct sim_mm {
	int id;
	uint64_t gen;	  /* mm->context.tlb_gen */
	uint64_t settled; /* reached by every CPU that uses it, as of the last tick */
	struct cpu_set cpus;	/* mm_cpumask: may hold CPUs that went elsewhere */
	sim_time next_trim;	/* of the CPUs that did */
	bool global;		/* one ASID on all CPUs, kept until the process exits */
	bool transition;	/* some CPUs still use another */
	struct cpu_set holders; /* CPUs that ever used the global one */
	struct page_table *tables;
	struct pte *pte;
	uint64_t *shadow; /* what was last written to each page; 0 none */
	uint32_t pages, room;
	int zappers; /* between the first page zapped and the end of the flush */
	struct sim_lock lock;
	struct flushed_range ring[RING_RANGES];
	int64_t lazy_pages;
	int lazy_ranges;
};

struct asid {
	struct sim_mm *mm;
	uint64_t gen;  /* flushes of this mm this CPU has made up to */
	uint64_t seen; /* hash bits of the pages cached since the last full flush */
	uint32_t tag;
	bool global;	   /* the mm's one ASID everywhere */
	uint32_t n_walked; /* since the last flush; the newest WALKED are kept */
	struct {
		uint32_t table, gen;
	} walked[WALKED];
};

/* One flush under way; a task has at most one. */
struct sim_flush {
	struct sim_task *task;
	struct sim_mm *mm;
	uint64_t gen;
	uint32_t vpn, pages;
	bool full, freed_tables, unmap, active;
	bool control;  /* an interrupt like a flush's, but nothing is flushed */
	bool hardware; /* no interrupt entry at the receiver */
	bool everyone; /* every CPU of the mask, idle or gone elsewhere */
	bool trim;     /* those gone elsewhere too, once a second */
	bool slot;     /* has one of the machine's RAR payloads */
	int group;     /* CPUs that the last signal reached */
	int group_shift;
	uint64_t begun_ps;
	sim_time send_ps, ready_ps, ack_ps; /* sender's clock, own work, last answer */
	sim_time send_cost_ps, local_ps;
	int target;	      /* whose message is on its way; -1 none */
	uint64_t only_behind; /* send only to CPUs below this generation; 0: all */
	uint64_t sent;
};

/* Pages taken away whose frames wait for the last translation to go; or, when lazy, a
 * MADV_LAZYFREE range whose page table still holds them. */
struct deferred {
	uint64_t gen, stamp;
	uint32_t vpn, pages;
	uint32_t *frames; /* owned, room for `room` */
	uint32_t n, room;
	bool lazy, reclaimed;
};

enum verdict {
	STEP_DONE,  /* takes *cost, then the next */
	STEP_AGAIN, /* takes *cost, then this one again */
	STEP_SPIN,  /* stays on its CPU until somebody wakes it; then the next */
	STEP_SLEEP, /* leaves its CPU for *cost */
};

struct step;
typedef enum verdict step_fn(struct sim *s, struct sim_task *t, const struct step *st,
			     double *cost_ns);

struct step {
	step_fn *run;
	void *what;
	double ns;
	uint32_t vpn, pages;
	uint32_t stride; /* between pages touched, in pages */
	bool write, tables;
};

struct workload_sim;

struct sim_task {
	int index, cpu, pid;
	bool victim, done;
	struct sim_mm *mm;
	const struct workload_sim *workload;
	struct step steps[TASK_STEPS];
	int n_steps, at;
	uint32_t progress; /* of a step that comes again */
	struct rng rng;
	sim_time op_start, last_op; /* of the present one; how long the last took */
	uint64_t ops;
	struct hist hist;
	uint64_t max_ns, stalls, stall_ps;
	sim_time busy_ps; /* how long it took, once done */
	double quiet_per_s;
	struct sim_flush flush;
	/* frames zapped and not yet handed to anybody */
	uint32_t *gather;
	uint32_t n_gather, gather_room;
	bool zapped; /* something that a TLB may hold */
	struct deferred deferred[DEFERRED_SLOTS];
	int first_deferred, n_deferred;
	uint32_t base_vpn, span_pages; /* its own memory: spans of so many pages */
	int spans, span;
	uint64_t writes;
	struct sim_task *next; /* on its CPU's list */
	struct sim_task *next_waiting;
	bool ready; /* wants its CPU */
	/* delayed invalidation (mutex) and epochs */
	uint64_t block_gen;
	bool in_block;
	struct sim_task *older, *newer;
	int last_return; /* of MADV_REUSE: 0 or -ENOMEM; 1 before the first */
};

struct sim_cpu {
	sim_time irq_ack; /* the handler's loop is at work until then */
	sim_time irq_end; /* and back where it was */
	sim_time stolen;  /* by interrupts, from the event under way */
	bool pending;	  /* an event is under way */
	bool spinning;	  /* its task waits for somebody else */
	bool lazy;	  /* idle, with the last address space still loaded */
	int loaded;	  /* index of asid, -1 none */
	struct asid asid[ASIDS];
	uint64_t shootdowns;
	sim_time stall_from, stall_end; /* of the victim here; 0 none */
	struct tlb tlb;
	struct sim_task *current, *tasks;
	sim_time slice_from;
	int id, package, node, core, next_asid;
};

struct sim {
	struct sim_machine machine;
	struct sim_costs costs;
	struct experiment experiment;
	const struct strategy_ops *strategy;
	const struct workload_sim *workload;
	sim_time now;
	struct events events;
	struct sim_cpu *cpus;
	struct sim_task *tasks; /* workers, then victims */
	int n_cpus, n_tasks, n_workers, n_done, next_tick;
	struct sim_mm *mms;
	int n_mms;
	struct frame *frames;
	uint32_t n_frames, frames_room, free_frame;
	uint64_t *cpu_shootdowns;
	struct sim_counts counts;
	struct sim_lock block_lock, swap_lock;
	struct sim_task *newest_block;
	uint64_t block_gen; /* pmap_invl_gen */
	uint64_t epoch;
	uint32_t shared_vpn; /* of the first address space */
	int64_t ceiling;
	sim_time jiffy_ps;
	double page_ns;	  /* of flushing one page */
	bool page_is_all; /* which costs all of the user's translations */
	int rar_slots_used;
	double pause_ns;
	int64_t working_set_pages, keep_pages;
	bool gate_open, done, out_of_memory;
	bool ring; /* address spaces remember ranges just flushed */
	sim_time gate_ps;
	struct tlb_entry *tlb_entries;
	uint8_t *tlb_turns;
	char failure[400];
};

/* cpu.c */
void cpu_advance(struct sim *s, struct sim_cpu *c);
void cpu_wake(struct sim *s, struct sim_cpu *c, sim_time at);
void cpu_start(struct sim *s, struct sim_cpu *c);
/* A message reaches the CPU; handler_ns is the work between entry and exit. Returns
 * when that work is done (the answer leaves). */
sim_time cpu_interrupt(struct sim *s, struct sim_cpu *c, double handler_ns);
/* Time taken from what runs, without an interrupt. */
void cpu_stall(struct sim *s, struct sim_cpu *c, double ns);
double cpu_latency_ns(const struct sim *s, const struct sim_cpu *from,
		      const struct sim_cpu *to);
void cpu_tick_next(struct sim *s);
void victim_close_stall(struct sim *s, struct sim_cpu *c);

/* asid.c */
/* Nothing of this address space is cached any more. */
static inline void asid_renew(struct sim_cpu *c, struct asid *a)
{
	a->tag = tlb_new_tag(&c->tlb);
	a->seen = 0;
	a->n_walked = 0;
}

void cpu_load_mm(struct sim *s, struct sim_cpu *c, struct sim_mm *mm, double *cost_ns);
/* Goes on with the address space's global ASID, which is empty here. */
void asid_reload(struct sim *s, struct sim_cpu *c);
/* This CPU's global ASID of mm; NULL when it has none. */
struct asid *asid_global(struct sim_cpu *c, const struct sim_mm *mm);
/* Into the kernel and out, under page table isolation; returns ns. */
double kernel_enter(struct sim *s, struct sim_cpu *c);

/* walker.c */
/* A walk for a page of a's address space. */
void walker_walk(struct sim *s, struct sim_cpu *c, struct asid *a, uint32_t vpn);
/* The tables of a range are taken out; and given away, when no CPU may walk them. */
void walker_unlink(struct sim_mm *mm, uint32_t vpn, uint32_t pages);
void walker_free(struct sim *s, struct sim_task *by, uint32_t vpn, uint32_t pages);

/* mm.c */
bool mm_grow(struct sim_mm *mm, uint32_t pages, uint32_t *vpn);
uint32_t frame_new(struct sim *s, struct sim_mm *mm, uint32_t vpn);
void frame_free(struct sim *s, struct sim_task *by, uint32_t frame);
/* One access at the present time; returns what it costs. */
double mm_access(struct sim *s, struct sim_cpu *c, struct sim_task *t, uint32_t vpn,
		 bool write);
void sim_fail(struct sim *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static inline sim_time ps_of(double ns)
{
	return ns > 0 ? (sim_time)(ns * SIM_PS_PER_NS) : 0;
}

static inline double ns_of(sim_time ps)
{
	return (double)ps / SIM_PS_PER_NS;
}

static inline struct asid *cpu_asid(struct sim_cpu *c)
{
	return c->loaded < 0 ? NULL : &c->asid[c->loaded];
}

static inline struct sim_cpu *task_cpu(struct sim *s, const struct sim_task *t)
{
	return &s->cpus[t->cpu];
}

#endif
