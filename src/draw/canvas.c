/* SPDX-License-Identifier: MIT */
/*
 * One flat array of cells. A wide character owns its cell and the one to its right
 * (columns 2 and 0); whoever overwrites either half blanks the other, so no half
 * character is ever shown. Nothing here allocates except canvas_resize and dumps.
 */
#include "tlblab/draw/canvas.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/draw/utf8.h"

static const struct cell blank_cell = {.columns = 1};
enum { ELLIPSIS = 0x2026 };

void canvas_init(struct canvas *c, const struct glyphs *glyphs)
{
	*c = (struct canvas){.glyphs = glyphs};
}

void canvas_fini(struct canvas *c)
{
	free(c->cells);
	*c = (struct canvas){0};
}

int canvas_resize(struct canvas *c, int w, int h)
{
	size_t need = (size_t)w * (size_t)h;

	if (need > c->cap) {
		struct cell *cells = realloc(c->cells, need * sizeof(*cells));

		if (!cells)
			return -ENOMEM;
		c->cells = cells;
		c->cap = need;
	}
	c->w = w;
	c->h = h;
	canvas_clear(c);
	return 0;
}

void canvas_clear(struct canvas *c)
{
	c->clip = (struct rect){0, 0, c->w, c->h};
	c->n_spots = 0;
	for (size_t i = 0; i < (size_t)c->w * (size_t)c->h; i++)
		c->cells[i] = blank_cell;
}

struct rect canvas_clip(struct canvas *c, struct rect r)
{
	struct rect old = c->clip;
	int x0 = r.x > old.x ? r.x : old.x;
	int y0 = r.y > old.y ? r.y : old.y;
	int x1 = r.x + r.w < old.x + old.w ? r.x + r.w : old.x + old.w;
	int y1 = r.y + r.h < old.y + old.h ? r.y + r.h : old.y + old.h;

	c->clip = (struct rect){x0, y0, x1 > x0 ? x1 - x0 : 0, y1 > y0 ? y1 - y0 : 0};
	return old;
}

void canvas_unclip(struct canvas *c, struct rect old)
{
	c->clip = old;
}

void canvas_spot(struct canvas *c, struct rect r, int what, int which)
{
	struct rect old = canvas_clip(c, r);

	if (!rect_is_empty(c->clip) && c->n_spots < CANVAS_SPOTS)
		c->spots[c->n_spots++] = (struct spot){c->clip, what, which};
	canvas_unclip(c, old);
}

const struct spot *canvas_spot_at(const struct canvas *c, int x, int y)
{
	for (int i = c->n_spots - 1; i >= 0; i--) {
		const struct rect *r = &c->spots[i].r;

		if (x >= r->x && x < r->x + r->w && y >= r->y && y < r->y + r->h)
			return &c->spots[i];
	}
	return NULL;
}

/* The cell to write, or NULL outside the clip. */
static struct cell *cell_open(struct canvas *c, int x, int y)
{
	const struct rect *k = &c->clip;

	if (x < k->x || y < k->y || x >= k->x + k->w || y >= k->y + k->h)
		return NULL;
	struct cell *cell = &c->cells[(size_t)y * (size_t)c->w + (size_t)x];

	if (cell->columns == 0)
		cell[-1] = blank_cell;
	else if (cell->columns == 2)
		cell[1] = blank_cell;
	cell->columns = 1;
	return cell;
}

void canvas_put(struct canvas *c, int x, int y, enum role role, uint32_t code)
{
	struct cell *cell = cell_open(c, x, y);

	if (!cell)
		return;
	if (code < ' ' || code == 0x7F)
		code = '?';
	int columns = utf8_columns(code);

	*cell = (struct cell){.code = code, .role = (uint8_t)role, .columns = 1};
	if (columns != 2 || c->glyphs->ascii)
		return;
	if (cell_open(c, x + 1, y)) {
		cell->columns = 2;
		cell[1] = (struct cell){.role = (uint8_t)role, .columns = 0};
	} else {
		cell->code = '?'; /* half of it would be outside */
	}
}

void canvas_dot(struct canvas *c, int x, int y, enum role role, uint8_t bit)
{
	struct cell *cell = cell_open(c, x, y);

	if (!cell)
		return;
	*cell = (struct cell){
		.role = (uint8_t)role, .columns = 1, .dots = cell->dots | bit};
}

void canvas_fill(struct canvas *c, struct rect r, enum role role)
{
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++) {
			struct cell *cell = cell_open(c, x, y);

			if (!cell)
				continue;
			*cell = blank_cell;
			cell->role = (uint8_t)role;
		}
}

void canvas_paint(struct canvas *c, struct rect r, enum role role)
{
	struct rect old = canvas_clip(c, r);

	for (int y = c->clip.y; y < c->clip.y + c->clip.h; y++)
		for (int x = c->clip.x; x < c->clip.x + c->clip.w; x++)
			c->cells[(size_t)y * (size_t)c->w + (size_t)x].role =
				(uint8_t)role;
	canvas_unclip(c, old);
}

static void line_join(struct canvas *c, int x, int y, enum role role, int directions)
{
	struct cell *cell = cell_open(c, x, y);

	/* A title that stands on the border stays. */
	if (!cell || (cell->code != 0 && cell->code != ' '))
		return;
	*cell = (struct cell){.role = (uint8_t)role,
			      .columns = 1,
			      .lines = (uint8_t)(cell->lines | directions)};
}

void canvas_hline(struct canvas *c, int x, int y, int w, enum role role)
{
	for (int i = 0; i < w; i++)
		line_join(c, x + i, y, role,
			  (i > 0 ? LINE_LEFT : 0) | (i < w - 1 ? LINE_RIGHT : 0));
}

