/* SPDX-License-Identifier: MIT */
/* Interrupts, signals, masks and events as the kernel has them. */
#include "sim_test.h"

#include <errno.h>

static const struct sim_costs *steady_costs(void)
{
	static struct sim_costs costs;

	sim_costs_default(&costs);
	costs.jitter_pct = 0;
	costs.tick_ns = 0;
	return &costs;
}

static void set(struct experiment *e, const char *key, const char *value)
{
	struct error error = {0};

	if (experiment_set(e, sim_catalogue(), key, value, &error))
		fail_msg("%s: %s", key, error.why);
}

/* Pages of a flush, and the size it is counted as. */
static void sizes_are_counted_by_their_limits(void **state)
{
	static const struct {
		const char *pages;
		int size;
	} cases[] = {{"1", 0},	{"2", 1},  {"7", 1},  {"8", 1},	  {"9", 2},
		     {"32", 2}, {"33", 2}, {"34", 3}, {"100", 3}, {"101", 4}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct experiment e = EXPERIMENT("madvise", "touch=yes", "threads=1",
						 "cpus=1", "ops=20", "ceiling=100");

		set(&e, "pages", cases[i].pages);
		struct sim *s = sim_after(&e, NULL, NULL, 100);

		for (int size = 0; size < 5; size++)
			assert_int_equal(sim_counts(s)->size[size],
					 size == cases[i].size ? 20 : 0);
		sim_free(s);
	}
}

/* A second message while the handler is at its queue enters with the first; one that
 * comes when it is on its way out enters anew, after it. */
static void interrupts_merge_until_the_handler_is_done(void **state)
{
	struct experiment e = EXPERIMENT("madvise", "threads=1", "cpus=1");
	struct sim *s = sim_after(&e, NULL, steady_costs(), 0.5);
	struct sim_cpu *c = &s->cpus[0];
	uint64_t before = s->counts.interrupts;
	sim_time enter = ps_of(s->costs.irq_enter_ns),
		 leave = ps_of(s->costs.irq_exit_ns);

	(void)state;
	assert_non_null(c->current);
	sim_time start = s->now, work = ps_of(500);

	assert_true(cpu_interrupt(s, c, 500) == start + enter + work);
	assert_true(c->irq_end == start + enter + work + leave);
	s->now = c->irq_ack - 1;
	assert_true(cpu_interrupt(s, c, 500) == start + enter + 2 * work);
	assert_int_equal(s->counts.interrupts, before + 1);
	s->now = c->irq_ack;
	assert_true(cpu_interrupt(s, c, 500) == start + 2 * enter + 3 * work + leave);
	assert_int_equal(s->counts.interrupts, before + 2);
	sim_free(s);
}

/* Signals of one flush on a machine of 512 CPUs, of which so many are meant. */
static double signals_per_op(const char *model, const char *victims)
{
	struct experiment e =
		EXPERIMENT("madvise", "touch=yes", "threads=1", "cpus=512", "ops=20");

	set(&e, "ipi_model", model);
	set(&e, "victims", victims);
	struct sim *s = sim_after(&e, NULL, NULL, 1000);
	const struct sim_counts *n = sim_counts(s);

	assert_int_equal(n->shootdowns, n->ops * (uint64_t)e.victims);
	double per_op = (double)n->signals / (double)n->ops;

	sim_free(s);
	return per_op;
}

