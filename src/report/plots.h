/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_REPORT_PLOTS_H
#define TLBLAB_SRC_REPORT_PLOTS_H

#include "report/chart.h"
#include "tlblab/report/report.h"

/*
 * What of a result is plotted. Each is called with i from 0 up and fills *c (which
 * need not be initialised); false behind the last. One that has nothing to show is
 * left to chart_put to refuse.
 */
bool plots_over_time(const struct report_file *f, int i, struct chart *c);
bool plots_latency(const struct report_file *f, int i, struct chart *c);
bool plots_by_point(const struct report_file *f, int i, struct chart *c);
bool plots_tune(const struct report_file *f, int i, struct chart *c);

typedef bool plots_maker(const struct report_file *f, int i, struct chart *c);
extern plots_maker *const plots_all[];
extern const int plots_all_n;

/* How many points the result's runs have. */
int report_n_points(const struct result_data *d);
/* The first run of a point, NULL when none was made. */
const struct run_record *report_run_of(const struct result_data *d, int point);
/* Whether the CPUs told are the shootdowns in all runs, or were not counted: shown once
 * then. */
bool report_tells_shootdowns(const struct result_data *d);
/* "threads 2" or the preset's name. */
const char *report_point_name(const struct result_data *d, int point, char *buf,
			      size_t buf_bytes);

#endif
