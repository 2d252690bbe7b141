/* SPDX-License-Identifier: Apache-2.0 */
/* layout.c - the frame around every page. */
#include "web/form.h"
#include "web/pages.h"
#include "web/parts.h"

static const struct {
    const char *path, *label, *view; /* shown where the program has the view */
    bool more;                       /* not of every day: behind "More" */
} entries[] = {
    {"/today", "Today", "notice.list"},
    {"/", "Cases", "case.list"},
    {"/reports", "Reports", "report.list"},
    {"/inbox", "Inbox", "notice.list"},
    {"/clocks", "Deadlines", "clock.list"},
    {"/proposals", "Second person", "proposal.list", true},
    {"/groups", "Groups of cases", "group.list", true},
    {"/team", "My team", "team.load", true},
    {"/holds", "Held steps", "hold.list", true},
    {"/glass", "Emergencies", "glass.list", true},
    {"/imports", "Imports", "import.list", true},
    {"/figures", "Figures", "figures.count"},
    {"/plan", "Action plan", "plan.status"},
    {"/admin", "Administration", NULL, true},
    {"/help/permissions", "Who may do what", NULL, true},
};

const char *word_msgid(struct arena *a, const char *word)
{
    char *copy = arena_cstr(a, str_of(word));
    if (!copy || !*copy)
        return "";
    for (char *c = copy; *c; c++)
        if (*c == '_')
            *c = ' ';
    if (copy[0] >= 'a' && copy[0] <= 'z')
        copy[0] = (char)(copy[0] - 'a' + 'A');
    return copy;
}

void page_word(struct page *p, const char *word)
{
    page_t(p, word_msgid(p->arena, word));
}

/* ---- links to the same page
 * ------------------------------------------------------------------------------------ */

static bool plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

static void percent(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (plain(c))
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

/* This page in another language: its path and query, or the start page when it has no address of its own. */
static const char *in_language(struct rq *r, const char *tag)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct str found;
    bool own = str_is(r->in->method, "GET") && r->out->status == 200;
    for (size_t i = 0; i < r->in->path.n; i++)
        own &= plain((unsigned char)r->in->path.p[i]) || r->in->path.p[i] == '/';
    buf_str(&b, own ? r->in->path : STR("/"));
    buf_c(&b, "?lang=");
    buf_c(&b, tag);
    for (size_t i = 0; own && i < r->in->nquery; i++) {
        if (str_is(r->in->query[i].name, "lang"))
            continue;
        buf_char(&b, '&');
        percent(&b, r->in->query[i].name);
        buf_char(&b, '=');
        percent(&b, r->in->query[i].value);
    }
    return buf_take(&b, r->a, &found) == OK ? found.p : "/";
}

/* ---- parts
 * -------------------------------------------------------------------------------------------------------- */

