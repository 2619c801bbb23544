/* SPDX-License-Identifier: MIT */
/*
 * arch/x86/mm/tlb.c, native_flush_tlb_one_user: page table isolation gives a process
 * two page tables, and with PCID two identifiers whose translations must both go.
 * Without PCID nothing is doubled, since entry and exit reload CR3 and so drop
 * everything.
 */
#include "tlblab/machine/isolation.h"

#include <string.h>

const struct isolation_case isolation_table[ISOLATION_CASES] = {
	{"off", "any", "any", "off", "one INVLPG", "native_flush_tlb_one_user"},
	{"on", "off", "any", "on, no PCID",
	 "one INVLPG; entry and exit reload CR3 and drop everything anyway",
	 "SWITCH_TO_USER_CR3"},
	{"on", "on", "off", "on, PCID without INVPCID",
	 "one INVLPG, and the whole user PCID becomes stale", "invalidate_user_asid"},
	{"on", "on", "on", "on, PCID and INVPCID",
	 "two: INVLPG, and INVPCID for the user's PCID", "invpcid_flush_one"},
};

int isolation_of(const struct machine *m)
{
	const char *pti = NULL;

	for (int i = 0; i < m->n_settings; i++)
		if (!strcmp(m->settings[i].key, "pti"))
			pti = m->settings[i].value;
	if (!pti)
		return -1;
	if (strcmp(pti, "on") != 0)
		return 0;
	if (!m->cpu.features_known)
		return -1;
	return !m->cpu.pcid ? 1 : !m->cpu.invpcid ? 2 : 3;
}
