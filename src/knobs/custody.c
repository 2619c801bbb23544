/* SPDX-License-Identifier: MIT */
/*
 * Invariants: the ceiling differs from the original only while the journal says so; the
 * journal is written only under the lock; an original is never read from the kernel
 * while an entry stands, for what is in force then is a killed session's value; and
 * a value that is neither the original nor one of ours is someone else's, whose wish
 * it is, and is not overwritten by a restore.
 */
#include "knobs/custody.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/ceiling.h"

enum { RETRY_FIRST_MS = 50, RETRY_LAST_MS = 1000 };

void custody_init(struct custody *c, const char *root)
{
	memset(c, 0, sizeof(*c));
	c->root = root;
	c->original = -1;
	journal_init(&c->journal, root);
}

static void say_unavailable(struct custody *c, const char *reason)
{
	c->state.available = false;
	text_copy(c->state.reason, sizeof(c->state.reason), reason);
}

static bool is_ours(const struct journal_entry *e, int64_t pages)
{
	return pages == e->ours[0] || pages == e->ours[1] ||
	       (e->ours[0] < 0 && e->ours[1] < 0);
}

/* *left is the value in force before, or -1. */
static int restore(struct custody *c, const struct journal_entry *e, int64_t *left,
		   struct error *error)
{
	struct availability state = {0};
	int err = ceiling_read(c->root, left, &state);

	if (err) {
		*left = -1;
		return error_set(error, ERROR_MACHINE, -err, "ceiling", state.reason,
				 "see tlblab doctor");
	}
	if (*left != e->original && is_ours(e, *left))
		err = ceiling_write(c->root, e->original, error);
	if (err)
		return err;
	err = journal_remove(&c->journal);
	return err ? error_set(error, ERROR_MACHINE, -err, c->journal.folder,
			       strerror(-err), "remove its file ceiling")
		   : 0;
}

static void note_foreign(struct custody *c, int64_t original, int64_t pages)
{
	snprintf(c->note, sizeof(c->note),
		 "ceiling: another program set it to %lld meanwhile; it stays so "
		 "(it was %lld before)",
		 (long long)pages, (long long)original);
}

/* Puts back what a guardian left that was killed before it could. 0, or -errno with
 * the state saying why the ceiling cannot be had. */
static int repair(struct custody *c)
{
	struct error error = {.code = ERROR_NONE};
	struct journal_entry left;
	char reason[sizeof(c->state.reason)];
	int64_t found;
	int err = journal_read(&c->journal, &left);

	if (err == -ENOENT)
		return 0;
	if (err == -ESTALE) /* the kernel began again with its own value */
		return journal_remove(&c->journal);
	if (err) {
		snprintf(reason, sizeof(reason),
			 "%s/ceiling cannot be understood (%s): set the ceiling you "
			 "want, then remove that file",
			 c->journal.folder, strerror(-err));
		say_unavailable(c, reason);
		return err;
	}
	err = restore(c, &left, &found, &error);
	if (err) {
		snprintf(reason, sizeof(reason),
			 "a killed session left it changed and %lld cannot be put back "
			 "yet: %.120s",
			 (long long)left.original, error.why);
		say_unavailable(c, reason);
		return err;
	}
	if (found == left.original)
		return 0;
	if (is_ours(&left, found))
		snprintf(c->note, sizeof(c->note),
			 "ceiling: restored to %lld; a killed session had left it at "
			 "%lld",
			 (long long)left.original, (long long)found);
	else
		note_foreign(c, left.original, found);
	return 0;
}

static int take_lock(struct custody *c)
{
	char reason[sizeof(c->state.reason)];
	pid_t holder;
	int err = journal_lock(&c->journal, &holder);

	if (!err)
		return 0;
	if (err == -EBUSY)
		snprintf(reason, sizeof(reason),
			 "another tlblab (pid %d) holds the ceiling: end it first",
			 (int)holder);
	else
		snprintf(
			reason, sizeof(reason),
			"%s cannot be used: %s; without it the ceiling could not be put "
			"back",
			c->journal.folder, strerror(-err));
	say_unavailable(c, reason);
	return err;
}