static void head(struct rq *r, struct page *p, const char *title, const char *value)
{
    page_doctype(p);
    PAGE_EL(p, "html", "lang", p->lang->pseudo ? "en" : p->lang->tag, "dir", p->lang->rtl ? "rtl" : "ltr");
    PAGE_EL(p, "head");
    PAGE_EL(p, "meta", "charset", "utf-8");
    PAGE_EL(p, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    PAGE_EL(p, "meta", "name", "color-scheme", "content", "light dark");
    PAGE_EL(p, "title");
    page_t(p, title);
    if (value) {
        page_c(p, " ");
        page_c(p, value);
    }
    page_c(p, " — Akari");
    page_end(p);
    PAGE_EL(p, "link", "rel", "stylesheet", "href", "/assets/akari.css");
    if (r->signed_in)
        page_script(p, "/assets/akari.js");
    PAGE_EL(p, "link", "rel", "icon", "type", "image/svg+xml", "href", "/assets/akari.svg");
    page_end(p);
}

void page_hidden(struct page *p, const char *name, const char *value)
{
    PAGE_EL(p, "input", "type", "hidden", "name", name, "value", value);
}

void form_start(struct rq *r, struct page *p, const char *action, const char *class)
{
    char fresh[33];
    PAGE_EL(p, "form", "method", "post", "action", action, "class", class, "autocomplete", "off",
            "data-guard",
            class && strcmp(class, "card") == 0 ? "" : NULL); /* what is typed there is not lost unasked */
    page_hidden(p, "_token", r->session.form_token);
    id_text(id_new(), fresh);
    page_hidden(p, "_request", fresh);
}

static void search(struct rq *r, struct page *p)
{
    PAGE_EL(p, "form", "class", "search", "method", "post", "action", "/find", "role", "search",
            "autocomplete", "off");
    page_hidden(p, "_token", r->session.form_token);
    PAGE_EL(p, "input", "type", "search", "name", "q", "required", "", "maxlength", "200", "aria-label",
            page_words(p, "Find by name, case number, document or telephone"), "placeholder",
            page_words(p, "Name, number, telephone"));
    PAGE_EL(p, "button", "type", "submit");
    page_t(p, "Find");
    page_end(p);
    page_end(p);
}

static void who(struct rq *r, struct page *p)
{
    const struct agency *agency = r->w->pack ? pack_agency(r->w->pack, r->session.agency) : NULL;
    PAGE_EL(p, "details", "class", "who");
    PAGE_EL(p, "summary");
    page_bdi(p, r->session.name[0] ? str_of(r->session.name) : str_of(page_words(p, "Signed in")));
    page_end(p);
    PAGE_EL(p, "div", "class", "who-panel");
    PAGE_EL(p, "p");
    page_t(p, agency ? agency->name : r->session.agency);
    PAGE_EL(p, "br");
    page_word(p, role_word(r->session.role));
    page_c(p, " · ");
    page_word(p, purpose_word(r->session.purpose));
    page_end(p);
    PAGE_EL(p, "p");
    PAGE_EL(p, "a", "href", "/account");
    page_t(p, "My account");
    page_end(p);
    PAGE_EL(p, "br");
    PAGE_EL(p, "a", "href", "/session");
    page_t(p, "Role and purpose of this session");
    page_end(p);
    page_end(p);
    /* No request id here: the bar also stands on pages that must be alike byte for byte. */
    PAGE_EL(p, "form", "method", "post", "action", "/sign-out");
    page_hidden(p, "_token", r->session.form_token);
    PAGE_EL(p, "button", "type", "submit", "class", "button-secondary");
    page_t(p, "Sign out");
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
}

bool may_look(const struct rq *r, const char *name)
{
    const struct view_decl *v = door_view_decl(r->w->door, name);
    struct policy_question q = {.role = r->ctx.role,
                                .verb = v ? v->verb : VERB_LIST,
                                .object = v ? v->object : OBJECT_SYSTEM,
                                .relation = RELATION_OWNER,
                                .need_to_know = true,
                                .purpose = r->ctx.purpose,
                                .label = LABEL_CLEAR,
                                .assurance = r->ctx.assurance};
    return v && policy_decide(&q).verdict >= VERDICT_MASK;
}

static bool may_enter(struct rq *r, size_t i)
{
    if (strcmp(entries[i].path, "/admin") == 0)
        return may_administer(r);
    return !entries[i].view || may_look(r, entries[i].view);
}

/* Which number of /inbox/count stands beside an entry. */
static const char *counted(const char *path)
{
    return strcmp(path, "/inbox") == 0       ? "open"
           : strcmp(path, "/reports") == 0   ? "reports"
           : strcmp(path, "/proposals") == 0 ? "proposals"
                                             : NULL;
}

/* Returns whether one of them is the page that is shown. */
static bool menu(struct rq *r, struct page *p, const char *active, bool more, bool draw)
{
    bool here = false;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        bool now = strcmp(entries[i].path, active) == 0;
        if (entries[i].more != more || !may_enter(r, i))
            continue;
        here |= now;
        if (!draw)
            continue;
        PAGE_EL(p, "a", "href", entries[i].path, "data-count", counted(entries[i].path), "aria-current",
                now ? "page" : NULL);
        page_t(p, entries[i].label);
        page_end(p);
    }
    return here;
}

