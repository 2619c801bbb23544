/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_LAB_EXPERIMENT_FIELDS_H
#define TLBLAB_SRC_LAB_EXPERIMENT_FIELDS_H

#include "tlblab/lab/experiment.h"

/*
 * Inside the lab: the fixed keys by their row in experiment_fields(). A row's value is
 * moved in and out of the struct without being checked; experiment.c checks.
 */
int experiment_field_find(const char *key); /* -1 when there is none */
void experiment_field_get(const struct experiment *e, int row, struct param_value *v);
void experiment_field_put(struct experiment *e, int row, const struct param_value *v);

#endif
