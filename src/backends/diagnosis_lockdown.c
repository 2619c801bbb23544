/* SPDX-License-Identifier: MIT */
/*
 * Root refused: by lockdown or by a container? Both answer EPERM on a debugfs that is
 * mounted (fs/debugfs/file.c, debugfs_locked_down). /sys/kernel/security tells, but
 * securityfs may not be mounted; then the kernel's log, its command line, and the marks
 * that containers leave.
 */
#include "backends/diagnosis_priv.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/text.h"

/* Where it shows that the kernel is locked down; false where it does not. */
static bool lockdown_shows(const struct machine *m, char *how, size_t bytes)
{
	const char *level = diagnosis_setting(m, "lockdown");
	const char *from = diagnosis_kernel_fact(m, "locked_down");
	const char *refused = diagnosis_kernel_fact(m, "lockdown_refused");
	const char *words = diagnosis_kernel_fact(m, "command_line");
	const char *word = words ? strstr(words, "lockdown=") : NULL;

	if (level)
		text_append(how, bytes, "%s (/sys/kernel/security/lockdown)", level);
	else if (from)
		text_append(how, bytes, "on, from %s (the kernel's log)", from);
	else if (refused)
		text_append(how, bytes, "on, the kernel's log says \"%s\"", refused);
	else if (word && strncmp(word, "lockdown=none", 13) != 0)
		text_append(how, bytes, "on, %.*s (the kernel's command line)",
			    (int)strcspn(word, " "), word);
	return *how && strncmp(how, "none", 4) != 0;
}

static bool in_container(const struct machine *m)
{
	static const char *const marks[] = {"/.dockerenv", "/run/.containerenv",
					    "/run/systemd/container"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		char path[320];

		snprintf(path, sizeof(path), "%s%s", m->root, marks[i]);
		if (!access(path, F_OK))
			return true;
	}
	return false;
}

static struct finding *refused_ceiling(struct diagnosis *d)
{
	for (int i = 0; i < d->n; i++)
		if (!strcmp(d->finding[i].name, "ceiling") &&
		    strstr(d->finding[i].detail, "root is refused"))
			return &d->finding[i];
	return NULL;
}

void diagnosis_add_lockdown(const struct diagnosis_facts *facts, struct diagnosis *out)
{
	struct finding *refused = refused_ceiling(out), *f;
	char how[200] = "";
	bool locked = lockdown_shows(facts->machine, how, sizeof(how));
	bool container = in_container(facts->machine);

	if (refused && locked) {
		text_copy(refused->detail, sizeof(refused->detail),
			  "the kernel is locked down: it refuses debugfs even to root");
		text_copy(refused->allow, sizeof(refused->allow),
			  "boot with lockdown=none, or: make vm");
	} else if (refused && container) {
		text_copy(refused->detail, sizeof(refused->detail),
			  "root is refused: this is a container, which closes debugfs");
	}
	if (!*how && !refused)
		return;
	f = diagnosis_add(out, "setting", "lockdown", "kernel lockdown");
	f->state = locked ? FINDING_DISTURBS : FINDING_OK;
	f->why = "it refuses debugfs, and so the ceiling, even to root";
	if (!*how)
		text_copy(how, sizeof(how),
			  container
				  ? "does not show; a container is what refuses"
				  : "does not show: securityfs is not mounted and the "
				    "kernel's log says nothing, so lockdown or a "
				    "container refuses");
	text_copy(f->detail, sizeof(f->detail), how);
	if (locked)
		text_copy(f->allow, sizeof(f->allow),
			  "boot with lockdown=none, or: make vm");
}
