/* SPDX-License-Identifier: MIT */
/*
 * The kernel raises tlb_flush with reason 4 once for each flush that goes to other
 * CPUs, in native_flush_tlb_multi() (arch/x86/mm/tlb.c), before it is known which of
 * them are lazy; PVM and KVM's paravirtual flush raise it too. hyperv_flush_tlb_multi()
 * and xen_flush_tlb_multi() replace that function and raise their own event instead; a
 * broadcast (INVLPGB) raises none.
 */
#include "tlblab/lab/told.h"

#include <string.h>

#include "tlblab/base/text.h"

/* So many events that were to come and did not are conclusive. */
static const double silence_enough = 100;

const char *const told_source_name[TOLD_SOURCES] = {
	[TOLD_ABSENT] = "",	  [TOLD_ROW] = "row",
	[TOLD_SENT] = "sent",	  [TOLD_HYPERVISOR] = "hypervisor",
	[TOLD_STALLS] = "stalls", [TOLD_MODELLED] = "modelled",
};

const char *const told_source_words[TOLD_SOURCES] = {
	[TOLD_ABSENT] = "",
	[TOLD_ROW] = "interrupts received (row)",
	[TOLD_SENT] = "requests traced (sent)",
	[TOLD_HYPERVISOR] = "requests to the hypervisor",
	[TOLD_STALLS] = "from the victims' stalls",
	[TOLD_MODELLED] = "simulated hardware (modelled)",
};

enum told_source told_source_find(const char *name)
{
	int i = TOLD_ROW;

	while (i < TOLD_SOURCES && strcmp(told_source_name[i], name) != 0)
		i++;
	return i < TOLD_SOURCES ? (enum told_source)i : TOLD_ABSENT;
}

void told_set_source(struct sample *s, enum told_source source)
{
	if (!reading_present(sample_get(s, CH_TOLD)))
		source = TOLD_ABSENT;
	s->told_source = (uint8_t)source;
	for (int c = CH_TOLD; c <= CH_TOLD_NS && !source; c++)
		sample_put(s, (enum channel)c, 0, QUALITY_ABSENT);
}

enum hearing { HEARD, SILENT, NOT_KNOWN };

/* A flush that stays on its CPU shows that the native function is at work. */
static enum hearing sent_hearing(const struct told *t, const struct told_facts *f)
{
	if (t->sent > 0)
		return HEARD;
	if (t->hypervisor > 0 || t->traced_ops * f->told_per_op >= silence_enough)
		return SILENT;
	if (f->told_per_op > 0)
		return NOT_KNOWN;
	if (t->local > 0)
		return HEARD;
	return t->traced_ops * f->flushes_per_op >= silence_enough ? SILENT : NOT_KNOWN;
}

static void told_hear(struct told *t, const struct sample *s)
{
	t->hypervisor += sample_get(s, CH_HYPERVISOR_FLUSHES).value;
	if (!reading_present(sample_get(s, CH_FLUSH_OPS)))
		return;
	t->traced_ops += sample_get(s, CH_FLUSH_OPS).value;
	t->sent += sample_get(s, CH_FLUSH_REMOTE_IPI_SEND).value;
	t->local += sample_get(s, CH_FLUSH_LOCAL_MM_SHOOTDOWN).value;
}

static double receivers(const struct told_facts *f)
{
	return f->mm_cpus > 2 ? f->mm_cpus - 1 : 1;
}

/* A request reaches one CPU at least; which of more are in the mask is not told. */
static enum quality spread_quality(const struct told_facts *f, struct reading r)
{
	return r.quality == QUALITY_EXACT && !(f->mm_sure && f->mm_cpus == 2)
		       ? QUALITY_SCALED
		       : r.quality;
}

static void put(struct sample *s, enum told_source source, struct reading told,
		double ns)
{
	sample_put(s, CH_TOLD, told.value, told.quality);
	sample_put(s, CH_TOLD_NS, ns, QUALITY_EXACT);
	s->told_source = (uint8_t)source;
}

