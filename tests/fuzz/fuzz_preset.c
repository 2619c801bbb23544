/* SPDX-License-Identifier: MIT */
/* Any bytes as a preset: refused with an error, or read, printed and read back equal.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/catalogue_fixture.h"
#include "io/preset/text.h"
#include "tlblab/io/preset_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct preset p = {0}, back = {0};
	struct error error = {0};
	char *text, *again;

	if (preset_parse_bytes(&p, &test_catalogue, (const char *)data, bytes, "fuzz",
			       &error)) {
		if (error.code == ERROR_NONE || !*error.what || !*error.why)
			abort();
		return 0;
	}
	text = preset_print(&p, &test_catalogue);
	if (!text || preset_parse(&back, &test_catalogue, text, "back", &error))
		abort();
	again = preset_print(&back, &test_catalogue);
	if (!again || strcmp(text, again))
		abort();
	free(text);
	free(again);
	preset_fini(&p);
	preset_fini(&back);
	return 0;
}
