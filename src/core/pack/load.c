/* SPDX-License-Identifier: Apache-2.0 */
/* pack_load.c - the passes over a pack, one after the other, and its look-ups. */
#include "core/pack/plan.h"
#include "core/pack/texts.h"

#include "base/buf.h"

/* ---- tables ------------------------------------------------------------------------------------------ */
static size_t entries(const struct yaml *y)
{
    return y && y->type == YAML_LIST ? y->n : 0;
}

static size_t duties_in(const struct yaml *plan)
{
    const struct yaml *measures = given(plan, "measures");
    size_t n = entries(given(plan, "preamble"));
    for (size_t i = 0; i < entries(measures); i++)
        n += entries(given(measures->items[i], "duties"));
    return n;
}

static size_t files_of(const struct load *l, enum table_id id)
{
    size_t n = 0;
    for (size_t i = 0; i < l->nfiles; i++) {
        const struct place *p = pack_place_of(str_of(l->files[i].name));
        n += p && p->table == 1u + id;
    }
    return n;
}

/* Pointers into a table are taken while it is filled, so that it must not move: it is counted first. */
static enum err reserve_tables(struct load *l)
{
    size_t provisions = 0, duties = 0;
    for (size_t i = 0; i < l->nfiles; i++) {
        const struct place *p = pack_place_of(str_of(l->files[i].name));
        if (p && p->form == &law_form)
            provisions += entries(given(l->files[i].root, "provisions"));
        if (p && p->form == &plan_form)
            duties += duties_in(l->files[i].root);
    }
    TRY(table_reserve(l, TABLE_PROVISIONS, sizeof(struct provision), provisions));
    TRY(table_reserve(l, TABLE_DUTIES, sizeof(struct duty), duties));
    TRY(table_reserve(l, TABLE_CODE_LISTS, sizeof(struct code_list), files_of(l, TABLE_CODE_LISTS)));
    TRY(table_reserve(l, TABLE_LAWS, sizeof(struct law), files_of(l, TABLE_LAWS)));
    TRY(table_reserve(l, TABLE_KINDS, sizeof(struct kind), files_of(l, TABLE_KINDS)));
    TRY(table_reserve(l, TABLE_IMPORTS, sizeof(struct import_map), files_of(l, TABLE_IMPORTS)));
    return table_reserve(l, TABLE_SCENARIOS, sizeof(struct scenario), files_of(l, TABLE_SCENARIOS));
}

static void hang_tables(struct load *l)
{
    struct pack *p = l->pack;
#define HANG(id, list, count) p->list = (const void *)l->tables[id].rows, p->count = l->tables[id].n
    HANG(TABLE_CODE_LISTS, code_lists, ncode_lists);
    HANG(TABLE_LAWS, laws, nlaws);
    HANG(TABLE_PROVISIONS, provisions, nprovisions);
    HANG(TABLE_DUTIES, duties, nduties);
    HANG(TABLE_KINDS, kinds, nkinds);
    HANG(TABLE_IMPORTS, imports, nimports);
    HANG(TABLE_SCENARIOS, scenarios, nscenarios);
#undef HANG
}

/* ---- decoding ---------------------------------------------------------------------------------------- */
static struct str stem_of(const struct place *p, const char *name)
{
    size_t n = strlen(p->where);
    return str_sub(str_of(name), n, strlen(name) - n - strlen(p->ending));
}

/* What cannot be read still has its name, so that others may refer to it without a second fault. */
static enum err name_the_unreadable(struct load *l, const struct place *p, const struct pack_file *f)
{
    struct name *n;
    bool fresh;
    l->broken = true;
    if (!p->ending) {
        l->unreadable |= p->defines;
        return OK;
    }
    l->unreadable |= p->defines & ~SPACE(p->id);
    return name_add(l, (struct name){.space = p->id, .word = stem_of(p, f->name), .file = f->name}, &n,
                    &fresh);
}

