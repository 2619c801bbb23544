/* SPDX-License-Identifier: MIT */
/* What was found out about a computer: a page, or JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/machine/look.h"
#include "tlblab/base/text.h"
#include "tlblab/io/json_writer.h"
#include "tlblab/io/machine_json.h"

enum { LABEL_W = 13, LIST_BYTES = 2048 };

static void row(const char *label, const char *text)
{
	printf("%-*s%s\n", LABEL_W, label, text);
}

static const char *kind_words(enum core_kind kind)
{
	return kind == CORE_PERFORMANCE ? "performance cores"
	       : kind == CORE_EFFICIENT ? "efficient cores"
					: "";
}

static void add_words(char *buf, size_t bytes, bool there, const char *words)
{
	if (there)
		text_append(buf, bytes, "%s%s", *buf ? ", " : "", words);
}

static void print_identity(const struct cpu_identity *cpu)
{
	char text[160] = "";

	row("CPU", *cpu->brand ? cpu->brand : "unknown");
	if (*cpu->codename)
		row("", cpu->codename);
	if (*cpu->perf_id && cpu->family >= 0) {
		text_append(text, sizeof(text), "family %d, model %d", cpu->family,
			    cpu->model);
		if (cpu->stepping >= 0)
			text_append(text, sizeof(text), ", stepping %d", cpu->stepping);
		text_append(text, sizeof(text), " (%s)", cpu->perf_id);
		row("", text);
	}
	text[0] = '\0';
	add_words(text, sizeof(text), cpu->pcid, "PCID");
	add_words(text, sizeof(text), cpu->invpcid, "INVPCID");
	add_words(text, sizeof(text), cpu->invlpgb, "INVLPGB");
	add_words(text, sizeof(text), cpu->la57, "LA57");
	add_words(text, sizeof(text), cpu->invariant_tsc, "invariant TSC");
	if (!cpu->features_known)
		add_words(text, sizeof(text), true,
			  *text ? "others unknown" : "unknown");
	row("features", *text ? text : "none of PCID, INVPCID, INVLPGB, LA57");
	if (cpu->hypervisor)
		row("hypervisor", *cpu->hypervisor_name ? cpu->hypervisor_name
							: "of an unknown kind");
}

static void print_time_stamps(const struct machine *m)
{
	char text[200];

	if (m->tsc_ns_per_tick > 0) {
		snprintf(text, sizeof(text), "%.1f MHz, %s", 1e3 / m->tsc_ns_per_tick,
			 m->tsc_source);
		row("time stamps", text);
	} else if (*m->tsc_source) {
		row("time stamps", m->tsc_source);
	}
}

static void print_tlb(const struct machine *m)
{
	char text[160];

	if (!m->n_tlb)
		row("TLB", "unknown");
	for (int i = 0; i < m->n_tlb; i++) {
		const char *kind = kind_words(m->tlb[i].core);
		bool first = true;

		if (*kind) {
			row(i ? "" : "TLB", kind);
			first = false;
		}
		if (!m->tlb[i].n_levels)
			row(first ? "TLB" : "", "CPUID describes none");
		for (int k = 0; k < m->tlb[i].n_levels; k++) {
			row(first ? "TLB" : "",
			    tlb_level_text(&m->tlb[i].levels[k], text, sizeof(text)));
			first = false;
		}
	}
}

static void add_count(char *buf, size_t bytes, int n, const char *what)
{
	if (n > 0)
		text_append(buf, bytes, ", %d %s%s", n, what, n == 1 ? "" : "s");
}

/* The CPUs of which something holds, as a row, when there are any. */
static void print_cpus(const struct topology *t, const char *label,
		       bool (*holds)(const struct cpu *c))
{
	struct cpumask mask = {0};
	char list[LIST_BYTES];

	for (int i = 0; i < t->n_cpus; i++)
		if (holds(&t->cpus[i]))
			cpumask_set(&mask, t->cpus[i].id);
	if (cpumask_next(&mask, -1) >= 0)
		row(label, cpumask_text(&mask, list, sizeof(list)));
}

static bool is_offline(const struct cpu *c)
{
	return !c->online;
}

static bool is_forbidden(const struct cpu *c)
{
	return c->online && !c->allowed;
}

static bool is_isolated(const struct cpu *c)
{
	return c->isolated;
}

static bool is_nohz_full(const struct cpu *c)
{
	return c->nohz_full;
}

static bool is_efficient(const struct cpu *c)
{
	return c->kind == CORE_EFFICIENT;
}

static void print_topology(const struct topology *t)
{
	char text[LIST_BYTES] = "", list[LIST_BYTES];

	text_append(text, sizeof(text), "%d online", t->n_online);
	add_count(text, sizeof(text), t->n_cores, "core");
	add_count(text, sizeof(text), t->n_packages, "package");
	add_count(text, sizeof(text), t->n_nodes, "node");
	row("CPUs", text);
	row("allowed", cpumask_text(&t->allowed, list, sizeof(list)));
	print_cpus(t, "not allowed", is_forbidden);
	print_cpus(t, "offline", is_offline);
	print_cpus(t, "isolated", is_isolated);
	print_cpus(t, "nohz_full", is_nohz_full);
	if (t->hybrid)
		print_cpus(t, "efficient", is_efficient);
}

