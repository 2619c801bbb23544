/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_RIG_RIG_TEST_H
#define TLBLAB_TESTS_RIG_RIG_TEST_H

/* What tests that start rigs share: experiments, CPUs, and waiting for a state. */
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/cpumask.h"
#include "tlblab/rig/rig.h"
#include "tlblab/workloads/workload.h"

enum { RIG_TEST_PATIENCE_S = 60 };

/* The i-th CPU that this process may use, starting again when they run out. */
static inline int rig_test_cpu(int i)
{
	struct cpumask allowed;
	int cpu = -1;

	cpumask_clear(&allowed);
	sched_getaffinity(0, sizeof(allowed), (cpu_set_t *)allowed.bits);
	for (i %= cpumask_count(&allowed); i >= 0; i--)
		cpu = cpumask_next(&allowed, cpu);
	return cpu;
}

static inline int rig_test_cpus(void)
{
	struct cpumask allowed;

	cpumask_clear(&allowed);
	sched_getaffinity(0, sizeof(allowed), (cpu_set_t *)allowed.bits);
	return cpumask_count(&allowed);
}

/* "pages=3" and so on; aborts on what the workload does not know. */
static inline void rig_test_set(struct experiment *e, const char *key, const char *text)
{
	struct error error;

	if (experiment_set(e, workload_catalogue(), key, text, &error)) {
		fprintf(stderr, "%s %s\n", error.what, error.why);
		abort();
	}
}

static inline struct experiment rig_test_experiment(const char *workload)
{
	struct experiment e;
	struct error error;

	if (experiment_init(&e, workload_catalogue(), workload, &error))
		abort();
	e.threads = 1;
	e.victims = 0;
	return e;
}

static inline struct rig_config rig_test_config(const struct experiment *e)
{
	static int cpus[EXPERIMENT_MAX_WORKERS];
	static double ns_per_tick;

	if (!(ns_per_tick > 0))
		ns_per_tick = clock_tsc_ns_per_tick(10000000);
	for (int i = 0; i < e->threads + e->victims; i++)
		cpus[i] = rig_test_cpu(i);
	return (struct rig_config){
		.experiment = e,
		.cpus = cpus,
		.tsc_ns_per_tick = ns_per_tick,
		.quiet_ms = e->victims ? 20 : 0,
	};
}

static inline struct rig *rig_test_start(const struct experiment *e)
{
	struct rig_config config = rig_test_config(e);
	struct error error;
	struct rig *rig = NULL;

	if (rig_start(&rig, &config, &error)) {
		fprintf(stderr, "%s: %s\n", error.what, error.why);
		abort();
	}
	return rig;
}

/* Waits until the rig gets there, or is dead, or patience ends; returns the state. */
static inline enum rig_state rig_test_wait(struct rig *rig, enum rig_state wanted,
					   struct error *error)
{
	uint64_t end_ns = clock_now_ns() + RIG_TEST_PATIENCE_S * UINT64_C(1000000000);
	struct pollfd event = {.fd = rig_event_fd(rig), .events = POLLIN};
	enum rig_state state;

	while ((state = rig_poll(rig, error)) != wanted && state != RIG_DEAD &&
	       clock_now_ns() < end_ns)
		poll(&event, 1, 1000);
	return state;
}

static inline uint64_t rig_test_ops(struct rig *rig)
{
	struct rig_reading w;
	uint64_t ops = 0;

	for (int i = 0; i < rig_workers(rig); i++) {
		rig_read_worker(rig, i, &w);
		ops += w.ops;
	}
	return ops;
}

/* Waits until the workers together have done this many operations. */
static inline enum rig_state rig_test_wait_ops(struct rig *rig, uint64_t ops)
{
	uint64_t end_ns = clock_now_ns() + RIG_TEST_PATIENCE_S * UINT64_C(1000000000);
	enum rig_state state;

	while ((state = rig_poll(rig, NULL)) == RIG_RUNNING &&
	       rig_test_ops(rig) < ops && clock_now_ns() < end_ns)
		poll(NULL, 0, 1);
	return state;
}

#endif
