/* SPDX-License-Identifier: Apache-2.0 */
/* pack_imports.c - imports/: which column of a foreign file is which field. docs/pack-format.md section 12.
 */
#include "core/pack/words.h"

static const char *const roles[] = {"victim", "perpetrator", "case"};
static const char *const blanks[] = {"not_collected", "unknown", "not_applicable"};
static const struct words import_role_words = WORDS(roles), blank_words = WORDS(blanks);

static bool has_scheme(const struct code_list *list, const char *scheme)
{
    for (size_t i = 0; i < list->n; i++)
        if (code_crosswalk(&list->codes[i], scheme))
            return true;
    return false;
}

static enum err check_coded(struct load *l, const struct yaml *y, const struct import_column *c,
                            const struct field *f)
{
    const struct yaml *scheme = given(y, "scheme"), *codes = given(y, "codes"), *multi = given(y, "multi");
    bool coded = f->type == FT_CODE || f->type == FT_CODES;
    if (f->type == WORD_UNKNOWN)
        return OK;
    if (scheme && !coded)
        TRY(fault_add(&l->faults, AT_FAULT(scheme), "\"scheme\": field \"%s\" has no codes", f->name));
    else if (scheme && name_find(l, NAME_SCHEME, 0, str_of(c->scheme)) && f->codes && f->codes->n &&
             !has_scheme(f->codes, c->scheme))
        TRY(fault_add(&l->faults, AT_FAULT(scheme),
                      "\"scheme\": no code of the list %s has a crosswalk to %s", f->codes->id, c->scheme));
    if (codes && c->codes && c->codes != f->codes)
        TRY(fault_add(&l->faults, AT_FAULT(codes), "\"codes\": field \"%s\" has %s%s", f->name,
                      coded && f->codes ? "the list " : "no list", coded && f->codes ? f->codes->id : ""));
    if (multi && c->multi && f->type != FT_CODES)
        TRY(fault_add(&l->faults, AT_FAULT(multi),
                      "\"multi\": field \"%s\" has one value (type codes has several)", f->name));
    return OK;
}

static enum err column_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)owner;
    struct import_column *c = record;
    const struct name *n = name_find(l, NAME_KIND, 0, str_of(c->kind));
    const struct kind *k = n ? n->object : NULL;
    if (!k)
        return OK;
    uint32_t attach = strcmp(c->role, "case") == 0 ? ATTACH_CASE : ATTACH_SUBJECT;
    if (*c->role && k->attach && !(k->attach & attach))
        TRY(fault_add(&l->faults, AT_FAULT(y), "\"role\": kind \"%s\" does not attach to %s", k->id,
                      attach == ATTACH_CASE ? "cases" : "subjects"));
    const struct field *f = kind_field(k, c->field);
    if (f) {
        TRY(check_coded(l, y, c, f));
        c->codes = f->codes;
        return OK;
    }
    const struct yaml *field = given(y, "field");
    if (!field || field->type != YAML_SCALAR)
        return OK;
    const char *hint = name_guess(l, NAME_FIELD, n->inner, field->text);
    if (!hint)
        return arena_err(l->scratch);
    return fault_add(&l->faults, AT_FAULT(field), "\"field\": %s has no field \"%s\"%s", k->id, field->text.p,
                     hint);
}

static const struct key column_keys[] = {
    {"column", SHAPE_PLAIN, KEY_REQUIRED | KEY_DEFINES, AT(import_column, column), .space = NAME_COLUMN},
    {"kind", SHAPE_NAME, KEY_REQUIRED | KEY_REFERS, AT(import_column, kind), .space = NAME_KIND},
    {"field", SHAPE_NAME, KEY_REQUIRED, AT(import_column, field)},
    {"role", SHAPE_PLAIN, KEY_REQUIRED, AT(import_column, role), .words = &import_role_words},
    {"scheme", SHAPE_ID, KEY_REFERS, AT(import_column, scheme), .space = NAME_SCHEME},
    {"multi", SHAPE_BOOL, 0, AT(import_column, multi)},
    {"codes", SHAPE_LINK, 0, AT(import_column, codes), .space = NAME_CODES},
};
static const struct form column_form = {FORM("a column", import_column, column_keys), .check = column_check};

static enum err import_done(struct load *l, const struct yaml *y, void *record)
{
    struct import_map *m = record;
    if (!*m->blank)
        m->blank = blanks[0];
    if (m->separator == m->multi_separator)
        return fault_add(&l->faults, AT_FAULT(y), "\"separator\" and \"multi_separator\" are the same");
    return OK;
}

static const struct key import_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(import_map, id), .space = NAME_IMPORT},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(import_map, title)},
    {"source", SHAPE_ID, KEY_REFERS, AT(import_map, source), .space = NAME_SOURCE},
    {"separator", SHAPE_BYTE, 0, AT(import_map, separator), .otherwise = ','},
    {"multi_separator", SHAPE_BYTE, 0, AT(import_map, multi_separator), .otherwise = ';'},
    {"blank", SHAPE_PLAIN, 0, AT(import_map, blank), .words = &blank_words},
    {"columns", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(import_map, columns, n), .form = &column_form,
     .most = 512},
};
const struct form import_form = {FORM("an import", import_map, import_keys), .opens = SPACE(NAME_COLUMN),
                                 .done = import_done};
