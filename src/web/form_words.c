/* SPDX-License-Identifier: Apache-2.0 */
/* form_words.c - what the door says of an answer, in the language of the page. A low floor writes plain
 * English with names of fields and numbers in it; nobody is shown English who did not ask for it. */
#include "web/form.h"

static bool known(const struct page *p, const char *msgid)
{
    return strcmp(p->lang->tag, "en") == 0 || p->lang->pseudo ||
           strcmp(lang_text(p->lang, msgid), msgid) != 0;
}

/* The translated sentence with `value` where {n} stands. */
static const char *put(struct page *p, const char *msgid, struct str value)
{
    struct str rest = str_of(page_words(p, msgid));
    ptrdiff_t at = 0;
    while ((size_t)at + 3 <= rest.n && memcmp(rest.p + at, "{n}", 3) != 0)
        at++;
    struct str before = str_sub(rest, 0, (size_t)at), after = str_sub(rest, (size_t)at + 3, rest.n);
    return arena_printf(p->arena, "%.*s%.*s%.*s", STR_FMT(before), STR_FMT(value), STR_FMT(after));
}

static bool starts_number(struct str s, size_t i)
{
    return s.p[i] >= '0' && s.p[i] <= '9' && (i == 0 || s.p[i - 1] == ' ');
}

/* "more than 60 characters", "not in use on 2026-11-22": the number apart from the sentence. */
static const char *with_number(struct page *p, struct str what)
{
    size_t i = 0, end;
    while (i < what.n && !starts_number(what, i))
        i++;
    if (i == what.n)
        return NULL;
    for (end = i; end < what.n && what.p[end] != ' ' && what.p[end] != ';' && what.p[end] != ','; end++)
        ;
    struct str before = str_sub(what, 0, i), after = str_sub(what, end, what.n);
    const char *msgid = arena_printf(p->arena, "%.*s{n}%.*s", STR_FMT(before), STR_FMT(after));
    return msgid && known(p, msgid) ? put(p, msgid, str_sub(what, i, end - i)) : NULL;
}

static const char *with_label(struct form *f, struct page *p, const char *what)
{
    static const char before[] = "earlier than ";
    const struct field *field = NULL;
    if (strncmp(what, before, sizeof before - 1) == 0)
        field = kind_field(f && f->action ? f->action->kind : NULL, what + sizeof before - 1);
    return field ? put(p, "earlier than “{n}”", str_of(page_words(p, field->label))) : NULL;
}

/* Of "field NAME: what" the words alone, when no question of the form has that name. */
static const char *without_name(struct page *p, const char *detail)
{
    struct str all = str_of(detail);
    ptrdiff_t at = str_starts(all, "field ") ? str_find(all, ':') : -1;
    const char *words = at < 0 ? detail : arena_cstr(p->arena, str_trim(str_sub(all, (size_t)at + 1, all.n)));
    return words ? words : "";
}

const char *fault_words(struct form *f, struct page *p, const char *what)
{
    what = without_name(p, what);
    const char *words = with_label(f, p, what);
    if (!words && known(p, what))
        words = page_words(p, what);
    if (!words)
        words = with_number(p, str_of(what));
    if (!words && strncmp(what, "not a code of list ", 19) == 0)
        words = page_words(p, "not a code of its list");
    return words;
}
