/* SPDX-License-Identifier: MIT */
/*
 * Who the CPU says it is. Family and model are the displayed ones, extended fields
 * added, as Linux and perf count them (arch/x86/lib/cpu.c, x86_family, x86_model;
 * tools/perf/arch/x86/util/header.c, __get_cpuid).
 */
#include "machine/identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"

static struct cpuid_regs leaf(const struct cpuid_source *s, uint32_t number)
{
	struct cpuid_regs r;

	s->read(s->self, number, 0, &r);
	return r;
}

static bool bit(uint32_t reg, int n)
{
	return reg >> n & 1;
}

void identity_set_perf_id(struct cpu_identity *id)
{
	id->perf_id[0] = '\0';
	if (!id->vendor[0] || id->family < 0 || id->model < 0)
		return;
	text_append(id->perf_id, sizeof(id->perf_id), "%s-%d-%X", id->vendor,
		    id->family, (unsigned int)id->model);
	if (id->stepping >= 0)
		text_append(id->perf_id, sizeof(id->perf_id), "-%X",
			    (unsigned int)id->stepping);
}

static void set_signature(struct cpu_identity *id, uint32_t eax)
{
	int family = (int)(eax >> 8 & 0xf), model = (int)(eax >> 4 & 0xf);

	id->stepping = (int)(eax & 0xf);
	id->family = family == 0xf ? family + (int)(eax >> 20 & 0xff) : family;
	id->model = family >= 6 ? model + (int)(eax >> 12 & 0xf0) : model;
}

static void set_vendor(struct cpu_identity *id, const struct cpuid_regs *r)
{
	memcpy(id->vendor, &r->ebx, 4);
	memcpy(id->vendor + 4, &r->edx, 4);
	memcpy(id->vendor + 8, &r->ecx, 4);
	id->vendor[12] = '\0';
}

static void set_brand(struct cpu_identity *id, const struct cpuid_source *source)
{
	char brand[49] = "";

	for (uint32_t i = 0; i < 3; i++) {
		struct cpuid_regs r;

		if (source->read(source->self, 0x80000002 + i, 0, &r))
			memcpy(brand + i * sizeof(r), &r, sizeof(r));
	}
	text_copy(id->brand, sizeof(id->brand), text_trim(brand));
}

/* Has the leaf an answer, or is it past the CPU's highest? A dump may leave some out.
 */
static bool is_told(const struct cpuid_source *s, uint32_t number)
{
	struct cpuid_regs r;

	return s->read(s->self, number, 0, &r) ||
	       leaf(s, number & 0x80000000).eax < number;
}

int identity_from_cpuid(struct cpu_identity *id, const struct cpuid_source *source)
{
	struct cpuid_regs first, one, seven = leaf(source, 7);

	*id = (struct cpu_identity){.family = -1, .model = -1, .stepping = -1};
	if (!source->read(source->self, 0, 0, &first) ||
	    !source->read(source->self, 1, 0, &one))
		return -ENODATA;
	set_vendor(id, &first);
	set_signature(id, one.eax);
	set_brand(id, source);
	identity_set_perf_id(id);
	identity_name(id);
	id->features_known = is_told(source, 7) && is_told(source, 0x80000007) &&
			     is_told(source, 0x80000008);
	id->hypervisor = bit(one.ecx, 31);
	id->pcid = bit(one.ecx, 17);
	id->mwait = bit(one.ecx, 3);
	id->invpcid = bit(seven.ebx, 10);
	id->la57 = bit(seven.ecx, 16);
	id->invariant_tsc = bit(leaf(source, 0x80000007).edx, 8);
	id->invlpgb = bit(leaf(source, 0x80000008).ebx, 3);
	if (id->hypervisor)
		identity_read_hypervisor(id->hypervisor_name,
					 sizeof(id->hypervisor_name), source);
	return 0;
}

/* The value behind "key<tab>: " at the start of a line of the first processor. */
static bool cpuinfo_value(const char *text, const char *key, char *buf, size_t bytes)
{
	size_t length = strlen(key);

	for (const char *line = text; *line && *line != '\n';) {
		const char *end = line + strcspn(line, "\n"),
			   *colon = strchr(line, ':');
		size_t blanks =
			strspn(line + (strncmp(line, key, length) ? 0 : length), "\t ");

		if (!strncmp(line, key, length) && colon &&
		    colon == line + length + blanks) {
			snprintf(buf, bytes, "%.*s", (int)(end - colon - 1), colon + 1);
			memmove(buf, text_trim(buf), strlen(text_trim(buf)) + 1);
			return true;
		}
		line = *end ? end + 1 : end;
	}
	buf[0] = '\0';
	return false;
}

static int cpuinfo_int(const char *text, const char *key)
{
	char buf[32];
	int64_t n;

	if (!cpuinfo_value(text, key, buf, sizeof(buf)) ||
	    text_to_int(buf, false, &n) || n < 0 || n > 0xffff)
		return -1;
	return (int)n;
}

static bool has_flag(const char *flags, const char *flag)
{
	size_t length = strlen(flag);

	for (const char *s = flags; (s = strstr(s, flag)); s += length)
		if ((s == flags || s[-1] == ' ') && (!s[length] || s[length] == ' '))
			return true;
	return false;
}

int identity_from_cpuinfo(struct cpu_identity *id, const char *text)
{
	char flags[4096];

	*id = (struct cpu_identity){.family = -1, .model = -1, .stepping = -1};
	if (!cpuinfo_value(text, "vendor_id", id->vendor, sizeof(id->vendor)))
		return -ENODATA;
	cpuinfo_value(text, "model name", id->brand, sizeof(id->brand));
	id->family = cpuinfo_int(text, "cpu family");
	id->model = cpuinfo_int(text, "model");
	id->stepping = cpuinfo_int(text, "stepping");
	identity_set_perf_id(id);
	identity_name(id);
	id->features_known = cpuinfo_value(text, "flags", flags, sizeof(flags));
	id->hypervisor = has_flag(flags, "hypervisor");
	id->invariant_tsc =
		has_flag(flags, "constant_tsc") && has_flag(flags, "nonstop_tsc");
	id->pcid = has_flag(flags, "pcid");
	id->invpcid = has_flag(flags, "invpcid");
	id->invlpgb = has_flag(flags, "invlpgb");
	id->la57 = has_flag(flags, "la57");
	id->mwait = has_flag(flags, "monitor");
	return 0;
}

void identity_take_kernel_flags(struct cpu_identity *id, const char *text)
{
	char flags[4096];

	if (!cpuinfo_value(text, "flags", flags, sizeof(flags)))
		return;
	id->pcid = has_flag(flags, "pcid");
	id->invpcid = has_flag(flags, "invpcid");
	id->mwait = has_flag(flags, "monitor");
}

void identity_name_as_kernel(struct cpu_identity *id, const char *detected)
{
	/* The kernel's names (struct hypervisor_x86) where CPUID's are others. */
	static const struct {
		const char *kernel, *name;
	} names[] = {
		{"Microsoft Hyper-V", "Microsoft Hv"},
		{"Xen PV", "Xen"},
		{"Xen HVM", "Xen"},
		{"Xen PVH", "Xen"},
		{"BHYVE", "bhyve"},
		{"Bhyve", "bhyve"},
	};

	id->hypervisor = true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(detected, names[i].kernel))
			detected = names[i].name;
	text_copy(id->hypervisor_name, sizeof(id->hypervisor_name), detected);
}
