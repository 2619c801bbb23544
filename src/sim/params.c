/* SPDX-License-Identifier: MIT */
#include "sim/workload.h"

#include <errno.h>
#include <string.h>

/* In the order of strategy_table, which a test holds it to. */
const char *const sim_strategy_names[] = {
	"ipi", "broadcast", "rar", "lazyfree", "batched", "mutex", "epoch", NULL,
};

/* By enum sim_pcid. */
const char *const sim_pcid_names[] = {"no", "pcid", "invpcid", NULL};

/* That of the costs, or one by name, in the order of sim_ipi_model_names. */
const char *const sim_ipi_choices[] = {"costs",	  "one_by_one", "shorthand",
				       "cluster", "hypercall",	NULL};

const char *const sim_cost_names[] = {"published", "machine", NULL};

bool sim_costs_of_machine(const struct experiment *e)
{
	return sim_param(e, "costs", 0);
}

int64_t sim_param(const struct experiment *e, const char *key, int64_t missing)
{
	const struct param_value *v = experiment_param(e, sim_catalogue(), key);

	return v ? v->number : missing;
}

double sim_param_real(const struct experiment *e, const char *key, double missing)
{
	const struct param_value *v = experiment_param(e, sim_catalogue(), key);

	return v ? v->real : missing;
}

const struct strategy_ops *sim_strategy_of(const struct experiment *e)
{
	return strategy_table[sim_param(e, "strategy", 0)];
}

static int machine_check(const struct experiment *e, const struct sim_machine *m,
			 struct error *error)
{
	const struct strategy_ops *strategy = sim_strategy_of(e);

	if (m->cpus % (m->packages * m->smt))
		return error_setf(error, ERROR_INPUT, EINVAL, "cpus",
				  "choose a multiple of packages times smt",
				  "%d CPUs cannot be divided into %d packages of cores "
				  "with %d",
				  m->cpus, m->packages, m->smt);
	if (m->nodes % m->packages || m->cpus / m->smt < m->nodes)
		return error_setf(error, ERROR_INPUT, EINVAL, "nodes",
				  "choose a multiple of packages, with a core each",
				  "%d nodes do not fit %d packages", m->nodes,
				  m->packages);
	if (strategy->defers && !m->generations)
		return error_setf(
			error, ERROR_INPUT, EINVAL, "generations", "set it to yes",
			"the %s strategy knows by generations who has flushed",
			strategy->name);
	if (strategy->global_asids && (!m->generations || m->pcid == SIM_PCID_NONE))
		return error_setf(
			error, ERROR_INPUT, EINVAL,
			m->generations ? "pcid" : "generations",
			m->generations ? "choose pcid or invpcid" : "set it to yes",
			"the %s strategy needs global ASIDs, which need %s",
			strategy->name,
			m->generations ? "PCID" : "a kernel with generations");
	return 0;
}

int sim_machine_of(const struct experiment *e, struct sim_machine *out,
		   struct error *error)
{
	const struct workload_sim *w = sim_workload_find(e->workload);
	int err;

	*out = (struct sim_machine){
		.cpus = (int)sim_param(e, "cpus", 1),
		.packages = (int)sim_param(e, "packages", 1),
		.nodes = (int)sim_param(e, "nodes", 1),
		.smt = (int)sim_param(e, "smt", 1),
		.l1_entries = (int)sim_param(e, "l1_entries", 64),
		.l2_entries = (int)sim_param(e, "l2_entries", 1536),
		.generations = sim_param(e, "generations", 1),
		.pti = sim_param(e, "pti", 0),
		.pcid = (enum sim_pcid)sim_param(e, "pcid", SIM_INVPCID),
	};
	/* Linux used PCID from 4.14 on, with them. */
	if (!out->generations)
		out->pcid = SIM_PCID_NONE;
	err = machine_check(e, out, error);
	return err || !w || !w->check ? err : w->check(e, error);
}

void sim_machine_slot(const struct sim_machine *m, int cpu, int *package, int *node,
		      int *core)
{
	int cores = m->cpus / m->smt;

	*core = cpu / m->smt;
	*package = (int)((int64_t)*core * m->packages / cores);
	*node = (int)((int64_t)*core * m->nodes / cores);
}
