/* SPDX-License-Identifier: MIT */
/*
 * Sources: arch/x86/kernel/kvm.c (pv_tlb_flush_supported, kvm_flush_tlb_multi),
 * arch/x86/hyperv/mmu.c (hyperv_flush_tlb_multi), arch/x86/mm/tlb.c (broadcast of
 * global ASIDs, since 6.15, for processes active on four or more CPUs).
 */
#include "tlblab/sensors/mechanism.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/text.h"
#include "tlblab/machine/cpuid.h"

enum {
	KVM_LEAF_FEATURES = 0x40000001,
	KVM_FEATURE_STEAL_TIME = 1 << 5,
	KVM_FEATURE_PV_TLB_FLUSH = 1 << 9,
	KVM_HINTS_REALTIME = 1 << 0,
	BROADCAST_CPUS = 4,
};

/* Fewer operations than this tell nothing. */
static const double ops_enough = 200;
/* That something is missing takes more of them: a few could be anybody's. */
static const double ops_enough_for_none = 1000;
/* Of the interrupts meant: from here on they are how it works, up to there they are
 * not. Between the two some receivers were idle or preempted. */
static const double share_present = 0.5, share_absent = 0.1;

const char *const mechanism_name[MECHANISMS] = {
	[MECHANISM_UNKNOWN] = "unknown",     [MECHANISM_IPI] = "ipi",
	[MECHANISM_BROADCAST] = "broadcast", [MECHANISM_PARAVIRT] = "paravirt",
	[MECHANISM_HYPERCALL] = "hypercall",
};

void mechanism_read_facts(const struct machine *m, struct mechanism_facts *out)
{
	struct cpuid_regs r;
	char path[300];

	memset(out, 0, sizeof(*out));
	text_copy(out->hypervisor, sizeof(out->hypervisor), m->cpu.hypervisor_name);
	out->invlpgb = m->cpu.invlpgb;
	if (sscanf(m->kernel_release, "%d.%d", &out->kernel_major,
		   &out->kernel_minor) != 2)
		out->kernel_major = out->kernel_minor = 0;
	if (!*m->root && !strcmp(out->hypervisor, "KVM") &&
	    cpuid_live.read(cpuid_live.self, KVM_LEAF_FEATURES, 0, &r))
		out->kvm_pv_flush = (r.eax & KVM_FEATURE_PV_TLB_FLUSH) &&
				    (r.eax & KVM_FEATURE_STEAL_TIME) &&
				    !(r.edx & KVM_HINTS_REALTIME) &&
				    m->topology.n_cpus > 1;
	snprintf(path, sizeof(path), "%s/proc/interrupts", m->root);
	out->row = access(path, R_OK) == 0;
}

static bool is_hyperv(const struct mechanism_facts *f)
{
	return !strcmp(f->hypervisor, "Microsoft Hv");
}

static bool can_broadcast(const struct mechanism_facts *f)
{
	return f->invlpgb &&
	       (f->kernel_major > 6 || (f->kernel_major == 6 && f->kernel_minor >= 15));
}

static void decide(struct mechanism_verdict *v, enum mechanism kind)
{
	v->kind = kind;
	v->row_applies = kind != MECHANISM_BROADCAST && kind != MECHANISM_HYPERCALL;
}

/* Interrupts arrive about as often as they were meant to. */
static void judge_present(const struct mechanism_facts *f, struct mechanism_verdict *v)
{
	decide(v, f->kvm_pv_flush ? MECHANISM_PARAVIRT : MECHANISM_IPI);
	if (f->kvm_pv_flush)
		text_append(v->evidence, sizeof(v->evidence),
			    "; KVM offers its paravirtual flush, which leaves out "
			    "preempted vCPUs, so the row may undercount");
	else if (can_broadcast(f))
		text_append(v->evidence, sizeof(v->evidence),
			    "; INVLPGB is there but not in use for this process");
}

