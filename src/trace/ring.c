/* SPDX-License-Identifier: MIT */
/*
 * The ring protocol is that of perf_event_open(2): the kernel moves data_head, this
 * side moves data_tail, both only forward; a record that wraps around the end is put
 * together in a buffer of its own, since no record is longer than 64 KiB.
 */
#include "tlblab/trace/ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
	RECORD_MAX_BYTES = 1 << 16,
	RINGS_BYTES = 64 << 20, /* of all together */
	RING_MAX_PAGES = 256,
	RING_MIN_PAGES = 8,
	STACK_FRAMES = 48,
};

struct ring {
	int fd; /* of the event that carries the ring */
	int event_fd[TRACE_EVENTS];
	uint64_t event_id[TRACE_EVENTS];
	void *map;
	size_t map_bytes, data_bytes;
};

struct trace_rings {
	int n_rings, n_events;
	uint64_t lost;
	struct ring *ring;
	_Alignas(8) unsigned char whole[RECORD_MAX_BYTES];
};

static size_t ring_pages(int n_cpus)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t pages = RING_MAX_PAGES;

	while (pages > RING_MIN_PAGES && pages * page * (size_t)n_cpus > RINGS_BYTES)
		pages /= 2;
	return pages;
}

/* It counts nothing and carries the ring and what becomes of tasks. */
static struct perf_event_attr carrier_attr(bool tasks)
{
	return (struct perf_event_attr){
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(struct perf_event_attr),
		.config = PERF_COUNT_SW_DUMMY,
		.sample_type = TRACE_SAMPLE_TYPE,
		.sample_period = 1,
		.disabled = 1,
		.comm = tasks,
		.task = tasks,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.watermark = 1,
	};
}

static struct perf_event_attr event_attr(const struct trace_event *e)
{
	return (struct perf_event_attr){
		.type = e->type,
		.size = sizeof(struct perf_event_attr),
		.config = e->config,
		.config1 = e->config1,
		.sample_type = TRACE_SAMPLE_TYPE,
		.sample_period = e->one_in ? e->one_in : 1,
		.disabled = 1,
		.exclude_callchain_kernel = !e->kernel_stack,
		.exclude_callchain_user = !e->user_stack,
		.sample_max_stack = STACK_FRAMES,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};
}

static void ring_close(struct ring *ring, int n_events)
{
	if (ring->map)
		munmap(ring->map, ring->map_bytes);
	for (int i = 0; i < n_events; i++)
		if (ring->event_fd[i] >= 0)
			close(ring->event_fd[i]);
	if (ring->fd >= 0)
		close(ring->fd);
}

static int ring_map(struct ring *ring, size_t pages)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *map;

	ring->data_bytes = pages * page;
	ring->map_bytes = ring->data_bytes + page;
	map = mmap(NULL, ring->map_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
		   0);
	if (map == MAP_FAILED)
		return -errno;
	ring->map = map;
	return 0;
}

static int ring_add(struct ring *ring, const struct perf_opener *perf, int cpu,
		    const struct trace_event *event, int i)
{
	struct perf_event_attr attr = event_attr(event);
	int fd = perf->open(perf->self, &attr, -1, cpu, -1, event->filter);

	if (fd < 0)
		return fd;
	ring->event_fd[i] = fd;
	if (ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, ring->fd) < 0 ||
	    ioctl(fd, PERF_EVENT_IOC_ID, &ring->event_id[i]) < 0)
		return -errno;
	return 0;
}

static int ring_open(struct ring *ring, int cpu, size_t pages,
		     const struct trace_rings_options *o, int *failed)
{
	const struct perf_opener *perf = o->perf ? o->perf : &perf_opener_direct;
	struct perf_event_attr attr = carrier_attr(o->tasks);
	int err;

	for (int i = 0; i < TRACE_EVENTS; i++)
		ring->event_fd[i] = -1;
	attr.wakeup_watermark = (uint32_t)(pages * (size_t)sysconf(_SC_PAGESIZE) / 2);
	*failed = -1;
	ring->fd = perf->open(perf->self, &attr, -1, cpu, -1, NULL);
	if (ring->fd < 0)
		return ring->fd;
	err = ring_map(ring, pages);
	for (int i = 0; i < o->n_events && !err; i++) {
		err = ring_add(ring, perf, cpu, &o->events[i], i);
		if (err)
			*failed = i;
	}
	if (err)
		ring_close(ring, o->n_events);
	return err;
}

