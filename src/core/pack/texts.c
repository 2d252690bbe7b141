/* SPDX-License-Identifier: Apache-2.0 */
/* pack_texts.c - the other languages of a pack: docs/pack-format.md section 14. */
#include "core/pack/texts.h"
#include "sys/po.h"

#define SHOWN 60 /* bytes of a text that a fault quotes */

/* Cut at a character, with "..." behind. */
static const char *shorten(struct load *l, struct str s)
{
    if (s.n <= SHOWN)
        return arena_cstr(l->scratch, s);
    size_t n = SHOWN;
    while (n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return arena_printf(l->scratch, "%.*s...", (int)n, s.p);
}

static enum err check_header(struct load *l, const struct po *po, const char *file, const char *language)
{
    const char *said = po_header(po, "Language"), *reviewed = po_header(po, "X-Akari-Reviewed");
    if (!said || strcasecmp(said, language) != 0)
        TRY(fault_add(&l->faults, file, 1, "the header must say \"Language: %s\"", language));
    if (!reviewed || (strcmp(reviewed, "yes") != 0 && strcmp(reviewed, "no") != 0))
        TRY(fault_add(&l->faults, file, 1,
                      "the header must say \"X-Akari-Reviewed: yes\" (by a native speaker) or \"no\""));
    return OK;
}

static enum err check_entries(struct load *l, const struct po *po, const char *file)
{
    size_t n;
    const struct po_entry *entries = po_entries(po, &n);
    for (size_t i = 0; i < n; i++) {
        const struct po_entry *e = &entries[i];
        if (!e->msgid || !*e->msgid)
            continue; /* the header */
        if (e->context) {
            TRY(fault_add(&l->faults, file, e->line, "a text of a pack has no msgctxt"));
            continue;
        }
        /* With a file that could not be read nobody knows what it uses. */
        if (l->broken || name_find(l, NAME_TEXT, 0, str_of(e->msgid)))
            continue;
        const char *text = shorten(l, str_of(e->msgid));
        if (!text)
            return arena_err(l->scratch);
        TRY(fault_add(&l->faults, file, e->line, "no file of the pack uses \"%s\"", text));
    }
    return OK;
}

static enum err check_missing(struct load *l, const struct po *po, const char *language)
{
    for (const struct name *n = l->names.first; n; n = n->next) {
        if (n->space != NAME_TEXT)
            continue;
        const char *msgid = arena_cstr(l->scratch, n->word);
        if (!msgid)
            return arena_err(l->scratch);
        const char *there = po_text(po, NULL, msgid);
        if (there && *there)
            continue;
        const char *text = shorten(l, n->word);
        if (!text)
            return arena_err(l->scratch);
        TRY(fault_add(&l->faults, n->file, n->line, "not in texts/%s.po: \"%s\"", language, text));
    }
    return OK;
}

static size_t language_at(const struct pack *p, struct str language)
{
    for (size_t i = 0; i < p->nlanguages; i++)
        if (str_is(language, p->languages[i]))
            return i;
    return SIZE_MAX;
}

static enum err read_language(struct load *l, const struct pack_file *f)
{
    size_t n = strlen("texts/");
    struct str language = str_sub(str_of(f->name), n, strlen(f->name) - n - strlen(".po"));
    size_t at = language_at(l->pack, language);
    if (str_is(language, "en"))
        return fault_add(&l->faults, f->name, 0, "the texts of the files are English already");
    if (at == SIZE_MAX) /* without pack.yaml nobody knows the languages */
        return l->pack->nlanguages ? fault_add(&l->faults, f->name, 0, "\"%.*s\" is no language of the pack",
                                               STR_FMT(language))
                                   : OK;
    struct po *po;
    enum err e = po_parse(f->name, f->text, &po);
    if (e != OK)
        return fault_from_err(&l->faults, e, f->name);
    l->pack->texts[at] = po; /* freed with the pack from here on */
    TRY(check_header(l, po, f->name, l->pack->languages[at]));
    TRY(check_entries(l, po, f->name));
    return check_missing(l, po, l->pack->languages[at]);
}

enum err texts_read(struct load *l)
{
    l->pack->texts = ARENA_ARRAY(l->keep, l->pack->nlanguages + 1, struct po *);
    if (!l->pack->texts)
        return arena_err(l->keep);
    for (size_t i = 0; i < l->nfiles; i++) {
        const char *name = l->files[i].name;
        const struct place *p = pack_place_of(str_of(name));
        if (p && !p->form)
            TRY(read_language(l, &l->files[i]));
    }
    return OK;
}

void texts_free(const struct pack *p)
{
    for (size_t i = 0; p->texts && i < p->nlanguages; i++)
        po_free(p->texts[i]);
}

/* ---- for everybody ----------------------------------------------------------------------------------- */
/* "pt-BR" finds pt where the pack has no pt-br. */
static const struct po *texts_of(const struct pack *p, const char *lang)
{
    struct str wanted = str_of(lang);
    for (size_t i = 0; p->texts && i < p->nlanguages; i++)
        if (strcasecmp(p->languages[i], wanted.p) == 0)
            return p->texts[i];
    ptrdiff_t dash = str_find(wanted, '-');
    size_t at = dash > 0 ? language_at(p, str_sub(wanted, 0, (size_t)dash)) : SIZE_MAX;
    return at != SIZE_MAX && p->texts ? p->texts[at] : NULL;
}

const char *pack_text(const struct pack *p, const char *lang, const char *msgid)
{
    if (!msgid || !*msgid)
        return "";
    const struct po *po = p && lang ? texts_of(p, lang) : NULL;
    const char *text = po ? po_text(po, NULL, msgid) : NULL;
    return text && *text ? text : msgid;
}

bool pack_text_reviewed(const struct pack *p, const char *lang)
{
    if (!lang || strcmp(lang, "en") == 0)
        return true;
    const struct po *po = texts_of(p, lang);
    const char *reviewed = po ? po_header(po, "X-Akari-Reviewed") : NULL;
    return reviewed && strcmp(reviewed, "yes") == 0;
}
