/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_IO_CATALOGUE_FIXTURE_H
#define TLBLAB_TESTS_IO_CATALOGUE_FIXTURE_H

#include "tlblab/lab/catalogue.h"

/* Three workloads with the parameters that the shipped presets set, of every kind. */
static const char *const test_methods[] = {"munmap", "dontneed", "free",
					   "reuse",  "lazyfree", NULL};

static const struct param_desc test_madvise_params[] = {
	{.key = "pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .help = "per operation",
	 .min = 1,
	 .max = 65536,
	 .def = "1"},
	{.key = "touch",
	 .kind = PARAM_BOOL,
	 .unit = "",
	 .help = "write first",
	 .def = "yes"},
	{.key = "shared",
	 .kind = PARAM_BOOL,
	 .unit = "",
	 .help = "the same pages",
	 .def = "no"},
};

static const struct param_desc test_mmap1_params[] = {
	{.key = "size_bytes",
	 .kind = PARAM_INT,
	 .unit = "bytes",
	 .help = "mapped",
	 .min = 4096,
	 .max = 1e12,
	 .def = "134217728"},
	{.key = "touch",
	 .kind = PARAM_BOOL,
	 .unit = "",
	 .help = "write first",
	 .def = "no"},
};

static const struct param_desc test_release_params[] = {
	{.key = "pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .help = "per operation",
	 .min = 1,
	 .max = 65536,
	 .def = "256"},
	{.key = "method",
	 .kind = PARAM_CHOICE,
	 .unit = "",
	 .help = "how",
	 .choices = test_methods,
	 .def = "munmap"},
	{.key = "pause_us",
	 .kind = PARAM_REAL,
	 .unit = "us",
	 .help = "between",
	 .min = 0,
	 .max = 1e6,
	 .def = "0",
	 .nullable = true,
	 .null_text = "none"},
	{.key = "label", .kind = PARAM_TEXT, .unit = "", .help = "words", .def = ""},
};

static const struct workload_desc test_madvise = {.name = "madvise",
						  .title = "madvise",
						  .summary = "gives pages back",
						  .params = test_madvise_params,
						  .n_params = 3};
static const struct workload_desc test_mmap1 = {.name = "mmap1",
						.title = "mmap1",
						.summary = "maps and unmaps",
						.params = test_mmap1_params,
						.n_params = 2};
static const struct extra_desc test_release_extras[] = {
	{"held_bytes", "bytes", "as of now", true},
	{"lost_ranges", "ranges", "never known here", false},
	{"avoided_flushes", "flushes", "so far", false},
};
static const struct workload_desc test_release = {.name = "release",
						  .title = "release",
						  .summary = "frees or reuses",
						  .params = test_release_params,
						  .n_params = 4,
						  .extras = test_release_extras,
						  .n_extras = 3};
static const struct workload_desc *const test_workloads[] = {&test_madvise, &test_mmap1,
							     &test_release};
static const struct catalogue test_catalogue = {
	.backend = "live", .workloads = test_workloads, .n = 3};

#endif
