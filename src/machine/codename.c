/* SPDX-License-Identifier: MIT */
/*
 * The codename by vendor, family, model and stepping, from the tables of
 * codename_intel.c and codename_others.c. A name is right or absent: a model that no
 * row has gets none, and models that several products share get the name of what they
 * have in common, or of each that it may be.
 */
#include <string.h>

#include "machine/codename_models.h"
#include "machine/identity.h"
#include "tlblab/base/text.h"

/* CPUID pads Zhaoxin's signature with blanks, /proc/cpuinfo may not. */
static const struct {
	const char *vendor;
	const struct codename_row *rows;
} vendors[] = {
	{"GenuineIntel", codename_intel},     {"AuthenticAMD", codename_amd},
	{"HygonGenuine", codename_hygon},     {"CentaurHauls", codename_zhaoxin},
	{"Shanghai", codename_zhaoxin},	      {"  Shanghai  ", codename_zhaoxin},
	{"GenuineTMx86", codename_transmeta}, {"TransmetaCPU", codename_transmeta},
};

static const char *row_name(const struct codename_row *row,
			    const struct cpu_identity *id)
{
	for (; row->name; row++) {
		if (row->family != id->family || id->model < row->first ||
		    id->model > row->last)
			continue;
		if (row->last_stepping < 0 ||
		    (id->stepping >= 0 && id->stepping <= row->last_stepping))
			return row->name;
	}
	return "";
}

void identity_name(struct cpu_identity *id)
{
	const char *name = "";

	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (!strcmp(id->vendor, vendors[i].vendor))
			name = row_name(vendors[i].rows, id);
	text_copy(id->codename, sizeof(id->codename), name);
}
