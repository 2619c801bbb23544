/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_DELAYED_H
#define TLBLAB_SRC_WORKLOADS_DELAYED_H

#include <ck_epoch.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Delayed invalidation: between start and finish a thread may destroy mappings of pages
 * whose TLB entries it has not flushed yet. Whoever wants to give such a page to
 * somebody else calls wait: on return, every block that had touched the page by then is
 * over. Two ways to know that, behind the same few calls.
 */
struct delayed_page {
	_Atomic uint64_t generation; /* of the last block that touched it (mutex) */
};

/* One thread's block; on lines of its own. */
struct delayed_block {
	alignas(128) uint64_t generation;
	struct delayed_block *older, *newer; /* all under the lock */
	ck_epoch_record_t record;
};

struct delayed {
	const struct delayed_ops *ops;
	alignas(128) pthread_mutex_t lock;
	struct delayed_block *newest;
	uint64_t done; /* every block up to this generation is over */
	int waiters;
	pthread_cond_t progress;
	alignas(128) ck_epoch_t epoch;
};

struct delayed_ops {
	int (*init)(struct delayed *d); /* 0 or -errno */
	void (*fini)(struct delayed *d);
	void (*join)(struct delayed *d, struct delayed_block *b); /* once a thread */
	void (*start)(struct delayed *d, struct delayed_block *b);
	/* Inside a block: it touches this page. */
	void (*note)(const struct delayed_block *b, struct delayed_page *page);
	void (*finish)(struct delayed *d, struct delayed_block *b);
	/* Outside of one's own block. */
	void (*wait)(struct delayed *d, struct delayed_block *b,
		     struct delayed_page *page);
};

extern const struct delayed_ops delayed_mutex_ops, delayed_epoch_ops;

#endif
