/* SPDX-License-Identifier: MIT */
/* Any bytes as a CPUID dump: refused with an error, or TLBs that could be. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

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
	int fd = memfd_create("dump", MFD_CLOEXEC);
	struct error error = {0};
	struct machine m = {0};
	char path[32];

	if (fd < 0 || write(fd, data, bytes) != (ssize_t)bytes)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (machine_read_cpuid_dump(&m, path, &error)) {
		if (error.code == ERROR_NONE || !*error.what || !*error.why)
			abort();
	} else {
		for (int i = 0; i < m.n_tlb; i++)
			for (int k = 0; k < m.tlb[i].n_levels; k++)
				check_level(&m.tlb[i].levels[k]);
		machine_fini(&m);
	}
	close(fd);
	return 0;
}
