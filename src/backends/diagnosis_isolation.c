/* SPDX-License-Identifier: MIT */
/*
 * What the kernel does for each page of a page-by-page flush of a process's memory
 * (arch/x86/mm/tlb.c, native_flush_tlb_one_user). Page table isolation gives a process
 * two page tables, and with PCID two identifiers whose translations must both go.
 */
#include "backends/diagnosis_priv.h"

#include <string.h>

#include "tlblab/base/text.h"

static const struct isolation_case {
	bool pti, pcid, invpcid, any_pcid, any_invpcid;
	enum finding_state state;
	const char *says;
} cases[] = {
	{.any_pcid = true,
	 .any_invpcid = true,
	 .state = FINDING_OK,
	 .says = "off: one INVLPG per page (native_flush_tlb_one_user)"},
	{.pti = true,
	 .any_invpcid = true,
	 .state = FINDING_DISTURBS,
	 .says = "on, no PCID: one INVLPG per page; entry and exit reload CR3 and drop "
		 "everything anyway (SWITCH_TO_USER_CR3)"},
	{.pti = true,
	 .pcid = true,
	 .state = FINDING_DISTURBS,
	 .says = "on, PCID without INVPCID: one INVLPG per page, and the whole user PCID "
		 "becomes stale (invalidate_user_asid)"},
	{.pti = true,
	 .pcid = true,
	 .invpcid = true,
	 .state = FINDING_DISTURBS,
	 .says = "on, PCID and INVPCID: two per page, INVLPG and INVPCID for the user's "
		 "PCID (invpcid_flush_one)"},
};

static bool fits(const struct isolation_case *c, const struct machine *m, bool pti)
{
	return c->pti == pti && (c->any_pcid || c->pcid == m->cpu.pcid) &&
	       (c->any_invpcid || c->invpcid == m->cpu.invpcid);
}

void diagnosis_add_isolation(const struct machine *m, struct diagnosis *out)
{
	const char *value = diagnosis_setting(m, "pti");
	bool pti = value && !strcmp(value, "on");
	struct finding *f;

	if (!value || (pti && !m->cpu.features_known))
		return;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (!fits(&cases[i], m, pti))
			continue;
		f = diagnosis_add(out, "setting", "pti", "page table isolation");
		f->state = cases[i].state;
		f->why =
			pti && !m->cpu.pcid
				? "an interrupt itself costs a victim its translations, "
				  "whatever was flushed"
				: "it decides what one page of a flush costs, and so "
				  "where the ceiling is best";
		text_copy(f->detail, sizeof(f->detail), cases[i].says);
	}
}
