/* SPDX-License-Identifier: MIT */
#include "workloads/failure.h"

#include <stdio.h>
#include <string.h>

void worker_fail(struct worker *w, const char *call)
{
	w->failed = -errno;
	snprintf(w->failure, sizeof(w->failure), "%s: %s", call, strerror(errno));
}
