/* SPDX-License-Identifier: MIT */
/*
 * The judgement. What the kernel's own code leaves behind (arch/x86/mm/tlb.c):
 *
 * native_flush_tlb_multi traces reason 4 and interrupts; each receiver raises the TLB
 * row and traces reason 1 (flush_tlb_func). Under KVM, kvm_flush_tlb_multi takes out
 * preempted vCPUs first (arch/x86/kernel/kvm.c), so row and reason 1 come to less. A
 * kernel that asks its hypervisor (hyperv_flush_tlb_multi, xen_flush_tlb_multi) does
 * so in place of the native function and traces nothing; PVM's makes reason 4 first. A
 * broadcast (broadcast_tlb_flush, INVLPGB) leaves before all of this.
 *
 * So there are two conclusive silences: sent and not received, and neither sent nor
 * made locally though it had to be. Both are held against what the receivers were to
 * get while they ran: who does not run is sent nothing on any machine.
 */
#include "tlblab/sensors/mechanism.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { BROADCAST_CPUS = 4 };

/* A silence of so many interrupts that were to be expected is no accident. */
static const double expected_enough = 100;
/* Function calls since boot that would have come with shootdowns on any machine whose
 * TLB row can move. */
static const double calls_enough = 1000;
/* Of the interrupts expected: up to here it is silence (a few are other programs'),
 * from here on they arrive. Between the two nothing is concluded. */
static const double share_silent = 0.05, share_present = 0.1;
/* What others add is known from a tenth of a second: the row must stand out of it. */
static const double others_doubt = 0.5;
/* So many chance meetings of initiator and receiver do not all fail to happen. */
static const double meetings_enough = 12;
/* Where nothing is to be expected of the workload, a row that moves so far moves. */
static const double moved_enough = 100;
/* Of a traced operation: fewer flushes than this are none. */
static const double flushes_none = 0.02;

const char *const mechanism_name[MECHANISMS] = {
	[MECHANISM_UNKNOWN] = "unknown",     [MECHANISM_IPI] = "ipi",
	[MECHANISM_BROADCAST] = "broadcast", [MECHANISM_PARAVIRT] = "paravirt",
	[MECHANISM_HYPERCALL] = "hypercall",
};

static bool can_broadcast(const struct mechanism_facts *f)
{
	return f->invlpgb &&
	       (f->kernel_major > 6 || (f->kernel_major == 6 && f->kernel_minor >= 15));
}

static bool never_moved(const struct mechanism_facts *f)
{
	return f->row && f->row_since_boot == 0;
}

static bool cannot_move(const struct mechanism_facts *f)
{
	return never_moved(f) && f->cpus > 1 && f->calls_since_boot > calls_enough;
}

/* What names let one expect; ends the sentence of an unmeasured verdict. */
static void say_likely(const struct mechanism_facts *f, struct mechanism_verdict *v)
{
	const char *guest = *f->hypervisor ? f->hypervisor : "";

	if (*f->said)
		text_append(v->evidence, sizeof(v->evidence),
			    "; the kernel's log says \"%s\"", f->said);
	else if (f->own_flush)
		text_append(v->evidence, sizeof(v->evidence),
			    "; %s is likely to flush by hypercall", guest);
	else if (f->kvm_pv_flush)
		text_append(v->evidence, sizeof(v->evidence),
			    "; KVM offers its paravirtual flush");
	else if (can_broadcast(f))
		text_append(v->evidence, sizeof(v->evidence),
			    "; the CPU offers INVLPGB, which Linux %d.%d uses for "
			    "processes on %d or more CPUs",
			    f->kernel_major, f->kernel_minor, BROADCAST_CPUS);
	else if (*guest)
		text_append(v->evidence, sizeof(v->evidence), "; guest of %s", guest);
	else
		text_append(v->evidence, sizeof(v->evidence),
			    "; interrupts are likely: neither a hypervisor nor "
			    "INVLPGB is known");
}