static enum err decode_one_of_many(struct load *l, const struct place *p, const struct pack_file *f,
                                   bool *ret_is_map)
{
    struct table *t = &l->tables[p->table - 1];
    TRY(decode_map(l, p->form, f->root, t->rows + t->n * t->size, ret_is_map));
    t->n += *ret_is_map;
    const struct yaml *id = given(f->root, "id");
    if (!id || id->type != YAML_SCALAR || str_eq(id->text, stem_of(p, f->name)))
        return OK;
    return fault_add(&l->faults, AT_FAULT(id), "\"id\" is \"%s\", but the file is named \"%.*s\"", id->text.p,
                     STR_FMT(stem_of(p, f->name)));
}

static enum err decode_file(struct load *l, const struct place *p, const struct pack_file *f)
{
    bool is_map = false;
    if (f->root && p->ending)
        TRY(decode_one_of_many(l, p, f, &is_map));
    else if (f->root)
        TRY(decode_map(l, p->form, f->root, l->pack, &is_map));
    return is_map ? OK : name_the_unreadable(l, p, f);
}

static bool noted(const struct faults *faults, const char *file)
{
    for (size_t i = 0; i < faults->n; i++)
        if (strcmp(faults->list[i].file, file) == 0)
            return true;
    return false;
}

static enum err decode_place(struct load *l, const struct place *p)
{
    size_t n = 0;
    for (size_t i = 0; i < l->nfiles; i++) {
        if (pack_place_of(str_of(l->files[i].name)) != p)
            continue;
        TRY(decode_file(l, p, &l->files[i]));
        n++;
    }
    if (n || p->ending || p->optional)
        return OK;
    l->unreadable |= p->defines;
    l->broken = true;
    return noted(&l->faults, p->where) ? OK : fault_add(&l->faults, p->where, 0, "is missing");
}

/* ---- the whole pack ---------------------------------------------------------------------------------- */
static enum err run_checks(struct load *l)
{
    for (const struct deferred *d = l->checks; d; d = d->next)
        TRY(d->form->check(l, d->at, d->record, d->owner));
    return OK;
}

/* Lists that other files or the program name. */
static enum err check_lists(struct load *l)
{
    static const char *const lists[] = {"country", "language",  "prefecture",  "organisation_type", "channel",
                                        "tip_act", "tip_means", "tip_purpose", "subject_role"};
    for (size_t i = 0; i < LEN(lists); i++)
        if (!name_find(l, NAME_CODES, 0, str_of(lists[i])))
            TRY(fault_add(&l->faults, "codes", 0, "the code list \"%s\" is missing (codes/%s.yaml)", lists[i],
                          lists[i]));
    return OK;
}

static enum err fill_lookup(struct load *l);

enum err pack_load_files(struct load *l)
{
    if (!l->nfiles)
        return OK; /* noted by whoever looked for them */
    TRY(pack_files_digest(l, l->pack->digest));
    TRY(pack_files_parse(l));
    TRY(reserve_tables(l));
    for (size_t i = 0; i < pack_nplaces; i++)
        if (pack_places[i].form)
            TRY(decode_place(l, &pack_places[i]));
    l->broken = l->broken || l->faults.total; /* a faulty key may have hidden a text */
    hang_tables(l);
    TRY(refs_resolve(l));
    TRY(run_checks(l));
    TRY(check_lists(l));
    TRY(planned_kinds_check(l));
    TRY(texts_read(l));
    return l->faults.total ? OK : fill_lookup(l);
}

/* ---- look-ups ---------------------------------------------------------------------------------------- */
/* Every record that is looked up begins with its id. */
struct entry {
    const char *id;
    const void *record;
};
struct sorted {
    struct entry *list;
    size_t n;
};
enum lookup_id {
    LOOKUP_AGENCY,
    LOOKUP_OFFICE,
    LOOKUP_CODES,
    LOOKUP_KIND,
    LOOKUP_DUTY,
    LOOKUP_IMPORT,
    LOOKUP_COUNT
};
struct pack_lookup {
    struct sorted by_id[LOOKUP_COUNT];
};

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->id, ((const struct entry *)b)->id);
}

