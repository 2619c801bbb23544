/* SPDX-License-Identifier: MIT */
/*
 * A guardian may be stopped, or starved, or gone, and its client has a screen to draw
 * and signals to answer: nothing here takes longer than ANSWER_MS, and only once. Late
 * answers are taken when they come, and with the last of them the silence is over.
 */
#include "knobs/guardian_link.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"

enum { ANSWER_MS = 1000, LOOK_MS = 20, WATCH_EVERY_MS = 1000 };

bool guard_link_is_gone(struct guard_link *l)
{
	int status;
	pid_t got = 0;

	while (l->pid && (got = waitpid(l->pid, &status,
					WNOHANG | WUNTRACED | WCONTINUED)) == l->pid) {
		if (WIFSTOPPED(status)) {
			l->stopped = true;
		} else if (WIFCONTINUED(status)) {
			l->stopped = false;
		} else {
			l->status = status;
			l->pid = 0;
		}
	}
	if (l->pid && got < 0 && errno == ECHILD) {
		l->status = -1;
		l->pid = 0;
	}
	if (l->pid && l->stopped && l->may_continue)
		kill(l->pid, SIGCONT);
	return !l->pid;
}

/* An answer that has come: 0, -EAGAIN when there is none, or -errno. */
static int take_reply(struct guard_link *l, struct guard_reply *r, int *fd)
{
	int err = guard_receive(l->socket, r, sizeof(*r), fd);

	if (err)
		return err;
	if (r->note[0])
		text_copy(l->note, sizeof(l->note), r->note);
	if (r->serial == l->serial)
		l->silent = false;
	if (r->serial && r->serial == l->watch) {
		l->watch = 0;
		l->seen_pages = r->err ? -1 : r->pages;
	}
	return 0;
}

/* Those to requests that were given up. */
static int take_late(struct guard_link *l)
{
	struct guard_reply r;
	int fd, err;

	while (!(err = take_reply(l, &r, &fd)))
		if (fd >= 0)
			close(fd);
	return err == -EAGAIN ? 0 : err;
}

static int wait_for_reply(struct guard_link *l, uint32_t serial, struct guard_reply *r,
			  int *fd)
{
	uint64_t end_ns = clock_now_ns() + ANSWER_MS * 1000000ull;

	for (;;) {
		struct pollfd p = {l->socket, POLLIN, 0};
		int got = -1, err = take_reply(l, r, &got);

		if (!err && r->serial == serial) {
			*fd = got;
			return 0;
		}
		if (got >= 0)
			close(got);
		if (err && err != -EAGAIN)
			return err;
		if (!err)
			continue;
		if (guard_link_is_gone(l))
			return -EPIPE;
		if ((l->stopped && !l->may_continue) || clock_now_ns() > end_ns) {
			l->silent = true;
			return -ETIMEDOUT;
		}
		poll(&p, 1, LOOK_MS);
	}
}

int guard_link_hello(struct guard_link *l, struct guard_reply *r)
{
	int fd = -1, err = wait_for_reply(l, 0, r, &fd);

	if (fd >= 0)
		close(fd);
	return err ? err : r->err;
}

int guard_link_ask(struct guard_link *l, struct guard_request *q, struct guard_reply *r,
		   int *fd)
{
	int got = -1, err;

	if (!l->pid || l->socket < 0)
		return -EPIPE;
	err = take_late(l);
	if (!err && guard_link_is_gone(l))
		err = -EPIPE;
	if (!err && l->silent && !l->may_continue)
		err = -ETIMEDOUT;
	if (err)
		return err;
	q->serial = ++l->serial;
	err = guard_send(l->socket, q, sizeof(*q), -1);
	if (err == -EAGAIN) {
		l->silent = true;
		return -ETIMEDOUT;
	}
	if (!err)
		err = wait_for_reply(l, q->serial, r, &got);
	if (fd)
		*fd = got;
	else if (got >= 0)
		close(got);
	return err;
}

int guard_link_watch(struct guard_link *l, int64_t *pages)
{
	uint64_t now_ns = clock_now_ns();
	int err;

	*pages = -1;
	if (!l->pid || l->socket < 0)
		return -EPIPE;
	err = take_late(l);
	if (err)
		return err;
	if (now_ns - l->watched_ns > WATCH_EVERY_MS * 1000000ull) {
		struct guard_request q = {.op = GUARD_CEILING_GET};

		/* One that was not answered in all that time. */
		if (l->watch)
			l->silent = true;
		if (l->silent)
			return guard_link_is_gone(l) ? -EPIPE : -ETIMEDOUT;
		q.serial = ++l->serial;
		err = guard_send(l->socket, &q, sizeof(q), -1);
		if (err)
			return err == -EAGAIN ? -ETIMEDOUT : err;
		l->watch = q.serial;
		l->watched_ns = now_ns;
	}
	*pages = l->seen_pages;
	return 0;
}

bool guard_link_close(struct guard_link *l, int wait_ms)
{
	uint64_t end_ns = clock_now_ns() + (uint64_t)wait_ms * 1000000;

	if (l->socket >= 0)
		close(l->socket);
	l->socket = -1;
	while (!guard_link_is_gone(l)) {
		if ((l->stopped && !l->may_continue) || clock_now_ns() > end_ns)
			return false;
		clock_sleep_until(clock_now_ns() + 1000000);
	}
	return l->status >= 0 && WIFEXITED(l->status) && WEXITSTATUS(l->status) == 0;
}
