/* SPDX-License-Identifier: MIT */
/* What a path holds after each way of failing to write it: the old bytes, and beside
 * it nothing that was not there before. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check.h"
#include "support/scratch.h"
#include "tlblab/base/file.h"

static struct scratch scratch;
static struct error error;

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	error_clear(&error);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

/* A path in the scratch folder, in one of a few rotating buffers. */
static const char *at(const char *name)
{
	static char paths[4][512];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch.root, name);
	return path;
}

static int put(const char *path, const char *text)
{
	return file_write_whole(path, text, strlen(text), &error);
}

static void expect_text(const char *name, const char *text)
{
	char *held;

	assert_int_equal(file_read_all(scratch.root, name, &held, NULL), 0);
	assert_string_equal(held, text);
	free(held);
}

static void expect_entries(const char *name, int want)
{
	DIR *dir = opendir(at(name));
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	assert_int_equal(n - 2, want); /* "." and ".." */
}

static void expect_error(enum error_code code, const char *path, const char *why)
{
	assert_int_equal(error.code, code);
	assert_string_equal(error.what, path);
	assert_string_equal(error.why, why);
	assert_true(error.todo[0]);
}

static void writes_and_replaces(void **state)
{
	struct stat st;
	mode_t mask = umask(027);

	(void)state;
	assert_int_equal(put(at("new"), "one"), 0);
	umask(mask);
	assert_int_equal(stat(at("new"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	expect_text("new", "one");
	assert_int_equal(chmod(at("new"), 0604), 0);
	assert_int_equal(put(at("new"), "two, longer"), 0);
	expect_text("new", "two, longer");
	assert_int_equal(stat(at("new"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
	assert_int_equal(put(at("new"), ""), 0);
	expect_text("new", "");
	expect_entries("", 1);
	assert_int_equal(error.code, ERROR_NONE);
}

static void an_open_reader_keeps_the_old_file(void **state)
{
	char held[8] = "";

	(void)state;
	put(at("file"), "old");
	int fd = open(at("file"), O_RDONLY | O_CLOEXEC);

	assert_int_equal(put(at("file"), "new"), 0);
	assert_int_equal(read(fd, held, sizeof(held)), 3);
	assert_string_equal(held, "old");
	close(fd);
	expect_text("file", "new");
}

static void writes_in_the_working_folder(void **state)
{
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(chdir(scratch.root), 0);
	int err = put("plain", "x");

	assert_int_equal(fchdir(here), 0);
	close(here);
	assert_int_equal(err, 0);
	expect_text("plain", "x");
}

static void links_stay_links(void **state)
{
	char link[64];

	(void)state;
	mkdir(at("real"), 0755);
	put(at("real/file"), "old");
	assert_int_equal(symlink("real/file", at("near")), 0);
	assert_int_equal(symlink("near", at("far")), 0);
	assert_int_equal(symlink("real/later", at("dangling")), 0);
	assert_int_equal(put(at("far"), "new"), 0);
	assert_int_equal(put(at("dangling"), "made"), 0);
	expect_text("real/file", "new");
	expect_text("real/later", "made");
	assert_int_equal(readlink(at("far"), link, sizeof(link)), 4);
	assert_int_equal(readlink(at("dangling"), link, sizeof(link)), 10);
	expect_entries("", 4);
	expect_entries("real", 2);
	assert_int_equal(symlink("circle", at("circle")), 0);
	assert_int_equal(put(at("circle"), "x"), -ELOOP);
	expect_error(ERROR_INPUT, at("circle"), "its symbolic links lead in a circle");
}

static void wrong_paths_are_told_apart(void **state)
{
	(void)state;
	put(at("file"), "old");
	assert_int_equal(put(at("none/file"), "x"), -ENOENT);
	expect_error(ERROR_INPUT, at("none/file"), "the folder does not exist");
	assert_int_equal(put(at("file/x"), "x"), -ENOTDIR);
	expect_error(ERROR_INPUT, at("file/x"),
		     "part of the path is a file, not a folder");
	assert_int_equal(put(scratch.root, "x"), -EISDIR);
	expect_error(ERROR_INPUT, scratch.root, "it is a folder");
	assert_int_equal(put(at("none/"), "x"), -EISDIR);
	assert_int_equal(put("", "x"), -ENOENT);
	expect_error(ERROR_INPUT, "the file to write", "its name is empty");
	expect_text("file", "old");
	expect_entries("", 1);
}

/* Runs fn in a child (which may drop privilege, limit or mount as it likes) and returns
 * its exit status. */
static int in_child(int (*fn)(void))
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(fn());
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

enum { CHILD_OK = 0, CHILD_CANNOT = 77 };

static int unprivileged_child(void)
{
	if (!geteuid() && (setgid(65534) || setuid(65534)))
		return CHILD_CANNOT;
	if (put(at("shut/new"), "x") != -EACCES || error.code != ERROR_MACHINE)
		return 1;
	if (put(at("shut/file"), "x") != -EACCES)
		return 2;
	/* In a folder anybody may write to, a write-protected file is still that. */
	if (put(at("open/protected"), "x") != -EACCES)
		return 3;
	if (put(at("open/new"), "x"))
		return 4;
	return CHILD_OK;
}

static void permissions_are_respected(void **state)
{
	(void)state;
	chmod(scratch.root, 0755);
	mkdir(at("shut"), 0755);
	put(at("shut/file"), "old");
	mkdir(at("open"), 0755);
	chmod(at("open"), 0777);
	put(at("open/protected"), "old");
	chmod(at("open/protected"), 0444);
	chmod(at("shut"), 0555);
	assert_int_equal(in_child(unprivileged_child), CHILD_OK);
	chmod(at("shut"), 0755);
	expect_text("shut/file", "old");
	expect_text("open/protected", "old");
	expect_entries("shut", 1);
	expect_entries("open", 2);
}

static int limited_child(void)
{
	static char data[20000];
	struct rlimit limit = {8192, 8192};

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit))
		return CHILD_CANNOT;
	if (file_write_whole(at("file"), data, sizeof(data), &error) != -EFBIG)
		return 1;
	return strstr(error.why, "larger than is allowed") ? CHILD_OK : 2;
}

static void a_write_that_stops_half_way_leaves_no_trace(void **state)
{
	(void)state;
	put(at("file"), "old");
	assert_int_equal(in_child(limited_child), CHILD_OK);
	expect_text("file", "old");
	expect_entries("", 1);
}

/* A file system of 64 KB, seen by this child only. */
static int full_disk_child(void)
{
	static char data[1 << 20];

	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", at("small"), "tmpfs", 0, "size=64k"))
		return CHILD_CANNOT;
	if (put(at("small/file"), "old"))
		return 1;
	if (file_write_whole(at("small/file"), data, sizeof(data), &error) != -ENOSPC)
		return 2;
	if (error.code != ERROR_MACHINE || strcmp(error.why, "no space is left there"))
		return 3;
	expect_text("small/file", "old");
	expect_entries("small", 1);
	if (mount("none", at("small"), NULL, MS_REMOUNT | MS_RDONLY, NULL))
		return CHILD_CANNOT;
	if (put(at("small/file"), "x") != -EROFS || put(at("small/new"), "x") != -EROFS)
		return 4;
	if (error.code != ERROR_MACHINE ||
	    strcmp(error.why, "the file system is read-only"))
		return 5;
	expect_text("small/file", "old");
	return CHILD_OK;
}

static void a_full_or_read_only_disk_leaves_the_old_file(void **state)
{
	(void)state;
	mkdir(at("small"), 0755);
	int status = in_child(full_disk_child);

	if (status == CHILD_CANNOT)
		skip();
	assert_int_equal(status, CHILD_OK);
}

static void devices_and_pipes_are_written_through(void **state)
{
	char held[8] = "";
	struct stat st;

	(void)state;
	assert_int_equal(put("/dev/null", "x"), 0);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(put("/dev/full", "x"), -ENOSPC);
	expect_error(ERROR_MACHINE, "/dev/full", "no space is left there");
	assert_int_equal(mkfifo(at("pipe"), 0600), 0);
	int fd = open(at("pipe"), O_RDWR | O_CLOEXEC);

	assert_int_equal(put(at("pipe"), "text"), 0);
	assert_int_equal(read(fd, held, sizeof(held)), 4);
	assert_string_equal(held, "text");
	close(fd);
}

/* Writes to "-" while standard output is fd; returns what the write returned. */
static int put_to_stdout(int fd, const char *data, size_t bytes)
{
	int saved = dup(STDOUT_FILENO), err;

	fflush(stdout);
	if (fd >= 0)
		dup2(fd, STDOUT_FILENO);
	else
		close(STDOUT_FILENO);
	err = file_write_whole("-", data, bytes, &error);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	return err;
}

static void dash_is_standard_output(void **state)
{
	int ends[2], full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	char held[8] = "";

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(put_to_stdout(ends[1], "text", 4), 0);
	assert_int_equal(read(ends[0], held, sizeof(held)), 4);
	assert_string_equal(held, "text");
	close(ends[0]);

	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	int err = put_to_stdout(ends[1], "text", 4);

	signal(SIGPIPE, before);
	assert_int_equal(err, -EPIPE);
	expect_error(ERROR_MACHINE, "standard output",
		     "the program that was reading has gone");
	close(ends[1]);
	assert_int_equal(put_to_stdout(full, "text", 4), -ENOSPC);
	close(full);
	assert_int_equal(put_to_stdout(-1, "text", 4), -EBADF);
	expect_error(ERROR_MACHINE, "standard output", "it is closed");
}

static void one_file_is_known_by_all_its_names(void **state)
{
	char file[200], link_name[200], hard[200], other[200];
	struct scratch place;

	(void)state;
	scratch_make(&place);
	snprintf(file, sizeof(file), "%s/file", place.root);
	snprintf(link_name, sizeof(link_name), "%s/link", place.root);
	snprintf(hard, sizeof(hard), "%s/hard", place.root);
	snprintf(other, sizeof(other), "%s/../%s", place.root,
		 strrchr(place.root, '/'));
	scratch_write(&place, "/file", "");
	assert_int_equal(symlink(file, link_name) | link(file, hard), 0);
	assert_true(file_is_same(file, link_name) && file_is_same(file, hard));
	assert_true(file_is_same("-", "-") && file_is_same("-", "/dev/stdout"));
	assert_false(file_is_same("-", file) || file_is_same(other, file));
	assert_false(file_is_same("/dev/null", "/dev/null"));
	scratch_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_file_is_known_by_all_its_names),
		cmocka_unit_test_setup_teardown(writes_and_replaces, setup, teardown),
		cmocka_unit_test_setup_teardown(an_open_reader_keeps_the_old_file,
						setup, teardown),
		cmocka_unit_test_setup_teardown(writes_in_the_working_folder, setup,
						teardown),
		cmocka_unit_test_setup_teardown(links_stay_links, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_paths_are_told_apart, setup,
						teardown),
		cmocka_unit_test_setup_teardown(permissions_are_respected, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_write_that_stops_half_way_leaves_no_trace, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_full_or_read_only_disk_leaves_the_old_file, setup, teardown),
		cmocka_unit_test_setup_teardown(devices_and_pipes_are_written_through,
						setup, teardown),
		cmocka_unit_test_setup_teardown(dash_is_standard_output, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