static enum err sort(struct load *l, struct sorted *s, const void *rows, size_t size, size_t n)
{
    /* Twice the room: duties are found by their alias too. */
    s->list = ARENA_ARRAY(l->keep, 2 * n + 1, struct entry);
    if (!s->list)
        return arena_err(l->keep);
    for (size_t i = 0; i < n; i++) {
        const void *row = (const char *)rows + i * size;
        s->list[s->n++] = (struct entry){*(const char *const *)row, row};
    }
    return OK;
}

static enum err fill_lookup(struct load *l)
{
    struct pack *p = l->pack;
    struct pack_lookup *k = ARENA_NEW(l->keep, struct pack_lookup);
    if (!k)
        return arena_err(l->keep);
    TRY(sort(l, &k->by_id[LOOKUP_AGENCY], p->agencies, sizeof *p->agencies, p->nagencies));
    TRY(sort(l, &k->by_id[LOOKUP_OFFICE], p->offices, sizeof *p->offices, p->noffices));
    TRY(sort(l, &k->by_id[LOOKUP_CODES], p->code_lists, sizeof *p->code_lists, p->ncode_lists));
    TRY(sort(l, &k->by_id[LOOKUP_KIND], p->kinds, sizeof *p->kinds, p->nkinds));
    TRY(sort(l, &k->by_id[LOOKUP_DUTY], p->duties, sizeof *p->duties, p->nduties));
    TRY(sort(l, &k->by_id[LOOKUP_IMPORT], p->imports, sizeof *p->imports, p->nimports));
    struct sorted *duties = &k->by_id[LOOKUP_DUTY];
    for (size_t i = 0; i < p->nduties; i++)
        if (*p->duties[i].alias)
            duties->list[duties->n++] = (struct entry){p->duties[i].alias, &p->duties[i]};
    for (int i = 0; i < LOOKUP_COUNT; i++)
        qsort(k->by_id[i].list, k->by_id[i].n, sizeof *k->by_id[i].list, by_id);
    p->lookup = k;
    return OK;
}

/* The id is the first member of all that is looked up. */
static const void *walk(const void *array, size_t n, size_t size, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        const char *const *record = (const void *)((const char *)array + i * size);
        if (strcmp(*record, id) == 0)
            return record;
    }
    return NULL;
}

/* A pack made by hand (tests) has no look-up tables. */
static const void *look_slowly(const struct pack *p, enum lookup_id which, const char *id)
{
    switch (which) {
    case LOOKUP_AGENCY:
        return walk(p->agencies, p->nagencies, sizeof *p->agencies, id);
    case LOOKUP_OFFICE:
        return walk(p->offices, p->noffices, sizeof *p->offices, id);
    case LOOKUP_CODES:
        return walk(p->code_lists, p->ncode_lists, sizeof *p->code_lists, id);
    case LOOKUP_KIND:
        return walk(p->kinds, p->nkinds, sizeof *p->kinds, id);
    case LOOKUP_DUTY:
        return walk(p->duties, p->nduties, sizeof *p->duties, id);
    case LOOKUP_IMPORT:
        return walk(p->imports, p->nimports, sizeof *p->imports, id);
    case LOOKUP_COUNT:
        break;
    }
    return NULL;
}

static const void *look_up(const struct pack *p, enum lookup_id which, const char *id)
{
    if (!p || !id)
        return NULL;
    if (!p->lookup)
        return look_slowly(p, which, id);
    const struct sorted *s = &p->lookup->by_id[which];
    const struct entry *e = bsearch(&(struct entry){id, NULL}, s->list, s->n, sizeof *s->list, by_id);
    return e ? e->record : NULL;
}

