/* SPDX-License-Identifier: MIT */
/*
 * The rig's own process: its main thread starts the workers, measures the victims while
 * nothing disturbs them, announces every change of state to the parent, and sleeps in
 * between on the first worker's CPU. It ends when the parent says so, or is gone: the
 * kernel kills it then (PR_SET_PDEATHSIG), and the event socket's end tells it too.
 */
#include "tlblab/rig/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rig/crash.h"
#include "rig/workers.h"
#include "tlblab/base/clock.h"

enum { LEAVE_NS = 150 * 1000 * 1000, NS_PER_MS = 1000 * 1000, QUIET_WINDOWS_MAX = 20 };

struct child {
	struct workers workers;
	int death_fd; /* signalfd for SIGCHLD */
	bool stopping;
};

static void child_announce(struct child *c, enum rig_state state)
{
	atomic_store_explicit(&c->workers.shared->state, state, memory_order_release);
	/* A full socket has a byte unread, which is all that is needed. */
	send(RIG_EVENT_FD, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void child_drain(int fd)
{
	struct signalfd_siginfo any[4];

	while (read(fd, any, sizeof(any)) > 0)
		;
}

/* Sleeps until a member or the parent has something to say, or deadline_ns. */
static void child_wait(struct child *c, uint64_t deadline_ns)
{
	struct pollfd fds[] = {
		{.fd = c->stopping ? -1 : RIG_EVENT_FD, .events = POLLIN},
		{.fd = c->workers.note_fd, .events = POLLIN},
		{.fd = c->death_fd, .events = POLLIN},
	};
	uint64_t now = clock_now_ns();
	int timeout_ms = -1;

	if (deadline_ns != UINT64_MAX)
		timeout_ms = now >= deadline_ns
				     ? 0
				     : (int)((deadline_ns - now) / NS_PER_MS) + 1;
	poll(fds, 3, timeout_ms);
	if (fds[0].revents)
		c->stopping = true;
	if (fds[1].revents)
		child_drain(c->workers.note_fd);
	if (fds[2].revents) {
		child_drain(c->death_fd);
		workers_reap(&c->workers);
	}
}

static bool child_broken(const struct child *c)
{
	return atomic_load(&c->workers.shared->broken) != BROKEN_NOTHING;
}

static void child_wait_count(struct child *c, _Atomic int32_t *count, int wanted)
{
	while (!c->stopping && !child_broken(c) && atomic_load(count) < wanted)
		child_wait(c, UINT64_MAX);
}

static bool child_victims_moved(const struct child *c, const uint64_t *before)
{
	const struct rig_shared *s = c->workers.shared;

	for (int i = 0; i < s->victims; i++)
		if (atomic_load(&shared_slot(s, s->workers + i)->quiet_iterations) ==
		    before[i])
			return false;
	return true;
}

/* What the victims do when left alone, over quiet_ms; on a busy machine over several
 * times that, until each had an iteration. */
static void child_measure_quiet(struct child *c)
{
	struct rig_shared *s = c->workers.shared;
	uint64_t *before = calloc((size_t)s->victims, sizeof(*before));
	uint64_t quiet_ns = (uint64_t)s->quiet_ms * NS_PER_MS;
	uint64_t begin_ns = clock_now_ns();
	uint64_t end_ns = begin_ns + quiet_ns;
	uint64_t last_ns = begin_ns + QUIET_WINDOWS_MAX * quiet_ns;

	if (!before) {
		snprintf(s->failure, sizeof(s->failure), "out of memory");
		shared_break(s, BROKEN_RIG);
		return;
	}
	for (int i = 0; i < s->victims; i++)
		before[i] =
			atomic_load(&shared_slot(s, s->workers + i)->quiet_iterations);
	while (!c->stopping && !child_broken(c) && clock_now_ns() < end_ns) {
		child_wait(c, end_ns);
		if (clock_now_ns() >= end_ns && end_ns < last_ns &&
		    !child_victims_moved(c, before))
			end_ns += quiet_ns;
	}
	double elapsed_s = (double)(clock_now_ns() - begin_ns) * 1e-9;

	for (int i = 0; i < s->victims; i++) {
		struct rig_slot *slot = shared_slot(s, s->workers + i);
		uint64_t iterations = atomic_load(&slot->quiet_iterations) - before[i];

		atomic_store(&slot->quiet_iterations_per_s,
			     (uint64_t)((double)iterations / elapsed_s));
	}
	free(before);
}

static void child_run(struct child *c)
{
	struct rig_shared *s = c->workers.shared;

	if (!workers_start(&c->workers))
		child_wait_count(c, &s->ready, workers_count(&c->workers));
	if (s->victims && s->quiet_ms > 0 && !c->stopping && !child_broken(c)) {
		child_announce(c, RIG_QUIET);
		child_measure_quiet(c);
	}
	if (!c->stopping && !child_broken(c)) {
		child_announce(c, RIG_READY);
		child_wait_count(c, &s->finished, s->workers);
	}
	if (child_broken(c)) {
		child_announce(c, RIG_DEAD);
	} else if (atomic_load(&s->finished) == s->workers) {
		shared_gate_set(s, GATE_STOP); /* the victims' measurement ends too */
		child_announce(c, RIG_DONE);
	}
	while (!c->stopping)
		child_wait(c, UINT64_MAX);
}

/* Lets the workers clean up, for as long as the parent's patience lasts. */
static void child_end(struct child *c)
{
	struct rig_shared *s = c->workers.shared;
	uint64_t deadline_ns = clock_now_ns() + LEAVE_NS;

	shared_gate_set(s, GATE_STOP);
	while (!child_broken(c) && atomic_load(&s->finished) < s->workers &&
	       atomic_load(&s->ready) == workers_count(&c->workers) &&
	       clock_now_ns() < deadline_ns)
		child_wait(c, deadline_ns);
	if (c->workers.ops->dispose && c->workers.space &&
	    atomic_load(&s->finished) == s->workers)
		c->workers.ops->dispose(c->workers.space);
	workers_end(&c->workers);
}

static int child_map(struct rig_shared **out)
{
	struct stat st;

	if (fstat(RIG_SHARED_FD, &st) || (size_t)st.st_size < sizeof(struct rig_shared))
		return -EBADF;
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 RIG_SHARED_FD, 0);

	if (map == MAP_FAILED)
		return -errno;
	*out = map;
	return (*out)->bytes == (size_t)st.st_size ? 0 : -EBADF;
}

static int child_watch_deaths(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int rig_child_main(int argc, char **argv)
{
	struct child c = {0};
	struct rig_shared *s = NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc != 3 || atoi(argv[2]) != getppid() || child_map(&s))
		return 2;
	c.workers.shared = s;
	c.workers.ops = workload_find(s->experiment.workload);
	c.workers.note_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c.death_fd = child_watch_deaths();
	if (!c.workers.ops || c.workers.note_fd < 0 || c.death_fd < 0 ||
	    crash_init(s, workers_count(&c.workers)) ||
	    fcntl(RIG_EVENT_FD, F_SETFL, O_NONBLOCK)) {
		snprintf(s->failure, sizeof(s->failure), "could not set itself up: %m");
		shared_break(s, BROKEN_RIG);
		return 3;
	}
	child_run(&c);
	child_end(&c);
	_exit(0);
}
