/* SPDX-License-Identifier: Apache-2.0 */
/* enquiries_view.c - who asked about somebody of a case, when and by what way: for those who may read the
 * case. They plan her safety by it. The desk where it was asked has no such list, and is not named in this
 * one. */
#include "base/json.h"
#include "desk/own.h"

enum err enquiry_of_case_find(struct view *v, struct object *ret)
{
    return door_entities(v->door)->case_(v->db, v->arena, v->subject, ret);
}

static enum err read_asker(struct view *v, const struct cell *c, struct enquiry_asked *one)
{
    struct object o = v->object;
    struct shown body;
    struct pair *pairs;
    size_t n;
    one->as = one->way = "";
    one->asker = (struct shown){.text = STR("")};
    o.compartment.v = cell_get_id(&c[EN_COMPARTMENT]);
    enum err e = view_unseal(v, &o, CLASS_SUSPECT, (struct place){&TABLE_ENQUIRY, one->id, EN_ASKER},
                             c[EN_ASKER].s, &body);
    if (e == ERR_SHREDDED || e == ERR_SEALED) {
        err_clear(); /* kept no longer: that somebody asked, is */
        return OK;
    }
    TRY(e);
    one->asker = (struct shown){.text = STR(""), .verdict = body.verdict, .reason = body.reason};
    if (body.verdict != VERDICT_ALLOW)
        return OK;
    TRY(record_body_parse(body.text, v->arena, &pairs, &n));
    for (size_t i = 0; i < n; i++) {
        const char *value = arena_cstr(v->arena, pairs[i].value);
        if (!value)
            return arena_err(v->arena);
        if (str_is(pairs[i].name, "as"))
            one->as = value;
        else if (str_is(pairs[i].name, "way"))
            one->way = value;
        else if (str_is(pairs[i].name, "asker"))
            one->asker.text = str_of(value);
    }
    return OK;
}

static enum err matches(struct view *v, struct id *ids, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(
        v->db, "SELECT enquiry FROM enquiry_match WHERE case_id = ?1 ORDER BY at_us DESC, id DESC LIMIT ?2",
        &s));
    db_bind_id(s, 1, &v->subject);
    db_bind_i64(s, 2, ENQUIRIES_SHOWN_MAX);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &ids[*ret_n]));
        (*ret_n)++;
    }
}

/* The people of who holds it alone: to others, who may have asked themselves, nobody has. */
static bool holds(const struct view *v)
{
    return v->scope.relation == RELATION_OWNER || v->scope.relation == RELATION_CO_OWNER;
}

enum err enquiry_of_case_run(struct view *v)
{
    struct enquiry_list *list = ARENA_NEW(v->arena, struct enquiry_list);
    struct id ids[ENQUIRIES_SHOWN_MAX];
    size_t n;
    if (!list)
        return arena_err(v->arena);
    list->case_ = v->subject;
    list->items = ARENA_ARRAY(v->arena, ENQUIRIES_SHOWN_MAX, struct enquiry_asked);
    if (!list->items)
        return arena_err(v->arena);
    v->model = list;
    if (!holds(v))
        return OK;
    TRY(matches(v, ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct enquiry_asked *one = &list->items[list->n];
        struct cell c[EN_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_ENQUIRY, ids[i], c));
        *one = (struct enquiry_asked){.id = ids[i], .at_us = c[EN_AT].i};
        TRY(read_asker(v, c, one));
        view_show(v, ids[i]);
        list->n++;
    }
    return OK;
}

void enquiry_of_case_json(const struct view *v, struct json *j)
{
    const struct enquiry_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        const struct enquiry_asked *one = &list->items[i];
        json_object(j);
        json_kv_time(j, "at", one->at_us);
        json_kv(j, "as", one->as);
        json_kv(j, "way", one->way);
        json_key(j, "asker");
        json_str(j, one->asker.text);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
