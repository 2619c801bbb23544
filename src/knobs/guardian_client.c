/* SPDX-License-Identifier: MIT */
/*
 * The client's side: starts the guardian, drops, asks, and outlives it. A guardian that
 * died is replaced while this process is still root, and the new one's first act is to
 * put back what the journal holds; a client that has dropped can only say so.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "knobs/guardian_internal.h"
#include "knobs/guardian_wire.h"
#include "knobs/privilege.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/ceiling.h"

enum { ANSWER_TIMEOUT_S = 5, LEAVE_TIMEOUT_MS = 2000 };

struct guardian {
	struct guardian_place place;
	pid_t pid; /* 0: none */
	int socket;
	uint32_t serial;
	struct availability ceiling;
	int64_t original, set_pages; /* -1 unknown, not set */
	bool dropped;
	struct perf_opener opener;
};

/* One exchange. *fd (may be NULL) receives the descriptor of the reply. */
static int exchange(struct guardian *g, struct guard_request *q, int pass_fd,
		    struct guard_reply *r, int *fd)
{
	int got = -1, err;

	q->serial = ++g->serial;
	err = guard_send(g->socket, q, sizeof(*q), pass_fd);
	while (!err) {
		err = guard_receive(g->socket, r, sizeof(*r), &got);
		if (!err && r->serial == q->serial)
			break;
		/* The late answer to a request that was given up. */
		if (!err && got >= 0)
			close(got);
	}
	if (!err && fd)
		*fd = got;
	else if (got >= 0)
		close(got);
	return err;
}

/* Waits for the guardian to end; its wait status, or -1 when it does not. */
static int wait_for_end(pid_t pid)
{
	int status;

	for (int ms = 0; ms < LEAVE_TIMEOUT_MS; ms += 1) {
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got == pid)
			return status;
		if (got < 0 && errno != EINTR)
			return -1;
		clock_sleep_until(clock_now_ns() + 1000000);
	}
	return -1;
}

/* Closes the socket, which is the guardian's sign to restore and leave. True when it
 * said that it had. */
