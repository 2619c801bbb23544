/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/result/read.h"
#include "tlblab/base/text.h"

static void read_cpu_identity(struct json_doc *d, const struct json_at *at,
			      struct cpu_identity *cpu)
{
	struct json_at x;

	cpu->family = cpu->model = cpu->stepping = -1;
	if (!json_get_container(d, at, "cpu", cJSON_Object, &x))
		return;
	json_get_text(d, &x, "vendor", cpu->vendor, sizeof(cpu->vendor));
	json_get_text(d, &x, "brand", cpu->brand, sizeof(cpu->brand));
	json_get_text(d, &x, "codename", cpu->codename, sizeof(cpu->codename));
	cpu->family = (int)json_get_int(d, &x, "family", -1);
	cpu->model = (int)json_get_int(d, &x, "model", -1);
	cpu->stepping = (int)json_get_int(d, &x, "stepping", -1);
	json_get_text(d, &x, "perf_id", cpu->perf_id, sizeof(cpu->perf_id));
	cpu->invariant_tsc = json_get_bool(d, &x, "invariant_tsc", false);
	/* null, when they could not be told, is neither. */
	cpu->features_known = json_get_bool(d, &x, "pcid", false) ==
			      json_get_bool(d, &x, "pcid", true);
	cpu->pcid = json_get_bool(d, &x, "pcid", false);
	cpu->invpcid = json_get_bool(d, &x, "invpcid", false);
	cpu->invlpgb = json_get_bool(d, &x, "invlpgb", false);
	cpu->la57 = json_get_bool(d, &x, "la57", false);
}

static enum core_kind core_kind_of(const char *word)
{
	return !strcmp(word, "performance") ? CORE_PERFORMANCE
	       : !strcmp(word, "efficient") ? CORE_EFFICIENT
					    : CORE_UNKNOWN;
}

static unsigned int pages_of(const char *text)
{
	static const unsigned int sizes[] = {TLB_PAGE_4K, TLB_PAGE_2M, TLB_PAGE_4M,
					     TLB_PAGE_1G};
	unsigned int pages = 0;
	char one[32];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (strstr(text, tlb_pages_text(sizes[i], one, sizeof(one))))
			pages |= sizes[i];
	return pages;
}

static void read_tlb_level(struct json_doc *d, const struct json_at *at,
			   struct tlb_level *level)
{
	char word[64];

	level->level = (int)json_get_int(d, at, "level", 0);
	json_get_text(d, at, "kind", word, sizeof(word));
	for (enum tlb_kind k = TLB_DATA; k <= TLB_STORE; k++)
		if (!strcmp(word, tlb_kind_name(k)))
			level->kind = k;
	json_get_text(d, at, "page_sizes", word, sizeof(word));
	level->pages = pages_of(word);
	level->entries = (int)json_get_int(d, at, "entries", 0);
	level->ways = (int)json_get_int(d, at, "ways", 0);
	level->ways_max = (int)json_get_int(d, at, "ways_max", 0);
	level->fully_associative = json_get_bool(d, at, "fully_associative", false);
	level->shared_threads = (int)json_get_int(d, at, "shared_threads", 0);
	json_get_text(d, at, "source", level->source, sizeof(level->source));
}

/* The levels of the two core kinds stand one after the other. */
static void read_tlbs(struct json_doc *d, const struct json_at *at, struct machine *m)
{
	struct json_at list, unknown;

	if (!json_get_container(d, at, "tlb", cJSON_Array, &list))
		return;
	m->n_tlb = 1;
	for (const cJSON *n = list.node->child; n; n = n->next) {
		struct json_at level = {&list, n};
		struct tlb_geometry *g = &m->tlb[m->n_tlb - 1];
		enum core_kind core;
		char word[16];

		json_get_text(d, &level, "core", word, sizeof(word));
		core = core_kind_of(word);
		if (n != list.node->child && core != g->core && m->n_tlb == 1)
			g = &m->tlb[m->n_tlb++];
		g->core = core;
		if (g->n_levels < TLB_LEVELS_MAX)
			read_tlb_level(d, &level, &g->levels[g->n_levels++]);
	}
	if (!json_get_container(d, at, "tlb_could_not_tell", cJSON_Array, &unknown))
		return;
	for (const cJSON *n = unknown.node->child; n; n = n->next)
		if (cJSON_IsString(n) && m->tlb[0].n_could_not_tell < TLB_UNKNOWN_MAX)
			text_copy(
				m->tlb[0].could_not_tell[m->tlb[0].n_could_not_tell++],
				TLB_UNKNOWN_BYTES, n->valuestring);
}

