/* SPDX-License-Identifier: MIT */
#include "io/result/interval_fields.h"

#include <stddef.h>

const struct interval_field interval_fields[CH_N] = {
	{NULL, NULL, "ops", CH_OPS},
	{NULL, NULL, "ops_min", CH_OPS_MIN},
	{NULL, NULL, "ops_max", CH_OPS_MAX},
	{NULL, NULL, "ops_ns", CH_OPS_NS},
	{NULL, NULL, "running_ops", CH_RUNNING_OPS},
	{NULL, NULL, "running_ns", CH_RUNNING_NS},
	{NULL, NULL, "worker_ns", CH_WORKER_NS},
	{NULL, NULL, "refill_ns_per_page", CH_REFILL_NS_PER_PAGE},
	{"shootdowns", NULL, "total", CH_SHOOTDOWNS},
	{"shootdowns", NULL, "background", CH_SHOOTDOWNS_BACKGROUND},
	{"told", NULL, "cpus", CH_TOLD},
	{"told", NULL, "background", CH_TOLD_BACKGROUND},
	{"told", NULL, "counted_ops", CH_TOLD_OPS},
	{"told", NULL, "counted_ns", CH_TOLD_NS},
	{"flushes", NULL, "counted_ops", CH_FLUSH_OPS},
	{"flushes", NULL, "counted_ns", CH_FLUSH_NS},
	{"flushes", NULL, "full", CH_FLUSH_FULL},
	{"flushes", NULL, "ranged", CH_FLUSH_RANGED},
	{"flushes", NULL, "hypervisor", CH_HYPERVISOR_FLUSHES},
	{"flushes", "by_reason", "task_switch", CH_FLUSH_TASK_SWITCH},
	{"flushes", "by_reason", "remote_shootdown", CH_FLUSH_REMOTE_SHOOTDOWN},
	{"flushes", "by_reason", "local_shootdown", CH_FLUSH_LOCAL_SHOOTDOWN},
	{"flushes", "by_reason", "local_mm_shootdown", CH_FLUSH_LOCAL_MM_SHOOTDOWN},
	{"flushes", "by_reason", "remote_ipi_send", CH_FLUSH_REMOTE_IPI_SEND},
	{"flushes", "by_reason", "remote_wrong_cpu", CH_FLUSH_REMOTE_WRONG_CPU},
	{"flushes", "by_size", "pages_1", CH_FLUSH_PAGES_1},
	{"flushes", "by_size", "pages_2_8", CH_FLUSH_PAGES_2_8},
	{"flushes", "by_size", "pages_9_33", CH_FLUSH_PAGES_9_33},
	{"flushes", "by_size", "pages_34_up", CH_FLUSH_PAGES_34_UP},
	{"flushes", "vmstat", "remote_flushes", CH_VMSTAT_REMOTE_FLUSHES},
	{"flushes", "vmstat", "remote_received", CH_VMSTAT_REMOTE_RECEIVED},
	{"flushes", "vmstat", "local_full", CH_VMSTAT_LOCAL_FULL},
	{"flushes", "vmstat", "local_pages", CH_VMSTAT_LOCAL_PAGES},
	{"walks", NULL, "cycles", CH_CYCLES},
	{"walks", NULL, "dtlb_load_walk_cycles", CH_DTLB_LOAD_WALK_CYCLES},
	{"walks", NULL, "dtlb_load_walks", CH_DTLB_LOAD_WALKS},
	{"walks", NULL, "dtlb_store_walk_cycles", CH_DTLB_STORE_WALK_CYCLES},
	{"walks", NULL, "dtlb_store_walks", CH_DTLB_STORE_WALKS},
	{"walks", NULL, "itlb_walk_cycles", CH_ITLB_WALK_CYCLES},
	{"walks", NULL, "itlb_walks", CH_ITLB_WALKS},
	{"walks", NULL, "stlb_flush", CH_STLB_FLUSH},
	{"walks", NULL, "dtlb_flush", CH_DTLB_FLUSH},
	{"walks", NULL, "dtlb_load_walk_pending", CH_DTLB_LOAD_WALK_PENDING},
	{"victim", NULL, "loops", CH_VICTIM_LOOPS},
	{"victim", NULL, "quiet_loops", CH_VICTIM_QUIET_LOOPS},
	{"victim", NULL, "observed_ns", CH_VICTIM_NS},
	{"victim", NULL, "stalls", CH_VICTIM_STALLS},
	{"victim", NULL, "quiet_stalls", CH_VICTIM_QUIET_STALLS},
	{"victim", NULL, "lost_ns", CH_VICTIM_LOST_NS},
	{"victim", NULL, "stall_p50_ns", CH_VICTIM_STALL_P50_NS},
	{"victim", NULL, "stall_p99_ns", CH_VICTIM_STALL_P99_NS},
	{"victim", NULL, "stall_p999_ns", CH_VICTIM_STALL_P999_NS},
	{"victim", NULL, "stall_max_ns", CH_VICTIM_STALL_MAX_NS},
	{"victim", NULL, "stall_min_ns", CH_VICTIM_STALL_MIN_NS},
	{"victim", NULL, "stall_p90_ns", CH_VICTIM_STALL_P90_NS},
	{"latency", NULL, "p50_ns", CH_LATENCY_P50_NS},
	{"latency", NULL, "p99_ns", CH_LATENCY_P99_NS},
	{"latency", NULL, "max_ns", CH_LATENCY_MAX_NS},
	{"noise", NULL, "steal_ns", CH_STEAL_NS},
	{"noise", NULL, "cpus_ns", CH_CPUS_NS},
	{"noise", NULL, "migrations", CH_MIGRATIONS},
	{"noise", NULL, "involuntary_switches", CH_INVOLUNTARY_SWITCHES},
	{"noise", NULL, "ran_ns", CH_RAN_NS},
	{"noise", NULL, "frequency_hz", CH_FREQUENCY_HZ},
	{"noise", NULL, "frequency_change_pct", CH_FREQUENCY_CHANGE_PCT},
	{"noise", NULL, "throttles", CH_THROTTLES},
	{"kernel_flush", NULL, "workers_pct", CH_FLUSHING_WORKERS_PCT},
	{"kernel_flush", NULL, "cpus_pct", CH_FLUSHING_CPUS_PCT},
	{"kernel_flush", NULL, "mean_ns", CH_KERNEL_FLUSH_MEAN_NS},
	{"kernel_flush", NULL, "p50_ns", CH_KERNEL_FLUSH_P50_NS},
	{"kernel_flush", NULL, "p99_ns", CH_KERNEL_FLUSH_P99_NS},
};

const char *quality_name(enum quality q)
{
	switch (q) {
	case QUALITY_EXACT: return "exact";
	case QUALITY_SCALED: return "scaled";
	case QUALITY_STALE: return "stale";
	case QUALITY_ABSENT: break;
	}
	return "absent";
}
