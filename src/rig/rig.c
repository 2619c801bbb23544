/* SPDX-License-Identifier: MIT */
/*
 * The parent's side: makes the shared memory, spawns the rig, watches it, reads its
 * counters and takes it down. Only rig_stop waits; everything else looks and returns.
 */
#include "tlblab/rig/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig/death.h"
#include "rig/rig_priv.h"
#include "rig/spawn.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/priority.h"
#include "tlblab/workloads/workload.h"

enum {
	STOP_MS = 200,
	STALL_MIN_TICKS = 600, /* when the tick's length is not known */
	REVISE_TICKS = 5000000,
	REVISE_NS = 2000000,
	/* Reading a clock that is not the time stamp counter may take a microsecond. */
	LONG_TICKS = 500000,
	LONG_NS = 200000,
};

/* Whether its members may hold every CPU there is, if they spin. */
static bool rig_every_cpu(const struct rig_config *config)
{
	const struct experiment *e = config->experiment;
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	return e->threads + e->victims >= online;
}

static int rig_check(const struct rig_config *config, struct error *error)
{
	const struct experiment *e = config->experiment;
	const struct workload_ops *ops = workload_find(e->workload);
	char why[256] = "";

	if (!ops)
		return error_set(error, ERROR_INPUT, EINVAL, e->workload,
				 "there is no such workload",
				 "see tlblab list workloads");
	if (e->threads < 1 || e->victims < 0 ||
	    e->threads + e->victims > EXPERIMENT_MAX_WORKERS)
		return error_setf(error, ERROR_INPUT, EINVAL, "threads and victims",
				  "choose fewer", "1 to %d together, at least 1 thread",
				  EXPERIMENT_MAX_WORKERS);
	if (priority_check(rig_every_cpu(config), error))
		return -EAGAIN;
	if (ops->available && ops->available(why, sizeof(why)))
		return error_set(error, ERROR_MACHINE, ENOTSUP, e->workload, why,
				 "choose another workload");
	return ops->check ? ops->check(e, e->params, error) : 0;
}

static int64_t rig_working_set(const struct experiment *e)
{
	const struct param_value *v =
		experiment_param(e, workload_catalogue(), "working_set_pages");

	return v ? v->number : 0;
}

static void rig_describe(struct rig_shared *s, const struct rig_config *config)
{
	double ns_per_tick = config->tsc_ns_per_tick;

	s->workers = config->experiment->threads;
	s->victims = config->experiment->victims;
	s->quiet_ms = config->quiet_ms;
	s->time_one_in = config->time_one_in;
	s->gives_way = config->gives_way;
	s->comes_first = config->comes_first;
	s->working_set_pages = rig_working_set(config->experiment);
	s->stall_min_ticks = STALL_MIN_TICKS;
	s->revise_ticks = REVISE_TICKS;
	s->long_ticks = LONG_TICKS;
	if (ns_per_tick > 0) {
		s->stall_min_ticks =
			(uint64_t)((s->working_set_pages ? RIG_WALK_STALL_MIN_NS
							 : RIG_STALL_MIN_NS) /
				   ns_per_tick);
		s->revise_ticks = (uint64_t)(REVISE_NS / ns_per_tick);
		s->long_ticks = (uint64_t)(LONG_NS / ns_per_tick);
	}
	s->experiment = *config->experiment;
	atomic_store(&s->broken, BROKEN_NOTHING);
	memcpy(s->cpus, config->cpus,
	       ((size_t)s->workers + (size_t)s->victims) * sizeof(s->cpus[0]));
}

/* Returns the memfd, or -errno. */
static int rig_share(struct rig *rig, const struct rig_config *config)
{
	size_t slots_offset;
	size_t bytes = shared_bytes(config->experiment->threads,
				    config->experiment->victims, &slots_offset);
	int fd = memfd_create("tlblab-rig", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)bytes) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		goto fail;
	rig->shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (rig->shared == MAP_FAILED) {
		rig->shared = NULL;
		goto fail;
	}
	rig->shared->bytes = bytes;
	rig->shared->slots_offset = slots_offset;
	rig_describe(rig->shared, config);
	return fd;
fail:;
	int err = -errno;

	close(fd);
	return err;
}

static int rig_error(struct error *error, int err)
{
	return error_set(error, ERROR_MACHINE, -err, "workers' process", strerror(-err),
			 "check the limits on memory, open files and processes "
			 "(ulimit -a)");
}

int rig_start(struct rig **out, const struct rig_config *config, struct error *error)
{
	int pair[2] = {-1, -1}, shared_fd = -1;
	int err = rig_check(config, error);

	if (err)
		return err;
	struct rig *rig = calloc(1, sizeof(*rig));

	if (!rig)
		return rig_error(error, -ENOMEM);
	rig->event_fd = -1;
	rig->ns_per_tick = config->tsc_ns_per_tick;
	shared_fd = rig_share(rig, config);
	if (shared_fd < 0) {
		err = shared_fd;
		goto fail;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair)) {
		err = -errno;
		goto fail;
	}
	rig->event_fd = pair[0];
	rig->pid = spawn_rig(rig->shared, shared_fd, pair[1]);
	if (rig->pid < 0) {
		err = rig->pid;
		goto fail;
	}
	rig->known_pid = rig->pid;
	rig->programs = workload_find(config->experiment->workload)->desc.program;
	if (rig->programs)
		orphans_watch(&rig->orphans, rig->pid);
	close(shared_fd);
	close(pair[1]);
	*out = rig;
	return 0;
