/* SPDX-License-Identifier: MIT */
#include "tlblab/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/check.h"
#include "support/scratch.h"

static struct scratch scratch;

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static void reads_all_of_any_length(void **state)
{
	static const size_t lengths[] = {0,	1,     16382, 16383,  16384,
					 16385, 32767, 32768, 3000000};
	char *data = malloc(3000000), *got;
	size_t bytes;

	(void)state;
	for (size_t i = 0; i < 3000000; i++)
		data[i] = (char)(i * 7);
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		scratch_write_bytes(&scratch, "/sys/file", data, lengths[i]);
		assert_int_equal(file_read_all(scratch.root, "/sys/file", &got, &bytes),
				 0);
		assert_int_equal(bytes, lengths[i]);
		assert_memory_equal(got, data, bytes);
		assert_int_equal(got[bytes], '\0');
		free(got);
	}
	free(data);
}

static void reads_with_and_without_a_root(void **state)
{
	char *got, path[128];

	(void)state;
	scratch_write(&scratch, "/a/b", "text\n");
	assert_int_equal(file_read_all(scratch.root, "a/b", &got, NULL), 0);
	assert_string_equal(got, "text\n");
	free(got);
	snprintf(path, sizeof(path), "%s/a/b", scratch.root);
	assert_int_equal(file_read_all("", path, &got, NULL), 0);
	free(got);
	assert_int_equal(file_read_all(NULL, path, &got, NULL), 0);
	free(got);
	assert_int_equal(file_read_all(NULL, "/proc/self/status", &got, NULL), 0);
	assert_non_null(strstr(got, "VmRSS"));
	free(got);
}

static void reads_say_why_not(void **state)
{
	static char name[5000];
	char *got = NULL, text[8];
	long n;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	assert_int_equal(file_read_all(scratch.root, "none", &got, NULL), -ENOENT);
	assert_int_equal(file_read_all(scratch.root, "", &got, NULL), -EISDIR);
	assert_int_equal(file_read_all(scratch.root, name, &got, NULL), -ENAMETOOLONG);
	assert_null(got);
	assert_int_equal(file_read_text(scratch.root, "none", text, sizeof(text)),
			 -ENOENT);
	assert_int_equal(file_read_long(scratch.root, "none", &n), -ENOENT);
}

static void refuses_files_without_end(void **state)
{
	char *got = NULL;

	(void)state;
	assert_int_equal(file_read_all(NULL, "/dev/zero", &got, NULL), -EFBIG);
	assert_null(got);
}

static void reads_short_texts_trimmed(void **state)
{
	char text[8];

	(void)state;
	scratch_write(&scratch, "/t", "always \t\n\n");
	assert_int_equal(file_read_text(scratch.root, "/t", text, sizeof(text)),
			 -EOVERFLOW);
	char large[16];

	assert_int_equal(file_read_text(scratch.root, "/t", large, sizeof(large)), 0);
	assert_string_equal(large, "always");
	scratch_write(&scratch, "/t", "1234567");
	assert_int_equal(file_read_text(scratch.root, "/t", text, sizeof(text)), 0);
	assert_string_equal(text, "1234567");
	scratch_write(&scratch, "/t", "\n");
	assert_int_equal(file_read_text(scratch.root, "/t", text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

static void reads_numbers(void **state)
{
	static const struct {
		const char *text;
		int err;
		long want;
	} cases[] = {
		{"33\n", 0, 33},       {"-1\n", 0, -1},
		{" 010\n", 0, 10},     {"0x1b\n", 0, 27},
		{"", -EINVAL, 0},      {"33 kB\n", -EINVAL, 0},
		{"0-3\n", -EINVAL, 0}, {"x\n", -EINVAL, 0},
		{"0x\n", -EINVAL, 0},  {"99999999999999999999", -ERANGE, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		long n = 4711;

		scratch_write(&scratch, "/n", cases[i].text);
		assert_int_equal(file_read_long(scratch.root, "/n", &n), cases[i].err);
		assert_int_equal(n, cases[i].err ? 4711 : cases[i].want);
	}
}

static void rereads_into_the_same_buffer(void **state)
{
	char *buf = NULL, *data = malloc(600000), path[128];
	size_t cap = 0;

	(void)state;
	memset(data, '7', 600000);
	scratch_write_bytes(&scratch, "/interrupts", data, 600000);
	snprintf(path, sizeof(path), "%s/interrupts", scratch.root);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_int_equal(file_pread_all(fd, &buf, &cap), 600000);
	assert_memory_equal(buf, data, 600000);

	char *first = buf;
	size_t first_cap = cap;

	scratch_write(&scratch, "/interrupts", "short\n");
	assert_int_equal(file_pread_all(fd, &buf, &cap), 6);
	assert_string_equal(buf, "short\n");
	assert_ptr_equal(buf, first);
	assert_int_equal(cap, first_cap);
	close(fd);
	fd = open("/proc/interrupts", O_RDONLY | O_CLOEXEC);
	assert_true(file_pread_all(fd, &buf, &cap) > 0);
	assert_non_null(strstr(buf, "CPU0"));
	close(fd);
	assert_int_equal(file_pread_all(fd, &buf, &cap), -EBADF);
	free(buf);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_of_any_length),
		cmocka_unit_test(reads_with_and_without_a_root),
		cmocka_unit_test(reads_say_why_not),
		cmocka_unit_test(refuses_files_without_end),
		cmocka_unit_test(reads_short_texts_trimmed),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(rereads_into_the_same_buffer),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
