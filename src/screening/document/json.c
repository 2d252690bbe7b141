/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - one MRZ as a JSON object, as `akari document mrz --json` prints it. */
#include "screening/document/own.h"

/* Parts that are not known are X, as in ISO 8601-2: 1974-XX-XX. */
static void date_kv(struct json *j, const char *key, struct date d)
{
    char text[11] = "XXXX-XX-XX";
    if (!d.year && !d.month && !d.day)
        return;
    if (d.year)
        snprintf(text, sizeof text, "%04d", (unsigned)d.year % 10000u);
    text[4] = '-';
    for (int i = 0; i < 2 && d.month; i++)
        text[5 + i] = (char)('0' + (i ? d.month % 10 : d.month / 10 % 10));
    for (int i = 0; i < 2 && d.day; i++)
        text[8 + i] = (char)('0' + (i ? d.day % 10 : d.day / 10 % 10));
    json_kv(j, key, text);
}

static void known(struct json *j, const char *key, struct str value)
{
    if (value.n)
        json_kv_str(j, key, value);
}

static void fields(const struct mrz *m, struct json *j)
{
    const struct mrz_fields *f = &m->fields;
    json_key(j, "fields");
    json_object(j);
    known(j, "document_code", f->document_code);
    known(j, "issuer", f->issuer);
    json_kv(j, "issuer_meaning", mrz_code(f->issuer).meaning);
    known(j, "document_number", f->number);
    known(j, "nationality", f->nationality);
    json_kv(j, "nationality_meaning", mrz_code(f->nationality).meaning);
    json_kv(j, "sex",
            str_is(f->sex, "<")   ? "unspecified"
            : str_is(f->sex, "M") ? "male"
            : str_is(f->sex, "F") ? "female"
                                  : NULL);
    known(j, "birth_date_as_written", f->birth.written);
    date_kv(j, "birth_date", f->birth.likely);
    date_kv(j, "birth_date_other_reading", f->birth.other);
    known(j, "expiry_date_as_written", f->expiry.written);
    date_kv(j, "expiry_date", f->expiry.likely);
    date_kv(j, "expiry_date_other_reading", f->expiry.other);
    json_kv_str(j, "surname", f->surname);
    json_kv_str(j, "given_names", f->given);
    json_kv_bool(j, "name_truncated", f->truncated);
    known(j, "optional_data", f->optional);
    known(j, "optional_data_2", f->optional2);
    if (f->composite)
        json_kv_str(j, "composite_check_digit", (struct str){&f->composite, 1});
    json_end(j);
}

static void checks(const struct mrz *m, struct json *j)
{
    json_key(j, "checks");
    json_object(j);
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        if (m->checks[i] != MRZ_NONE)
            json_kv_bool(j, mrz_check_name((enum mrz_check)i), m->checks[i] == MRZ_RIGHT);
    json_end(j);
    json_kv_bool(j, "all_ok", m->all_right);
}

static void lines(struct json *j, const char (*line)[MRZ_WIDTH_MAX + 1], size_t n)
{
    json_key(j, "lines");
    json_array(j);
    for (size_t i = 0; i < n; i++)
        json_c(j, line[i]);
    json_end(j);
}

static void changes(struct json *j, const char *key, const struct mrz_change *c, size_t n)
{
    json_key(j, key);
    json_array(j);
    for (size_t i = 0; i < n; i++) {
        json_object(j);
        json_kv_i64(j, "line", c[i].line);
        json_kv_i64(j, "column", c[i].column);
        json_kv_str(j, "from", (struct str){&c[i].from, 1});
        json_kv_str(j, "to", (struct str){&c[i].to, 1});
        json_kv_bool(j, "checked", c[i].checked);
        json_end(j);
    }
    json_end(j);
}

static void proposals(const struct mrz *m, struct json *j)
{
    json_key(j, "proposals");
    json_array(j);
    for (size_t i = 0; i < m->nproposals; i++) {
        json_object(j);
        changes(j, "changes", m->proposals[i].changes, m->proposals[i].n);
        lines(j, m->proposals[i].lines, m->nlines);
        json_end(j);
    }
    json_end(j);
    changes(j, "not_told_apart", m->unseen, m->nunseen);
}

static void diagnostics(const struct mrz *m, struct json *j)
{
    json_key(j, "diagnostics");
    json_array(j);
    for (size_t i = 0; i < m->nnotes; i++) {
        const struct mrz_note *n = &m->notes[i];
        json_object(j);
        json_kv(j, "code", mrz_note_code(n->kind));
        json_kv_i64(j, "line", (int64_t)n->line);
        json_kv_i64(j, "column", (int64_t)n->column);
        json_kv(j, "text", mrz_note_text(n->kind));
        json_end(j);
    }
    json_end(j);
}

void mrz_json(const struct mrz *m, struct json *j)
{
    json_object(j);
    json_kv(j, "format", mrz_format_name(m->format));
    json_kv(j, "dialect", mrz_dialect_name(m->dialect));
    fields(m, j);
    checks(m, j);
    proposals(m, j);
    diagnostics(m, j);
    lines(j, m->lines, m->nlines);
    json_end(j);
}
