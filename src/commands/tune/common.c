/* SPDX-License-Identifier: MIT */
#include "commands/tune/common.h"

#include <string.h>

#include "tlblab/knobs/ceiling.h"
#include "tlblab/workloads/workload.h"

enum { TUNE_MAX_SENSORS = 16 };

FILE *tune_out(const struct tune_words *w)
{
	return w->json && !strcmp(w->json, "-") ? stderr : stdout;
}

int tune_keep(struct lab *lab, int64_t pages, FILE *out, struct error *error)
{
	int err = guardian_ceiling_set(lab->guardian, pages, error);

	if (!err)
		err = guardian_ceiling_keep(lab->guardian, error);
	if (!err)
		fprintf(out,
			"\nthe ceiling is %lld now; to keep it over a reboot, put this "
			"line into\n/etc/tmpfiles.d/tlb-ceiling.conf:\nw " CEILING_PATH
			" - - - - %lld\n",
			(long long)pages, (long long)pages);
	return err;
}

int tune_write(struct lab *lab, const struct preset *preset, const struct tune_words *w,
	       const struct result_tune *tune, struct error *error)
{
	const struct snapshot *s = session_snapshot(lab->session);
	struct result_sensor sensors[TUNE_MAX_SENSORS];
	struct result r = {
		.machine = &lab->machine,
		.preset = preset,
		.catalogue = workload_catalogue(),
		.sensors = sensors,
		.mechanism_verdict = mechanism_name[s->mechanism.kind],
		.mechanism_evidence = s->mechanism.evidence,
		.mechanism_measured = s->mechanism.measured,
		.tune = tune,
	};

	for (; r.n_sensors < s->view.n_sensors && r.n_sensors < TUNE_MAX_SENSORS;
	     r.n_sensors++)
		sensors[r.n_sensors] = (struct result_sensor){
			s->view.sensors[r.n_sensors].name,
			s->view.sensors[r.n_sensors].availability,
		};
	return result_write(&r, w->json, error);
}
