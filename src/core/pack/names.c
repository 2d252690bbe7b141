/* SPDX-License-Identifier: Apache-2.0 */
/* pack_names.c - names that a pack defines, and their uses. */
#include "core/pack/impl.h"

static const char *const space_words[NAME_SPACES] = {
    [NAME_SOURCE] = "source",
    [NAME_SCHEME] = "scheme",
    [NAME_STAGE] = "stage",
    [NAME_DEFINITION] = "definition",
    [NAME_PROGRAMME] = "programme",
    [NAME_AGENCY] = "agency",
    [NAME_OFFICE] = "office",
    [NAME_CONTACT] = "contact point",
    [NAME_CALENDAR] = "calendar",
    [NAME_CODES] = "code list",
    [NAME_CODE] = "code",
    [NAME_LAW] = "law",
    [NAME_PROVISION] = "provision",
    [NAME_CHAPTER] = "chapter",
    [NAME_MEASURE] = "measure",
    [NAME_DUTY] = "duty",
    [NAME_ALIAS] = "alias",
    [NAME_INDICATOR] = "indicator",
    [NAME_KIND] = "kind",
    [NAME_PLANNED] = "planned kind",
    [NAME_FIELD] = "field",
    [NAME_STATE] = "state",
    [NAME_ACTION] = "action",
    [NAME_SECTION] = "section",
    [NAME_CLOCK] = "clock",
    [NAME_FACT] = "fact",
    [NAME_IMPORT] = "import",
    [NAME_COLUMN] = "column",
    [NAME_SCENARIO] = "scenario",
    [NAME_ACTOR] = "actor",
    [NAME_OBJECT] = "object",
    [NAME_TEXT] = "text",
    [NAME_GROUND] = "ground",
    [NAME_SIGN] = "indicator, prompt or question",
    [NAME_PROMPT_GROUP] = "prompt group",
    [NAME_SITUATION] = "situation",
    [NAME_OFFENCE] = "offence",
};

const char *space_word(enum space s)
{
    return s > NAME_NONE && s < NAME_SPACES ? space_words[s] : "name";
}

static size_t slot_of(const struct names *t, enum space s, uint32_t scope, struct str word)
{
    uint64_t h = str_hash(word) ^ (((uint64_t)s << 32 | scope) * UINT64_C(0x9E3779B97F4A7C15));
    size_t i = (size_t)(h % t->nslots);
    for (const struct name *n; (n = t->slots[i]); i = (i + 1) % t->nslots)
        if (n->space == s && n->scope == scope && str_eq(n->word, word))
            break;
    return i;
}

static enum err grow(struct load *l)
{
    struct names bigger = l->names;
    bigger.nslots = bigger.nslots ? bigger.nslots * 2 : 1024;
    bigger.slots = ARENA_ARRAY(l->scratch, bigger.nslots, struct name *);
    if (!bigger.slots)
        return arena_err(l->scratch);
    for (struct name *n = bigger.first; n; n = n->next)
        bigger.slots[slot_of(&bigger, n->space, n->scope, n->word)] = n;
    l->names = bigger;
    return OK;
}

enum err name_add(struct load *l, struct name n, struct name **ret, bool *ret_fresh)
{
    struct names *t = &l->names;
    if (t->n * 2 >= t->nslots)
        TRY(grow(l));
    size_t i = slot_of(t, n.space, n.scope, n.word);
    *ret_fresh = !t->slots[i];
    if (*ret_fresh) {
        struct name *kept = ARENA_NEW(l->scratch, struct name);
        if (!kept)
            return arena_err(l->scratch);
        *kept = n;
        kept->next = NULL;
        *(t->last ? &t->last->next : &t->first) = kept;
        t->last = kept;
        t->slots[i] = kept;
        t->n++;
    }
    *ret = t->slots[i];
    return OK;
}

const struct name *name_find(const struct load *l, enum space s, uint32_t scope, struct str word)
{
    return l->names.nslots ? l->names.slots[slot_of(&l->names, s, scope, word)] : NULL;
}

/* Names are not NUL-terminated by contract, so that the nearest is copied first. */
const char *name_guess(const struct load *l, enum space s, uint32_t scope, struct str word)
{
    struct guess g = guess_of(word);
    for (const struct name *n = l->names.first; n; n = n->next)
        if (n->space == s && n->scope == scope && word_slips(word, n->word, g.slips) < g.slips) {
            const char *copy = arena_cstr(l->scratch, n->word);
            if (!copy)
                return NULL;
            guess_offer(&g, copy);
        }
    return guess_words(&g, l->scratch);
}

enum err ref_add(struct load *l, struct ref r)
{
    if (!r.word.n)
        return OK; /* noted where it was read */
    struct ref *kept = ARENA_NEW(l->scratch, struct ref);
    if (!kept)
        return arena_err(l->scratch);
    *kept = r;
    kept->next = NULL;
    *(l->last_ref ? &l->last_ref->next : &l->refs) = kept;
    l->last_ref = kept;
    return OK;
}

static bool may_stand_in_an_unreadable_file(const struct load *l, const struct ref *r)
{
    uint64_t asked = SPACE(r->space) | (r->or_space ? SPACE(r->or_space) : 0);
    return l->unreadable & asked;
}

static enum err resolve(struct load *l, const struct ref *r)
{
    uint32_t scope = r->scope;
    if (r->list) {
        const struct name *list = name_find(l, NAME_CODES, 0, str_of(r->list));
        if (!list || !list->object)
            return OK; /* the missing list itself is a fault, once */
        scope = list->inner;
    }
    const struct name *n = name_find(l, r->space, scope, r->word);
    if (!n && r->or_space)
        n = name_find(l, r->or_space, scope, r->word);
    if (n) {
        if (r->slot)
            *r->slot = n->object;
        return OK;
    }
    if (may_stand_in_an_unreadable_file(l, r))
        return OK;
    const char *hint = name_guess(l, r->space, scope, r->word);
    if (!hint)
        return arena_err(l->scratch);
    return fault_add(&l->faults, AT_FAULT(r->at), "\"%s\": no %s \"%.*s\"%s%s%s", r->key,
                     space_word(r->space), STR_FMT(r->word), r->list ? " in the list " : "",
                     r->list ? r->list : "", hint);
}

enum err refs_resolve(struct load *l)
{
    for (const struct ref *r = l->refs; r; r = r->next)
        TRY(resolve(l, r));
    return OK;
}
