/* SPDX-License-Identifier: MIT */
#include "tlblab/io/machine_json.h"

#include <math.h>

static const char *core_kind_name(enum core_kind kind)
{
	switch (kind) {
	case CORE_PERFORMANCE: return "performance";
	case CORE_EFFICIENT: return "efficient";
	case CORE_UNKNOWN: break;
	}
	return NULL;
}

/* "" stands for unknown in these structs. */
static void put_text(struct json_writer *w, const char *key, const char *text)
{
	json_put_string(w, key, *text ? text : NULL);
}

/* 0 stands for unknown here. */
static void put_count(struct json_writer *w, const char *key, int count)
{
	json_put_known(w, key, count ? count : -1);
}

/* A feature that was seen is there, whatever else could not be read. */
static void put_feature(struct json_writer *w, const char *key,
			const struct cpu_identity *cpu, bool has)
{
	json_key(w, key);
	if (has || cpu->features_known)
		json_bool(w, has);
	else
		json_null(w);
}

static void put_cpu_identity(struct json_writer *w, const struct cpu_identity *cpu)
{
	json_begin_object(w);
	put_text(w, "vendor", cpu->vendor);
	put_text(w, "brand", cpu->brand);
	put_text(w, "codename", cpu->codename);
	json_put_known(w, "family", cpu->family);
	json_put_known(w, "model", cpu->model);
	json_put_known(w, "stepping", cpu->stepping);
	put_text(w, "perf_id", cpu->perf_id);
	put_feature(w, "invariant_tsc", cpu, cpu->invariant_tsc);
	put_feature(w, "pcid", cpu, cpu->pcid);
	put_feature(w, "invpcid", cpu, cpu->invpcid);
	put_feature(w, "invlpgb", cpu, cpu->invlpgb);
	put_feature(w, "la57", cpu, cpu->la57);
	json_end_object(w);
}

static void put_tlb_level(struct json_writer *w, const struct tlb_geometry *g,
			  const struct tlb_level *level)
{
	char pages[64];

	json_begin_line_object(w);
	json_put_string(w, "core", core_kind_name(g->core));
	json_put_int(w, "level", level->level);
	json_put_string(w, "kind", tlb_kind_name(level->kind));
	json_put_string(w, "page_sizes",
			tlb_pages_text(level->pages, pages, sizeof(pages)));
	put_count(w, "entries", level->entries);
	put_count(w, "ways", level->ways);
	put_count(w, "ways_max", level->ways_max);
	json_put_bool(w, "fully_associative", level->fully_associative);
	put_count(w, "shared_threads", level->shared_threads);
	json_put_string(w, "source", level->source);
	json_end_object(w);
}

static void put_tlbs(struct json_writer *w, const struct machine *m)
{
	if (!m->n_tlb) {
		json_null(w);
		return;
	}
	json_begin_array(w);
	for (int i = 0; i < m->n_tlb; i++)
		for (int k = 0; k < m->tlb[i].n_levels; k++)
			put_tlb_level(w, &m->tlb[i], &m->tlb[i].levels[k]);
	json_end_array(w);
}

static void put_tlb_unknown(struct json_writer *w, const struct machine *m)
{
	json_begin_array(w);
	for (int i = 0; i < m->n_tlb; i++)
		for (int k = 0; k < m->tlb[i].n_could_not_tell; k++)
			json_string(w, m->tlb[i].could_not_tell[k]);
	json_end_array(w);
}

static void put_cpu(struct json_writer *w, const struct cpu *cpu)
{
	json_begin_line_object(w);
	json_put_int(w, "id", cpu->id);
	json_put_bool(w, "online", cpu->online);
	json_put_bool(w, "allowed", cpu->allowed);
	json_put_known(w, "package", cpu->package);
	json_put_known(w, "die", cpu->die);
	json_put_known(w, "cluster", cpu->cluster);
	json_put_known(w, "node", cpu->node);
	json_put_known(w, "core", cpu->core);
	json_put_known(w, "smt", cpu->smt);
	json_put_string(w, "kind", core_kind_name(cpu->kind));
	json_put_bool(w, "isolated", cpu->isolated);
	json_put_bool(w, "nohz_full", cpu->nohz_full);
	json_end_object(w);
}

static void put_topology(struct json_writer *w, const struct topology *t)
{
	struct cpumask online;
	char list[256];

	cpumask_clear(&online);
	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].online)
			cpumask_set(&online, t->cpus[i].id);
	json_begin_object(w);
	json_put_string(w, "cpus_online", cpumask_text(&online, list, sizeof(list)));
	json_put_string(w, "cpus_allowed",
			cpumask_text(&t->allowed, list, sizeof(list)));
	put_count(w, "packages", t->n_packages);
	put_count(w, "nodes", t->n_nodes);
	put_count(w, "cores", t->n_cores);
	json_put_bool(w, "hybrid", t->hybrid);
	json_key(w, "cpus");
	json_begin_array(w);
	for (int i = 0; i < t->n_cpus; i++)
		put_cpu(w, &t->cpus[i]);
	json_end_array(w);
	json_end_object(w);
}

static void put_facts(struct json_writer *w, const char *key, const struct fact *facts,
		      int n)
{
	json_key(w, key);
	json_begin_object(w);
	for (int i = 0; i < n; i++) {
		json_key(w, facts[i].key);
		json_begin_line_object(w);
		json_put_string(w, "value", facts[i].value);
		put_text(w, "source", facts[i].source);
		json_end_object(w);
	}
	json_end_object(w);
}

static void put_kernel(struct json_writer *w, const struct machine *m)
{
	json_begin_object(w);
	put_text(w, "release", m->kernel_release);
	put_text(w, "version", m->kernel_version);
	put_count(w, "page_bytes", (int)m->page_bytes);
	json_put_number(w, "tsc_ns_per_tick",
			m->tsc_ns_per_tick > 0 ? m->tsc_ns_per_tick : NAN);
	put_text(w, "tsc_source", m->tsc_source);
	put_facts(w, "facts", m->kernel, m->n_kernel);
	json_end_object(w);
}

void machine_put_members(struct json_writer *w, const struct machine *m)
{
	put_text(w, "hostname", m->hostname);
	json_key(w, "cpu");
	put_cpu_identity(w, &m->cpu);
	json_key(w, "tlb");
	put_tlbs(w, m);
	json_key(w, "tlb_could_not_tell");
	put_tlb_unknown(w, m);
	json_key(w, "topology");
	put_topology(w, &m->topology);
	json_key(w, "kernel");
	put_kernel(w, m);
	put_facts(w, "mitigations", m->mitigations, m->n_mitigations);
	put_facts(w, "settings", m->settings, m->n_settings);
	json_key(w, "hypervisor");
	if (m->cpu.hypervisor)
		json_string(w, *m->cpu.hypervisor_name ? m->cpu.hypervisor_name
						       : "unknown");
	else
		json_null(w);
}

void machine_put_json(struct json_writer *w, const struct machine *m)
{
	if (!m) {
		json_null(w);
		return;
	}
	json_begin_object(w);
	machine_put_members(w, m);
	json_end_object(w);
}
