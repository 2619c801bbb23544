/* SPDX-License-Identifier: MIT */
#include "sensors/perf_reason.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	struct perf_circumstances c;
	const char *says;
} cases[] = {
	/* Without a PMU the errno depends on who asks; the reason must not. */
	{{-ENOENT, 2, true, false, true}, "no hardware PMU (virtual machine)"},
	{{-EACCES, 2, true, false, false}, "no hardware PMU (virtual machine)"},
	{{-ENOENT, 2, true, true, true}, "PMU does not know"},
	{{-ENOENT, 2, false, false, true}, "kernel does not know"},
	{{-EACCES, 3, false, false, false}, "perf_event_paranoid is 3: run with sudo"},
	{{-EACCES, 1, false, false, false}, "run with sudo"},
	{{-EPERM, 1, false, false, false}, "seccomp"},
	{{-EPERM, 2, false, false, true}, "seccomp"},
	{{-EACCES, 2, false, false, true}, "even to root"},
	{{-EACCES, 1, false, false, false, true}, "perf_event_paranoid=0"},
	{{-EACCES, 0, false, false, false, true}, "run with sudo"},
	{{-EMFILE, 2, false, false, true}, "ulimit -n"},
	{{-EBUSY, 2, true, true, true}, "holds the PMU"},
	{{-ENODATA, 2, true, true, true}, "count nothing here"},
	{{-ESRCH, 2, true, true, true}, "thread is gone"},
	{{-ENOSYS, -2, true, true, true}, "without perf events"},
	{{-E2BIG, 2, true, true, true}, "Argument list too long"},
};

static void test_each_errno_has_its_reason(void **state)
{
	char text[192];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		perf_reason(&cases[i].c, text, sizeof(text));
		if (!strstr(text, cases[i].says))
			fail_msg("case %zu says: %s", i, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_errno_has_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
