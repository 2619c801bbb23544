/* SPDX-License-Identifier: MIT */
/*
 * The client's side: starts the guardian, drops, asks, and outlives it. A guardian that
 * died is replaced while this process is still root, and the new one's first act is to
 * put back what the journal holds; a client that has dropped can only say so. No
 * guardian at all is no error: then the ceiling is absent, with the reason.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "knobs/guardian_priv.h"
#include "knobs/privilege.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/ceiling.h"

enum { LEAVE_MS = 1000, FAILED_LEAVE_MS = 100 };

/* Without a process: the ceiling may be read where the system lets us. */
static void go_without(struct guardian *g, const char *reason)
{
	int64_t now;

	g->original = -1;
	if (!ceiling_read(g->place.root, &now, &g->ceiling)) {
		g->original = now;
		g->ceiling.available = false;
		text_copy(g->ceiling.reason, sizeof(g->ceiling.reason), reason);
	}
}

static int fork_guardian(struct guardian *g)
{
	pid_t client = getpid();
	char note[sizeof(g->link.note)];
	int pair[2], err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	text_copy(note, sizeof(note), g->link.note);
	g->link = (struct guard_link){
		.socket = pair[0], .may_continue = !g->dropped, .seen_pages = -1};
	text_copy(g->link.note, sizeof(g->link.note), note);
	g->link.pid = fork();
	if (g->link.pid == 0)
		_exit(guardian_main(&g->place, pair[1], client));
	err = g->link.pid < 0 ? -errno : 0;
	close(pair[1]);
	if (err) {
		close(pair[0]);
		g->link = (struct guard_link){.socket = -1, .seen_pages = -1};
	}
	return err;
}

static int spawn(struct guardian *g)
{
	char reason[sizeof(g->ceiling.reason)];
	struct guard_reply hello;
	int err = fork_guardian(g);

	if (!err) {
		err = guard_link_hello(&g->link, &hello);
		if (err)
			guard_link_close(&g->link, LEAVE_MS);
	}
	g->leader_fd = -1;
	if (err) {
		snprintf(reason, sizeof(reason),
			 "the process that would restore it could not start: %s",
			 strerror(-err));
		go_without(g, reason);
		return err;
	}
	g->original = hello.original;
	g->ceiling = hello.ceiling;
	g->link.seen_pages = hello.original;
	/* It takes the ceiling only when no one's debt is left. */
	if (hello.original >= 0)
		g->left = -1;
	return 0;
}

static int say_unrestored(const struct guardian *g, int err, const char *why,
			  struct error *error)
{
	char todo[200] = "restore it: ";

	if (g->link.pid && g->link.stopped)
		text_append(todo, sizeof(todo),
			    "sudo kill -CONT %d; or: ", (int)g->link.pid);
	text_append(todo, sizeof(todo), "echo %lld | sudo tee " CEILING_PATH,
		    (long long)g->owed);
	return error_setf(error, ERROR_MACHINE, err, "ceiling", todo,
			  "%s; it is still %lld instead of %lld", why,
			  (long long)g->left, (long long)g->owed);
}

static int say_silent(struct guardian *g, struct error *error)
{
	char why[96];

	snprintf(why, sizeof(why), "the guardian (pid %d) %s", (int)g->link.pid,
		 g->link.stopped ? "is stopped" : "does not answer");
	g->ceiling.available = false;
	text_copy(g->ceiling.reason, sizeof(g->ceiling.reason), why);
	if (g->left >= 0)
		return say_unrestored(g, ETIMEDOUT, why, error);
	return error_set(error, ERROR_MACHINE, ETIMEDOUT, "ceiling", why,
			 g->link.stopped ? "continue it: sudo pkill -CONT "
					   "tlblab-guardian"
					 : "try again");
}

/* A new one puts back what a killed one could not. */
static int replace(struct guardian *g)
{
	if (g->link.pid && kill(g->link.pid, SIGKILL) == 0)
		guard_link_close(&g->link, LEAVE_MS);
	return spawn(g);
}

int guardian_bury(struct guardian *g, int err, struct error *error)
{
	int64_t left = g->left;

	if (err == -ETIMEDOUT)
		return say_silent(g, error);
	/* One that left of its own accord has restored. */
	if (guard_link_close(&g->link, LEAVE_MS))
		left = g->left = -1;
	g->ceiling.available = false;
	text_copy(g->ceiling.reason, sizeof(g->ceiling.reason),
		  "the guardian process was killed: start tlblab again");
	if (!g->dropped && !replace(g))
		return error_set(error, ERROR_MACHINE, -err, "guardian",
				 left >= 0 && g->left < 0
					 ? "it was killed; the original ceiling is back"
					 : "it was killed and has been replaced",
				 "start the run again");
	if (left < 0)
		return error_set(error, ERROR_MACHINE, -err, "guardian",
				 "it was killed; the ceiling is as it was found",
				 "start tlblab again");
	return say_unrestored(g, -err, "the guardian was killed", error);
}

/* An exchange about the ceiling; the guardian's own error when it refuses. */
static int ask_ceiling(struct guardian *g, struct guard_request *q,
		       struct guard_reply *r, struct error *error)
{
	int err;

