/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_IO_RESULT_FIXTURE_H
#define TLBLAB_TESTS_IO_RESULT_FIXTURE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/catalogue_fixture.h"
#include "tlblab/base/text.h"
#include "tlblab/io/preset_file.h"
#include "tlblab/io/result_file.h"
#include "tlblab/lab/noise.h"

/*
 * A result in which nothing is left out: every channel of every quality, a CPU that is
 * offline, a worker that did nothing, a victim, markers, checks of all three states,
 * a machine with TLBs and names that need escapes.
 */
enum { FIXTURE_CPUS = 4, FIXTURE_RUNS = 2 };

struct result_fixture {
	struct machine machine;
	struct cpu cpus[FIXTURE_CPUS];
	struct preset preset;
	struct availability availability[2];
	struct result_sensor sensors[2];
	struct run_record *runs[FIXTURE_RUNS];
	struct result result;
};

static inline void fixture_machine(struct result_fixture *f)
{
	struct machine *m = &f->machine;
	static const struct fact settings[] = {
		{"thp", "always", "/sys/kernel/mm/transparent_hugepage/enabled"},
		{"smt \"control\"", "off\n", ""},
	};

	strcpy(m->cpu.vendor, "AuthenticAMD");
	strcpy(m->cpu.brand, "AMD EPYC \"9R14\" \xff");
	m->cpu.family = 25;
	m->cpu.model = 17;
	m->cpu.stepping = -1;
	m->cpu.hypervisor = true;
	strcpy(m->cpu.hypervisor_name, "KVM");
	strcpy(m->kernel_release, "6.18.0");
	strcpy(m->hostname, "lab");
	m->page_bytes = 4096;
	m->tsc_ns_per_tick = 0.38461538461538464;
	m->n_tlb = 1;
	m->tlb[0].n_levels = 1;
	m->tlb[0].levels[0] = (struct tlb_level){.level = 2,
						 .kind = TLB_UNIFIED,
						 .pages = TLB_PAGE_4K | TLB_PAGE_2M,
						 .entries = 3072,
						 .source = "CPUID 0x80000006"};
	m->tlb[0].n_could_not_tell = 1;
	strcpy(m->tlb[0].could_not_tell[0], "associativity code 7");
	memcpy(m->settings, settings, sizeof(settings));
	m->n_settings = 2;
	m->mitigations[m->n_mitigations++] = settings[0];
	m->kernel[m->n_kernel++] = settings[0];
	m->topology = (struct topology){.cpus = f->cpus,
					.n_cpus = FIXTURE_CPUS,
					.max_cpu_id = FIXTURE_CPUS - 1,
					.n_online = 3,
					.n_packages = 1,
					.n_cores = 3};
	for (int i = 0; i < FIXTURE_CPUS; i++) {
		f->cpus[i] = (struct cpu){.id = i,
					  .online = i != 2,
					  .allowed = i != 2,
					  .die = -1,
					  .cluster = -1,
					  .node = -1,
					  .core = i,
					  .kind = CORE_PERFORMANCE};
		if (i != 2)
			cpumask_set(&m->topology.allowed, i);
	}
}

static inline void fixture_crew(struct worker_record *w, int id, bool victim)
{
	*w = (struct worker_record){.id = id,
				    .cpu = id ? -1 : 1,
				    .node = -1,
				    .tid = 4000 + id,
				    .ops = id ? 0 : 12345678901,
				    .elapsed_s = 5.000125,
				    .ns_per_op = id ? NAN : 2419.6875,
				    .quiet_ops_per_s = victim && !id ? 3e9 : NAN,
				    .max_ns = id ? NAN : 104857.625,
				    .sampled_one_in = id ? 0 : 16};
	if (!id)
		w->flushes = (struct worker_flushes){
			.counted_s = 0.1,
			.full = victim ? NAN : 1340,
			.ranged = victim ? NAN : 65200.5,
			.received = victim ? 66500 : 0,
			.cpu_received_full = victim ? 12.5 : NAN,
			.cpu_received_ranged = victim ? 66600 : NAN};
	for (unsigned int i = 0; !id && i < HIST_BUCKETS; i += 97) {
		w->latency.count[i] = i + 1;
		w->latency.total += i + 1;
	}
}

static inline void fixture_series(struct run_record *run)
{
	static const struct marker marker = {1.25, "threads", "1", "2"};

	run->series = series_new(FIXTURE_CPUS);
	for (int i = 0; i < 5; i++) {
		uint32_t row[FIXTURE_CPUS] = {(uint32_t)i, 0, SAMPLE_CPU_ABSENT,
					      4294967294u};
		struct sample s = {.t_s = 0.1 * (i + 1),
				   .elapsed_s = 0.1,
				   .cpu_shootdowns = i == 3 ? NULL : row,
				   .n_cpus = FIXTURE_CPUS};

		/* The first interval has nothing, the others everything. */
		s.told_source = i ? TOLD_SENT : TOLD_ABSENT;
		for (int c = 0; i && c < CH_N; c++)
			sample_put(&s, (enum channel)c, 1000 * i + c + 0.1 * (c % 3),
				   (enum quality)(1 + (i + c) % 3));
		if (i) {
			extras_put(&s.extras, 0, 4096.0 * i, true);
			extras_put(&s.extras, 2, 7.0 + i, false);
		}
		if (i == 4)
			s.noise = (1u << NOISE_KINDS) - 1;
		series_add(run->series, &s);
	}
	series_mark(run->series, &marker);
}