static const char *bytes_words(int64_t bytes, char *buf, size_t buf_bytes)
{
	return bytes < 0 ? "unknown" : text_bytes(buf, buf_bytes, (double)bytes);
}

static void print_node(const struct machine_look *look, int i)
{
	const struct numa_node *node = &look->numa.nodes[i];
	const struct topology *t = &look->machine.topology;
	char text[LIST_BYTES] = "", list[LIST_BYTES - 256], buf[32];
	struct cpumask cpus = {0};

	for (int k = 0; k < t->n_cpus; k++)
		if (t->cpus[k].node == node->id)
			cpumask_set(&cpus, t->cpus[k].id);
	cpumask_text(&cpus, list, sizeof(list));
	text_append(text, sizeof(text), "%d: %s%s; memory %s", node->id,
		    *list		 ? "CPUs "
		    : node->cpus_unknown ? "CPUs unknown"
					 : "no CPUs",
		    list, bytes_words(node->memory_bytes, buf, sizeof(buf)));
	if (node->free_bytes >= 0)
		text_append(text, sizeof(text), ", free %s",
			    text_bytes(buf, sizeof(buf), (double)node->free_bytes));
	text_append(text, sizeof(text), "; distances");
	for (int j = 0; j < look->numa.n; j++) {
		int d = look->numa.distance[i * look->numa.n + j];

		if (d < 0)
			text_append(text, sizeof(text), " ?");
		else
			text_append(text, sizeof(text), " %d", d);
	}
	row(i ? "" : "nodes", text);
}

static void print_cache(const struct cache_kind *k, bool first)
{
	char text[160], buf[32];
	const char *kind = kind_words(k->core);

	snprintf(text, sizeof(text), "L%d %s, %s, %d of them", k->level, k->type,
		 bytes_words(k->bytes, buf, sizeof(buf)), k->count);
	if (k->shared_cpus > 1)
		text_append(text, sizeof(text), ", each of %d CPUs", k->shared_cpus);
	if (*kind)
		text_append(text, sizeof(text), ", %s", kind);
	row(first ? "caches" : "", text);
}

static void print_facts(const char *label, const struct fact *facts, int n)
{
	char text[256];

	for (int i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%s: %s", facts[i].key, facts[i].value);
		row(i ? "" : label, text);
	}
}

void machine_look_print(const struct machine_look *look)
{
	const struct machine *m = &look->machine;

	print_identity(&m->cpu);
	print_time_stamps(m);
	print_tlb(m);
	if (look->has_tree)
		print_topology(&m->topology);
	for (int i = 0; i < look->numa.n; i++)
		print_node(look, i);
	for (int i = 0; i < look->n_caches; i++)
		print_cache(&look->caches[i], i == 0);
	if (*m->kernel_release)
		row("kernel", m->kernel_release);
	print_facts("settings", m->settings, m->n_settings);
	print_facts("mitigations", m->mitigations, m->n_mitigations);
	for (int i = 0; i < look->n_unknown; i++)
		printf("%s%s\n", i ? "  " : "could not tell\n  ", look->unknown[i]);
}

static void put_nodes(struct json_writer *w, const struct numa *n)
{
	json_key(w, "nodes");
	json_begin_array(w);
	for (int i = 0; i < n->n; i++) {
		json_begin_line_object(w);
		json_put_int(w, "id", n->nodes[i].id);
		json_put_bool(w, "has_cpus", n->nodes[i].has_cpus);
		json_put_known(w, "memory_bytes", n->nodes[i].memory_bytes);
		json_put_known(w, "free_bytes", n->nodes[i].free_bytes);
		json_key(w, "distances");
		json_begin_array(w);
		for (int j = 0; j < n->n; j++) {
			int d = n->distance[i * n->n + j];

			if (d < 0)
				json_null(w);
			else
				json_int(w, d);
		}
		json_end_array(w);
		json_end_object(w);
	}
	json_end_array(w);
}

static const char *kind_key(enum core_kind kind)
{
	return kind == CORE_PERFORMANCE ? "performance"
	       : kind == CORE_EFFICIENT ? "efficient"
					: NULL;
}

static void put_caches(struct json_writer *w, const struct machine_look *look)
{
	json_key(w, "caches");
	json_begin_array(w);
	for (int i = 0; i < look->n_caches; i++) {
		const struct cache_kind *k = &look->caches[i];

		json_begin_line_object(w);
		json_put_int(w, "level", k->level);
		json_put_string(w, "type", k->type);
		json_put_known(w, "size_bytes", k->bytes);
		json_put_string(w, "core", kind_key(k->core));
		json_put_known(w, "shared_cpus", k->shared_cpus ? k->shared_cpus : -1);
		json_put_int(w, "count", k->count);
		json_end_object(w);
	}
	json_end_array(w);
}

int machine_look_print_json(const struct machine_look *look)
{
	struct json_writer w;
	char *text;

	json_writer_init(&w, JSON_PRETTY);
	json_begin_object(&w);
	machine_put_members(&w, &look->machine);
	put_nodes(&w, &look->numa);
	put_caches(&w, look);
	json_key(&w, "could_not_tell");
	json_begin_array(&w);
	for (int i = 0; i < look->n_unknown; i++)
		json_string(&w, look->unknown[i]);
	json_end_array(&w);
	json_end_object(&w);
	text = json_writer_take(&w, NULL);
	if (!text)
		return -1;
	fputs(text, stdout);
	free(text);
	return 0;
}