void menu_links(struct rq *r, struct page *p)
{
    PAGE_EL(p, "ul", "class", "links");
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        if (strcmp(entries[i].path, "/today") == 0 || !may_enter(r, i))
            continue;
        PAGE_EL(p, "li");
        link_t(p, entries[i].path, NULL, entries[i].label);
        page_end(p);
    }
    page_end(p);
}

static void bar(struct rq *r, struct page *p, const char *active)
{
    PAGE_EL(p, "header", "class", "bar");
    PAGE_EL(p, "a", "class", "brand", "href", r->signed_in ? "/today" : "/");
    PAGE_EL(p, "img", "src", "/assets/akari.svg", "alt", "", "width", "28", "height", "28");
    PAGE_EL(p, "span");
    page_c(p, "Akari");
    page_end(p);
    page_end(p);
    if (r->signed_in) {
        PAGE_EL(p, "nav", "aria-label", page_words(p, "Main"));
        menu(r, p, active, false, true);
        PAGE_EL(p, "details", "class", menu(r, p, active, true, false) ? "more here" : "more");
        el_text(p, "summary", NULL, "More pages");
        PAGE_EL(p, "div", "class", "more-panel");
        menu(r, p, active, true, true);
        page_end(p);
        page_end(p);
        page_end(p);
        if (may_look(r, "search.find"))
            search(r, p);
        who(r, p);
    }
    page_end(p);
}

static void notices(struct rq *r, struct page *p, bool synthetic)
{
    bool made_up = synthetic || r->w->synthetic; /* also before sign-in: nobody reports to a training store */
    bool weak = r->signed_in && r->session.assurance < 2;
    if (!made_up && !weak && p->lang->reviewed)
        return;
    PAGE_EL(p, "aside", "aria-label", page_words(p, "About this page"));
    if (made_up) {
        PAGE_EL(p, "p", "class", "notice notice-synthetic");
        el_text(p, "strong", NULL, "Synthetic data");
        page_c(p, " ");
        page_t(p, "Nobody here is a real person. For training and tests only.");
        page_end(p);
    }
    if (weak) {
        PAGE_EL(p, "p", "class", "notice");
        el_text(p, "strong", NULL, "Signed in by password alone.");
        page_c(p, " ");
        page_t(p, "What is of a person stays closed.");
        page_c(p, " ");
        link_t(p, "/verify", NULL, "Show your second factor");
        page_end(p);
    }
    if (!p->lang->reviewed)
        el_text(p, "p", "notice",
                "This language was not reviewed by a native speaker. Where a word matters, compare it with "
                "English.");
    page_end(p);
}

/* What the script must know, and say. Without one it is never read. */
static void body(struct rq *r, struct page *p)
{
    if (!r->signed_in) {
        PAGE_EL(p, "body");
        return;
    }
    char *idle = arena_printf(r->a, "%d", SESSION_IDLE_S);
    PAGE_EL(p, "body", "data-keys", r->session.keys_off ? "off" : "on", "data-idle", idle ? idle : "",
            "data-say-ending", page_words(p, "Your session ends soon because nothing was sent for a while."),
            "data-say-stay", page_words(p, "Go on working"), "data-say-ended",
            page_words(p, "Your session has ended. Sign in again; what you typed is still on this page."),
            "data-say-results", page_words(p, "Found while typing"), "data-say-waiting",
            page_words(p, "waiting for you"));
}

struct page layout_start(struct rq *r, const char *title, const char *value, const char *active,
                         bool synthetic)
{
    struct page made = page_to(&r->out->body, &r->lang, r->a, r->w->tz), *p = &made;
    answer_type(r, "text/html; charset=utf-8");
    head(r, p, title, value);
    body(r, p);
    PAGE_EL(p, "a", "class", "skip", "href", "#main");
    page_t(p, "Skip to content");
    page_end(p);
    bar(r, p, active);
    notices(r, p, synthetic);
    PAGE_EL(p, "main", "id", "main");
    return made;
}

