/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "io/json/doc.h"
#include "tlblab/base/text.h"

/* The member, unless it is missing, null, or reading has failed before. */
static bool get_member(const struct json_doc *d, const struct json_at *at,
		       const char *key, struct json_at *out)
{
	*out = (struct json_at){at, NULL};
	if (d->err || !cJSON_IsObject(at->node))
		return false;
	out->node = json_member(at, key);
	if (out->node && cJSON_IsNull(out->node))
		out->node = NULL;
	return out->node != NULL;
}

double json_number_at(struct json_doc *d, const struct json_at *at)
{
	if (d->err || cJSON_IsNull(at->node))
		return NAN;
	if (!cJSON_IsNumber(at->node)) {
		json_fail(d, at, "a number or null is expected", "is %s",
			  json_kind(at->node));
		return NAN;
	}
	return isfinite(at->node->valuedouble) ? at->node->valuedouble : NAN;
}

double json_get_number(struct json_doc *d, const struct json_at *at, const char *key)
{
	struct json_at member;

	return get_member(d, at, key, &member) ? json_number_at(d, &member) : NAN;
}

int64_t json_get_int(struct json_doc *d, const struct json_at *at, const char *key,
		     int64_t missing)
{
	struct json_at member;
	double number;

	if (!get_member(d, at, key, &member))
		return missing;
	number = json_number_at(d, &member);
	if (d->err)
		return missing;
	if (!(fabs(number) < 9.2e18) || number != trunc(number)) {
		json_fail(d, &member, "a whole number is expected", "is %g",
			  member.node->valuedouble);
		return missing;
	}
	return (int64_t)number;
}

bool json_get_bool(struct json_doc *d, const struct json_at *at, const char *key,
		   bool missing)
{
	struct json_at member;

	if (!get_member(d, at, key, &member))
		return missing;
	if (!cJSON_IsBool(member.node))
		json_fail(d, &member, "true or false is expected", "is %s",
			  json_kind(member.node));
	return cJSON_IsTrue(member.node);
}

void json_get_text(struct json_doc *d, const struct json_at *at, const char *key,
		   char *buf, size_t buf_bytes)
{
	struct json_at member;

	buf[0] = '\0';
	if (get_member(d, at, key, &member) && !json_expect(d, &member, cJSON_String))
		text_copy(buf, buf_bytes, member.node->valuestring);
}

bool json_get_container(struct json_doc *d, const struct json_at *at, const char *key,
			int type, struct json_at *out)
{
	if (get_member(d, at, key, out) && json_expect(d, out, type))
		out->node = NULL;
	return out->node != NULL;
}
