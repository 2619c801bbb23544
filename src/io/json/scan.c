/* SPDX-License-Identifier: MIT */
#include "io/json/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/utf8.h"

struct scanner {
	const char *text;
	size_t bytes, at;
	size_t last_end; /* end of the token before `at` */
	int depth;
	struct json_error *error;
};

static bool scan_fail(struct scanner *s, size_t offset, const char *todo,
		      const char *why, ...) __attribute__((format(printf, 4, 5)));

static bool scan_fail(struct scanner *s, size_t offset, const char *todo,
		      const char *why, ...)
{
	va_list args;

	s->error->offset = offset;
	va_start(args, why);
	vsnprintf(s->error->why, sizeof(s->error->why), why, args);
	va_end(args);
	snprintf(s->error->todo, sizeof(s->error->todo), "%s", todo);
	return false;
}

static int scan_peek(const struct scanner *s)
{
	return s->at < s->bytes ? (unsigned char)s->text[s->at] : -1;
}

static void scan_blanks(struct scanner *s)
{
	int c;

	while ((c = scan_peek(s)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		s->at++;
}

/* Four hexadecimal digits after \u; -1 when they are not there. */
static int scan_hex4(const struct scanner *s, size_t at)
{
	int value = 0;

	if (s->bytes < 4 || at > s->bytes - 4)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		char c = s->text[i];

		if (c >= '0' && c <= '9')
			value = value * 16 + (c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			value = value * 16 + ((c | 32) - 'a' + 10);
		else
			return -1;
	}
	return value;
}

static bool scan_unicode_escape(struct scanner *s)
{
	int high = scan_hex4(s, s->at + 2), low;

	if (high <= 0 || (high >= 0xdc00 && high < 0xe000))
		return scan_fail(s, s->at, "write the character itself",
				 "a \\u escape that is no character");
	s->at += 6;
	if (high < 0xd800 || high >= 0xdc00)
		return true;
	low = s->at + 1 < s->bytes && memcmp(s->text + s->at, "\\u", 2) == 0
		      ? scan_hex4(s, s->at + 2)
		      : -1;
	if (low < 0xdc00 || low >= 0xe000)
		return scan_fail(s, s->at, "write the character itself",
				 "half of a \\u pair");
	s->at += 6;
	return true;
}

static bool scan_string(struct scanner *s)
{
	size_t start = s->at++;
	int c;

	while ((c = scan_peek(s)) != '"') {
		if (c == '\\' && s->at + 1 < s->bytes && s->text[s->at + 1] == 'u') {
			if (!scan_unicode_escape(s))
				return false;
		} else if (c == '\\') {
			if (s->at + 1 >= s->bytes || !s->text[s->at + 1] ||
			    !strchr("\"\\/bfnrt", s->text[s->at + 1]))
				return scan_fail(s, s->at,
						 "a backslash is written \\\\",
						 "an unknown escape");
			s->at += 2;
		} else if (c < ' ') { /* the end of the text as well */
			return scan_fail(s, start, "close it on its line",
					 "text without its closing quote");
		} else {
			size_t n = utf8_length(s->text + s->at, s->bytes - s->at);

			if (!n)
				return scan_fail(s, s->at, "save the file as UTF-8",
						 "a byte that is not UTF-8");
			s->at += n;
		}
	}
	s->at++;
	return true;
}

static size_t scan_digits(struct scanner *s)
{
	size_t start = s->at;
	int c;

	while ((c = scan_peek(s)) >= '0' && c <= '9')
		s->at++;
	return s->at - start;
}

static bool scan_number(struct scanner *s)
{
	size_t start = s->at, whole;
	bool good;

	if (scan_peek(s) == '-')
		s->at++;
	whole = s->at;
	good = scan_digits(s) > 0;
	good = good && (s->text[whole] != '0' || s->at == whole + 1);
	if (scan_peek(s) == '.') {
		s->at++;
		good = scan_digits(s) && good;
	}
	if ((scan_peek(s) | 32) == 'e') {
		s->at++;
		if (scan_peek(s) == '+' || scan_peek(s) == '-')
			s->at++;
		good = scan_digits(s) && good;
	}
	if (!good)
		return scan_fail(s, start, "such as 33 or 0.5",
				 "a number that is not written as JSON writes it");
	return true;
}

static bool scan_word(struct scanner *s)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t start = s->at;
	char shown[24];
	int c;

	while ((c = scan_peek(s)) >= 0 && c > ' ' && !strchr(",:[]{}\"", c))
		s->at++;
	for (int i = 0; i < 3; i++)
		if (strlen(words[i]) == s->at - start &&
		    memcmp(words[i], s->text + start, s->at - start) == 0)
			return true;
	if (s->at == start)
		return scan_fail(s, start, "a value is expected",
				 c < 0	   ? "the text ends too early"
				 : c > ' ' ? "a value is missing before '%c'"
					   : "a control character",
				 c);
	if (s->text[start] == '/' || s->text[start] == '#')
		return scan_fail(s, start, "JSON has none; use \"notes\"", "a comment");
	snprintf(shown, sizeof(shown), "%.*s",
		 (int)(s->at - start < 20 ? s->at - start : 20), s->text + start);
	char clean[24];

	return scan_fail(s, start, "text wants double quotes; else true, false or null",
			 "%s is no JSON value", utf8_show(clean, sizeof(clean), shown));
}

static bool scan_value(struct scanner *s);

static bool scan_key(struct scanner *s)
{
	if (scan_peek(s) != '"')
		return scan_fail(s, scan_peek(s) < 0 ? s->last_end : s->at,
				 "such as \"threads\": 2",
				 scan_peek(s) < 0 ? "the text ends inside { }"
				 : scan_peek(s) == '}'
					 ? "a comma before the closing }"
					 : "a key in double quotes is expected");
	if (!scan_string(s))
		return false;
	s->last_end = s->at;
	scan_blanks(s);
	if (scan_peek(s) != ':')
		return scan_fail(s, s->last_end, "such as \"threads\": 2",
				 "a colon is missing after the key");
	s->at++;
	return true;
}

static bool scan_container(struct scanner *s, char close)
{
	size_t start = s->at++;

	if (++s->depth > JSON_SCAN_DEPTH)
		return scan_fail(s, start, "this file needs few",
				 "nested deeper than %d levels", JSON_SCAN_DEPTH);
	scan_blanks(s);
	if (scan_peek(s) == close)
		goto out;
	for (;;) {
		if (close == '}' && !scan_key(s))
			return false;
		scan_blanks(s);
		if (close == ']' && scan_peek(s) == ']')
			return scan_fail(s, s->at, "remove it",
					 "a comma before the closing ]");
		if (!scan_value(s))
			return false;
		s->last_end = s->at;
		scan_blanks(s);
		if (scan_peek(s) == close)
			goto out;
		if (scan_peek(s) != ',')
			return scan_fail(s, s->last_end, "check what stands here",
					 scan_peek(s) < 0
						 ? "the text ends without a %c"
						 : "a comma or a %c is missing",
					 close);
		s->last_end = ++s->at;
		scan_blanks(s);
	}
out:
	s->at++;
	s->depth--;
	return true;
}

static bool scan_value(struct scanner *s)
{
	int c = scan_peek(s);

	if (c == '{')
		return scan_container(s, '}');
	if (c == '[')
		return scan_container(s, ']');
	if (c == '"')
		return scan_string(s);
	if (c == '-' || (c >= '0' && c <= '9'))
		return scan_number(s);
	return scan_word(s);
}

bool json_scan_check(const char *text, size_t bytes, struct json_error *error)
{
	struct scanner s = {.text = text, .bytes = bytes, .error = error};

	if (bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		return scan_fail(&s, 0, "save it as UTF-8 without one",
				 "a byte order mark at the start");
	if (memchr(text, '\0', bytes))
		return scan_fail(&s, (size_t)((char *)memchr(text, '\0', bytes) - text),
				 "save it as plain UTF-8 text", "a NUL byte");
	scan_blanks(&s);
	if (s.at == bytes)
		return scan_fail(&s, 0, "it must hold { … }", "the file is empty");
	if (!scan_value(&s))
		return false;
	scan_blanks(&s);
	if (s.at != bytes)
		return scan_fail(&s, s.at, "remove what follows the closing bracket",
				 "more text after the end");
	return true;
}

/* Past the value at s->at, in a text that passed the check. */
static void scan_skip(struct scanner *s)
{
	int open = 0;

	do {
		int c = scan_peek(s);

		if (c < 0)
			return;
		if (c == '"')
			scan_string(s);
		else if (c == '{' || c == '[')
			open++, s->at++;
		else if (c == '}' || c == ']')
			open--, s->at++;
		else if (strchr(",: \t\n\r", c))
			s->at++;
		else
			while ((c = scan_peek(s)) > ' ' && !strchr(",]}", c))
				s->at++;
	} while (open > 0);
}

struct json_span json_scan_root(const char *text, size_t bytes)
{
	struct json_error ignored;
	struct scanner s = {.text = text, .bytes = bytes, .error = &ignored};
	struct json_span root = {0};

	scan_blanks(&s);
	root.start = s.at;
	scan_skip(&s);
	root.end = s.at;
	return root;
}

bool json_scan_next(const char *text, const struct json_span *container,
		    struct json_span *child)
{
	struct json_error ignored;
	struct scanner s = {.text = text, .bytes = container->end, .error = &ignored};
	bool object = text[container->start] == '{';

	if (!object && text[container->start] != '[')
		return false;
	s.at = child->end ? child->end : container->start + 1;
	scan_blanks(&s);
	if (scan_peek(&s) == ',')
		s.at++;
	scan_blanks(&s);
	if (s.at + 1 >= container->end) /* only the closing bracket is left */
		return false;
	*child = (struct json_span){0};
	if (object) {
		child->key = s.at;
		scan_skip(&s);
		child->key_end = s.at;
		scan_blanks(&s);
		s.at++; /* the colon */
		scan_blanks(&s);
	}
	child->start = s.at;
	scan_skip(&s);
	child->end = s.at;
	return true;
}

bool json_scan_locate(const char *text, size_t bytes, const int *path, int depth,
		      struct json_span *out)
{
	*out = json_scan_root(text, bytes);
	for (int i = 0; i < depth; i++) {
		struct json_span child = {0};

		for (int skip = 0; skip <= path[i]; skip++)
			if (!json_scan_next(text, out, &child))
				return false;
		*out = child;
	}
	return true;
}

size_t json_scan_line(const char *text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text[i] == '\n';
	return line;
}
