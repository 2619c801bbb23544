/* SPDX-License-Identifier: MIT */
/*
 * The guardian process. It stands alone: a session of its own, every signal but KILL
 * ignored, no descriptor but its socket, a mount namespace of its own in which debugfs
 * and tracefs are mounted when the system has not, so that nothing of that shows
 * outside.
 *
 * Invariants: the ceiling differs from the original only while the journal says so, and
 * the journal is written only under the lock. The loop ends when the socket does or
 * when the client's process ends, whichever is seen first, and what was changed is put
 * back.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "knobs/guardian_internal.h"
#include "knobs/guardian_perf.h"
#include "knobs/guardian_wire.h"
#include "knobs/journal.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/ceiling.h"

enum { SOCKET_FD = 3 };

struct guard {
	const char *root;
	struct journal journal;
	struct guard_perf_rules rules;
	struct availability ceiling;
	int64_t original; /* -1: not known, or not ours to know */
	bool changed;	  /* the value in force is ours: to be put back */
};

/* Nothing of the client's: no terminal, no open file, no signal. */
static int leave_client(int socket)
{
	int null_fd;

	setsid();
	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, SIG_IGN);
	null_fd = open("/dev/null", O_RDWR);
	if (null_fd < 0 || dup2(socket, SOCKET_FD) < 0)
		return -errno;
	for (int fd = 0; fd < SOCKET_FD; fd++) {
		if (dup2(null_fd, fd) < 0)
			return -errno;
	}
	if (close_range(SOCKET_FD + 1, ~0U, 0))
		return -errno;
	umask(077);
	prctl(PR_SET_NAME, "tlblab-guardian");
	return chdir("/") ? -errno : 0;
}

