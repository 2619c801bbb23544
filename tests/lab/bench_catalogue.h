/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_LAB_BENCH_CATALOGUE_H
#define TLBLAB_TESTS_LAB_BENCH_CATALOGUE_H

#include "tlblab/lab/catalogue.h"

/*
 * Two small workloads as test data. They share "pages" (with other limits) and
 * "method" (with its choices in another order); "touch" and "span_pages" are one's own;
 * "threads" of the second bears the name of a fixed key.
 */
static const char *const methods_wide[] = {"munmap", "dontneed", "free", NULL};
static const char *const methods_narrow[] = {"free", "munmap", NULL};

static const struct param_desc params_zap[] = {
	{.key = "pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .help = "pages per operation",
	 .min = 1,
	 .max = 4096,
	 .def = "1"},
	{.key = "touch",
	 .kind = PARAM_BOOL,
	 .unit = "",
	 .help = "touch first",
	 .def = "yes"},
	{.key = "method",
	 .kind = PARAM_CHOICE,
	 .unit = "",
	 .help = "how to give back",
	 .choices = methods_wide,
	 .def = "munmap"},
};

static const struct param_desc params_map[] = {
	{.key = "method",
	 .kind = PARAM_CHOICE,
	 .unit = "",
	 .help = "how to give back",
	 .choices = methods_narrow,
	 .def = "free"},
	{.key = "pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .help = "pages per operation",
	 .min = 1,
	 .max = 512,
	 .def = "8"},
	{.key = "span_pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .help = "distance",
	 .min = 1,
	 .max = 512,
	 .def = "64"},
	{.key = "threads",
	 .kind = PARAM_INT,
	 .unit = "",
	 .help = "of its own",
	 .min = 1,
	 .max = 8,
	 .def = "3"},
};

static const struct workload_desc workload_zap = {.name = "zap",
						  .title = "zap",
						  .summary = "Zaps pages.",
						  .params = params_zap,
						  .n_params = 3};
static const struct workload_desc workload_map = {.name = "map",
						  .title = "map",
						  .summary = "Maps pages.",
						  .params = params_map,
						  .n_params = 4};
static const struct workload_desc *const bench_workloads[] = {&workload_zap,
							      &workload_map};
static const struct catalogue bench = {
	.backend = "live", .workloads = bench_workloads, .n = 2};

#endif
