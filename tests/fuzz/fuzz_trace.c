/* SPDX-License-Identifier: MIT */
/* Any bytes as perf records. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/trace/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static volatile uint64_t touched;

/* Every byte that a record points to is looked at, so that none lies outside. */
static uint64_t touch(const struct trace_record *r)
{
	uint64_t sum = r->comm ? strlen(r->comm) : 0;

	for (size_t i = 0; i < r->n_chain; i++)
		sum += r->chain[i];
	for (size_t i = 0; i < r->raw_bytes; i++)
		sum += r->raw[i];
	return sum;
}

static void read_records(const uint8_t *data, size_t bytes)
{
	uint64_t *copy = malloc(bytes + 8);
	size_t at = 0;

	memcpy(copy, data, bytes);
	while (at < bytes) {
		struct trace_record r;
		long n = trace_record_parse((const uint8_t *)copy + at, bytes - at, &r);

		if (n <= 0)
			break;
		touched = touch(&r);
		at += (size_t)n;
	}
	if (at > bytes)
		abort();
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	read_records(data, bytes);
	return 0;
}
