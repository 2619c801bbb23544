/* SPDX-License-Identifier: MIT */
/*
 * The guardian process: root, while its client is not. It restores the ceiling when the
 * client ends, however that came about, and until then answers a handful of requests.
 *
 * Threat model
 *
 * Trusted: the kernel, root, and the client until the guardian runs. Not trusted: the
 * client from then on, its user, and that user's other processes; all of them may be
 * someone else's code (a workload's command, a preloaded allocator). What they could
 * want, and what keeps it from them:
 *
 * 1. That the ceiling stays changed. By holding the guardian up: it waits in one place
 *    only, poll, for no longer than WATCH_MS, and watches the client's process there,
 *    not just its socket, which a child may keep open. Sends and receives do not wait;
 *    one reply may be on its way, and until it is taken no other request is read, so
 *    that a flood fills the sender's own buffer. Requests carry no descriptors: one
 *    that does ends the service with the packet still queued, because to close someone
 *    else's socket can take as long as its SO_LINGER says; at exit, when the kernel
 *    drops the queue, the ceiling has been restored and nothing lingers. By a failing
 *    restore: it is tried until it succeeds, and the journal makes any later start of
 *    the program try again. By making a changed value pass for the original: none is
 *    adopted while an entry stands (custody.c).
 * 2. Another user's secrets through counters. Events count, they never sample; the
 *    attr is rebuilt field by field; a whole CPU may be counted with tlb:tlb_flush
 *    or the hypervisor's own flush tracepoint only; a thread only when its process is
 *    one that the user could trace anyway; the kernel's filter parser sees six words
 *    and numbers (guardian_perf.c).
 * 3. Root's files. No path comes from the client: seven names of tracefs are compared
 *    whole. The journal's folder must be root's and writable by no one else.
 * 4. The guardian's memory, or its death. It is not dumpable, ignores signals, is not
 *    in the client's session, and asks to be spared when memory runs out. Root may
 *    still kill or stop it, and its client's user may not: then the client says on
 *    standard error what to run, exits with a status that is not 0, and the next start
 *    repairs.
 * 5. Another lab's ceiling. One lock, held by the kernel for as long as its holder
 *    lives; the folder cannot be made by an ordinary user beforehand, for /run is
 *    root's.
 *
 * Accepted: a client may change the ceiling, which is what it is for, between 0 and
 * 2^31 - 1 and for as long as it lives; it may make the guardian busy, at its own
 * priority; it may keep others from the ceiling while it lives. A value that another
 * program writes meanwhile is respected as soon as it is noticed, but a write between
 * the guardian's last look and its own write is lost.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "knobs/guardian_answer.h"
#include "knobs/guardian_detach.h"
#include "knobs/guardian_process.h"

enum { WATCH_MS = 500 };

/* The one reply that may be on its way. */
struct outgoing {
	struct guard_reply reply;
	int fd;
	bool waiting;
};

/* Where a process has no descriptor (Linux before 5.3, or filtered away), the guardian
 * sees that it was given another parent. */
static bool is_client_gone(const struct pollfd *pidfd, pid_t client)
{
	return pidfd->revents || getppid() != client;
}

static int pass_on(struct guard *g, struct outgoing *out)
{
	int err = guard_send(GUARD_SOCKET_FD, &out->reply, sizeof(out->reply), out->fd);

	if (err == -EAGAIN)
		return 0;
	guard_sent(g, out->fd);
	out->fd = -1;
	out->waiting = false;
	return err;
}

static int take_request(struct guard *g, struct outgoing *out)
{
	struct guard_request request;
	int err = guard_receive_plain(GUARD_SOCKET_FD, &request, sizeof(request));

	if (err)
		return err == -EAGAIN ? 0 : err;
	guard_answer(g, &request, &out->reply, &out->fd);
	out->waiting = true;
	return 0;
}

/* Answers until the client is gone, or does what it may not. */
static void serve(struct guard *g, pid_t client, int client_pidfd)
{
	struct outgoing out = {.fd = -1, .waiting = true};
	int err = 0;

	guard_fill_state(g, &out.reply);
	while (!err) {
		struct pollfd fds[2] = {
			{GUARD_SOCKET_FD, out.waiting ? POLLOUT : POLLIN, 0},
			{client_pidfd, POLLIN, 0}};
		int n = poll(fds, 2, WATCH_MS);

		if ((n < 0 && errno != EINTR) || is_client_gone(&fds[1], client))
			return;
		if (n == 0)
			guard_forget_leader(g);
		if (!fds[0].revents)
			continue;
		err = out.waiting ? pass_on(g, &out) : take_request(g, &out);
	}
}

int guardian_main(const struct guardian_place *place, int socket, pid_t client)
{
	struct guard g;
	int pidfd, err = guard_detach(socket);

	if (err) {
		struct guard_reply sorry = {.err = err, .original = -1, .left = -1};

		guard_send(socket, &sorry, sizeof(sorry), -1);
		return 1;
	}
	pidfd = (int)syscall(SYS_pidfd_open, client, 0);
	if (!place->root[0])
		guard_mount_privately();
	guard_init(&g, place->root, place->drop ? place->uid : geteuid(),
		   place->drop ? place->gid : getegid());
	custody_take(&g.custody);
	serve(&g, client, pidfd);
	custody_leave(&g.custody);
	return 0;
}
