/* SPDX-License-Identifier: MIT */
/*
 * Codenames. libcpuid knows hundreds; it runs in a child process, because it may be
 * fed a stranger's dump and because its tables would stay in this process's memory.
 * For AMD since Zen its 0.6 release takes the nearest product it knows (a Zen 4 EPYC
 * comes out as "Milan"), so there the core's name is decided by family and model.
 */
#include <errno.h>
#include <libcpuid/libcpuid.h>
#include <string.h>

#include "machine/child.h"
#include "machine/identity.h"
#include "tlblab/base/text.h"

enum { AMD_FIRST_ZEN = 0x17 };

static void raw_leaf(const struct cpuid_source *s, uint32_t leaf, uint32_t subleaf,
		     uint32_t out[4])
{
	struct cpuid_regs r;

	s->read(s->self, leaf, subleaf, &r);
	memcpy(out, &r, sizeof(r));
}

static int name_by_libcpuid(const void *arg, void *out)
{
	const struct cpuid_source *s = arg;
	struct cpu_raw_data_t raw = {0};
	struct cpu_id_t id = {0};

	for (uint32_t i = 0; i < MAX_CPUID_LEVEL; i++)
		raw_leaf(s, i, 0, raw.basic_cpuid[i]);
	for (uint32_t i = 0; i < MAX_EXT_CPUID_LEVEL; i++)
		raw_leaf(s, ADDRESS_EXT_CPUID_START + i, 0, raw.ext_cpuid[i]);
	for (uint32_t i = 0; i < MAX_INTELFN4_LEVEL; i++)
		raw_leaf(s, 4, i, raw.intel_fn4[i]);
	for (uint32_t i = 0; i < MAX_INTELFN11_LEVEL; i++)
		raw_leaf(s, 0xb, i, raw.intel_fn11[i]);
	for (uint32_t i = 0; i < MAX_AMDFN8000001DH_LEVEL; i++)
		raw_leaf(s, 0x8000001d, i, raw.amd_fn8000001dh[i]);
	cpuid_set_warn_function(NULL);
	if (cpu_identify(&raw, &id))
		return -ENODATA;
	text_copy(out, sizeof(id.cpu_codename), id.cpu_codename);
	return 0;
}

void identity_name(struct cpu_identity *id, const struct cpuid_source *source)
{
	char name[64] = "";

	identity_name_by_model(id);
	if (!strcmp(id->vendor, "AuthenticAMD") && id->family >= AMD_FIRST_ZEN)
		return;
	if (!child_compute(name_by_libcpuid, source, name, sizeof(name)) &&
	    strncmp(name, "Unknown", 7))
		text_copy(id->codename, sizeof(id->codename), name);
}
