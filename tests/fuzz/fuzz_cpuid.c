/* SPDX-License-Identifier: MIT */
/* Any bytes as a CPUID dump: refused with an error, or TLBs that could be. */
#include <stdint.h>

#include "fuzz/memory_files.h"
#include "tlblab/machine/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check_level(const struct tlb_level *l)
{
	char text[160];

	if (l->level < 1 || l->level > 4 || l->entries < 1 || l->ways < 0 ||
	    l->ways_max < l->ways || l->shared_threads < 0 || !l->pages ||
	    !*tlb_level_text(l, text, sizeof(text)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1);
	struct error error = {0};
	struct machine m = {0};

	if (!text)
		abort();
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	memory_clear();
	memory_put_bytes("/dump", text, bytes);
	if (machine_read_cpuid_dump(&m, "/dump", &error)) {
		if (error.code == ERROR_NONE || !*error.what || !*error.why)
			abort();
	} else {
		for (int i = 0; i < m.n_tlb; i++)
			for (int k = 0; k < m.tlb[i].n_levels; k++)
				check_level(&m.tlb[i].levels[k]);
		machine_fini(&m);
	}
	free(text);
	return 0;
}
