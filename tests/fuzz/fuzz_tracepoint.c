/* SPDX-License-Identifier: MIT */
/* Any text as a tracepoint's format, read from tracefs and used on records of every
 * length, and as /proc/kallsyms: names come from the text, addresses ascend. */
#include <stdint.h>

#include "fuzz/memory_files.h"
#include "tlblab/trace/symbols.h"
#include "tlblab/trace/tracepoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum { RECORD_BYTES = 64 };

static const char *const fields[] = {"reason", "pages", "cpu", "csd"};

static void read_format(const char *text)
{
	struct tracepoint t, found;
	unsigned char *raw;
	int64_t value;

	memory_clear();
	memory_put("/sys/kernel/tracing/events/tlb/tlb_flush/format", text);
	if (tracepoint_parse(text, fields, 4, &t))
		return;
	if (tracepoint_find("/", "tlb/tlb_flush", fields, 4, &found) ||
	    found.id != t.id)
		abort();
	for (size_t n = 0; n <= RECORD_BYTES; n++) {
		/* Its own block each, so that what lies behind is no one's. */
		raw = malloc(n ? n : 1);
		if (!raw)
			abort();
		memset(raw, 0xa5, n);
		for (int i = 0; i < 4; i++) {
			if (!tracepoint_value(&t.field[i], raw, n, &value) && value)
				abort();
		}
		free(raw);
	}
}

static void read_symbols(const char *text, size_t bytes)
{
	static const uint64_t addresses[] = {0, 1, 0xffffffff81000000, UINT64_MAX};
	struct kernel_symbols *symbols = NULL;

	if (kernel_symbols_parse(&symbols, text, bytes))
		return;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		uint64_t offset = 0;
		const char *name = kernel_symbols_name(symbols, addresses[i], &offset);

		if (name &&
		    (offset > addresses[i] || !memmem(text, bytes, name, strlen(name))))
			abort();
	}
	kernel_symbols_address(symbols, "flush_tlb_func");
	kernel_symbols_free(symbols);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1);

	if (!text)
		abort();
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	read_format(text);
	read_symbols(text, bytes);
	free(text);
	return 0;
}
