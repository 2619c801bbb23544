/* SPDX-License-Identifier: MIT */
/* A worker's place has inaccessible neighbours, is nobody else's, and is free. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "workloads/place.h"

enum { GUARD_BYTES = 2 << 20 }; /* how far away they are */

/* The mapping of /proc/self/maps that holds the address: its permissions; "" none. */
static const char *access_at(const char *address)
{
	static char found[8];
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512], how[8];
	unsigned long from, to;

	found[0] = '\0';
	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %7s", &from, &to, how) == 3 &&
		    (unsigned long)address >= from && (unsigned long)address < to)
			memcpy(found, how, sizeof(found));
	fclose(maps);
	return found;
}

static void a_place_lies_between_guards(void **state)
{
	static const size_t sizes[] = {1, 4096, 1 << 20, (2 << 20) + 1, 128 << 20};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct place p;

		place_take(&p, (int)i, sizes[i]);
		assert_non_null(p.at);
		assert_true(p.span_bytes >= sizes[i]);
		assert_int_equal(p.span_bytes % (2 << 20), 0);
		assert_string_equal(access_at(p.at - GUARD_BYTES), "---p");
		assert_string_equal(access_at(p.at), "");
		assert_string_equal(access_at(p.at + p.span_bytes - 1), "");
		assert_string_equal(access_at(p.at + p.span_bytes + GUARD_BYTES),
				    "---p");
		for (int n = 0; n < 3; n++) {
			char *map = mmap(p.at, sizes[i], PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			assert_ptr_equal(map, p.at);
			assert_string_equal(access_at(map), "rw-p");
			assert_string_equal(access_at(map - 1), "");
			munmap(map, sizes[i]);
		}
		char *at = p.at;

		place_leave(&p);
		assert_string_equal(access_at(at - GUARD_BYTES), "");
		assert_string_equal(access_at(at + p.span_bytes + GUARD_BYTES), "");
	}
}

static void each_worker_has_its_own(void **state)
{
	struct place p[16], again;

	(void)state;
	for (int i = 0; i < 16; i++) {
		place_take(&p[i], i, 3 << 20);
		assert_non_null(p[i].at);
		for (int k = 0; k < i; k++)
			assert_true(p[k].at + p[k].span_bytes + GUARD_BYTES <
				    p[i].at - GUARD_BYTES);
	}
	/* Taken: then the kernel is to choose. */
	place_take(&again, 3, 3 << 20);
	assert_null(again.at);
	assert_string_equal(access_at(p[3].at - GUARD_BYTES), "---p");
	for (int i = 0; i < 16; i++)
		place_leave(&p[i]);
	/* More than there is room for. */
	place_take(&again, 4000, (size_t)1 << 40);
	assert_null(again.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_lies_between_guards),
		cmocka_unit_test(each_worker_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
