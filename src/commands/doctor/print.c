/* SPDX-License-Identifier: MIT */
/* A diagnosis to be read, in columns as wide as the terminal; in a file every text
 * stays on one line. */
#include "commands/doctor/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tlblab/base/text.h"
#include "tlblab/io/json_writer.h"
#include "tlblab/io/machine_json.h"
#include "tlblab/machine/isolation.h"

enum { INDENT = 21, NARROWEST = 40 };

static void put_finding(struct json_writer *w, const struct finding *f)
{
	json_begin_line_object(w);
	json_put_string(w, "kind", f->kind);
	json_put_string(w, "name", f->name);
	json_put_string(w, "about", f->about);
	json_put_string(w, "state", finding_state_name[f->state]);
	json_put_string(w, "detail", f->detail);
	json_put_string(w, "why", *f->why ? f->why : NULL);
	json_put_string(w, "allow", *f->allow ? f->allow : NULL);
	json_end_object(w);
}

static void put_point(struct json_writer *w, const struct refill_point *p)
{
	json_begin_line_object(w);
	json_put_int(w, "pages", p->pages);
	json_put_int(w, "page_bytes", p->page_bytes);
	json_put_number(w, "refill_ns_per_page", p->ns_per_page);
	json_put_number(w, "low_ns_per_page", p->low_ns_per_page);
	json_put_number(w, "high_ns_per_page", p->high_ns_per_page);
	json_put_number(w, "refill_tsc_cycles_per_page", p->tsc_cycles_per_page);
	json_put_number(w, "warm_ns_per_page", p->warm_ns_per_page);
	json_end_object(w);
}

void doctor_print_json(const struct machine *m, const struct refill_estimate *refill,
		       const struct diagnosis *d)
{
	struct json_writer w;
	char *text;

	json_writer_init(&w, JSON_PRETTY);
	json_begin_object(&w);
	json_put_string(&w, "schema", "tlblab.doctor/1");
	json_put_bool(&w, "can_run", d->can_run);
	json_put_string(&w, "verdict", d->verdict);
	json_key(&w, "findings");
	json_begin_array(&w);
	for (int i = 0; i < d->n; i++)
		put_finding(&w, &d->finding[i]);
	json_end_array(&w);
	json_key(&w, "refill_estimate");
	json_begin_array(&w);
	for (int i = 0; refill && i < refill->n; i++)
		put_point(&w, &refill->point[i]);
	json_end_array(&w);
	json_key(&w, "machine");
	machine_put_json(&w, m);
	json_end_object(&w);
	text = json_writer_take(&w, NULL);
	if (text)
		fputs(text, stdout);
	free(text);
}

/* Columns for texts behind the indent; a very large number for a file. */
static int text_columns(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ||
	    size.ws_col < INDENT + NARROWEST)
		return 1 << 20;
	return size.ws_col - INDENT;
}

/* Bytes of the longest row of whole words that fits; a longer word stands alone. */
static size_t row_bytes(const char *text, int columns)
{
	size_t fits = 0, i = 0;

	for (int used = 0; text[i]; i++) {
		used += ((unsigned char)text[i] & 0xC0) != 0x80;
		if (used > columns && fits)
			return fits;
		if (text[i] == ' ')
			fits = i;
	}
	return i;
}

static void print_rows(const char *name, const char *text, int columns)
{
	do {
		size_t n = row_bytes(text, columns);

		printf("  %-18s %.*s\n", name, (int)n, text);
		name = "";
		text += n + strspn(text + n, " ");
	} while (*text);
}

static void print_finding(const struct finding *f, int columns)
{
	bool value = !strcmp(f->kind, "setting");
	char text[600] = "";

	text_append(text, sizeof(text), "%s%s%s", f->about, value ? ": " : "",
		    value ? f->detail : "");
	print_rows(f->name, text, columns);
	if (!value)
		print_rows("", f->detail, columns);
	if (f->state == FINDING_DISTURBS)
		print_rows("", f->why, columns);
	if (f->state == FINDING_OK || !*f->allow)
		return;
	text[0] = '\0';
	text_append(text, sizeof(text), "-> %s", f->allow);
	print_rows("", text, columns);
}

/* Every case, the one in force marked: a teacher compares machines by it. */
static void print_isolation(const struct machine *m)
{
	int here = isolation_of(m);

	printf("\nWhat the kernel does for each page of a page-by-page flush%s\n",
	       here < 0 ? " (which row holds here is not known)" : " (> holds here)");
	printf("  %-4s %-5s %-8s %s\n", "PTI", "PCID", "INVPCID", "per page");
	for (int i = 0; i < ISOLATION_CASES; i++) {
		const struct isolation_case *c = &isolation_table[i];

		printf("%s %-4s %-5s %-8s %s\n", i == here ? ">" : " ", c->pti, c->pcid,
		       c->invpcid, c->per_page);
	}
}

void doctor_print_text(const struct machine *m, const struct diagnosis *d)
{
	int columns = text_columns();
	char line[300];

	printf("%s\n%s\n", machine_line(m, line, sizeof(line)), d->verdict);
	for (int state = 0; state < FINDING_STATES; state++) {
		bool any = false;

		for (int i = 0; i < d->n; i++) {
			if (d->finding[i].state != (enum finding_state)state)
				continue;
			if (!any)
				printf("\n%s\n", finding_state_title[state]);
			any = true;
			print_finding(&d->finding[i], columns);
		}
	}
	print_isolation(m);
}
