/* SPDX-License-Identifier: MIT */
/* The machine in one line for a header: what is unknown is left out. */
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/machine/machine.h"

/* Words of brand strings that tell nothing; what follows a "@" or "CPU" neither. */
static const char *const noise[] = {"(R)", "(TM)", "(tm)", " Processor"};

static void shorten_brand(const char *brand, char *out, size_t bytes)
{
	char *end;

	text_copy(out, bytes, brand);
	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++)
		for (char *at; (at = strstr(out, noise[i]));)
			memmove(at, at + strlen(noise[i]),
				strlen(at + strlen(noise[i])) + 1);
	end = strstr(out, " CPU");
	if (!end)
		end = strchr(out, '@');
	if (end)
		*end = '\0';
	for (char *at = out; (at = strstr(at, "  "));)
		memmove(at, at + 1, strlen(at));
	text_copy(out, bytes, text_trim(out));
}

static void add(char *buf, unsigned long bytes, const char *words)
{
	if (*words)
		text_append(buf, bytes, "%s%s", *buf ? ", " : "", words);
}

static void add_count(char *buf, unsigned long bytes, int n, const char *thing)
{
	char words[48];

	snprintf(words, sizeof(words), "%d %s%s", n, thing, n == 1 ? "" : "s");
	add(buf, bytes, n ? words : "");
}

/* "6.18.44-fc-v669" is 6.18 to a reader. */
static void add_kernel(char *buf, unsigned long bytes, const char *release)
{
	char words[64];
	int major, minor;

	if (sscanf(release, "%4d.%4d", &major, &minor) == 2)
		snprintf(words, sizeof(words), "Linux %d.%d", major, minor);
	else
		snprintf(words, sizeof(words), "%s%.40s", *release ? "Linux " : "",
			 release);
	add(buf, bytes, words);
}

static void add_hypervisor(char *buf, unsigned long bytes,
			   const struct cpu_identity *cpu)
{
	char words[64];

	if (!cpu->hypervisor)
		return;
	snprintf(words, sizeof(words), "%s guest", cpu->hypervisor_name);
	add(buf, bytes, cpu->hypervisor_name[0] ? words : "virtual machine");
}

const char *machine_line(const struct machine *m, char *buf, unsigned long buf_bytes)
{
	const struct topology *t = &m->topology;
	char words[80];

	if (!buf_bytes)
		return buf;
	buf[0] = '\0';
	if (t->n_allowed < t->n_online) {
		snprintf(words, sizeof(words), "%d of %d CPUs", t->n_allowed,
			 t->n_online);
		add(buf, buf_bytes, words);
	} else {
		add_count(buf, buf_bytes, t->n_online, "CPU");
	}
	add_count(buf, buf_bytes, t->n_packages, "package");
	if (t->n_nodes > 1 && t->n_nodes != t->n_packages)
		add_count(buf, buf_bytes, t->n_nodes, "node");
	shorten_brand(m->cpu.brand[0] ? m->cpu.brand : m->cpu.perf_id, words,
		      sizeof(words));
	add(buf, buf_bytes, words);
	add_kernel(buf, buf_bytes, m->kernel_release);
	add_hypervisor(buf, buf_bytes, &m->cpu);
	return buf;
}
