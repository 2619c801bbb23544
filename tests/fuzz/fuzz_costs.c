/* SPDX-License-Identifier: MIT */
/* Any bytes as a machine file: refused with an error that names it, or costs that a
 * simulation takes or refuses in words. */
#include <math.h>
#include <stdint.h>

#include "fuzz/memory_files.h"
#include "tlblab/io/costs_file.h"
#include "tlblab/sim/costs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void must_explain(const struct error *error)
{
	if (error->code == ERROR_NONE || !*error->what || !*error->why || !*error->todo)
		abort();
}

static void take(const struct costs_file *f)
{
	struct sim_costs costs;

	sim_costs_default(&costs);
	for (int i = 0; i < f->n_costs; i++) {
		struct error error = {0};

		if (isinf(f->costs[i].value))
			abort();
		if (sim_costs_set(&costs, f->costs[i].name, f->costs[i].value, &error))
			must_explain(&error);
	}
	for (int i = 0; i < f->n_proofs; i++)
		costs_proof_error_pct(&f->proofs[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1);
	struct error error = {0};
	struct costs_file f;

	if (!text)
		abort();
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	memory_clear();
	memory_put_bytes("/machine.json", text, bytes);
	if (costs_file_load(&f, "/machine.json", &error))
		must_explain(&error);
	else
		take(&f);
	free(text);
	return 0;
}
