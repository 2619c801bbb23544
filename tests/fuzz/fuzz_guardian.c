/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as packets to the guardian, over its own socket: whatever they ask for, the
 * ceiling is the original's or noted, nothing is opened that the rules forbid, and at
 * the end the original is back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "knobs/guardian_answer.h"
#include "tlblab/knobs/ceiling.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum { PACKETS_MAX = 8, NO_USER = 65533 };

static char root[64];

static void make_folder(const char *path)
{
	char whole[200];

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	mkdir(whole, 0755);
}

static void remove_all(void)
{
	static const char *const paths[] = {"/run/tlblab/lock",
					    "/run/tlblab/ceiling",
					    "/run/tlblab",
					    "/run",
					    CEILING_PATH,
					    "/sys/kernel/debug/x86",
					    "/sys/kernel/debug",
					    "/sys/kernel",
					    "/sys",
					    ""};
	char whole[200];

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		snprintf(whole, sizeof(whole), "%s%s", root, paths[i]);
		remove(whole);
	}
}

static void make_root(void)
{
	char path[200];
	int fd;

	/* In memory: every change of the ceiling is synced to the journal. */
	snprintf(root, sizeof(root), "/dev/shm/tlblab-fuzz-XXXXXX");
	if (!mkdtemp(root))
		abort();
	atexit(remove_all);
	make_folder("/run");
	make_folder("/sys");
	make_folder("/sys/kernel");
	make_folder("/sys/kernel/debug");
	make_folder("/sys/kernel/debug/x86");
	snprintf(path, sizeof(path), "%s" CEILING_PATH, root);
	fd = open(path, O_WRONLY | O_CREAT, 0644);
	if (fd < 0 || write(fd, "33\n", 3) != 3 || close(fd))
		abort();
}

static int64_t ceiling_now(void)
{
	int64_t pages;

	return ceiling_read(root, &pages, NULL) ? -1 : pages;
}

static void check(struct guard *g, const struct guard_request *q,
		  const struct guard_reply *r, int fd)
{
	struct journal_entry entry;

	/* That user has no process, so only a whole CPU's tracepoint could open, whose
	 * number this place does not have. */
	if (fd >= 0 || r->serial != q->serial || r->err > 0)
		abort();
	if (g->custody.original >= 0 && ceiling_now() != g->custody.original &&
	    journal_read(&g->custody.journal, &entry))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static struct guard g;
	struct guard_request q;
	struct guard_reply r;
	int64_t original;
	int pair[2];

	if (!root[0]) {
		make_root();
		guard_init(&g, root, NO_USER, NO_USER);
		custody_take(&g.custody);
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair))
		abort();
	original = g.custody.original;
	for (int i = 0; i < PACKETS_MAX && bytes; i++) {
		size_t n = bytes < sizeof(q) ? bytes : sizeof(q);
		int err, fd;

		/* Short ones end the service; most are filled up, to get further. */
		memset(&q, 0, sizeof(q));
		memcpy(&q, data, n);
		if (n < sizeof(q) && (data[0] & 15) == 15)
			guard_send(pair[0], &q, n, -1);
		else
			guard_send(pair[0], &q, sizeof(q), -1);
		data += n;
		bytes -= n;
		err = guard_receive_plain(pair[1], &q, sizeof(q));
		if (err == -EPROTO)
			break;
		if (err)
			abort();
		guard_answer(&g, &q, &r, &fd);
		check(&g, &q, &r, fd);
		/* What is to stay becomes the original. */
		if (q.op == GUARD_CEILING_KEEP && !r.err)
			original = g.custody.original;
	}
	close(pair[0]);
	close(pair[1]);
	if (custody_put_back(&g.custody, NULL) || ceiling_now() != original)
		abort();
	return 0;
}
