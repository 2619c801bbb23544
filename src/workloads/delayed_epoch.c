/* SPDX-License-Identifier: MIT */
/*
 * The same promise by epochs (Concurrency Kit): start and finish write only to the
 * thread's own record, and whoever waits looks at all of them until each has been seen
 * outside a block or in a later epoch. Cheap for the many who start, dear for the few
 * who wait.
 */
#include "workloads/delayed.h"

static int epoch_init(struct delayed *d)
{
	ck_epoch_init(&d->epoch);
	return 0;
}

static void epoch_fini(struct delayed *d)
{
	(void)d;
}

static void epoch_join(struct delayed *d, struct delayed_block *b)
{
	ck_epoch_register(&d->epoch, &b->record, NULL);
}

static void epoch_start(struct delayed *d, struct delayed_block *b)
{
	(void)d;
	ck_epoch_begin(&b->record, NULL);
}

static void epoch_note(const struct delayed_block *b, struct delayed_page *page)
{
	(void)b;
	(void)page;
}

static void epoch_finish(struct delayed *d, struct delayed_block *b)
{
	(void)d;
	ck_epoch_end(&b->record, NULL);
}

static void epoch_wait(struct delayed *d, struct delayed_block *b,
		       struct delayed_page *page)
{
	(void)d;
	(void)page;
	ck_epoch_synchronize(&b->record);
}

const struct delayed_ops delayed_epoch_ops = {
	.init = epoch_init,
	.fini = epoch_fini,
	.join = epoch_join,
	.start = epoch_start,
	.note = epoch_note,
	.finish = epoch_finish,
	.wait = epoch_wait,
};
