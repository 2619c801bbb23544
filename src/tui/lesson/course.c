/* SPDX-License-Identifier: MIT */
#include "tui/lesson/course.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "tlblab/io/preset_file.h"
#include "tui/bench/state_folder.h"

static bool course_file(char *path, size_t path_bytes)
{
	return state_folder(path, path_bytes) &&
	       text_append(path, path_bytes, "/course");
}

/* Malloc'd, one name a line whatever was in it; NULL when there is none. */
static char *course_read(void)
{
	char path[PATH_MAX], *text;
	size_t bytes;

	if (!course_file(path, sizeof(path)) ||
	    file_read_all(NULL, path, &text, &bytes))
		return NULL;
	for (size_t i = 0; i < bytes; i++)
		text[i] = text[i] ? text[i] : '\n';
	return text;
}

static bool line_is_there(const char *text, const char *line)
{
	size_t n = strlen(line);

	for (const char *at = text; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, line, n) && (at[n] == '\n' || !at[n]))
			return true;
	}
	return false;
}

int course_list(const struct catalogue *c, struct course_entry out[COURSE_MAX])
{
	struct preset_entry *entries = NULL;
	int n = preset_list(&entries, c), found = 0;
	char *done = course_read();

	for (int i = 0; i < n && found < COURSE_MAX; i++) {
		struct course_entry *e = &out[found];

		if (!entries[i].course)
			continue;
		e->number = entries[i].course;
		text_copy(e->name, sizeof(e->name), entries[i].name);
		text_copy(e->title, sizeof(e->title), entries[i].title);
		text_copy(e->path, sizeof(e->path), entries[i].path);
		e->done = done && line_is_there(done, e->name);
		found++;
	}
	free(done);
	free(entries);
	return found;
}

/* before: what the file holds, or NULL; its last line may have been cut off. */
static void course_append(const char *before, const char *line)
{
	size_t n = before ? strlen(before) : 0;
	char path[PATH_MAX], text[EXPERIMENT_NAME_BYTES + 3] = "";
	int fd;

	if (!course_file(path, sizeof(path)) ||
	    !text_append(text, sizeof(text), "%s%s\n",
			 n && before[n - 1] != '\n' ? "\n" : "", line))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	/* On a full disk all that is lost is a tick in a list. */
	(void)!write(fd, text, strlen(text));
	close(fd);
}

bool course_is_new(void)
{
	char *text = course_read();
	bool is_new = !text;

	free(text);
	if (is_new)
		course_append(NULL, "");
	return is_new;
}

void course_note_done(const char *name)
{
	char *text = course_read();

	if (!text || !line_is_there(text, name))
		course_append(text, name);
	free(text);
}