static void read_cpu(struct json_doc *d, const struct json_at *at, struct cpu *cpu)
{
	char kind[16];

	cpu->id = (int)json_get_int(d, at, "id", 0);
	cpu->online = json_get_bool(d, at, "online", false);
	cpu->allowed = json_get_bool(d, at, "allowed", false);
	cpu->isolated = json_get_bool(d, at, "isolated", false);
	cpu->nohz_full = json_get_bool(d, at, "nohz_full", false);
	cpu->package = (int)json_get_int(d, at, "package", -1);
	cpu->die = (int)json_get_int(d, at, "die", -1);
	cpu->cluster = (int)json_get_int(d, at, "cluster", -1);
	cpu->node = (int)json_get_int(d, at, "node", -1);
	cpu->core = (int)json_get_int(d, at, "core", -1);
	cpu->smt = (int)json_get_int(d, at, "smt", -1);
	json_get_text(d, at, "kind", kind, sizeof(kind));
	cpu->kind = core_kind_of(kind);
}

/* Readers index by id: out of range or out of order is refused. */
static int read_cpus(struct json_doc *d, const struct json_at *at, struct topology *t)
{
	struct json_at list;
	int n;

	if (!json_get_container(d, at, "cpus", cJSON_Array, &list))
		return d->err;
	n = cJSON_GetArraySize(list.node);
	if (n > CPUMASK_MAX_CPUS)
		return json_fail(d, &list, "", "more than %d CPUs", CPUMASK_MAX_CPUS);
	t->cpus = calloc((size_t)n + 1, sizeof(*t->cpus));
	if (!t->cpus)
		return -ENOMEM;
	for (const cJSON *m = list.node->child; m && !d->err; m = m->next) {
		struct json_at at_cpu = {&list, m};
		struct cpu *cpu = &t->cpus[t->n_cpus];

		if (json_expect(d, &at_cpu, cJSON_Object))
			break;
		read_cpu(d, &at_cpu, cpu);
		if (cpu->id <= t->max_cpu_id || cpu->id >= CPUMASK_MAX_CPUS)
			return json_fail(d, &at_cpu, "ids ascend from 0 to 8191",
					 "CPU %d is out of order", cpu->id);
		t->max_cpu_id = cpu->id;
		t->n_online += cpu->online;
		t->n_allowed += cpu->allowed;
		if (cpu->allowed)
			cpumask_set(&t->allowed, cpu->id);
		t->n_cpus++;
	}
	return d->err;
}

static int read_topology(struct json_doc *d, const struct json_at *at,
			 struct topology *t)
{
	struct json_at x;

	t->max_cpu_id = -1;
	if (!json_get_container(d, at, "topology", cJSON_Object, &x))
		return d->err;
	t->n_packages = (int)json_get_int(d, &x, "packages", 0);
	t->n_nodes = (int)json_get_int(d, &x, "nodes", 0);
	t->n_cores = (int)json_get_int(d, &x, "cores", 0);
	t->hybrid = json_get_bool(d, &x, "hybrid", false);
	return read_cpus(d, &x, t);
}

static void read_kernel(struct json_doc *d, const struct json_at *at, struct machine *m)
{
	struct json_at x;
	double tick;

	if (!json_get_container(d, at, "kernel", cJSON_Object, &x))
		return;
	json_get_text(d, &x, "release", m->kernel_release, sizeof(m->kernel_release));
	json_get_text(d, &x, "version", m->kernel_version, sizeof(m->kernel_version));
	m->page_bytes = (long)json_get_int(d, &x, "page_bytes", 0);
	tick = json_get_number(d, &x, "tsc_ns_per_tick");
	m->tsc_ns_per_tick = isnan(tick) ? 0 : tick;
	json_get_text(d, &x, "tsc_source", m->tsc_source, sizeof(m->tsc_source));
	result_read_facts(d, &x, "facts", m->kernel, FACT_MAX, &m->n_kernel);
}

int machine_read_json(struct json_doc *d, const struct json_at *at, struct machine *m)
{
	int err;

	json_get_text(d, at, "hostname", m->hostname, sizeof(m->hostname));
	read_cpu_identity(d, at, &m->cpu);
	read_tlbs(d, at, m);
	err = read_topology(d, at, &m->topology);
	if (err)
		return err;
	read_kernel(d, at, m);
	result_read_facts(d, at, "mitigations", m->mitigations, FACT_MAX,
			  &m->n_mitigations);
	result_read_facts(d, at, "settings", m->settings, FACT_MAX, &m->n_settings);
	json_get_text(d, at, "hypervisor", m->cpu.hypervisor_name,
		      sizeof(m->cpu.hypervisor_name));
	m->cpu.hypervisor = *m->cpu.hypervisor_name != '\0';
	return d->err;
}