static bool end_process(struct guardian *g)
{
	int status;

	if (!g->pid)
		return true;
	close(g->socket);
	g->socket = -1;
	status = wait_for_end(g->pid);
	g->pid = 0;
	return status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int spawn(struct guardian *g, struct fault *fault)
{
	struct timeval timeout = {.tv_sec = ANSWER_TIMEOUT_S};
	struct guard_reply hello;
	pid_t client = getpid();
	int pair[2], fd, err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return fault_set(fault, FAULT_MACHINE, errno, "guardian",
				 strerror(errno), "");
	g->pid = fork();
	if (g->pid == 0)
		_exit(guardian_main(&g->place, pair[1], client));
	err = errno;
	close(pair[1]);
	g->socket = pair[0];
	if (g->pid < 0) {
		g->pid = 0;
		close(pair[0]);
		return fault_set(fault, FAULT_MACHINE, err, "guardian", strerror(err),
				 "end other processes");
	}
	setsockopt(g->socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	err = guard_receive(g->socket, &hello, sizeof(hello), &fd);
	if (err) {
		end_process(g);
		return fault_setf(fault, FAULT_MACHINE, -err, "guardian", "",
				  "it did not start: %s", strerror(-err));
	}
	g->original = hello.original;
	g->ceiling = hello.ceiling;
	g->set_pages = -1;
	return 0;
}

/* The guardian did not answer. Fills a fault that says how the ceiling stands. */
static int bury(struct guardian *g, int err, struct fault *fault)
{
	int64_t original = g->original, left = g->set_pages;

	/* One that is silent but alive restores as its socket closes. */
	if (end_process(g))
		left = -1;
	g->ceiling.available = false;
	text_copy(g->ceiling.reason, sizeof(g->ceiling.reason),
		  "the guardian process was killed: start tlblab again");
	if (!g->dropped && !spawn(g, NULL))
		return fault_set(fault, FAULT_MACHINE, -err, "guardian",
				 left >= 0 && g->original == original
					 ? "it was killed; the original ceiling is back"
					 : "it was killed and has been replaced",
				 "start the run again");
	if (left < 0)
		return fault_set(fault, FAULT_MACHINE, -err, "guardian",
				 "it was killed; the ceiling is as it was found",
				 "start tlblab again");
	return fault_setf(fault, FAULT_MACHINE, -err, "guardian",
			  "start tlblab with sudo again, which puts it back",
			  "it was killed; the ceiling is still %lld instead of %lld",
			  (long long)left, (long long)original);
}

/* An exchange about the ceiling; the guardian's own fault when it refuses. */
static int ask_ceiling(struct guardian *g, struct guard_request *q,
		       struct guard_reply *r, struct fault *fault)
{
	int err;

	if (!g->pid)
		return fault_set(fault, FAULT_MACHINE, EPERM, "ceiling",
				 g->ceiling.reason, "");
	err = exchange(g, q, -1, r, NULL);
	if (err)
		return bury(g, err, fault);
	g->ceiling = r->ceiling;
	g->original = r->original;
	if (r->err && fault)
		*fault = r->fault;
	return r->err;
}

static int open_counter(void *self, struct perf_event_attr *attr, pid_t tid, int cpu,
			int group_fd, const char *filter)
{
	struct guardian *g = self;
	struct guard_request q = {
		.op = GUARD_PERF_OPEN, .attr = *attr, .tid = tid, .cpu = cpu};
	struct guard_reply r;
	int fd = -1, err = -EPERM;

	q.has_filter = filter != NULL;
	if (g->pid && g->dropped &&
	    (!filter || text_copy(q.text, sizeof(q.text), filter))) {
		err = exchange(g, &q, group_fd, &r, &fd);
		if (err)
			bury(g, err, NULL);
		else
			err = r.err;
	}
	if (!err && fd >= 0)
		return fd;
	/* This process may still be allowed to, and if not has the kernel's own word.
	 */
	fd = perf_opener_direct.open(perf_opener_direct.self, attr, tid, cpu, group_fd,
				     filter);
	return fd;
}

static int read_tracepoint(void *self, const char *which, char *buf,
			   unsigned long buf_bytes)
{
	struct guardian *g = self;
	struct guard_request q = {.op = GUARD_TRACEPOINT};
	struct guard_reply r;
	int err;

	if (!g->pid || !text_copy(q.text, sizeof(q.text), which))
		return -ENOENT;
	err = exchange(g, &q, -1, &r, NULL);
	if (err) {
		bury(g, err, NULL);
		return err;
	}
	if (r.err)
		return r.err;
	return text_copy(buf, buf_bytes, r.text) ? 0 : -EOVERFLOW;
}

static void start_without_process(struct guardian *g)
{
	int64_t now;

	if (ceiling_read(g->place.root, &now, &g->ceiling))
		return;
	/* It can be read, then: but only root may change it and put it back. */
	g->original = now;
	g->ceiling.available = false;
	text_copy(g->ceiling.reason, sizeof(g->ceiling.reason),
		  "no permission: run with sudo");
}

int guardian_start_at(struct guardian **out, const struct guardian_place *place,
		      struct fault *fault)
{
	struct guardian *g = calloc(1, sizeof(*g));
	int err = 0;

	if (!g)
		return fault_set(fault, FAULT_MACHINE, ENOMEM, "guardian",
				 "out of memory", "close other programs");
	g->place = *place;
	g->socket = -1;
	g->original = g->set_pages = -1;
	g->opener = (struct perf_opener){open_counter, g, read_tracepoint};
	if (place->process)
		err = spawn(g, fault);
	else
		start_without_process(g);
	if (!err && place->drop) {
		err = privilege_drop(place->uid, place->gid, fault);
		g->dropped = !err;
	}
	if (err) {
		guardian_stop(g);
		return err;
	}
	*out = g;
	return 0;
}

int guardian_start(struct guardian **out, struct fault *fault)
{
	struct guardian_place place = {.process = geteuid() == 0};
	int found = privilege_invoking_user(&place.uid, &place.gid, fault);

	if (found < 0)
		return found;
	place.drop = found > 0;
	return guardian_start_at(out, &place, fault);
}

void guardian_stop(struct guardian *g)
{
	if (!g)
		return;
	/* A new one puts back what a killed one could not. */
	if (!end_process(g) && !g->dropped && !spawn(g, NULL))
		end_process(g);
	free(g);
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

	if (!g->pid)
		return ceiling_read(g->place.root, pages, NULL);
	err = ask_ceiling(g, &q, &r, NULL);
	if (!err)
		*pages = r.pages;
	return err;
}

int64_t guardian_ceiling_original(const struct guardian *g)
{
	return g->original;
}

int guardian_ceiling_set(struct guardian *g, int64_t pages, struct fault *fault)
{
	struct guard_request q = {.op = GUARD_CEILING_SET, .pages = pages};
	struct guard_reply r;
	int err = ask_ceiling(g, &q, &r, fault);

	if (!err)
		g->set_pages = pages == g->original ? -1 : pages;
	return err;
}

int guardian_ceiling_keep(struct guardian *g, struct fault *fault)
{
	struct guard_request q = {.op = GUARD_CEILING_KEEP};
	struct guard_reply r;
	int err = ask_ceiling(g, &q, &r, fault);

	if (!err)
		g->set_pages = -1;
	return err;
}

const struct perf_opener *guardian_perf_opener(struct guardian *g)
{
	return g ? &g->opener : &perf_opener_direct;
}

int guardian_read_tracepoint(struct guardian *g, const char *which, char *buf,
			     unsigned long buf_bytes)
{
	return read_tracepoint(g, which, buf, buf_bytes);
}

pid_t guardian_pid(const struct guardian *g)
{
	return g->pid;
}

bool guardian_dropped(const struct guardian *g, uid_t *uid)
{
	if (g->dropped && uid)
		*uid = g->place.uid;
	return g->dropped;
}
