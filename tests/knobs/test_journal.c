/* SPDX-License-Identifier: MIT */
/* Entries of the recovery journal, and on whose behalf root runs. */
#include "knobs/journal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "knobs/privilege.h"
#include "support/scratch.h"

#define BOOT "2f5a9c1e-0000-4000-8000-0123456789ab"

static void test_entries(void **state)
{
	struct journal_entry e;

	(void)state;
	assert_int_equal(journal_parse("33 12 " BOOT " 7 -1", BOOT, &e), 0);
	assert_int_equal(e.original, 33);
	assert_int_equal(e.ours[0], 7);
	assert_int_equal(e.ours[1], -1);
	assert_int_equal(e.pid, 12);
	assert_int_equal(journal_parse("33 12 " BOOT, BOOT, &e), 0);
	assert_int_equal(e.ours[0], -1);
	assert_int_equal(journal_parse("33 12 " BOOT " 7 -1", "another", &e), -ESTALE);
}

static void test_what_is_no_entry(void **state)
{
	static const char *const bad[] = {
		"",
		"33",
		"33 12",
		"-1 12 " BOOT,
		"2147483648 12 " BOOT,
		"33 0 " BOOT,
		"33 12 " BOOT " 7",
		"33 12 " BOOT " 7 -2",
		"33 12 " BOOT " 7 2147483648",
		"33 12 " BOOT " 7 8 9",
		"33 12 " BOOT " 7 x",
		"x 12 " BOOT,
	};
	struct journal_entry e;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(journal_parse(bad[i], BOOT, &e), -EBADMSG);
}

static void test_what_is_written_is_read_by_everyone(void **state)
{
	struct journal_entry e = {33, {-1, 7}, 0}, back;
	struct scratch s;
	struct journal j;
	struct stat st;
	char path[300];
	mode_t mask = umask(077);
	pid_t holder;

	(void)state;
	scratch_make(&s);
	scratch_write(&s, "/run/.keep", "");
	journal_init(&j, s.root);
	assert_int_equal(journal_read(&j, &back), -ENOENT);
	assert_int_equal(journal_lock(&j, &holder), 0);
	assert_int_equal(journal_write(&j, &e), 0);
	assert_int_equal(journal_read(&j, &back), 0);
	assert_int_equal(back.original, 33);
	assert_int_equal(back.ours[1], 7);
	assert_int_equal(back.pid, getpid());
	snprintf(path, sizeof(path), "%s/run/tlblab/ceiling", s.root);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	snprintf(path, sizeof(path), "%s/run/tlblab/lock", s.root);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(j.folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	/* No guardian has this program's name. */
	assert_false(journal_is_attended(&back));
	journal_unlock(&j);
	umask(mask);
	scratch_remove(&s);
}

static void clear_users(void)
{
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	unsetenv("PKEXEC_UID");
	unsetenv("DOAS_USER");
}

static void test_on_whose_behalf(void **state)
{
	struct error error = {0};
	uid_t uid = 0;
	gid_t gid = 0;

	(void)state;
	if (geteuid() != 0)
		skip();
	clear_users();
	assert_int_equal(privilege_invoking_user(&uid, &gid, &error), 0);
	setenv("DOAS_USER", "nobody", 1);
	assert_int_equal(privilege_invoking_user(&uid, &gid, &error), 1);
	assert_int_equal(uid, 65534);
	assert_int_equal(gid, 65534);
	setenv("DOAS_USER", "root", 1);
	assert_int_equal(privilege_invoking_user(&uid, &gid, &error), 0);
	setenv("DOAS_USER", "no such user", 1);
	assert_int_equal(privilege_invoking_user(&uid, &gid, &error), -EINVAL);
	setenv("PKEXEC_UID", "65534", 1);
	uid = 0;
	assert_int_equal(privilege_invoking_user(&uid, &gid, &error), 1);
	assert_int_equal(uid, 65534);
	setenv("PKEXEC_UID", "-1", 1);
	assert_int_equal(privilege_invoking_user(&uid, &gid, &error), -EINVAL);
	setenv("SUDO_UID", "1", 1);
	assert_int_equal(privilege_invoking_user(&uid, &gid, &error), -EINVAL);
	setenv("SUDO_GID", "2", 1);
	assert_int_equal(privilege_invoking_user(&uid, &gid, &error), 1);
	assert_int_equal(uid, 1);
	assert_int_equal(gid, 2);
	clear_users();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_what_is_no_entry),
		cmocka_unit_test(test_what_is_written_is_read_by_everyone),
		cmocka_unit_test(test_on_whose_behalf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
