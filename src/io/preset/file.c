/* SPDX-License-Identifier: MIT */
#include "tlblab/io/preset_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/preset/path.h"
#include "io/preset/text.h"
#include "io/text_file.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

static bool name_is_file(const char *name)
{
	size_t n = strlen(name);

	return strchr(name, '/') || (n > 5 && !strcmp(name + n - 5, ".json"));
}

/* No preset bears the name: the error offers the nearest there is. */
static int error_no_preset(const struct catalogue *c, const char *name,
			   struct error *error)
{
	struct preset_entry *entries;
	int n = preset_list(&entries, c);
	const char **names = calloc(n > 0 ? (size_t)n : 1, sizeof(*names));
	const char *near = NULL;
	char todo[160] = "`tlblab list presets` shows all";

	for (int i = 0; names && i < n; i++)
		names[i] = entries[i].name;
	if (names && n > 0)
		near = text_nearest(name, names, n);
	if (near)
		snprintf(todo, sizeof(todo), "did you mean \"%s\"?", near);
	if (n == 0)
		text_copy(todo, sizeof(todo),
			  "no presets were found; set TLBLAB_PRESET_PATH to their "
			  "folder");
	free(names);
	if (n >= 0)
		free(entries);
	return error_set(error, ERROR_INPUT, ENOENT, name,
			 "there is no preset of that name", todo);
}

static int find_by_name(const struct catalogue *c, const char *name, char *found,
			size_t found_bytes, struct error *error)
{
	struct preset_path path;

	if (!preset_name_valid(name))
		return error_set(error, ERROR_INPUT, EINVAL, *name ? name : "preset",
				 "this is no preset's name",
				 "give a name of `tlblab list presets` or a file");
	preset_path_make(&path);
	for (int i = 0; i < path.n; i++) {
		int n = snprintf(found, found_bytes, "%s/%s.json", path.folder[i],
				 name);

		if (n > 0 && (size_t)n < found_bytes && !access(found, F_OK))
			return 0;
	}
	return error_no_preset(c, name, error);
}

int preset_load(struct preset *p, const struct catalogue *c, const char *name_or_file,
		struct error *error)
{
	bool from_stdin = !strcmp(name_or_file, "-");
	char found[sizeof(p->path)];
	const char *file = name_or_file;
	char *text = NULL;
	size_t bytes;
	int err = 0;

	if (!from_stdin && !name_is_file(name_or_file)) {
		err = find_by_name(c, name_or_file, found, sizeof(found), error);
		file = found;
	}
	if (!err)
		err = text_file_read(file, PRESET_MAX_BYTES, &text, &bytes, error);
	if (!err)
		err = preset_parse_bytes(p, c, text, bytes,
					 from_stdin ? "standard input" : file, error);
	if (!err && !from_stdin)
		text_copy(p->path, sizeof(p->path), file);
	free(text);
	return err;
}

static int create_folders(char *folder, struct error *error)
{
	for (char *end = folder; end;) {
		end = strchr(end + 1, '/');
		if (end)
			*end = '\0';
		if (mkdir(folder, 0700) && errno != EEXIST)
			return error_set(error, ERROR_MACHINE, errno, folder,
					 strerror(errno),
					 "create it, or save to a file by its path");
		if (end)
			*end = '/';
	}
	return 0;
}

/* Where a name without a slash is saved; its folder is created. */
static int user_file(const char *name, char *file, size_t file_bytes,
		     struct error *error)
{
	char folder[PRESET_PATH_BYTES];
	int n, err;

	if (!preset_name_valid(name))
		return error_set(error, ERROR_INPUT, EINVAL, *name ? name : "preset",
				 "cannot be the name of a preset",
				 "use letters, digits, '-', '_' and '.'");
	err = preset_path_user(folder, sizeof(folder));
	if (err)
		return error_set(error, ERROR_MACHINE, -err, name,
				 "there is no home folder to save it in",
				 "give a path, such as ./mine.json");
	err = create_folders(folder, error);
	if (err)
		return err;
	n = snprintf(file, file_bytes, "%s/%s.json", folder, name);
	if (n < 0 || (size_t)n >= file_bytes)
		return error_set(error, ERROR_INPUT, ENAMETOOLONG, name,
				 "the path would be too long", "choose a shorter name");
	return 0;
}

int preset_save(struct preset *p, const struct catalogue *c, const char *path,
		struct error *error)
{
	char file[sizeof(p->path)], name[sizeof(p->name)];
	bool to_user = !strchr(path, '/') && strcmp(path, "-");
	char *text;
	int err = 0;

	if (to_user) {
		size_t n = strlen(path);

		/* "mine" and "mine.json" are the same preset, found again as "mine". */
		n -= name_is_file(path) ? 5 : 0;
		snprintf(name, sizeof(name), "%.*s", (int)n, path);
		if (n >= sizeof(name))
			name[0] = '\0';
		err = user_file(name, file, sizeof(file), error);
		if (!err)
			text_copy(p->name, sizeof(p->name), name);
	} else if (!text_copy(file, sizeof(file), path)) {
		err = error_set(error, ERROR_INPUT, ENAMETOOLONG, path,
				"the path is too long", "choose a shorter one");
	}
	if (err)
		return err;
	text = preset_print(p, c);
	if (!text)
		return error_set(error, ERROR_MACHINE, ENOMEM, file,
				 "there is not enough memory to write it",
				 "free some memory");
	err = file_write_whole(file, text, strlen(text), error);
	free(text);
	if (!err && strcmp(file, "-"))
		text_copy(p->path, sizeof(p->path), file);
	return err;
}
