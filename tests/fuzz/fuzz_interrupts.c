/* SPDX-License-Identifier: MIT */
/* Any bytes as /proc/interrupts, without a terminator behind them: refused, or columns
 * and a row within the bytes. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sensors/interrupts_parse.h"

enum { CPUS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	int cpus[CPUS_MAX];
	uint32_t count[CPUS_MAX];
	char *text = malloc(bytes ? bytes : 1);
	size_t offset = 0;
	int n;

	if (!text)
		abort();
	memcpy(text, data, bytes);
	n = interrupts_parse_header(text, bytes, cpus, CPUS_MAX);
	if (n > CPUS_MAX || (n < 0 && n != -EINVAL && n != -ERANGE))
		abort();
	for (int i = 0; i < n; i++)
		if (cpus[i] < 0)
			abort();
	if (!interrupts_find_row(text, bytes, "TLB:", &offset)) {
		if (offset >= bytes)
			abort();
		n = interrupts_parse_row(text + offset, bytes - offset, "TLB:", count,
					 CPUS_MAX);
		if (n > CPUS_MAX || (n < 0 && n != -EINVAL && n != -EAGAIN))
			abort();
	}
	free(text);
	return 0;
}
