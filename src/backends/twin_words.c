/* SPDX-License-Identifier: MIT */
/* What a live experiment becomes on a simulated machine like this one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/backends/twin.h"
#include "tlblab/base/text.h"
#include "tlblab/sim/sim.h"

struct words {
	char (*word)[48];
	int n;
};

static void word_add(struct words *w, const char *key, int value)
{
	snprintf(w->word[w->n++], sizeof(*w->word), "params.%s=%d", key, value);
}

static int smt_of(const struct topology *t)
{
	int smt = 1;

	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].online && t->cpus[i].smt + 1 > smt)
			smt = t->cpus[i].smt + 1;
	return smt;
}

static int divisor(int n)
{
	return n > 0 ? n : 1;
}

/* A machine that cannot be told in these words, as one with a CPU switched off, is one
 * package of cores. */
static void words_topology(struct words *w, const struct topology *t)
{
	int cpus = t->max_cpu_id + 1, smt = smt_of(t);
	int packages = divisor(t->n_packages), nodes = divisor(t->n_nodes);
	bool even = cpus == t->n_online && cpus % (packages * smt) == 0 &&
		    nodes % packages == 0 && cpus / smt >= nodes;

	word_add(w, "cpus", cpus);
	word_add(w, "packages", even ? packages : 1);
	word_add(w, "nodes", even ? nodes : 1);
	word_add(w, "smt", even ? smt : 1);
}

static void words_tlb(struct words *w, const struct tlb_geometry *g)
{
	int l2 = tlb_geometry_data_entries(g, TLB_PAGE_4K), l1 = 0;

	for (int i = 0; i < g->n_levels && !l1; i++) {
		const struct tlb_level *l = &g->levels[i];

		if (l->level == 1 && (l->pages & TLB_PAGE_4K) &&
		    l->kind != TLB_INSTRUCTION)
			l1 = l->entries;
	}
	if (l1 >= 4 && l2 > l1) {
		word_add(w, "l1_entries", l1);
		word_add(w, "l2_entries", l2);
	}
}

int twin_words(const struct machine *m, const struct session_costs *costs,
	       char words[TWIN_WORDS_MAX][48])
{
	struct words w = {words, 0};

	text_copy(w.word[w.n++], sizeof(*w.word), "backend=sim");
	words_topology(&w, &m->topology);
	if (m->n_tlb > 0)
		words_tlb(&w, &m->tlb[0]);
	snprintf(w.word[w.n++], sizeof(*w.word), "params.costs=%s",
		 twin_has_costs(costs) ? "machine" : "published");
	return w.n;
}

bool twin_has_costs(const struct session_costs *costs)
{
	return costs && costs->known && !costs->elsewhere;
}

static int lacks(const struct experiment *e, const char *key, const char *value,
		 struct error *error)
{
	return error_setf(error, ERROR_INPUT, ENOTSUP, key,
			  "see the workloads of backend sim in tlblab list workloads",
			  "the simulated %s has no %s", e->workload, value);
}

/* The live workloads that are not the same simulated, and what it would take. */
static const struct {
	const char *workload, *why;
} without_twin[] = {
	{"malloc", "what an allocator keeps or gives back is not simulated; workload "
		   "release does both"},
	{"lazyfree", "it imitates in user space what simulated kernels do: workload "
		     "release, method and strategy lazyfree"},
	{"pmap", "it imitates in user space what simulated kernels do: workload pmap, "
		 "strategy mutex or epoch"},
	{"bystander", "simulated victims do no work of their own"},
	{"migrate", "what moving a page costs is not simulated"},
	{"thp", "simulated pages are all of 4 KiB"},
	{"compact", "what there is to move is not simulated"},
	{"writeback", "files are not simulated"},
	{"fork", "what copying an address space costs is not simulated"},
	{"visit", "of a load only its translation is simulated"},
	{"exec", "a program's own work is not simulated"},
	{"attach", "a program's own work is not simulated"},
};

static const char *twin_lacking(const char *workload)
{
	for (size_t i = 0; i < sizeof(without_twin) / sizeof(without_twin[0]); i++)
		if (!strcmp(without_twin[i].workload, workload))
			return without_twin[i].why;
	return catalogue_find(sim_catalogue(), workload)
		       ? NULL
		       : "the simulator has no such workload";
}

int twin_possible(const char *workload, struct error *error)
{
	const char *why = twin_lacking(workload);

	return why ? error_set(error, ERROR_INPUT, ENOTSUP, workload, why,
			       "see those of backend sim in tlblab list workloads")
		   : 0;
}

int twin_check(const struct experiment *live, const struct experiment *simulated,
	       const struct catalogue *c, struct error *error)
{
	const struct param_desc *d, *other;
	struct param_value usual, value;
	char wanted[PARAM_TEXT_BYTES], has[PARAM_TEXT_BYTES];

	if (twin_possible(live->workload, error))
		return -ENOTSUP;
	for (int i = 0; (d = experiment_param_desc(live, c, i)); i++) {
		param_default(d, &usual);
		param_text(d, &live->params[i], wanted, sizeof(wanted));
		if (!experiment_get(simulated, c, d->key, &other, &value)) {
			param_text(other, &value, has, sizeof(has));
			if (strcmp(wanted, has) != 0)
				return lacks(live, d->key, wanted, error);
		} else if (!param_equal(d, &usual, &live->params[i])) {
			return lacks(live, d->key, d->key, error);
		}
	}
	return 0;
}