fail:
	if (shared_fd >= 0)
		close(shared_fd);
	if (pair[1] >= 0)
		close(pair[1]);
	rig->pid = 0;
	rig_stop(rig);
	return rig_error(error, err);
}

static void rig_drain(struct rig *rig)
{
	char bytes[64];

	while (recv(rig->event_fd, bytes, sizeof(bytes), MSG_DONTWAIT) ==
	       (ssize_t)sizeof(bytes))
		;
}

/* Did the process end? */
static bool rig_reap(struct rig *rig, int *status)
{
	if (!rig->pid || waitpid(rig->pid, status, WNOHANG) != rig->pid)
		return false;
	rig->pid = 0;
	return true;
}

enum rig_state rig_poll(struct rig *rig, struct error *error)
{
	struct rig_shared *s = rig->shared;
	int status = 0;

	rig_drain(rig);
	enum rig_state state = atomic_load_explicit(&s->state, memory_order_acquire);

	if (!rig->dead && state != RIG_DONE) {
		bool ended = rig_reap(rig, &status);

		if (ended || state == RIG_DEAD) {
			rig->dead = true;
			death_describe(s, ended, status, &rig->error);
		}
	}
	if (rig->dead) {
		if (error)
			*error = rig->error;
		return RIG_DEAD;
	}
	if (state == RIG_READY && !rig->populated) {
		/* Whoever reads later must not fault for it. */
		madvise((char *)s + s->slots_offset, s->bytes - s->slots_offset,
			MADV_POPULATE_READ);
		rig->populated = true;
	}
	return state == RIG_READY && rig->opened ? RIG_RUNNING : state;
}

int rig_event_fd(const struct rig *rig)
{
	return rig->event_fd;
}

void rig_open_gate(struct rig *rig)
{
	rig->opened = true;
	shared_gate_set(rig->shared, GATE_OPEN);
}

void rig_set_trigger(struct rig *rig, uint32_t position)
{
	for (int i = 0; i < rig->shared->workers; i++)
		atomic_store_explicit(&shared_slot(rig->shared, i)->trigger, position,
				      memory_order_relaxed);
}

void rig_order_timed_ops(struct rig *rig, uint32_t a, uint32_t b, int wanted)
{
	struct worker_timed_ops *t = &rig->shared->trials;

	atomic_store_explicit(&t->trigger[0], a, memory_order_relaxed);
	atomic_store_explicit(&t->trigger[1], b, memory_order_relaxed);
	atomic_store_explicit(&t->wanted, (uint32_t)wanted, memory_order_relaxed);
	atomic_fetch_add_explicit(&t->order, 1, memory_order_release);
}

bool rig_read_timed_op(const struct rig *rig, int i, struct rig_timed_op *out)
{
	const struct worker_timed_ops *t = &rig->shared->trials;
	double ns = rig->ns_per_tick;

	if (atomic_load_explicit(&t->answered, memory_order_acquire) !=
		    atomic_load_explicit(&t->order, memory_order_relaxed) ||
	    i >= (int)atomic_load_explicit(&t->n, memory_order_acquire))
		return false;
	const struct worker_timed_op *trial = &t->trial[i];

	*out = (struct rig_timed_op){
		.own_ns = (double)trial->own_ticks * ns,
		.lost_ns = trial->lost_ticks * ns,
		.second = trial->which == 1,
	};
	return true;
}

int rig_timed_ops_left_out(const struct rig *rig)
{
	const struct worker_timed_ops *t = &rig->shared->trials;

	if (atomic_load_explicit(&t->answered, memory_order_acquire) !=
	    atomic_load_explicit(&t->order, memory_order_relaxed))
		return 0;
	return (int)atomic_load_explicit(&t->left_out, memory_order_relaxed);
}

int rig_workers(const struct rig *rig)
{
	return rig->shared->workers;
}

int rig_victims(const struct rig *rig)
{
	return rig->shared->victims;
}

pid_t rig_pid(const struct rig *rig)
{
	return rig->known_pid;
}

/* The child closes its end by ending. */
static void rig_wait_end(struct rig *rig)
{
	uint64_t deadline_ns = clock_now_ns() + (uint64_t)STOP_MS * 1000000;
	struct pollfd end = {.fd = rig->event_fd, .events = POLLIN};
	char byte;

	for (;;) {
		ssize_t n = recv(rig->event_fd, &byte, 1, MSG_DONTWAIT);
		uint64_t now = clock_now_ns();

		if (n == 0 || (n < 0 && errno != EAGAIN) || now >= deadline_ns)
			return;
		if (n < 0)
			poll(&end, 1, (int)((deadline_ns - now) / 1000000) + 1);
	}
}

int rig_stop(struct rig *rig)
{
	int ended = 0;

	if (!rig)
		return 0;
	if (rig->pid) {
		shared_gate_set(rig->shared, GATE_STOP);
		shutdown(rig->event_fd, SHUT_WR);
		rig_wait_end(rig);
		/* The group first: once its leader is reaped the id may be reused. */
		kill(-rig->pid, SIGKILL);
		kill(rig->pid, SIGKILL);
		while (waitpid(rig->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (rig->programs)
		ended = orphans_end(&rig->orphans);
	if (rig->event_fd >= 0)
		close(rig->event_fd);
	if (rig->shared)
		munmap(rig->shared, rig->shared->bytes);
	free(rig);
	return ended;
}