/* Interrupts were meant and next to none arrive. */
static void judge_none(const struct mechanism_facts *f, int mm_cpus,
		       struct mechanism_verdict *v)
{
	if (is_hyperv(f)) {
		decide(v, MECHANISM_HYPERCALL);
		text_append(v->evidence, sizeof(v->evidence),
			    "; Hyper-V flushes by hypercall: the IPI counter does not "
			    "apply here");
	} else if (can_broadcast(f) && mm_cpus >= BROADCAST_CPUS) {
		decide(v, MECHANISM_BROADCAST);
		text_append(v->evidence, sizeof(v->evidence),
			    "; the CPU broadcasts flushes (INVLPGB, Linux %d.%d): the "
			    "IPI counter does not apply here",
			    f->kernel_major, f->kernel_minor);
	} else if (f->kvm_pv_flush) {
		decide(v, MECHANISM_PARAVIRT);
		text_append(v->evidence, sizeof(v->evidence),
			    "; KVM's paravirtual flush leaves out preempted vCPUs, and "
			    "CPUs that are busy elsewhere are left out anywhere");
	} else if (*f->hypervisor && strcmp(f->hypervisor, "KVM")) {
		decide(v, MECHANISM_UNKNOWN);
		text_append(v->evidence, sizeof(v->evidence),
			    "; %s may flush its own way", f->hypervisor);
	} else {
		/* There is no other way, so this says nothing of the mechanism. */
		decide(v, MECHANISM_IPI);
		v->measured = false;
		text_append(
			v->evidence, sizeof(v->evidence),
			"; nothing here works without them: the CPUs meant were idle "
			"or busy elsewhere");
	}
}

/* By what could be, before a run has shown it. */
static void judge_unseen(const struct mechanism_facts *f, struct mechanism_verdict *v)
{
	if (is_hyperv(f)) {
		decide(v, MECHANISM_HYPERCALL);
		text_copy(v->evidence, sizeof(v->evidence),
			  "Hyper-V guest: it flushes by hypercall, so the IPI counter "
			  "does not apply here");
	} else if (f->kvm_pv_flush) {
		decide(v, MECHANISM_PARAVIRT);
		text_copy(v->evidence, sizeof(v->evidence),
			  "KVM guest that is offered the paravirtual flush (CPUID "
			  "0x40000001): preempted vCPUs are left out");
	} else if (can_broadcast(f)) {
		decide(v, MECHANISM_UNKNOWN);
		snprintf(
			v->evidence, sizeof(v->evidence),
			"CPUID offers INVLPGB and Linux %d.%d uses it for processes on "
			"%d or more CPUs; a run tells",
			f->kernel_major, f->kernel_minor, BROADCAST_CPUS);
	} else if (f->row && f->kernel_major) {
		decide(v, MECHANISM_IPI);
		snprintf(v->evidence, sizeof(v->evidence),
			 "no INVLPGB in use, no flush of a hypervisor's own%s%s: Linux "
			 "%d.%d sends interrupts",
			 *f->hypervisor ? ", guest of " : "", f->hypervisor,
			 f->kernel_major, f->kernel_minor);
	} else {
		decide(v, MECHANISM_UNKNOWN);
		text_copy(v->evidence, sizeof(v->evidence),
			  "neither the kernel's release nor /proc/interrupts can be "
			  "read");
	}
}

void mechanism_judge(const struct mechanism_facts *f, const struct mechanism_seen *seen,
		     struct mechanism_verdict *out)
{
	double share;

	memset(out, 0, sizeof(*out));
	if (!seen || seen->mm_cpus < 2 || !(seen->meant_per_op > 0) ||
	    isnan(seen->shootdowns) || seen->ops < ops_enough) {
		judge_unseen(f, out);
		return;
	}
	share = seen->shootdowns / seen->ops / seen->meant_per_op;
	if (share < share_present && (share > share_absent || seen->starved ||
				      seen->ops < ops_enough_for_none)) {
		judge_unseen(f, out);
		return;
	}
	out->measured = true;
	snprintf(out->evidence, sizeof(out->evidence),
		 "%.2f interrupts an operation counted, %.2f meant",
		 seen->shootdowns / seen->ops, seen->meant_per_op);
	if (share >= share_present)
		judge_present(f, out);
	else
		judge_none(f, seen->mm_cpus, out);
}
