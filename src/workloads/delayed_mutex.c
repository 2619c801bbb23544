/* SPDX-License-Identifier: MIT */
/*
 * One lock around one list of all blocks under way, newest first, as FreeBSD's amd64
 * pmap had it from 2016 to 2018. A block's generation is one more than that of the
 * newest block at its start. The oldest block's end makes its generation `done`; any
 * other hands its generation to the next older one, so that `done` never passes a
 * block that is still under way.
 */
#include <errno.h>

#include "workloads/delayed.h"

static int mutex_init(struct delayed *d)
{
	pthread_mutexattr_t attr;

	/* Spins a little before it sleeps, as a kernel's would. */
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
	int err = pthread_mutex_init(&d->lock, &attr);

	pthread_mutexattr_destroy(&attr);
	if (!err)
		err = pthread_cond_init(&d->progress, NULL);
	return -err;
}

static void mutex_fini(struct delayed *d)
{
	pthread_cond_destroy(&d->progress);
	pthread_mutex_destroy(&d->lock);
}

static void mutex_join(struct delayed *d, struct delayed_block *b)
{
	(void)d;
	(void)b;
}

static void mutex_start(struct delayed *d, struct delayed_block *b)
{
	pthread_mutex_lock(&d->lock);
	b->generation = (d->newest ? d->newest->generation : d->done) + 1;
	b->older = d->newest;
	b->newer = NULL;
	if (d->newest)
		d->newest->newer = b;
	d->newest = b;
	pthread_mutex_unlock(&d->lock);
}

/* Raises the page's generation to the block's, unless a later one has been there. */
static void mutex_note(const struct delayed_block *b, struct delayed_page *page)
{
	/* An older block may rise while it runs, but only to one that was noted. */
	uint64_t own = __atomic_load_n(&b->generation, __ATOMIC_RELAXED);
	uint64_t seen = atomic_load(&page->generation);

	while (seen < own &&
	       !atomic_compare_exchange_weak(&page->generation, &seen, own))
		;
}

static void mutex_finish(struct delayed *d, struct delayed_block *b)
{
	pthread_mutex_lock(&d->lock);
	if (b->older) {
		b->older->newer = b->newer;
		__atomic_store_n(&b->older->generation, b->generation,
				 __ATOMIC_RELAXED);
	} else {
		d->done = b->generation;
		if (d->waiters)
			pthread_cond_broadcast(&d->progress);
	}
	if (b->newer)
		b->newer->older = b->older;
	else
		d->newest = b->older;
	pthread_mutex_unlock(&d->lock);
}

static void mutex_wait(struct delayed *d, struct delayed_block *b,
		       struct delayed_page *page)
{
	uint64_t generation = atomic_load(&page->generation);

	(void)b;
	pthread_mutex_lock(&d->lock);
	d->waiters++;
	while (generation > d->done)
		pthread_cond_wait(&d->progress, &d->lock);
	d->waiters--;
	pthread_mutex_unlock(&d->lock);
}

const struct delayed_ops delayed_mutex_ops = {
	.init = mutex_init,
	.fini = mutex_fini,
	.join = mutex_join,
	.start = mutex_start,
	.note = mutex_note,
	.finish = mutex_finish,
	.wait = mutex_wait,
};
