/* SPDX-License-Identifier: MIT */
/*
 * What the kernel said of itself while it booted, where this user may read it
 * (dmesg_restrict) and the ring has not been overwritten since. It names the hypervisor
 * as the kernel sees it (arch/x86/kernel/cpu/hypervisor.c, init_hypervisor_platform),
 * what carries remote flushes, and what lockdown refused (security/lockdown). A
 * captured tree keeps the log where Debian does, in /var/log/dmesg.
 */
#include "machine/kernel_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "tlblab/base/file.h"

enum { LOG_READ_ALL = 3, LOG_SIZE = 10, LOG_BYTES_MAX = 16 << 20 };

/* Each message becomes a fact; with `rest` only what follows the words, else the whole
 * message. */
static const struct said {
	const char *words, *key;
	bool rest;
} messages[] = {
	{"Hypervisor detected: ", "hypervisor_detected", true},
	{"KVM setup pv remote TLB flush", "remote_flush", false},
	{"hypercall for remote TLB flush", "remote_flush", false}, /* Hyper-V */
	{"remote TLB flushes via ", "remote_flush", false},	   /* PVM */
	{"Kernel is locked down from ", "locked_down", true},
	{"debugfs access is restricted", "lockdown_refused", false},
};

static int read_ring(char **out)
{
	int bytes = klogctl(LOG_SIZE, NULL, 0), n;

	if (bytes < 0)
		return -errno;
	if (bytes > LOG_BYTES_MAX)
		bytes = LOG_BYTES_MAX;
	*out = calloc(1, (size_t)bytes + 1);
	if (!*out)
		return -ENOMEM;
	n = klogctl(LOG_READ_ALL, *out, bytes);
	if (n >= 0)
		return 0;
	n = -errno;
	free(*out);
	*out = NULL;
	return n;
}

/* Past "<6>", "[    0.124192] " and blanks at the start of a line. */
static const char *message_of(const char *line)
{
	const char *close;

	if (*line == '<' && (close = strchr(line, '>')))
		line = close + 1;
	if (*line == '[' && (close = strchr(line, ']')))
		line = close + 1;
	return line + strspn(line, " \t");
}

static void take_line(struct fact_list *l, char *line, bool *taken)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		const struct said *s = &messages[i];
		char *at = taken[i] ? NULL : strstr(line, s->words);

		if (!at)
			continue;
		taken[i] = true;
		/* "…; see man kernel_lockdown.7" is of no use to anybody. */
		if (strstr(at, "; see man"))
			*strstr(at, "; see man") = '\0';
		fact_add(l, s->key, s->rest ? at + strlen(s->words) : message_of(line),
			 "the kernel's log");
	}
}

void facts_read_log(struct fact_list *l)
{
	bool taken[sizeof(messages) / sizeof(messages[0])] = {false};
	char *text = NULL, *next;
	int err = *l->root ? file_read_all(l->root, "/var/log/dmesg", &text, NULL)
			   : read_ring(&text);

	if (err)
		return;
	for (char *line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		take_line(l, line, taken);
	}
	free(text);
}