static void put_row(struct sample *s)
{
	struct reading background = sample_get(s, CH_SHOOTDOWNS_BACKGROUND);

	put(s, TOLD_ROW, sample_get(s, CH_SHOOTDOWNS), s->elapsed_s * 1e9);
	if (reading_present(background))
		sample_put(s, CH_TOLD_BACKGROUND, background.value, background.quality);
}

static void put_sent(const struct told_facts *f, struct sample *s)
{
	struct reading sent = sample_get(s, CH_FLUSH_REMOTE_IPI_SEND);
	struct reading ops = sample_get(s, CH_FLUSH_OPS);

	if (!reading_present(ops) || !reading_present(sent))
		return;
	sent.quality = spread_quality(f, sent);
	sent.value *= receivers(f);
	put(s, TOLD_SENT, sent, sample_get(s, CH_FLUSH_NS).value);
	sample_put(s, CH_TOLD_OPS, ops.value, ops.quality);
}

static void put_hypervisor(const struct told_facts *f, struct sample *s)
{
	struct reading asked = sample_get(s, CH_HYPERVISOR_FLUSHES);

	if (!reading_present(asked))
		return;
	asked.quality = spread_quality(f, asked);
	asked.value *= receivers(f);
	put(s, TOLD_HYPERVISOR, asked, s->elapsed_s * 1e9);
}

/* Gaps merge and have other causes, so this is an estimate in any case. */
static void put_stalls(const struct told_facts *f, struct sample *s)
{
	struct reading stalls = sample_get(s, CH_VICTIM_STALLS);
	struct reading quiet = sample_get(s, CH_VICTIM_QUIET_STALLS);
	double each = f->victims > 0 ? receivers(f) / f->victims : 0;

	if (!reading_present(stalls) || !reading_present(quiet) || f->victims <= 0 ||
	    f->mm_cpus == 1)
		return;
	put(s, TOLD_STALLS, (struct reading){stalls.value * each, QUALITY_SCALED},
	    s->elapsed_s * 1e9);
	sample_put(s, CH_TOLD_BACKGROUND, quiet.value * each, QUALITY_SCALED);
}

void told_put(struct told *t, const struct told_facts *f, struct sample *s)
{
	enum hearing sent;

	told_hear(t, s);
	if (!f->row_reason) {
		if (reading_present(sample_get(s, CH_SHOOTDOWNS)))
			put_row(s);
		return;
	}
	sent = f->trace_reason ? SILENT : sent_hearing(t, f);
	if (sent == HEARD)
		put_sent(f, s);
	else if (t->hypervisor > 0)
		put_hypervisor(f, s);
	else if (sent == SILENT)
		put_stalls(f, s);
}

static void say_stalls(const struct told_facts *f, char *buf, size_t buf_bytes)
{
	if (f->victims > 0 && f->mm_cpus != 1)
		text_append(buf, buf_bytes,
			    "the victims' stalls when left alone are not known");
	else
		text_append(buf, buf_bytes,
			    "set victims to 1 or more to see it by their stalls");
}

void told_reason(const struct told *t, const struct told_facts *f, char *buf,
		 size_t buf_bytes)
{
	buf[0] = '\0';
	if (!f->row_reason) {
		text_copy(buf, buf_bytes, "the TLB row was not counted here");
		return;
	}
	text_append(buf, buf_bytes, "%s; ", f->row_reason);
	if (f->trace_reason) {
		text_append(buf, buf_bytes, "no trace: %s; ", f->trace_reason);
		say_stalls(f, buf, buf_bytes);
	} else if (sent_hearing(t, f) == SILENT) {
		text_append(buf, buf_bytes, "no request was traced either; ");
		say_stalls(f, buf, buf_bytes);
	} else {
		text_append(buf, buf_bytes,
			    "too little was traced so far to tell zero from silence");
	}
}
