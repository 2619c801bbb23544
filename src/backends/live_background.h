/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_LIVE_BACKGROUND_H
#define TLBLAB_SRC_BACKENDS_LIVE_BACKGROUND_H

#include "tlblab/sensors/sensor.h"

/*
 * The shootdowns that the machine has anyway. Between the rig standing ready and its
 * gate nobody of the experiment flushes: workers sleep, victims only compute. What is
 * received then is other programs', and its rate is what the intervals of the run are
 * expected to hold of it too. Victims measured alone are part of the window, so that
 * it costs a run with victims nothing.
 */
struct live_background {
	bool watching, known;
	uint64_t since_ns;
	double per_s;
};

/* Before each rig. */
void live_background_forget(struct live_background *b);
/* Called again and again while all is quiet; true when the gate may open. */
bool live_background_watch(struct live_background *b, struct sensor_set *sensors,
			   uint64_t now_ns);
/* Adds CH_SHOOTDOWNS_BACKGROUND to an interval whose shootdowns were counted. */
void live_background_put(const struct live_background *b, struct sample *sample);

#endif