int trace_rings_open(struct trace_rings **out,
		     const struct trace_rings_options *options, int *failed)
{
	int n_cpus = cpumask_count(options->cpus), err = 0;
	size_t pages = ring_pages(n_cpus);
	struct trace_rings *r = calloc(1, sizeof(*r));

	*failed = -1;
	if (r) {
		r->ring = calloc((size_t)n_cpus, sizeof(*r->ring));
		r->n_events = options->n_events;
	}
	if (!r || !r->ring)
		err = -ENOMEM;
	for (int cpu = -1; !err && (cpu = cpumask_next(options->cpus, cpu)) >= 0;) {
		err = ring_open(&r->ring[r->n_rings], cpu, pages, options, failed);
		if (err == -ENODEV) { /* offline by now */
			err = 0;
			continue;
		}
		if (!err)
			r->n_rings++;
	}
	if (!err && r->n_rings == 0)
		err = -ENODEV;
	if (err) {
		trace_rings_close(r);
		return err;
	}
	*out = r;
	return 0;
}

void trace_rings_close(struct trace_rings *r)
{
	if (!r)
		return;
	for (int i = 0; i < r->n_rings; i++)
		ring_close(&r->ring[i], r->n_events);
	free(r->ring);
	free(r);
}

int trace_rings_enable(struct trace_rings *r, bool on)
{
	unsigned long request = on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE;
	int err = 0;

	for (int i = 0; i < r->n_rings; i++) {
		/* Names and ends of tasks are wanted all the time. */
		if (on && ioctl(r->ring[i].fd, request, 0) < 0)
			err = -errno;
		for (int e = 0; e < r->n_events; e++)
			if (ioctl(r->ring[i].event_fd[e], request, 0) < 0)
				err = -errno;
	}
	return err;
}

static int event_of(const struct trace_rings *r, const struct ring *ring,
		    const struct trace_record *record)
{
	if (record->kind == TRACE_RECORD_SAMPLE)
		for (int e = 0; e < r->n_events; e++)
			if (ring->event_id[e] == record->id)
				return e;
	return -1;
}

/* A record at that place of the ring, in one piece. */
static const void *ring_piece(struct trace_rings *r, const struct ring *ring,
			      uint64_t at, size_t bytes)
{
	const unsigned char *data =
		(const unsigned char *)ring->map + ring->map_bytes - ring->data_bytes;
	size_t offset = at % ring->data_bytes, first = ring->data_bytes - offset;

	if (bytes <= first)
		return data + offset;
	memcpy(r->whole, data + offset, first);
	memcpy(r->whole + first, data, bytes - first);
	return r->whole;
}

static long ring_read(struct trace_rings *r, struct ring *ring, trace_take *take,
		      void *self)
{
	struct perf_event_mmap_page *page = ring->map;
	uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = page->data_tail;
	long n = 0;

	while (head - tail >= sizeof(struct perf_event_header)) {
		const struct perf_event_header *h =
			ring_piece(r, ring, tail, sizeof(*h));
		size_t bytes = h->size;
		struct trace_record record;

		if (bytes < sizeof(*h) || bytes > head - tail)
			break; /* not a record: the rest cannot be told apart */
		if (trace_record_parse(ring_piece(r, ring, tail, bytes), bytes,
				       &record) > 0) {
			if (record.kind == TRACE_RECORD_LOST)
				r->lost += record.count;
			take(self, event_of(r, ring, &record), &record);
		}
		tail += bytes;
		n++;
	}
	__atomic_store_n(&page->data_tail, head, __ATOMIC_RELEASE);
	return n;
}

long trace_rings_read(struct trace_rings *r, trace_take *take, void *self)
{
	long n = 0;

	for (int i = 0; i < r->n_rings; i++)
		n += ring_read(r, &r->ring[i], take, self);
	return n;
}

uint64_t trace_rings_lost(const struct trace_rings *r)
{
	return r->lost;
}

uint64_t trace_rings_bytes(const struct trace_rings *r)
{
	uint64_t bytes = 0;

	for (int i = 0; i < r->n_rings; i++)
		bytes += r->ring[i].map_bytes;
	return bytes;
}
