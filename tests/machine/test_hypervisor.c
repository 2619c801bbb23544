/* SPDX-License-Identifier: MIT */
#include "machine/identity.h"

#include <string.h>

#include "support/check.h"

static void put_signature(struct cpuid_dump *d, uint32_t leaf, const char *signature)
{
	struct cpuid_regs regs = {.eax = leaf + 1};
	char padded[13] = "";

	strncpy(padded, signature, 12);
	memcpy(&regs.ebx, padded, 4);
	memcpy(&regs.ecx, padded + 4, 4);
	memcpy(&regs.edx, padded + 8, 4);
	assert_int_equal(cpuid_dump_put(d, leaf, 0, &regs), 0);
}

static const char *name_of(const char *first, const char *second)
{
	static struct cpuid_dump d;
	static char name[32];
	struct cpuid_source source;

	d.n = 0;
	put_signature(&d, 0x40000000, first);
	if (second)
		put_signature(&d, 0x40000100, second);
	source = cpuid_dump_source(&d);
	identity_read_hypervisor(name, sizeof(name), &source);
	return name;
}

static void known_ones(void **state)
{
	(void)state;
	assert_string_equal(name_of("KVMKVMKVM", NULL), "KVM");
	assert_string_equal(name_of("Microsoft Hv", NULL), "Microsoft Hv");
	assert_string_equal(name_of("VMwareVMware", NULL), "VMware");
	assert_string_equal(name_of("XenVMMXenVMM", NULL), "Xen");
	assert_string_equal(name_of("TCGTCGTCGTCG", NULL), "QEMU TCG");
}

static void kvm_behind_hyper_vs_language(void **state)
{
	(void)state;
	assert_string_equal(name_of("Microsoft Hv", "KVMKVMKVM"), "KVM");
	assert_string_equal(name_of("KVMKVMKVM", ""), "KVM");
}

static void strangers_are_quoted_when_they_can_be_read(void **state)
{
	(void)state;
	assert_string_equal(name_of("SomebodyElse", NULL), "SomebodyElse");
	assert_string_equal(name_of("\x01\x02\x7f", NULL), "");
	assert_string_equal(name_of("", NULL), "");
}

static void only_an_emulator_is_one(void **state)
{
	static struct machine m;

	(void)state;
	assert_null(machine_emulator(&m));
	strcpy(m.cpu.hypervisor_name, name_of("KVMKVMKVM", NULL));
	assert_null(machine_emulator(&m));
	strcpy(m.cpu.hypervisor_name, name_of("TCGTCGTCGTCG", NULL));
	assert_string_equal(machine_emulator(&m), "QEMU TCG");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_ones),
		cmocka_unit_test(kvm_behind_hyper_vs_language),
		cmocka_unit_test(strangers_are_quoted_when_they_can_be_read),
		cmocka_unit_test(only_an_emulator_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
