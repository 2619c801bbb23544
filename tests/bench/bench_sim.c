/* SPDX-License-Identifier: MIT */
/*
 * How fast the simulator is: flush deliveries a second at 64 CPUs that all shoot at
 * each other, and 100,000 operations on 1,024 CPUs, with the memory it takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/error.h"
#include "tlblab/sim/sim.h"

static void must(bool ok, const struct error *f)
{
	if (ok)
		return;
	fprintf(stderr, "bench: %s: %s\n", f->what, f->why);
	exit(1);
}

static void bench_machine(const char *cpus, int ops)
{
	const struct catalogue *c = sim_catalogue();
	struct experiment e;
	struct sim_options o = {.experiment = &e};
	struct error error = {0};
	struct rusage use;
	struct sim *s;

	must(!experiment_init(&e, c, "madvise", &error) &&
		     !experiment_set(&e, c, "touch", "yes", &error) &&
		     !experiment_set(&e, c, "shared", "no", &error) &&
		     !experiment_set(&e, c, "cpus", cpus, &error) &&
		     !experiment_set(&e, c, "threads", cpus, &error),
	     &error);
	e.ops = ops / e.threads;
	uint64_t begun_ns = clock_now_ns();

	must(!sim_new(&s, &o, &error), &error);
	sim_open_gate(s);
	sim_run(s, UINT64_MAX, UINT64_MAX);
	double took_s = (double)(clock_now_ns() - begun_ns) * 1e-9;

	getrusage(RUSAGE_SELF, &use);
	printf("%4s CPUs: %llu operations, %.1f M deliveries in %.2f s: %.1f M/s, "
	       "at most %ld MB\n",
	       cpus, (unsigned long long)sim_counts(s)->ops,
	       (double)sim_counts(s)->shootdowns * 1e-6, took_s,
	       (double)sim_counts(s)->shootdowns * 1e-6 / took_s, use.ru_maxrss / 1024);
	sim_free(s);
}

int main(void)
{
	bench_machine("64", 400000);
	bench_machine("256", 100000);
	bench_machine("1024", 100352);
	return 0;
}