void custody_take(struct custody *c)
{
	int64_t now;

	if (c->original >= 0)
		return;
	if (ceiling_read(c->root, &now, &c->state))
		return;
	if (take_lock(c))
		return;
	if (repair(c)) {
		journal_unlock(&c->journal);
		return;
	}
	if (!ceiling_read(c->root, &now, &c->state))
		c->original = now;
}

static int refuse(const struct custody *c, struct error *error)
{
	return error_set(error, ERROR_MACHINE, EPERM, "ceiling", c->state.reason,
			 "see tlblab doctor");
}

int custody_put_back(struct custody *c, struct error *error)
{
	int64_t found;
	int err;

	if (!c->changed)
		return 0;
	err = restore(c, &c->entry, &found, error);
	if (err)
		return err;
	if (found != c->entry.original && !is_ours(&c->entry, found)) {
		note_foreign(c, c->entry.original, found);
		c->original = found;
	}
	c->changed = false;
	return 0;
}

/* What someone else wrote since is what is to be put back in the end. */
static int note_value_in_force(struct custody *c, int64_t *now, struct error *error)
{
	int err = ceiling_read(c->root, now, &c->state);

	if (err)
		return refuse(c, error);
	if (*now == c->original || (c->changed && is_ours(&c->entry, *now)))
		return 0;
	if (c->changed)
		snprintf(c->note, sizeof(c->note),
			 "ceiling: another program set it to %lld during the run; that "
			 "value is put back at the end",
			 (long long)*now);
	c->original = *now;
	return 0;
}

int custody_set(struct custody *c, int64_t pages, struct error *error)
{
	int64_t now;
	int err;

	if (c->original < 0)
		return refuse(c, error);
	err = note_value_in_force(c, &now, error);
	if (err)
		return err;
	if (pages == c->original && (c->changed || now == pages))
		return custody_put_back(c, error);
	c->entry = (struct journal_entry){c->original, {now, pages}, 0};
	err = journal_write(&c->journal, &c->entry);
	if (err)
		return error_setf(error, ERROR_MACHINE, -err, c->journal.folder,
				  "make room there",
				  "the original ceiling cannot be noted: %s",
				  strerror(-err));
	c->changed = true;
	err = ceiling_write(c->root, pages, error);
	if (err || pages == c->original)
		custody_put_back(c, NULL);
	return err;
}

int custody_keep(struct custody *c, struct error *error)
{
	int64_t now;
	int err;

	if (c->original < 0)
		return refuse(c, error);
	err = ceiling_read(c->root, &now, NULL);
	if (!err)
		err = journal_remove(&c->journal);
	if (err)
		return error_set(error, ERROR_MACHINE, -err, "ceiling", strerror(-err),
				 "see tlblab doctor");
	c->original = now;
	c->changed = false;
	return 0;
}

/* Until no entry stands, whoever removed it. */
static void retry_for_ever(struct custody *c)
{
	for (uint64_t wait_ms = RETRY_FIRST_MS;; wait_ms *= 2) {
		struct journal_entry left;
		int64_t found;
		pid_t holder;
		int err;

		if (wait_ms > RETRY_LAST_MS)
			wait_ms = RETRY_LAST_MS;
		journal_unlock(&c->journal);
		clock_sleep_until(clock_now_ns() + wait_ms * 1000000);
		err = journal_read(&c->journal, &left);
		if (err == -ENOENT || err == -ESTALE || err == -EBADMSG)
			return;
		if (!err && !journal_lock(&c->journal, &holder) &&
		    !journal_read(&c->journal, &left) &&
		    !restore(c, &left, &found, NULL))
			return;
	}
}

void custody_leave(struct custody *c)
{
	if (custody_put_back(c, NULL))
		retry_for_ever(c);
	journal_unlock(&c->journal);
}
