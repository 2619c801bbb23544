/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_CODENAME_MODELS_H
#define TLBLAB_SRC_MACHINE_CODENAME_MODELS_H

/* The models first to last of a family, or those of their steppings up to
 * last_stepping; -1 stands for all of them. The first row that fits has the name. */
struct codename_row {
	int family, first, last, last_stepping;
	const char *name;
};

/* Each ends with a row without a name. */
extern const struct codename_row codename_intel[], codename_amd[], codename_hygon[],
	codename_zhaoxin[], codename_transmeta[];

#endif