/* By what could be, before a run has shown it. */
static void judge_unseen(const struct mechanism_facts *f, struct mechanism_verdict *v)
{
	char *say = v->evidence;
	size_t bytes = sizeof(v->evidence);

	v->kind = MECHANISM_UNKNOWN;
	v->row_applies = false;
	if (f->foreign) {
		v->kind = MECHANISM_BROADCAST;
		text_copy(say, bytes, f->why_no_row);
	} else if (!f->row) {
		text_copy(say, bytes, f->why_no_row);
	} else if (f->cpus == 1) {
		text_copy(say, bytes,
			  "one CPU: there is no other one that a flush must reach");
	} else if (cannot_move(f)) {
		text_append(say, bytes,
			    "the TLB row is 0 on all %d CPUs since boot after %.0f "
			    "function calls between CPUs: it does not apply here",
			    f->cpus, f->calls_since_boot);
		say_likely(f, v);
	} else if (never_moved(f)) {
		text_copy(say, bytes,
			  "the TLB row has not moved since boot, and no run has shown "
			  "yet whether it can");
		say_likely(f, v);
	} else {
		/* What asks its hypervisor may have interrupted before it could. */
		v->row_applies = !f->own_flush;
		text_copy(say, bytes, "no run has shown yet how flushes travel");
		say_likely(f, v);
	}
}

double mechanism_expected(const struct mechanism_facts *f,
			  const struct mechanism_seen *seen)
{
	double share = seen->ran_share;

	/* Two vCPUs of one busy host CPU may never run at the same moment, and then the
	 * paravirtual flush interrupts nobody. */
	if (f->kvm_pv_flush && seen->steal_share > 0)
		share *= seen->steal_share < 0.5 ? 1 - 2 * seen->steal_share : 0;
	return seen->meant_per_op > 0 ? seen->meant_per_op * seen->ops * share : NAN;
}

/* What the receivers of one space were to get of the requests that were traced. */
static double traced_expected(const struct mechanism_facts *f,
			      const struct mechanism_seen *seen)
{
	struct mechanism_seen one = *seen;

	one.meant_per_op = seen->mm_cpus - 1;
	one.ops = seen->sent;
	return mechanism_expected(f, &one);
}

/* Had the receivers to be running at moments of a flush? Either they ran for so much of
 * the time that there is no other way, or they came to run so often that chance must
 * have brought it about. A busy machine lets two threads take turns for a tenth of a
 * second on end. */
static bool must_have_met(const struct mechanism_seen *seen, double expected)
{
	double share = seen->ran_share, overlap = fmax(2 * share - 1, 0);

	return expected * overlap >= expected_enough * share ||
	       (expected >= expected_enough &&
		seen->preemptions * share >= meetings_enough);
}

static bool is_silent(const struct mechanism_seen *seen, double count, double expected)
{
	return must_have_met(seen, expected) && count <= share_silent * expected;
}

static bool is_present(double count, double others, double expected)
{
	double own = count - others;

	return own >= 1 && expected >= expected_enough &&
	       own >= share_present * expected && own >= others_doubt * others;
}

static bool row_silent(const struct mechanism_facts *f,
		       const struct mechanism_seen *seen)
{
	return is_silent(seen, seen->shootdowns, mechanism_expected(f, seen));
}

static bool row_present(const struct mechanism_facts *f,
			const struct mechanism_seen *seen)
{
	return is_present(seen->shootdowns, seen->others, mechanism_expected(f, seen));
}

/* Requests were traced and nobody got them. The row agrees, where there is one. Of a
 * program nobody knows which of its threads were to be told. */
static bool sent_in_vain(const struct mechanism_facts *f,
			 const struct mechanism_seen *seen)
{
	return seen->meant_per_op > 0 &&
	       is_silent(seen, seen->received, traced_expected(f, seen)) &&
	       !row_present(f, seen);
}

/* Pages were touched and released, and the functions that trace were passed by: the
 * initiator's own CPU, too, was flushed by something else. */
static bool passed_by(const struct mechanism_facts *f,
		      const struct mechanism_seen *seen)
{
	return seen->sent + seen->local <= flushes_none * seen->traced_ops &&
	       seen->meant_per_op * seen->traced_ops >= expected_enough &&
	       !row_present(f, seen);
}

static void judge_arrived(const struct mechanism_facts *f,
			  const struct mechanism_seen *seen,
			  struct mechanism_verdict *v)
{
	double own = seen->shootdowns - seen->others;
	double per_op = seen->ops > 0 ? own / seen->ops : NAN;