void canvas_vline(struct canvas *c, int x, int y, int h, enum role role)
{
	for (int i = 0; i < h; i++)
		line_join(c, x, y + i, role,
			  (i > 0 ? LINE_UP : 0) | (i < h - 1 ? LINE_DOWN : 0));
}

void canvas_box(struct canvas *c, struct rect r, enum role role)
{
	if (r.w < 2 || r.h < 2)
		return;
	canvas_hline(c, r.x, r.y, r.w, role);
	canvas_hline(c, r.x, r.y + r.h - 1, r.w, role);
	canvas_vline(c, r.x, r.y, r.h, role);
	canvas_vline(c, r.x + r.w - 1, r.y, r.h, role);
}

static void mark_put(struct canvas *c, int x, int y, uint32_t mark)
{
	const struct rect *k = &c->clip;

	if (c->glyphs->ascii || x < k->x || y < k->y || x >= k->x + k->w ||
	    y >= k->y + k->h)
		return;
	struct cell *cell = &c->cells[(size_t)y * (size_t)c->w + (size_t)x];

	if (cell->columns == 0 && x > k->x)
		cell--;
	cell->mark = mark;
}

int canvas_text(struct canvas *c, int x, int y, int width, enum role role,
		const char *text)
{
	int used = 0;

	if (width <= 0)
		return 0;
	bool cut = utf8_text_columns(text) > width;

	for (uint32_t code; (code = utf8_next(&text)) != 0;) {
		int columns = utf8_columns(code);

		if (columns == 0) {
			if (used > 0)
				mark_put(c, x + used - 1, y, code);
			continue;
		}
		if (used + columns > width - (cut ? 1 : 0))
			break;
		canvas_put(c, x + used, y, role, code);
		used += columns;
	}
	if (cut) {
		canvas_put(c, x + used, y, role, ELLIPSIS);
		used++;
	}
	return used;
}

int canvas_textf(struct canvas *c, int x, int y, int width, enum role role,
		 const char *format, ...)
{
	char buf[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(buf, sizeof(buf), format, ap);
	va_end(ap);
	return canvas_text(c, x, y, width, role, buf);
}

void canvas_bar(struct canvas *c, int x, int y, int w, enum role role, double share)
{
	int eighths = (int)lround(share * w * 8);

	if (share > 0 && eighths == 0)
		eighths = 1;
	for (int i = 0; i < w && eighths > 0; i++, eighths -= 8)
		canvas_put(c, x + i, y, role, glyphs_bar_code(c->glyphs, eighths));
}

int canvas_text_right(struct canvas *c, int x_end, int y, int width, enum role role,
		      const char *text)
{
	int columns = utf8_text_columns(text);

	if (columns > width)
		columns = width;
	return canvas_text(c, x_end - columns, y, columns, role, text);
}

/* How many bytes of text stand in one row of `width` columns; *next is where the
 * following row begins. A word longer than a row is broken. */
static size_t row_take(const char *text, int width, const char **next)
{
	const char *s = text, *blank = NULL;
	int used = 0;

	for (;;) {
		const char *here = s;
		uint32_t code = utf8_next(&s);

		if (code == 0 || code == '\n') {
			*next = code ? s : here;
			return (size_t)(here - text);
		}
		if (code == ' ')
			blank = here;
		used += utf8_columns(code);
		if (used <= width)
			continue;
		const char *end = blank ? blank : here;

		if (end == text)
			end = s; /* not even one character fits: step on */
		for (*next = end; **next == ' ';)
			(*next)++;
		return (size_t)(end - text);
	}
}

int canvas_wrap(struct canvas *c, struct rect r, enum role role, const char *text)
{
	char row[1024];
	int rows = 0;

	if (r.w <= 0)
		return 0;
	while (*text && rows < r.h) {
		const char *next;
		size_t bytes = row_take(text, r.w, &next);
		bool last = rows == r.h - 1 && *next;

		if (last) /* all that is left, so that the cut shows */
			bytes = strcspn(text, "\n");
		if (bytes >= sizeof(row))
			bytes = sizeof(row) - 1;
		memcpy(row, text, bytes);
		row[bytes] = '\0';
		if (c)
			canvas_text(c, r.x, r.y + rows, r.w, role, row);
		rows++;
		text = next;
	}
	return rows;
}

const struct cell *canvas_at(const struct canvas *c, int x, int y)
{
	return &c->cells[(size_t)y * (size_t)c->w + (size_t)x];
}

uint32_t canvas_code(const struct canvas *c, const struct cell *cell)
{
	if (cell->columns == 0)
		return 0;
	if (cell->lines)
		return glyphs_line_code(c->glyphs, cell->lines);
	if (cell->dots)
		return glyphs_dot_code(c->glyphs, cell->dots);
	return cell->code ? glyphs_fold(c->glyphs, cell->code) : ' ';
}

char *canvas_dump(const struct canvas *c, bool roles)
{
	/* A cell is at most a character and its mark. */
	char *out = malloc((size_t)c->h * ((size_t)c->w * 8 + 1) + 1);
	char *end = out;

	if (!out)
		return NULL;
	for (int y = 0; y < c->h; y++) {
		char *kept = end; /* after the last that is not blank */

		for (int x = 0; x < c->w; x++) {
			const struct cell *cell = canvas_at(c, x, y);
			uint32_t code = canvas_code(c, cell);

			if (roles) {
				*end++ = code == ' ' && cell->role == ROLE_NORMAL
						 ? ' '
						 : theme_letter(cell->role);
			} else if (code) {
				end += utf8_put(end, code);
				if (cell->mark)
					end += utf8_put(end, cell->mark);
			}
			if (end > out && end[-1] != ' ')
				kept = end;
		}
		end = kept;
		*end++ = '\n';
	}
	*end = '\0';
	return out;
}