static const struct flushers fixture_flushers = {
	.elapsed_s = 1.0001,
	.recorded_pct = 2.5,
	.lost = 3,
	.all = {66000, 65000, 65500},
	.workers = {65250.5, 65000, 65500},
	.n = 2,
	.row = {{4000, 4001, true, "worker 0", "munmap", {65250.5, 65000, 65500}},
		{77, 77, false, "kh \"x\"", "khugepaged", {12, 0, NAN}}},
	.n_causes = 2,
	.cause = {{"munmap", {65250.5, 65000, 65500}}, {"khugepaged", {12, 0, NAN}}},
	.count = 65000,
	.mean_ns = 1398.5,
	.p50_ns = 1300,
	.p99_ns = 9000,
	.send_ns = 198.5,
	.wait_ns = 1000,
	.answer_ns = 200,
	.n_told = 2,
	.told = {{1, 1, 64000, 1390}, {64, 0, 1000, 9000}},
	.workers_pct = 9.5,
	.cpus_pct = NAN,
};

static inline struct run_record *fixture_run(const struct preset *p, int index)
{
	struct run_record *run = calloc(1, sizeof(*run));

	run->config = p->experiment;
	run->config.threads = index + 1;
	run->point = index;
	run->repeat = 0;
	strcpy(run->started_utc, "2026-01-02T03:04:05Z");
	run->warmup_s = 1.0001;
	run->elapsed_s = 5.000125;
	run->ns_per_tick = 0.38461538461538464;
	run->interrupted = index == 1;
	strcpy(run->failure, index == 1 ? "worker 1 crashed: SIGSEGV" : "");
	run->ceiling_pages = index == 1 ? -1 : 33;
	run->expectation = (struct expectation){.kind = FLUSH_RANGED,
						.flushes_per_op_low = 0.95,
						.flushes_per_op_high = 1.05,
						.pages = 1,
						.shootdowns_per_op_high = 1.05,
						.why = "one flush of one page"};
	run->n_workers = 2;
	run->n_victims = 2;
	run->workers = calloc(2, sizeof(*run->workers));
	run->victims = calloc(2, sizeof(*run->victims));
	for (int i = 0; i < 2; i++) {
		fixture_crew(&run->workers[i], i, false);
		fixture_crew(&run->victims[i], i, true);
	}
	fixture_series(run);
	for (int i = 0; i < 3; i++) {
		struct check *c = &run->checks[run->n_checks++];

		*c = (struct check){.name = "pinned", .state = (enum check_state)i};
		strcpy(c->expected, "4 of 4");
		strcpy(c->observed, "4 of 4");
		strcpy(c->note, i ? "why" : "");
	}
	if (index == 0)
		run->flushers = fixture_flushers;
	else
		strcpy(run->flushers.reason, "only root may: run it with sudo");
	run->noise.steal_pct = (struct reading){0.125, QUALITY_EXACT};
	run->instruments[run->n_instruments++] =
		(struct fact){"flush_trace", "on", "tlb:tlb_flush"};
	run_record_summarise(run, 0);
	return run;
}

static inline void result_fixture_init(struct result_fixture *f)
{
	static const struct availability availability[2] = {
		{true, "", "/proc/interrupts"},
		{false, "this machine shows no PMU; run it on bare metal", ""}};

	memset(f, 0, sizeof(*f));
	fixture_machine(f);
	strcpy(f->preset.name, "fixture");
	strcpy(f->preset.title, "A fixture");
	f->preset.notes[f->preset.n_notes++] = strdup("one note");
	experiment_init(&f->preset.experiment, &test_catalogue, "release", NULL);
	preset_set(&f->preset, &test_catalogue, "label=a,\"b\"", NULL);
	preset_set(&f->preset, &test_catalogue, "sweep.threads=1,2", NULL);
	memcpy(f->availability, availability, sizeof(availability));
	f->sensors[0] = (struct result_sensor){"interrupts", &f->availability[0]};
	f->sensors[1] = (struct result_sensor){"pmu", &f->availability[1]};
	for (int i = 0; i < FIXTURE_RUNS; i++)
		f->runs[i] = fixture_run(&f->preset, i);
	f->result = (struct result){.machine = &f->machine,
				    .preset = &f->preset,
				    .catalogue = &test_catalogue,
				    .sensors = f->sensors,
				    .n_sensors = 2,
				    .mechanism_verdict = "ipi",
				    .mechanism_evidence = "the TLB row rose",
				    .mechanism_measured = true,
				    .runs = f->runs,
				    .n_runs = FIXTURE_RUNS};
}

static inline void result_fixture_fini(struct result_fixture *f)
{
	for (int i = 0; i < FIXTURE_RUNS; i++)
		run_record_free(f->runs[i]);
	preset_fini(&f->preset);
}

#endif
