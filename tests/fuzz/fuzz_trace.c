/* SPDX-License-Identifier: MIT */
/* Any bytes as perf records, as a tracepoint's format and as kernel symbols. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/trace/record.h"
#include "tlblab/trace/symbols.h"
#include "tlblab/trace/tracepoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

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
	uint64_t *copy = malloc(bytes + 8), sum = 0;
	size_t at = 0;

	memcpy(copy, data, bytes);
	while (at < bytes) {
		struct trace_record r;
		long n = trace_record_parse((const uint8_t *)copy + at, bytes - at, &r);

		if (n <= 0)
			break;
		sum += touch(&r);
		at += (size_t)n;
	}
	if (at > bytes || sum == 1)
		abort();
	free(copy);
}

static void read_format(const char *text, const uint8_t *raw, size_t raw_bytes)
{
	static const char *const fields[] = {"reason", "pages", "cpu", "csd"};
	struct tracepoint t;
	int64_t value;

	if (tracepoint_parse(text, fields, 4, &t))
		return;
	for (int i = 0; i < 4; i++)
		tracepoint_value(&t.field[i], raw, raw_bytes, &value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct kernel_symbols *symbols = NULL;
	char *text = malloc(bytes + 1);
	uint64_t address = 0;

	memcpy(text, data, bytes);
	text[bytes] = '\0';
	memcpy(&address, data, bytes < 8 ? bytes : 8);
	read_records(data, bytes);
	read_format(text, data, bytes);
	if (!kernel_symbols_parse(&symbols, text, bytes)) {
		kernel_symbols_name(symbols, address, NULL);
		kernel_symbols_address(symbols, text);
		kernel_symbols_free(symbols);
	}
	free(text);
	return 0;
}
