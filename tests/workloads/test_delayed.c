/* SPDX-License-Identifier: MIT */
/*
 * The promise of delayed invalidation, of both protocols: after wait, every block that
 * had noted the page before is over, whoever else comes and goes meanwhile.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/delayed.h"
#include "workloads/workload_test.h"

enum { ROUNDS = 1000, CHURNERS = 2, BLOCKS = CHURNERS + 2 };

static struct trial {
	struct delayed delayed;
	struct delayed_block *blocks;
	struct delayed_page page;
	_Atomic int round;  /* a block of this round has noted the page */
	_Atomic int inside; /* and is not over */
	_Atomic int broken, over;
} trial;

static void *toucher_main(void *arg)
{
	struct delayed *d = &trial.delayed;
	struct delayed_block *b = arg;

	for (int i = 1; i <= ROUNDS; i++) {
		d->ops->start(d, b);
		atomic_store(&trial.inside, 1);
		d->ops->note(b, &trial.page);
		atomic_store(&trial.round, i);
		sched_yield();
		atomic_store(&trial.inside, 0);
		d->ops->finish(d, b);
		/* The next block begins only when this one was looked at. */
		while (atomic_load(&trial.round) == i)
			sched_yield();
	}
	return NULL;
}

static void *waiter_main(void *arg)
{
	struct delayed *d = &trial.delayed;

	for (int i = 1; i <= ROUNDS; i++) {
		while (atomic_load(&trial.round) != i)
			sched_yield();
		d->ops->wait(d, arg, &trial.page);
		if (atomic_load(&trial.inside))
			atomic_fetch_add(&trial.broken, 1);
		atomic_store(&trial.round, -1);
	}
	atomic_store(&trial.over, 1);
	return NULL;
}

static void *churner_main(void *arg)
{
	struct delayed *d = &trial.delayed;

	while (!atomic_load(&trial.over)) {
		d->ops->start(d, arg);
		sched_yield();
		d->ops->finish(d, arg);
		sched_yield();
	}
	return NULL;
}

static void keeps_its_promise(const struct delayed_ops *ops)
{
	void *(*const mains[BLOCKS])(void *) = {toucher_main, waiter_main, churner_main,
						churner_main};
	pthread_t threads[BLOCKS];

	memset(&trial, 0, sizeof(trial));
	trial.blocks = aligned_alloc(alignof(struct delayed_block),
				     BLOCKS * sizeof(*trial.blocks));
	assert_non_null(trial.blocks);
	memset(trial.blocks, 0, BLOCKS * sizeof(*trial.blocks));
	trial.delayed.ops = ops;
	assert_int_equal(ops->init(&trial.delayed), 0);
	for (int i = 0; i < BLOCKS; i++)
		ops->join(&trial.delayed, &trial.blocks[i]);
	for (int i = 0; i < BLOCKS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, mains[i], &trial.blocks[i]),
			0);
	for (int i = 0; i < BLOCKS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(trial.broken, 0);
	assert_null(trial.delayed.newest);
	ops->fini(&trial.delayed);
	free(trial.blocks);
}

static void the_mutex_keeps_its_promise(void **state)
{
	(void)state;
	keeps_its_promise(&delayed_mutex_ops);
}

static void epochs_keep_theirs(void **state)
{
	(void)state;
	keeps_its_promise(&delayed_epoch_ops);
}

/* Blocks that end in any order: done follows the oldest. */
static void generations_are_handed_to_older_blocks(void **state)
{
	const struct delayed_ops *ops = &delayed_mutex_ops;
	struct delayed d = {.ops = ops};
	struct delayed_block a = {0}, b = {0}, c = {0};
	struct delayed_page page = {0};

	(void)state;
	assert_int_equal(ops->init(&d), 0);
	ops->start(&d, &a);
	ops->start(&d, &b);
	ops->start(&d, &c);
	assert_int_equal(a.generation, 1);
	assert_int_equal(c.generation, 3);
	ops->note(&b, &page);
	assert_int_equal(page.generation, 2);
	ops->finish(&d, &b);
	assert_int_equal(a.generation, 2);
	assert_int_equal(d.done, 0);
	ops->finish(&d, &a);
	assert_int_equal(d.done, 2);
	ops->wait(&d, &a, &page);
	ops->finish(&d, &c);
	assert_int_equal(d.done, 3);
	assert_null(d.newest);
	ops->fini(&d);
}

static void pmap_flushes_nothing(void **state)
{
	(void)state;
	struct expectation x =
		workload_test_expect("pmap", "threads=8 victims=1 shared=yes");

	assert_int_equal(x.kind, FLUSH_NONE);
	assert_int_equal(workload_test_live("pmap", "reclaim=mutex wait_every=3", 1000),
			 0);
	assert_int_equal(workload_test_live(
				 "pmap", "reclaim=epoch shared=yes wait_every=3", 1000),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mutex_keeps_its_promise),
		cmocka_unit_test(epochs_keep_theirs),
		cmocka_unit_test(generations_are_handed_to_older_blocks),
		cmocka_unit_test(pmap_flushes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