	if (g->link.socket < 0)
		return error_set(error, ERROR_MACHINE, EPERM, "ceiling",
				 g->ceiling.reason, "see tlblab doctor");
	err = guard_link_ask(&g->link, q, r, NULL);
	/* What was sent may be done all the same. */
	if (err == -ETIMEDOUT && q->serial && q->op == GUARD_CEILING_SET &&
	    q->pages != g->original) {
		g->owed = g->left < 0 ? g->original : g->owed;
		g->left = q->pages;
	}
	if (err)
		return guardian_bury(g, err, error);
	g->ceiling = r->ceiling;
	g->original = r->original;
	g->left = r->left;
	g->owed = r->original;
	if (r->err && error)
		*error = r->error;
	return r->err;
}

int guardian_start_at(struct guardian **out, const struct guardian_place *place,
		      struct error *error)
{
	struct guardian *g = calloc(1, sizeof(*g));
	int err = 0;

	if (!g)
		return error_set(error, ERROR_MACHINE, ENOMEM, "guardian",
				 "out of memory", "close other programs");
	g->place = *place;
	g->link.socket = -1;
	g->leader_fd = -1;
	g->original = g->left = g->owed = -1;
	g->opener =
		(struct perf_opener){guardian_open_counter, g, guardian_read_tracefs};
	if (place->process)
		spawn(g);
	else
		go_without(g, "no permission: run with sudo");
	if (place->drop) {
		err = privilege_drop(place->uid, place->gid, error);
		g->dropped = !err;
		g->link.may_continue = err != 0;
	}
	if (err) {
		guardian_stop(g);
		return err;
	}
	*out = g;
	return 0;
}

int guardian_start(struct guardian **out, struct error *error)
{
	struct guardian_place place = {.process = geteuid() == 0};
	int found = privilege_invoking_user(&place.uid, &place.gid, error);

	if (found < 0)
		return found;
	place.drop = found > 0;
	return guardian_start_at(out, &place, error);
}

/* Asks for the restore while someone can still hear how it went. */
static int leave(struct guardian *g, struct error *error)
{
	struct guard_request q = {.op = GUARD_LEAVE};
	struct guard_reply r;
	int err = guard_link_ask(&g->link, &q, &r, NULL);

	if (!err)
		g->left = r.left;
	if (!err && !r.err) {
		guard_link_close(&g->link, LEAVE_MS);
		return 0;
	}
	if (!err) {
		say_unrestored(g, -r.err, r.error.why, error);
		/* It tries again for as long as it takes. */
		guard_link_close(&g->link, FAILED_LEAVE_MS);
		return r.err;
	}
	/* Its sign to restore is there for when it is awake. */
	if (guard_link_close(&g->link, err == -EPIPE ? LEAVE_MS : FAILED_LEAVE_MS))
		g->left = -1;
	return err;
}

int guardian_end(struct guardian *g, struct guardian_last_words *words)
{
	struct guardian_last_words unheard = {0};
	struct error *error;
	int err = 0;

	if (!words)
		words = &unheard;
	memset(words, 0, sizeof(*words));
	error = &words->error;
	if (!g)
		return 0;
	if (g->link.socket >= 0)
		err = leave(g, error);
	if ((err == -EPIPE || err == -ETIMEDOUT) && !g->dropped) {
		err = replace(g);
		if (!err)
			err = leave(g, error);
	}
	if (g->left < 0) {
		err = 0;
		error_clear(error);
	} else if (error->code == ERROR_NONE) {
		err = say_unrestored(g, EIO,
				     !g->link.pid      ? "the guardian was killed"
				     : g->link.stopped ? "the guardian is stopped"
						       : "the guardian does not answer",
				     error);
	}
	text_copy(words->note, sizeof(words->note), g->link.note);
	free(g);
	return err;
}

void guardian_stop(struct guardian *g)
{
	guardian_end(g, NULL);
}

const struct availability *guardian_ceiling_availability(const struct guardian *g)
{
	return &g->ceiling;
}

int guardian_ceiling_get(struct guardian *g, int64_t *pages)
{
	struct guard_request q = {.op = GUARD_CEILING_GET};
	struct guard_reply r;
	int err;

	if (g->link.socket < 0)
		return ceiling_read(g->place.root, pages, NULL);
	err = ask_ceiling(g, &q, &r, NULL);
	if (!err)
		*pages = r.pages;
	return err;
}

int guardian_ceiling_watch(struct guardian *g, int64_t *pages)
{
	if (g->link.socket < 0)
		return ceiling_read(g->place.root, pages, NULL);
	return guard_link_watch(&g->link, pages);
}

int64_t guardian_ceiling_original(const struct guardian *g)
{
	return g->original;
}

int guardian_ceiling_set(struct guardian *g, int64_t pages, struct error *error)
{
	struct guard_request q = {.op = GUARD_CEILING_SET, .pages = pages};
	struct guard_reply r;
	int err = ask_ceiling(g, &q, &r, error);

	if (!err)
		g->link.seen_pages = pages;
	return err;
}

int guardian_ceiling_keep(struct guardian *g, struct error *error)
{
	struct guard_request q = {.op = GUARD_CEILING_KEEP};
	struct guard_reply r;

	return ask_ceiling(g, &q, &r, error);
}

const struct perf_opener *guardian_perf_opener(struct guardian *g)
{
	return g ? &g->opener : &perf_opener_direct;
}

int guardian_read_tracepoint(struct guardian *g, const char *which, char *buf,
			     unsigned long buf_bytes)
{
	return guardian_read_tracefs(g, which, buf, buf_bytes);
}

pid_t guardian_pid(const struct guardian *g)
{
	return g->link.pid;
}

bool guardian_dropped(const struct guardian *g, uid_t *uid)
{
	if (g->dropped && uid)
		*uid = g->place.uid;
	return g->dropped;
}
