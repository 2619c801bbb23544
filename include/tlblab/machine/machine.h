/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_MACHINE_MACHINE_H
#define TLBLAB_MACHINE_MACHINE_H

#include "tlblab/lab/result.h"
#include "tlblab/machine/tlb_geometry.h"
#include "tlblab/machine/topology.h"

/* Who the CPU says it is, or what /proc/cpuinfo says where it was not asked. */
struct cpu_identity {
	char vendor[16];	     /* "GenuineIntel" */
	char brand[64];		     /* "Intel(R) Core(TM) i5-3320M CPU @ 2.60GHz" */
	char codename[80];	     /* "Ivy Bridge", "Zen 4", "" when unknown */
	int family, model, stepping; /* decimal, as perf counts them; -1 unknown */
	char perf_id[48];	     /* "GenuineIntel-6-3A-9" */
	bool hypervisor;
	/* "KVM", "Microsoft Hv", "": as the kernel names it where its log can be read,
	 * else as CPUID does, which in nested machines may be another. */
	char hypervisor_name[32];
	/* Whether those below are: a captured tree may lack the flags, a dump the
	 * leaves. pcid, invpcid and mwait are what the kernel uses of them (nopcid). */
	bool features_known;
	bool invariant_tsc, pcid, invpcid, invlpgb, la57, mwait;
};

/* Everything about the computer that a result must carry. */
struct machine {
	char root[256]; /* "" is this machine */
	struct cpu_identity cpu;
	struct tlb_geometry
		tlb[2]; /* of the only or the performance cores; efficient */
	int n_tlb;	/* 0: not known (a captured tree holds no CPUID) */
	struct topology topology;
	char kernel_release[96], kernel_version[160], hostname[64];
	struct fact kernel[FACT_MAX];
	int n_kernel;
	struct fact mitigations[FACT_MAX];
	int n_mitigations;
	struct fact settings[FACT_MAX]; /* THP, NUMA balancing, governor, PTI … */
	int n_settings;
	long page_bytes;
	double tsc_ns_per_tick; /* 0: unknown, and tsc_source says why */
	char tsc_source[120];	/* "" in a captured tree */
};

/* Takes under 60 ms (10 of them to measure the time stamp counter). */
int machine_read(struct machine *m, const char *root, struct error *error);
/* A machine of which only a CPUID dump is known (see cpuid.h): cpu and tlb are filled,
 * the rest is unknown. 0 or -errno with an error that names the file and line. */
int machine_read_cpuid_dump(struct machine *m, const char *path, struct error *error);
/* The program that carries out this machine's instructions, when its hypervisor is an
 * emulator: times mean nothing there. NULL: a CPU does, or nobody says. */
const char *machine_emulator(const struct machine *m);
void machine_fini(struct machine *m);
/* "2 CPUs, 1 package, AMD EPYC, Linux 6.18, KVM guest": one line for a header. */
const char *machine_line(const struct machine *m, char *buf, unsigned long buf_bytes);

#endif
