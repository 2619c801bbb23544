/* SPDX-License-Identifier: MIT */
/*
 * tlblab list placements: who would sit where. The placements are resolved by the very
 * function that a run uses, over this machine's topology or a captured one's, and
 * nothing is pinned or started.
 */
#include "commands/list/placements.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/lab/experiment.h"
#include "tlblab/machine/placement.h"

enum { PLACED_NAME_W = 20, PLACED_TEXT_BYTES = 240 };

struct placed {
	const struct topology *topology;
	int workers, victims;
	int *cpus; /* workers, then victims */
	struct json_writer *json;
};

static void put_members(const struct placed *p, const char *key, int first, int n)
{
	json_key(p->json, key);
	json_begin_array(p->json);
	for (int i = 0; i < n; i++) {
		const struct cpu *c = topology_cpu(p->topology, p->cpus[first + i]);

		json_begin_line_object(p->json);
		json_put_int(p->json, "id", i);
		json_put_known(p->json, "cpu", p->cpus[first + i]);
		json_put_known(p->json, "package", c ? c->package : -1);
		json_put_known(p->json, "node", c ? c->node : -1);
		json_put_known(p->json, "core", c ? c->core : -1);
		json_put_known(p->json, "smt", c ? c->smt : -1);
		json_end_object(p->json);
	}
	json_end_array(p->json);
}

static void put_placement(const struct placed *p, const struct placement_ops *ops,
			  const char *name, int distinct, const struct error *refused)
{
	char reason[800];
	bool ok = refused->code == ERROR_NONE;

	json_begin_object(p->json);
	json_put_string(p->json, "name", ops->syntax);
	json_put_string(p->json, "title", "");
	json_put_string(p->json, "about", ops->summary);
	json_put_string(p->json, "placement", name);
	json_put_string(p->json, "reason",
			ok ? NULL : error_text(refused, reason, sizeof(reason)));
	json_put_known(p->json, "distinct_cpus", ok && distinct ? distinct : -1);
	put_members(p, "workers", 0, ok ? p->workers : 0);
	put_members(p, "victims", p->workers, ok ? p->victims : 0);
	json_end_object(p->json);
}

static void print_members(const struct placed *p, const char *who, int first, int n)
{
	char list[PLACED_TEXT_BYTES];

	if (!n)
		return;
	if (p->cpus[first] < 0)
		text_copy(list, sizeof(list), "wherever the kernel puts them");
	else
		placement_list_text(p->cpus + first, n, list, sizeof(list));
	printf("%*s%s %s\n", PLACED_NAME_W, "", who, list);
}

static void print_placement(const struct placed *p, const struct placement_ops *ops,
			    const char *name, int distinct, const struct error *refused)
{
	char reason[800];
	int members = p->workers + p->victims;

	printf("%-*s%s%s\n", PLACED_NAME_W, name,
	       strlen(name) < PLACED_NAME_W ? "" : "  ", ops->summary);
	if (refused->code != ERROR_NONE) {
		printf("%*snot here: %s\n", PLACED_NAME_W, "",
		       error_text(refused, reason, sizeof(reason)));
		return;
	}
	print_members(p, "workers", 0, p->workers);
	print_members(p, "victims", p->workers, p->victims);
	if (distinct > 0 && distinct < members)
		printf("%*s%d members on %d CPUs\n", PLACED_NAME_W, "", members,
		       distinct);
}

static void place(const struct placed *p, const struct placement_ops *ops,
		  const char *name)
{
	struct error refused = {.code = ERROR_NONE};
	int distinct = 0;

	placement_resolve(name, p->topology, p->workers, p->victims, p->cpus, &distinct,
			  &refused);
	if (p->json)
		put_placement(p, ops, name, distinct, &refused);
	else
		print_placement(p, ops, name, distinct, &refused);
}

/* Each node with CPUs, once. */
static void place_nodes(const struct placed *p, const struct placement_ops *ops)
{
	struct cpumask seen = {0};
	char name[32];

	for (int i = 0; i < p->topology->n_cpus; i++)
		if (p->topology->cpus[i].allowed && p->topology->cpus[i].node >= 0)
			cpumask_set(&seen, p->topology->cpus[i].node);
	if (cpumask_next(&seen, -1) < 0)
		place(p, ops, "node:0"); /* which says why not */
	for (int node = cpumask_next(&seen, -1); node >= 0;
	     node = cpumask_next(&seen, node)) {
		snprintf(name, sizeof(name), "node:%d", node);
		place(p, ops, name);
	}
}

static void place_all(const struct placed *p)
{
	char list[2048], name[sizeof(list) + 8];

	for (int i = 0; placement_table[i]; i++) {
		const struct placement_ops *ops = placement_table[i];

		if (!strcmp(ops->name, "node")) {
			place_nodes(p, ops);
		} else if (!strcmp(ops->name, "cpus")) {
			cpumask_text(&p->topology->allowed, list, sizeof(list));
			snprintf(name, sizeof(name), "cpus:%s", list);
			place(p, ops, name);
		} else {
			place(p, ops, ops->name);
		}
	}
}

/* The guardian is started for its promise that root reads no file a user named. */
static int read_topology(struct topology *t, const char *root, struct error *error)
{
	struct guardian *guardian = NULL;
	int err = root ? guardian_start(&guardian, error) : 0;

	if (!err)
		err = topology_read(t, root ? root : "", NULL, error);
	guardian_stop(guardian);
	return err;
}

int list_placements(const struct placements_wanted *wanted, struct json_writer *json,
		    struct error *error)
{
	struct topology t;
	int err = read_topology(&t, wanted->root, error);

	if (err)
		return err;
	struct placed p = {
		.topology = &t,
		.workers = wanted->workers < 0 ? t.n_allowed : wanted->workers,
		.victims = wanted->victims,
		.json = json,
	};

	p.cpus = calloc((size_t)(p.workers + p.victims) + 1, sizeof(*p.cpus));
	if (!p.cpus)
		err = error_set(error, ERROR_MACHINE, ENOMEM, "placements",
				"out of memory", "ask for fewer workers");
	else
		place_all(&p);
	free(p.cpus);
	topology_fini(&t);
	return err;
}

int list_placements_count(const char *option, const char *text, int *out,
			  struct error *error)
{
	int64_t n;

	if (text_to_int(text, false, &n) || n < 0 || n > EXPERIMENT_MAX_WORKERS)
		return error_setf(error, ERROR_INPUT, EINVAL, option, "0 to 4096",
				  "\"%s\" is not a number of threads", text);
	*out = (int)n;
	return 0;
}
