/* SPDX-License-Identifier: MIT */
#include "io/preset/path.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders whose names are too long, or too many of them, hold no presets for us. */
static void path_add(struct preset_path *path, const char *base, size_t base_bytes,
		     const char *below)
{
	char *folder;
	int n;

	if (!base_bytes || path->n == PRESET_PATH_FOLDERS)
		return;
	folder = path->folder[path->n];
	n = snprintf(folder, PRESET_PATH_BYTES, "%.*s%s", (int)base_bytes, base, below);
	if (n < 0 || n >= PRESET_PATH_BYTES)
		return;
	for (int i = 0; i < path->n; i++)
		if (!strcmp(path->folder[i], folder))
			return;
	path->n++;
}

/*
 * $HOME, unless it is another's: sudo may leave root's there, and after the drop to
 * the invoking user that user's home is meant.
 */
static const char *path_home(void)
{
	const char *home = getenv("HOME");
	struct passwd *pw;
	struct stat st;

	if (home && *home == '/' && !stat(home, &st) && st.st_uid == getuid())
		return home;
	pw = getpwuid(getuid());
	return pw && pw->pw_dir && *pw->pw_dir == '/' ? pw->pw_dir : home;
}

int preset_path_user(char *buf, size_t buf_bytes)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = path_home();
	int n;

	/* The base directory specification: a relative path there is ignored. */
	if (config && *config == '/')
		n = snprintf(buf, buf_bytes, "%s/tlblab/presets", config);
	else if (home && *home)
		n = snprintf(buf, buf_bytes, "%s/.config/tlblab/presets", home);
	else
		return -ENOENT;
	return n < 0 || (size_t)n >= buf_bytes ? -ENAMETOOLONG : 0;
}

/* The folder of the running program: a checkout's own presets go with its binary. */
static void path_add_beside_program(struct preset_path *path)
{
	char program[PRESET_PATH_BYTES];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	if (n <= 0)
		return;
	program[n] = '\0';
	slash = strrchr(program, '/');
	if (slash)
		path_add(path, program, (size_t)(slash - program), "/presets");
}

void preset_path_make(struct preset_path *path)
{
	const char *listed = getenv("TLBLAB_PRESET_PATH");
	char user[PRESET_PATH_BYTES];

	path->n = 0;
	while (listed && *listed) {
		size_t n = strcspn(listed, ":");

		path_add(path, listed, n, "");
		listed += n + (listed[n] == ':');
	}
	if (!preset_path_user(user, sizeof(user)))
		path_add(path, user, strlen(user), "");
	path_add(path, ".", 1, "/presets");
	path_add_beside_program(path);
	path_add(path, TLBLAB_DATADIR, strlen(TLBLAB_DATADIR), "/presets");
}