	v->kind = f->kvm_pv_flush ? MECHANISM_PARAVIRT : MECHANISM_IPI;
	/* Received, and not in the row: it does not count these. */
	v->row_applies = f->row && seen->shootdowns > 0 && !row_silent(f, seen);
	v->measured = true;
	if (seen->meant_per_op > 0 && per_op > 0)
		snprintf(v->evidence, sizeof(v->evidence),
			 "%.2f interrupts per op counted, %.2f meant", per_op,
			 seen->meant_per_op);
	else if (own >= moved_enough)
		snprintf(v->evidence, sizeof(v->evidence),
			 "%.0f interrupts counted in the TLB row", own);
	else
		snprintf(v->evidence, sizeof(v->evidence),
			 "%.0f of %.0f requests traced were received as interrupts",
			 seen->received, seen->sent);
	if (f->row && !v->row_applies)
		text_append(v->evidence, sizeof(v->evidence),
			    "; the TLB row does not count them");
	else if (f->kvm_pv_flush)
		text_append(v->evidence, sizeof(v->evidence),
			    "; KVM's paravirtual flush leaves out preempted vCPUs, so "
			    "the row may undercount");
	else if (can_broadcast(f))
		text_append(v->evidence, sizeof(v->evidence),
			    "; INVLPGB is there but not in use for this process");
	else if (f->emulated)
		text_append(v->evidence, sizeof(v->evidence),
			    "; the counts are true, the times are the emulator's");
}

/* The flush is made outside this kernel: by its hypervisor, or by the CPU. */
static enum mechanism silent_kind(const struct mechanism_facts *f,
				  const struct mechanism_seen *seen)
{
	if (f->own_flush)
		return MECHANISM_HYPERCALL;
	/* A broadcast leaves before a request is traced. */
	if (can_broadcast(f) && seen->mm_cpus >= BROADCAST_CPUS &&
	    !(seen->sent > flushes_none * seen->traced_ops))
		return MECHANISM_BROADCAST;
	return *f->hypervisor ? MECHANISM_HYPERCALL : MECHANISM_BROADCAST;
}

static void judge_silent(const struct mechanism_facts *f,
			 const struct mechanism_seen *seen, struct mechanism_verdict *v)
{
	double share = seen->traced_ops > 0 ? seen->sent / seen->traced_ops : NAN;
	const char *who = *f->hypervisor ? f->hypervisor : "the hypervisor";

	v->kind = silent_kind(f, seen);
	v->row_applies = false;
	v->measured = true;
	if (share > flushes_none)
		snprintf(v->evidence, sizeof(v->evidence),
			 "%.2f flush requests per op sent and none received", share);
	else if (share >= 0)
		text_copy(v->evidence, sizeof(v->evidence),
			  "pages were released, and the kernel neither sent a request "
			  "nor flushed its own CPU");
	else
		snprintf(v->evidence, sizeof(v->evidence),
			 "%.0f interrupts were to be expected and %.0f counted",
			 mechanism_expected(f, seen), fmax(seen->shootdowns, 0));
	if (v->kind == MECHANISM_HYPERCALL)
		text_append(v->evidence, sizeof(v->evidence),
			    ": %s makes the flush, and the TLB row does not apply here",
			    who);
	else
		text_append(v->evidence, sizeof(v->evidence),
			    ": the CPU broadcasts it%s, and the TLB row does not apply "
			    "here",
			    can_broadcast(f) ? " (INVLPGB)" : "");
}

/* Where a workload promises nothing, a row that moves tells that interrupts are how
 * this kernel does it; but a kernel that broadcasts does so for large processes only.
 */
static bool row_moves(const struct mechanism_facts *f,
		      const struct mechanism_seen *seen)
{
	return seen->shootdowns - seen->others >= moved_enough &&
	       !(seen->meant_per_op > 0) && !can_broadcast(f);
}

static bool has_arrived(const struct mechanism_facts *f,
			const struct mechanism_seen *seen)
{
	if (row_moves(f, seen))
		return true;
	return seen->mm_cpus >= 2 &&
	       (row_present(f, seen) ||
		is_present(seen->received, 0, traced_expected(f, seen)));
}

static bool was_silent(const struct mechanism_facts *f,
		       const struct mechanism_seen *seen)
{
	return seen->mm_cpus >= 2 &&
	       (sent_in_vain(f, seen) || passed_by(f, seen) || row_silent(f, seen));
}

void mechanism_judge(const struct mechanism_facts *f, const struct mechanism_seen *seen,
		     struct mechanism_verdict *out)
{
	memset(out, 0, sizeof(*out));
	if (seen && has_arrived(f, seen))
		judge_arrived(f, seen, out);
	else if (seen && was_silent(f, seen))
		judge_silent(f, seen, out);
	else
		judge_unseen(f, out);
}
