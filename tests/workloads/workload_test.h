/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_WORKLOADS_WORKLOAD_TEST_H
#define TLBLAB_TESTS_WORKLOADS_WORKLOAD_TEST_H

/* What tests of workloads share; cmocka.h and its headers come before it. */
#include <stdio.h>
#include <string.h>

#include "tlblab/workloads/workload.h"

/* One thread of the workload with settings such as "victims=1 pages=33". */
static inline struct experiment workload_test_experiment(const char *workload,
							 const char *settings)
{
	struct experiment e;
	char copy[160], *save = NULL;

	assert_int_equal(experiment_init(&e, workload_catalogue(), workload, NULL), 0);
	e.threads = 1;
	snprintf(copy, sizeof(copy), "%s", settings);
	for (char *s = strtok_r(copy, " ", &save); s; s = strtok_r(NULL, " ", &save)) {
		char *value = strchr(s, '=');

		*value++ = '\0';
		assert_int_equal(
			experiment_set(&e, workload_catalogue(), s, value, NULL), 0);
	}
	return e;
}

/* Threads and victims each on their own CPU, at a ceiling of 33. */
static inline struct expectation workload_test_expect(const char *workload,
						      const char *settings)
{
	struct experiment e = workload_test_experiment(workload, settings);
	bool threads = e.mode == RUN_THREADS;
	const struct expect_case c = {
		.experiment = &e,
		.params = e.params,
		.workers = e.threads,
		.victims = e.victims,
		.worker_cpus = e.threads,
		.mm_cpus = threads ? e.threads + e.victims : 1,
		.ceiling_pages = 33,
	};
	struct expectation out;

	workload_find(workload)->expect(&c, &out);
	return out;
}

/* A worker's life outside the rig; its failure, or 0. */
static inline int workload_test_live(const char *workload, const char *settings,
				     int ops)
{
	struct experiment e = workload_test_experiment(workload, settings);
	const struct workload_ops *o = workload_find(workload);
	struct worker w = {.workers = 1, .cpu = -1, .params = e.params};

	if (o->prepare)
		assert_int_equal(
			o->prepare(&w.space, w.params, 1, w.failure, sizeof(w.failure)),
			0);
	if (o->enter)
		assert_int_equal(o->enter(&w), 0);
	while (ops-- && !w.failed)
		o->operate(&w);
	if (w.failed)
		print_message("%s\n", w.failure);
	if (o->leave)
		o->leave(&w);
	if (o->dispose)
		o->dispose(w.space);
	return w.failed;
}

#endif
