/* SPDX-License-Identifier: MIT */
/* At every start: what a killed session left. Costs one look for a file. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "knobs/guardian_process.h"
#include "knobs/journal.h"
#include "tlblab/base/text.h"

/* By a guardian's own hands, which finds debugfs where the system has not mounted it.
 */
static int mend_as_root(const char *root, const struct journal *j, char *line,
			size_t bytes)
{
	struct guardian_place place = {.process = true};
	struct guardian_last_words words;
	char why[200] = "";
	struct journal_entry e;
	struct guardian *g;

	text_copy(place.root, sizeof(place.root), root);
	if (guardian_start_at(&g, &place, NULL))
		return 0;
	text_copy(why, sizeof(why), guardian_ceiling_availability(g)->reason);
	guardian_end(g, &words);
	text_copy(line, bytes, words.note);
	/* Not so where another lab has begun meanwhile. */
	if (!journal_read(j, &e) && !journal_is_attended(&e)) {
		snprintf(line, bytes, "ceiling: %s", why);
		return -EPERM;
	}
	return *line != '\0';
}

int guardian_mend_at(const char *root, char *line, unsigned long line_bytes)
{
	struct journal j;
	struct journal_entry left;
	int err;

	journal_init(&j, root);
	err = journal_read(&j, &left);
	line[0] = '\0';
	if (err == -EBADMSG) {
		snprintf(line, line_bytes,
			 "%s/ceiling: not an entry of the recovery journal; set the "
			 "ceiling you want, then remove that file",
			 j.folder);
		return -EPERM;
	}
	if (err || journal_is_attended(&left))
		return 0;
	if (geteuid() == 0)
		return mend_as_root(root, &j, line, line_bytes);
	snprintf(line, line_bytes,
		 "ceiling: a killed session left it changed (it was %lld); restore it: "
		 "sudo tlblab doctor",
		 (long long)left.original);
	return -EPERM;
}

int guardian_mend(char *line, unsigned long line_bytes)
{
	return guardian_mend_at("", line, line_bytes);
}
