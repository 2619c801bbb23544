/* SPDX-License-Identifier: MIT */
/* Any text as an entry of the recovery journal: refused, or values a ceiling can have,
 * which come back the same. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knobs/journal.h"

#define BOOT "2f5a9c1e-0000-4000-8000-0123456789ab"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct journal_entry e, back;
	char text[200], again[200];
	int err;

	if (bytes >= sizeof(text))
		return 0;
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	err = journal_parse(text, BOOT, &e);
	if (err == -EBADMSG || err == -ESTALE)
		return 0;
	if (err || e.original < 0 || e.original > INT32_MAX || e.ours[0] < -1 ||
	    e.ours[1] < -1 || e.pid <= 0)
		abort();
	snprintf(again, sizeof(again), "%lld %d %s %lld %lld\n", (long long)e.original,
		 (int)e.pid, BOOT, (long long)e.ours[0], (long long)e.ours[1]);
	if (journal_parse(again, BOOT, &back) || back.original != e.original ||
	    back.ours[0] != e.ours[0] || back.ours[1] != e.ours[1] || back.pid != e.pid)
		abort();
	return 0;
}