/* A failure to mount shows in what cannot be opened later, with its reason. */
static void mount_privately(void)
{
	bool debugfs = access("/sys/kernel/debug/x86", F_OK) == 0;
	bool tracefs = access("/sys/kernel/tracing/events", F_OK) == 0;

	if ((debugfs && tracefs) || unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return;
	if (!debugfs)
		mount("none", "/sys/kernel/debug", "debugfs",
		      MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	if (!tracefs)
		mount("none", "/sys/kernel/tracing", "tracefs",
		      MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static void say_ceiling(struct guard *g, const char *reason)
{
	g->ceiling.available = false;
	text_copy(g->ceiling.reason, sizeof(g->ceiling.reason), reason);
}

/* Puts back what a guardian left that was killed before it could. */
static void repair(struct guard *g)
{
	int64_t left;
	int err = journal_read(&g->journal, &left);

	if (!err)
		err = ceiling_write(g->root, left, NULL);
	if (!err || err == -ESTALE)
		journal_remove(&g->journal);
}

/* Takes the ceiling when it can be had: the lock first, then the truth about it. Asked
 * again on every request while another lab has it. */
static void take_ceiling(struct guard *g)
{
	char reason[sizeof(g->ceiling.reason)];
	pid_t holder;
	int64_t now;
	int err;

	if (g->original >= 0)
		return;
	if (ceiling_read(g->root, &now, &g->ceiling))
		return;
	err = journal_lock(&g->journal, &holder);
	if (err == -EBUSY) {
		snprintf(reason, sizeof(reason),
			 "another tlblab (pid %d) holds the ceiling: end it first",
			 (int)holder);
		say_ceiling(g, reason);
		return;
	}
	if (err) {
		snprintf(
			reason, sizeof(reason),
			"%s cannot be used: %s; without it the ceiling could not be put "
			"back",
			g->journal.folder, strerror(-err));
		say_ceiling(g, reason);
		return;
	}
	repair(g);
	if (!ceiling_read(g->root, &now, &g->ceiling))
		g->original = now;
}

static int put_back(struct guard *g)
{
	int err;

	if (!g->changed)
		return 0;
	err = ceiling_write(g->root, g->original, NULL);
	if (err)
		return err;
	g->changed = false;
	return journal_remove(&g->journal);
}

static int set_ceiling(struct guard *g, int64_t pages, struct fault *fault)
{
	int err;

	if (g->original < 0)
		return fault_set(fault, FAULT_MACHINE, EPERM, "ceiling",
				 g->ceiling.reason, "");
	if (pages == g->original && g->changed) {
		err = put_back(g);
		return err ? fault_set(fault, FAULT_MACHINE, -err, "ceiling",
				       strerror(-err), "")
			   : 0;
	}
	if (!g->changed) {
		err = journal_write(&g->journal, g->original);
		if (err)
			return fault_setf(fault, FAULT_MACHINE, -err, g->journal.folder,
					  "make room there",
					  "the original ceiling cannot be noted: %s",
					  strerror(-err));
		g->changed = true;
	}
	err = ceiling_write(g->root, pages, fault);
	if (err)
		put_back(g);
	return err;
}

static int keep_ceiling(struct guard *g, struct fault *fault)
{
	int64_t now;
	int err;

	if (g->original < 0)
		return fault_set(fault, FAULT_MACHINE, EPERM, "ceiling",
				 g->ceiling.reason, "");
	err = ceiling_read(g->root, &now, NULL);
	if (!err)
		err = journal_remove(&g->journal);
	if (err)
		return fault_set(fault, FAULT_MACHINE, -err, "ceiling", strerror(-err),
				 "");
	g->original = now;
	g->changed = false;
	return 0;
}

/* 0 and a descriptor in *fd, or -errno. */
static int open_counter(const struct guard *g, const struct guard_request *q,
			int group_fd, int *fd)
{
	struct perf_event_attr attr = q->attr;
	int err = guard_check_attr(&g->rules, &attr);

	if (!err)
		err = guard_check_task(&g->rules, q->tid, q->cpu);
	if (err)
		return err;
	*fd = perf_opener_direct.open(perf_opener_direct.self, &attr, q->tid, q->cpu,
				      group_fd, q->has_filter ? q->text : NULL);
	if (*fd < 0)
		return *fd;
	/* A tid may have passed to another task since it was checked. */
	err = guard_check_task(&g->rules, q->tid, q->cpu);
	if (err) {
		close(*fd);
		*fd = -1;
	}
	return err;
}

static int read_tracepoint(const struct guard *g, const char *which, char *out,
			   size_t bytes)
{
	static const char *const folders[] = {"/sys/kernel/tracing/",
					      "/sys/kernel/debug/tracing/"};
	int err = -ENOENT;

	if (strcmp(which, "events/tlb/tlb_flush/id") &&
	    strcmp(which, "events/tlb/tlb_flush/format"))
		return -EPERM;
	for (int i = 0; i < 2 && err; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", folders[i], which);
		err = file_read_text(g->root, path, out, bytes);
	}
	return err;
}

static void answer(struct guard *g, struct guard_request *q, int group_fd,
		   struct guard_reply *r, int *fd)
{
	q->text[sizeof(q->text) - 1] = '\0';
	r->serial = q->serial;
	r->pages = -1;
	switch (q->op) {
	case GUARD_CEILING_GET:
		take_ceiling(g);
		r->err = ceiling_read(g->root, &r->pages, NULL);
		break;
	case GUARD_CEILING_SET:
		take_ceiling(g);
		r->err = set_ceiling(g, q->pages, &r->fault);
		break;
	case GUARD_CEILING_KEEP: r->err = keep_ceiling(g, &r->fault); break;
	case GUARD_PERF_OPEN: r->err = open_counter(g, q, group_fd, fd); break;
	case GUARD_TRACEPOINT:
		r->err = read_tracepoint(g, q->text, r->text, sizeof(r->text));
		break;
	default: r->err = -EOPNOTSUPP; break;
	}
	r->original = g->original;
	r->ceiling = g->ceiling;
}

/* Answers until the client is gone. */
static void serve(struct guard *g, int client_pidfd)
{
	struct pollfd fds[2] = {{SOCKET_FD, POLLIN, 0}, {client_pidfd, POLLIN, 0}};
	struct guard_request request;
	struct guard_reply reply = {.original = g->original, .ceiling = g->ceiling};
	int err = guard_send(SOCKET_FD, &reply, sizeof(reply), -1);

	while (!err) {
		int group_fd, fd = -1;

		if (poll(fds, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		if (fds[1].revents)
			return;
		err = guard_receive(SOCKET_FD, &request, sizeof(request), &group_fd);
		if (err)
			return;
		memset(&reply, 0, sizeof(reply));
		answer(g, &request, group_fd, &reply, &fd);
		err = guard_send(SOCKET_FD, &reply, sizeof(reply), fd);
		if (fd >= 0)
			close(fd);
		if (group_fd >= 0)
			close(group_fd);
	}
}

int guardian_main(const struct guardian_place *place, int socket, pid_t client)
{
	struct guard g = {.root = place->root, .original = -1};
	char id[32];
	int64_t number;
	int pidfd, err;

	if (leave_client(socket))
		return 1;
	pidfd = (int)syscall(SYS_pidfd_open, client, 0);
	if (pidfd < 0 && errno == ESRCH)
		return 0;
	if (!g.root[0])
		mount_privately();
	journal_init(&g.journal, g.root);
	guard_perf_rules_init(&g.rules, g.root);
	g.rules.client = client;
	g.rules.uid = place->drop ? place->uid : geteuid();
	if (!read_tracepoint(&g, "events/tlb/tlb_flush/id", id, sizeof(id)) &&
	    !text_to_int(id, false, &number) && number > 0)
		g.rules.tracepoint = (uint64_t)number;
	take_ceiling(&g);
	serve(&g, pidfd);
	err = put_back(&g);
	journal_unlock(&g.journal);
	return err ? 1 : 0;
}