const struct agency *pack_agency(const struct pack *p, const char *id)
{
    return look_up(p, LOOKUP_AGENCY, id);
}
const struct office *pack_office(const struct pack *p, const char *id)
{
    return look_up(p, LOOKUP_OFFICE, id);
}
const struct code_list *pack_codes(const struct pack *p, const char *id)
{
    return look_up(p, LOOKUP_CODES, id);
}
struct clock_set pack_clocks(const struct pack *p, const char *id)
{
    const struct kind *k = pack_kind(p, id);
    if (k)
        return (struct clock_set){k->id, k->clocks, k->nclocks};
    if (strcmp(id, CLOCKS_OF_REPORTS) == 0)
        return (struct clock_set){CLOCKS_OF_REPORTS, p->reports.clocks, p->reports.nclocks};
    return (struct clock_set){id, NULL, 0};
}

const struct kind *pack_kind(const struct pack *p, const char *id)
{
    return look_up(p, LOOKUP_KIND, id);
}
const struct duty *pack_duty(const struct pack *p, const char *id)
{
    return look_up(p, LOOKUP_DUTY, id);
}
const struct import_map *pack_import(const struct pack *p, const char *id)
{
    return look_up(p, LOOKUP_IMPORT, id);
}

/* ---- begin and end ----------------------------------------------------------------------------------- */
static enum err start(struct load *l, const char *folder, size_t memory_limit, struct arena *faults_arena)
{
    l->keep = arena_new(memory_limit);
    l->scratch = l->keep ? arena_new(memory_limit) : NULL;
    if (!l->scratch)
        return ERR_NO_MEMORY; /* raised there */
    TRY(faults_start(&l->faults, faults_arena));
    l->pack = ARENA_NEW(l->keep, struct pack);
    if (!l->pack)
        return arena_err(l->keep);
    l->pack->arena = l->keep;
    return decode_text(l, str_of(folder), &l->pack->folder);
}

static void abandon(struct load *l)
{
    if (l->pack)
        pack_free(l->pack);
    else
        arena_free(l->keep);
}

static enum err finish(struct load *l, enum err e, const struct pack **ret, struct pack_fault **ret_faults,
                       size_t *ret_nfaults)
{
    if (e == ERR_LIMIT && l->faults.list) /* of memory: a pack larger than that is at fault itself */
        e = fault_from_err(&l->faults, e, "pack");
    if (e == OK)
        e = faults_end(&l->faults);
    arena_free(l->scratch);
    *ret_faults = l->faults.list;
    *ret_nfaults = e == OK ? l->faults.n : 0;
    if (e == OK && l->faults.n) {
        const struct pack_fault *first = l->faults.list;
        e = FAIL(ERR_PACK, "%zu faults; the first: %s, line %d: %s", l->faults.total, first->file,
                 first->line, first->what);
    }
    if (e == OK)
        *ret = l->pack;
    else
        abandon(l);
    return e;
}

enum err pack_load(const char *folder, struct arena *faults_arena, const struct pack **ret,
                   struct pack_fault **ret_faults, size_t *ret_nfaults)
{
    struct load l = {0};
    enum err e = start(&l, folder, PACK_MAX_MEMORY, faults_arena);
    if (e == OK)
        e = pack_files_read(&l, folder);
    if (e == OK)
        e = pack_load_files(&l);
    return finish(&l, e, ret, ret_faults, ret_nfaults);
}

enum err pack_load_memory(struct pack_file *files, size_t n, size_t memory_limit, struct arena *faults_arena,
                          const struct pack **ret, struct pack_fault **ret_faults, size_t *ret_nfaults)
{
    struct load l = {.files = files, .nfiles = n};
    enum err e = start(&l, "", memory_limit ? memory_limit : PACK_MAX_MEMORY, faults_arena);
    if (e == OK)
        e = pack_load_files(&l);
    return finish(&l, e, ret, ret_faults, ret_nfaults);
}

void pack_free(const struct pack *p)
{
    if (!p)
        return;
    texts_free(p);
    arena_free(p->arena);
}

void pack_print_faults(struct buf *out, const struct pack_fault *faults, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (faults[i].line)
            buf_printf(out, "%s:%d: %s\n", faults[i].file, faults[i].line, faults[i].what);
        else
            buf_printf(out, "%s: %s\n", faults[i].file, faults[i].what);
    }
}
