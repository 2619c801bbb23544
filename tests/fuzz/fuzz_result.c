/* SPDX-License-Identifier: MIT */
/* Any bytes as a result or a stream: refused with an error, or read; what was read is
 * printed, and that reads back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/catalogue_fixture.h"
#include "tlblab/io/result_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static char *print(struct result_data *r)
{
	struct result view;

	result_view(r, &test_catalogue, &view);
	return result_print(&view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static struct result_data r, back;
	struct error error = {0};
	char *text;

	if (result_parse(&r, &test_catalogue, (const char *)data, bytes, "fuzz",
			 &error)) {
		if (error.code == ERROR_NONE || !*error.what || !*error.why)
			abort();
		return 0;
	}
	text = print(&r);
	if (!text ||
	    result_parse(&back, &test_catalogue, text, strlen(text), "back", &error))
		abort();
	free(text);
	result_data_fini(&r);
	result_data_fini(&back);
	return 0;
}
