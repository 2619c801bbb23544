/* SPDX-License-Identifier: MIT */
#include "backends/tuner_quiet.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"

enum { CALM_LOOKS = 2, CALM_PCT = 10, STAT_FIELDS = 8, STAT_IDLE = 3, STAT_WAIT = 4 };

void quiet_init(struct quiet *q)
{
	memset(q, 0, sizeof(*q));
}

bool quiet_parse(const char *stat, uint64_t *busy, uint64_t *all)
{
	const char *at = stat + strlen("cpu ");

	if (strncmp(stat, "cpu ", strlen("cpu ")))
		return false;
	*busy = *all = 0;
	/* user nice system idle iowait irq softirq steal */
	for (int i = 0; i < STAT_FIELDS; i++) {
		char *end;
		uint64_t ticks = strtoull(at, &end, 10);

		if (end == at)
			return i > STAT_WAIT;
		*all += ticks;
		if (i != STAT_IDLE && i != STAT_WAIT)
			*busy += ticks;
		at = end;
	}
	return true;
}

double quiet_share(struct quiet *q, uint64_t busy, uint64_t all)
{
	double share = NAN;

	if (q->all && all > q->all && busy >= q->busy)
		share = (double)(busy - q->busy) / (double)(all - q->all) * 100;
	q->busy = busy;
	q->all = all;
	if (!isnan(share))
		q->calm = share < CALM_PCT ? q->calm + 1 : 0;
	return share;
}

bool quiet_look(struct quiet *q, double *busy_pct)
{
	uint64_t busy, all;
	size_t bytes;
	char *stat;

	*busy_pct = NAN;
	if (file_read_all(NULL, "/proc/stat", &stat, &bytes))
		return true;
	bool known = quiet_parse(stat, &busy, &all);

	free(stat);
	if (!known)
		return true;
	*busy_pct = quiet_share(q, busy, all);
	return q->calm >= CALM_LOOKS;
}