static void a_signal_reaches_as_many_as_its_model_says(void **state)
{
	static const struct {
		const char *model, *victims;
		double signals;
	} cases[] = {{"one_by_one", "511", 511}, {"one_by_one", "40", 40},
		     {"shorthand", "511", 1},	 {"shorthand", "510", 510},
		     {"cluster", "511", 1},	 {"cluster", "510", 32},
		     {"cluster", "15", 1},	 {"cluster", "16", 2},
		     {"hypercall", "511", 4},	 {"hypercall", "127", 1},
		     {"hypercall", "128", 2}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_near(signals_per_op(cases[i].model, cases[i].victims),
			    cases[i].signals, 0.001);
	/* Published costs are those of machines that send one by one. */
	assert_near(signals_per_op("costs", "40"), 40, 0.001);
}

static double sent_ns(enum sim_ipi_model model)
{
	struct experiment e = EXPERIMENT("madvise", "touch=yes", "threads=1", "cpus=64",
					 "victims=63", "ops=100");
	struct sim_costs costs = *steady_costs();

	costs.ipi_model = model;
	struct sim *s = sim_after(&e, NULL, &costs, 1000);
	double ns = ns_per_op(s);

	sim_free(s);
	return ns;
}

/* The costs name a model too, and it matters. */
static void the_costs_choose_how_to_send(void **state)
{
	double each = sent_ns(SIM_IPI_ONE_BY_ONE), all = sent_ns(SIM_IPI_SHORTHAND);
	double call = sent_ns(SIM_IPI_HYPERCALL);
	struct error error = {0};
	struct sim_costs c;

	(void)state;
	assert_true(all < each - 60 * 150);
	assert_near(sent_ns(SIM_IPI_CLUSTER), all, 0.001);
	assert_true(call > all && call < each);
	sim_costs_default(&c);
	assert_int_equal(c.ipi_model, SIM_IPI_ONE_BY_ONE);
	for (int i = 0; i < SIM_IPI_MODELS; i++) {
		assert_int_equal(
			sim_costs_set_ipi_model(&c, sim_ipi_model_names[i], &error), 0);
		assert_int_equal(c.ipi_model, i);
	}
	assert_int_equal(sim_costs_set_ipi_model(&c, "carrier_pigeon", &error),
			 -EINVAL);
	assert_string_equal(error.what, "ipi_model");
}

/* Flushes of two CPUs of so many pages; *walks: of the victim's pages to refill. */
static double isolated_ns(const char *pti, const char *pcid, const char *pages)
{
	struct experiment e =
		EXPERIMENT("madvise", "touch=yes", "threads=1", "cpus=1", "ops=100");

	set(&e, "pti", pti);
	set(&e, "pcid", pcid);
	set(&e, "pages", pages);
	struct sim *s = sim_after(&e, NULL, steady_costs(), 1000);
	double ns = ns_per_op(s);

	assert_int_equal(sim_counts(s)->reason[REASON_LOCAL_MM_SHOOTDOWN], 100);
	sim_free(s);
	return ns;
}

/* What ten pages more cost under isolation, beyond what they cost without. */
static void isolation_doubles_a_page_with_invpcid_only(void **state)
{
	static const char *const pcids[] = {"no", "pcid", "invpcid"};
	const struct sim_costs *c = steady_costs();

	(void)state;
	for (int i = 0; i < 3; i++) {
		double without = isolated_ns("no", pcids[i], "11") -
				 isolated_ns("no", pcids[i], "1");
		double with = isolated_ns("yes", pcids[i], "11") -
			      isolated_ns("yes", pcids[i], "1");

		/* An error a page enters the kernel. */
		double page_ns = (with - without) / 10 - c->pti_entry_ns;

		assert_near(page_ns, i == 2 ? c->invpcid_ns : 0, 3);
	}
}

/* Pages that a victim walks for after each one-page flush of another thread. */
static double refills_per_op(const char *pti, const char *pcid, const char *method)
{
	struct experiment e =
		EXPERIMENT("release", "threads=1", "cpus=2", "victims=1", "ops=400",
			   "working_set_pages=32", "pause_us=20");
	uint64_t renewed;

	set(&e, "pti", pti);
	set(&e, "pcid", pcid);
	set(&e, "method", method);
	struct sim *s = sim_after(&e, NULL, NULL, 0);

	renewed = s->cpus[1].tlb.next_tag;
	sim_run(s, UINT64_MAX, UINT64_MAX);
	double n = (double)(s->cpus[1].tlb.next_tag - renewed) /
		   (double)sim_counts(s)->ops;

	sim_free(s);
	return n;
}

/* A victim keeps what it cached when one page is flushed with INVPCID; with PCID alone
 * it loses all of it; without PCID any interrupt takes it, membarrier's as well. */
static void what_a_victim_loses_depends_on_pcid(void **state)
{
	static const struct {
		const char *pti, *pcid, *method;
		double low, high;
	} cases[] = {{"no", "invpcid", "dontneed", 0, 0},
		     {"no", "pcid", "dontneed", 0, 0},
		     {"no", "no", "dontneed", 0, 0},
		     {"yes", "invpcid", "dontneed", 0, 0},
		     {"yes", "pcid", "dontneed", 0.95, 1},
		     {"yes", "pcid", "membarrier", 0, 0},
		     {"yes", "no", "dontneed", 0.95, 1.2},
		     {"yes", "no", "membarrier", 0.95, 1.2}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double n = refills_per_op(cases[i].pti, cases[i].pcid, cases[i].method);

		if (n < cases[i].low || n > cases[i].high)
			fail_msg("pti=%s pcid=%s %s: %.2f", cases[i].pti, cases[i].pcid,
				 cases[i].method, n);
	}
}

/* Two on one CPU, of one process or of two. */
static uint64_t switches_that_flush(const char *mode, const char *pcid)
{
	struct experiment e = EXPERIMENT("madvise", "threads=2", "cpus=1", "shared=no");

	set(&e, "mode", mode);
	set(&e, "pcid", pcid);
	struct sim *s = sim_after(&e, NULL, NULL, 100);
	const struct sim_counts *n = sim_counts(s);

	assert_true(n->switches > 20);
	assert_true(n->reason[REASON_TASK_SWITCH] == 0 ||
		    n->reason[REASON_TASK_SWITCH] + 2 >= n->switches);
	uint64_t flushes = n->reason[REASON_TASK_SWITCH];

	sim_free(s);
	return flushes;
}

static void without_pcid_another_address_space_drops_all(void **state)
{
	(void)state;
	assert_true(switches_that_flush("processes", "no") > 20);
	assert_int_equal(switches_that_flush("threads", "no"), 0);
	assert_int_equal(switches_that_flush("processes", "pcid"), 0);
	assert_int_equal(switches_that_flush("threads", "pcid"), 0);
}

/* A CPU that runs another process stays in the mask; a flush passes it over, but for
 * one a second, which finds it at the wrong place and takes it out. */
static void masks_are_trimmed_once_a_second(void **state)
{
	struct experiment e = EXPERIMENT("madvise", "touch=yes", "shared=no", "cpus=2",
					 "threads=2", "mode=processes", "victims=0");
	struct sim *s = sim_after(&e, NULL, NULL, 1);
	const struct sim_counts *n = sim_counts(s);
	struct sim_mm *mm = &s->mms[0];

	(void)state;
	assert_true(mm->next_trim == ps_of(1e9));
	assert_true(cpu_set_add(&mm->cpus, 1));
	sim_run(s, sim_now_ps(s) + 1000000000, UINT64_MAX);
	assert_true(cpu_set_has(&mm->cpus, 1));
	assert_int_equal(n->reason[REASON_WRONG_CPU], 0);
	assert_int_equal(n->shootdowns, 0);
	/* The event of sending is made all the same. */
	uint64_t sent = n->reason[REASON_REMOTE_SEND];

	assert_true(sent > 100);
	mm->next_trim = s->now;
	sim_run(s, sim_now_ps(s) + 1000000000, UINT64_MAX);
	assert_false(cpu_set_has(&mm->cpus, 1));
	assert_int_equal(n->reason[REASON_WRONG_CPU], 1);
	assert_int_equal(n->shootdowns, 1);
	assert_in_range(mm->next_trim, s->now - 1000000000 + 1000000000000,
			s->now + 1000000000000);
	/* And again the next second, not before. */
	assert_true(cpu_set_add(&mm->cpus, 1));
	sim_run(s, sim_now_ps(s) + 1000000000, UINT64_MAX);
	assert_true(cpu_set_has(&mm->cpus, 1));
	assert_int_equal(n->shootdowns, 1);
	sim_free(s);
}

/* One that switches away is such a CPU. */
static void who_switches_away_stays_in_the_mask(void **state)
{
	struct experiment e =
		EXPERIMENT("madvise", "threads=2", "mode=processes", "cpus=1");
	struct sim *s = sim_after(&e, NULL, NULL, 20);

	(void)state;
	assert_true(sim_counts(s)->switches > 4);
	assert_true(cpu_set_has(&s->mms[0].cpus, 0));
	assert_true(cpu_set_has(&s->mms[1].cpus, 0));
	sim_free(s);
	set(&e, "generations", "no");
	s = sim_after(&e, NULL, NULL, 20);
	assert_true(cpu_set_has(&s->mms[0].cpus, 0) != cpu_set_has(&s->mms[1].cpus, 0));
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_counted_by_their_limits),
		cmocka_unit_test(interrupts_merge_until_the_handler_is_done),
		cmocka_unit_test(a_signal_reaches_as_many_as_its_model_says),
		cmocka_unit_test(the_costs_choose_how_to_send),
		cmocka_unit_test(isolation_doubles_a_page_with_invpcid_only),
		cmocka_unit_test(what_a_victim_loses_depends_on_pcid),
		cmocka_unit_test(without_pcid_another_address_space_drops_all),
		cmocka_unit_test(masks_are_trimmed_once_a_second),
		cmocka_unit_test(who_switches_away_stays_in_the_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
