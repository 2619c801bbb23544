/* SPDX-License-Identifier: MIT */
/*
 * Layouts: include/uapi/linux/perf_event.h, enum perf_event_type; the order of the
 * parts of a sample is that of perf_output_sample() in kernel/events/core.c. The kernel
 * is trusted to write whole records, yet nothing is read past the bytes that are there.
 */
#include "tlblab/trace/record.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* What is left of a record while it is taken apart. */
struct cursor {
	const unsigned char *at;
	size_t left;
	bool failed;
};

static const void *take(struct cursor *c, size_t bytes)
{
	const unsigned char *at = c->at;

	if (c->failed || bytes > c->left) {
		c->failed = true;
		return NULL;
	}
	c->at += bytes;
	c->left -= bytes;
	return at;
}

static uint64_t take_u64(struct cursor *c)
{
	uint64_t value = 0;
	const void *at = take(c, sizeof(value));

	if (at)
		memcpy(&value, at, sizeof(value));
	return value;
}

static uint32_t take_u32(struct cursor *c)
{
	uint32_t value = 0;
	const void *at = take(c, sizeof(value));

	if (at)
		memcpy(&value, at, sizeof(value));
	return value;
}

static void take_sample(struct cursor *c, struct trace_record *out)
{
	uint64_t n;

	out->id = take_u64(c);
	out->pid = (int)take_u32(c);
	out->tid = (int)take_u32(c);
	out->time_ns = take_u64(c);
	out->cpu = (int)take_u32(c);
	take_u32(c);
	out->count = take_u64(c);
	n = take_u64(c);
	if (n > c->left / sizeof(uint64_t)) {
		c->failed = true;
		return;
	}
	out->n_chain = n;
	out->chain = take(c, n * sizeof(uint64_t));
	out->raw_bytes = take_u32(c);
	out->raw = take(c, out->raw_bytes);
}

static void take_comm(struct cursor *c, struct trace_record *out)
{
	out->pid = (int)take_u32(c);
	out->tid = (int)take_u32(c);
	if (!c->failed && memchr(c->at, '\0', c->left))
		out->comm = (const char *)c->at;
	else
		c->failed = true;
}

/* PERF_RECORD_FORK and PERF_RECORD_EXIT: pid, parent's, tid, parent's. */
static void take_task(struct cursor *c, struct trace_record *out)
{
	out->pid = (int)take_u32(c);
	take_u32(c);
	out->tid = (int)take_u32(c);
}

long trace_record_parse(const void *data, size_t bytes, struct trace_record *out)
{
	struct perf_event_header head;
	struct cursor c;

	memset(out, 0, sizeof(*out));
	out->kind = TRACE_RECORD_OTHER;
	if (bytes < sizeof(head))
		return -EINVAL;
	memcpy(&head, data, sizeof(head));
	if (head.size < sizeof(head) || head.size > bytes || head.size % 8)
		return -EINVAL;
	c = (struct cursor){.at = (const unsigned char *)data + sizeof(head),
			    .left = head.size - sizeof(head)};
	switch (head.type) {
	case PERF_RECORD_SAMPLE:
		out->kind = TRACE_RECORD_SAMPLE;
		take_sample(&c, out);
		break;
	case PERF_RECORD_LOST:
		out->kind = TRACE_RECORD_LOST;
		out->id = take_u64(&c);
		out->count = take_u64(&c);
		break;
	case PERF_RECORD_COMM:
		out->kind = TRACE_RECORD_COMM;
		take_comm(&c, out);
		break;
	case PERF_RECORD_FORK:
	case PERF_RECORD_EXIT:
		out->kind = head.type == PERF_RECORD_FORK ? TRACE_RECORD_FORK
							  : TRACE_RECORD_EXIT;
		take_task(&c, out);
		break;
	default: break;
	}
	return c.failed ? -EINVAL : head.size;
}