static void languages(struct rq *r, struct page *p)
{
    const struct pack *pack = r->w->pack;
    PAGE_EL(p, "nav", "class", "languages", "aria-label", page_words(p, "Language"));
    for (size_t i = 0; pack && i < pack->nlanguages; i++) {
        const char *tag = pack->languages[i];
        PAGE_EL(p, "a", "href", in_language(r, tag), "lang", tag, "hreflang", tag, "aria-current",
                strcmp(tag, p->lang->tag) == 0 ? "true" : NULL);
        page_c(p, lang_native_name(tag));
        page_end(p);
    }
    page_end(p);
}

void layout_end(struct rq *r, struct page *p)
{
    page_end(p); /* main */
    PAGE_EL(p, "footer");
    languages(r, p);
    PAGE_EL(p, "p");
    PAGE_EL(p, "a", "href", "/help/errors");
    page_t(p, "Error numbers");
    page_end(p);
    if (r->signed_in) {
        page_c(p, " · ");
        PAGE_EL(p, "a", "href", "/help/keys");
        page_t(p, "Keyboard");
        page_end(p);
    }
    page_c(p, " · ");
    page_t(p, "Request");
    page_c(p, " ");
    PAGE_EL(p, "code");
    page_isolate_c(p, r->request_text);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
    buf_char(p->out, '\n');
}

/* ---- errors
 * ---------------------------------------------------------------------------------------------------------
 */

/* Who is shown whom to ask is shown what to do when there is no time to ask. */
static void in_an_emergency(struct rq *r, struct page *p)
{
    struct id id;
    char text[33];
    if (page_id(r, "/case/", &id) != OK) {
        err_clear();
        return;
    }
    id_text(id, text);
    char *href = arena_printf(r->a, "/do/glass.ask?id=%s", text);
    PAGE_EL(p, "p");
    page_t(p, "Is a life in danger now? A colleague must confirm, the holder is told, and it is reviewed.");
    page_end(p);
    PAGE_EL(p, "p");
    PAGE_EL(p, "a", "class", "button-secondary", "href", href ? href : "/");
    page_t(p, "Open a case in an emergency");
    page_end(p);
    page_end(p);
}

/* "reason: role" of the door, in words. */
static const char *refusal_words(const char *detail)
{
    if (strncmp(detail, "reason: ", 8) != 0)
        return NULL;
    for (int i = 0; i < REASON_COUNT; i++)
        if (strcmp(policy_reason_word((enum policy_reason)i), detail + 8) == 0)
            return withheld_words((enum policy_reason)i);
    return NULL;
}

void page_error(struct rq *r, enum err e, const struct err_row *row, const char *detail)
{
    const struct agency *holder = e == ERR_HINT && r->w->pack && strrchr(detail, ' ')
                                      ? pack_agency(r->w->pack, strrchr(detail, ' ') + 1)
                                      : NULL;
    bool own = holder && strcmp(holder->id, r->ctx.agency) == 0; /* not named in it, and no stranger */
    const char *message = own ? "colleagues of your agency hold this" : row->message;
    struct page made = layout_start(r, message, NULL, "", false), *p = &made;
    PAGE_EL(p, "div", "class", "card narrow");
    PAGE_EL(p, "h1");
    page_t(p, message);
    page_end(p);
    if (holder) {
        PAGE_EL(p, "p");
        PAGE_SAY(p, "Held by: {agency}", "agency", lang_text(p->lang, holder->name));
        page_end(p);
        in_an_emergency(r, p);
    } else if (refusal_words(detail)) {
        PAGE_EL(p, "p");
        page_t(p, "Why:");
        page_c(p, " ");
        page_t(p, refusal_words(detail));
        page_end(p);
    } else if (*detail && fault_words(NULL, p, detail)) {
        el_text(p, "p", NULL, fault_words(NULL, p, detail));
    }
    PAGE_EL(p, "p");
    page_t(p, own ? "Ask a case lead of your agency to name you in the case." : row->hint);
    page_end(p);
    PAGE_EL(p, "p", "class", "quiet");
    page_t(p, "Error number");
    page_c(p, " ");
    page_i64(p, e);
    page_end(p);
    PAGE_EL(p, "p");
    PAGE_EL(p, "a", "class", "button", "href", r->signed_in ? "/today" : "/sign-in");
    page_t(p, r->signed_in ? "To the first page" : "Sign in");
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}
