/* SPDX-License-Identifier: Apache-2.0 */
/* attachments.c - files: the grid on the page of a case, and the page of one. A picture is blurred until it
 * is asked for; what is asked for stands in the audit trail before a byte of it leaves. */
#include "web/attachments.h"
#include "web/pages.h"

const char *attachment_href(struct rq *r, const struct attachment_model *m)
{
    return path_of(r, "/attachment/%s", m->id);
}

/* ---- what it is
 * -------------------------------------------------------------------------------------------------- */

/* msgid, and the icon that stands for it where there is no picture */
struct sort {
    const char *type, *words, *icon;
};
static const struct sort sorts[] = {
    {"jpeg", "Picture", "▣"},       {"png", "Picture", "▣"},  {"webp", "Picture", "▣"},
    {"gif", "Picture", "▣"},        {"heic", "Picture", "▣"}, {"pdf", "PDF document", "▤"},
    {"text", "Text", "▤"},          {"mp3", "Sound", "♪"},    {"m4a", "Sound", "♪"},
    {"ogg", "Sound", "♪"},          {"wav", "Sound", "♪"},    {"mp4", "Video", "▶"},
    {"docx", "Word document", "▤"}, {"xlsx", "Table", "▦"},   {"zip", "Archive", "▥"}};

static struct sort sort_of(const struct attachment_model *m)
{
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
        if (strcmp(m->type, sorts[i].type) == 0)
            return sorts[i];
    return (struct sort){"", strcmp(m->type, "unchecked") == 0 ? "Type not checked" : "Unknown type", "?"};
}

/* A picture or film that is kept, and of which nothing is drawn here. */
static bool lacks_preview(const struct attachment_model *m)
{
    const char *icon = sort_of(m).icon;
    return m->state == ATTACHMENT_KEPT && !m->masked && !m->preview &&
           (strcmp(icon, "▣") == 0 || strcmp(icon, "▶") == 0);
}

static const char *state_words(enum attachment_state s)
{
    static const char *const words[] = {"", "Kept", "Hidden: may be a sexual image",
                                        "Destroyed: was a sexual image", "Not stored: a sexual image"};
    return words[s <= ATTACHMENT_REFERRED ? s : 0];
}

static void size_text(struct page *p, int64_t bytes)
{
    char text[32];
    if (bytes >= 1 << 20)
        snprintf(text, sizeof text, "%.1f MB", (double)bytes / (1 << 20));
    else
        snprintf(text, sizeof text, "%lld kB", (long long)(bytes + 1023) / 1024);
    page_isolate_c(p, text);
}

static void warnings(struct page *p, const struct attachment_model *m)
{
    if (m->mismatch)
        tag_t(p, "red", "The name says another type");
    if (m->macros)
        tag_t(p, "red", "Holds a program (macros)");
    if (m->place_data)
        tag_t(p, "amber", "Tells where it was taken");
    if (lacks_preview(m))
        tag_t(p, "grey", "No preview");
}

/* ---- the grid
 * ---------------------------------------------------------------------------------------------------- */

static void picture_of(struct rq *r, struct page *p, const struct attachment_model *m)
{
    struct sort sort = sort_of(m);
    if (!m->masked && m->preview) {
        PAGE_EL(p, "img", "class", "thumb", "src", path_of(r, "/attachment/%s/blurred", m->id), "alt",
                page_words(p, "Blurred preview"), "loading", "lazy");
        return;
    }
    PAGE_EL(p, "span", "class", "thumb thumb-icon", "aria-hidden", "true");
    page_c(p, m->masked || m->state != ATTACHMENT_KEPT ? "▨" : sort.icon);
    page_end(p);
}

void attachment_tile_start(struct rq *r, struct page *p, const struct attachment_model *m)
{
    PAGE_EL(p, "li", "class", "tile");
    picture_of(r, p, m);
    PAGE_EL(p, "div");
    PAGE_EL(p, "a", "class", "strong", "href", attachment_href(r, m));
    if (!m->masked && m->title.n)
        page_bdi(p, m->title);
    else
        page_t(p, m->state == ATTACHMENT_KEPT ? "Attachment" : state_words(m->state));
    page_end(p);
    PAGE_EL(p, "p", "class", "quiet");
    page_time(p, m->created_us);
    if (m->masked) {
        page_end(p);
        withheld(p, m->reason);
    } else {
        if (m->state == ATTACHMENT_KEPT) {
            page_c(p, " · ");
            page_t(p, sort_of(m).words);
            page_c(p, " · ");
            size_text(p, m->bytes);
        }
        page_end(p);
        if (m->sha256.n) {
            PAGE_EL(p, "code", "class", "quiet", "title", "SHA-256");
            page_isolate(p, str_sub(m->sha256, 0, 12));
            page_end(p);
        }
    }
    PAGE_EL(p, "p", "class", "tags");
    el_word(p, "span", "tag tag-grey", class_word(m->class));
    warnings(p, m);
    page_end(p);
    if (!m->masked && m->evidence.n) {
        PAGE_EL(p, "p", "class", "quiet");
        page_t(p, "Police evidence number");
        page_c(p, ": ");
        page_bdi(p, m->evidence);
        page_end(p);
    }
}

void attachment_tile_end(struct page *p)
{
    page_end(p);
    page_end(p);
}

void attachments_part(struct rq *r, struct page *p, const struct view *in, struct id case_, struct id record)
{
    const struct action *begin = door_action(r->w->door, "attachment.begin");
    const struct view *v;
    char of_case[33], of_record[33] = "";
    if (!begin || id_is_nil(case_))
        return;
    id_text(case_, of_case);
    if (!id_is_nil(record))
        id_text(record, of_record);
    enum err e = *of_record ? LOOK(r, "attachment.list", case_, &v, "record", of_record)
                            : LOOK(r, "attachment.list", case_, &v);
    if (e != OK) {
        err_clear();
        return;
    }
    const struct attachment_list *list = v->model;
    bool may = may_act(r, in, begin);
    if (!list->n && !may)
        return;
    PAGE_EL(p, "section", "class", "card", "id", "attachments");
    el_text(p, "h2", NULL, "Attachments");
    if (list->n) {
        PAGE_EL(p, "ul", "class", "tiles");
        for (size_t i = 0; i < list->n; i++) {
            attachment_tile_start(r, p, &list->items[i]);
            attachment_tile_end(p);
        }
        page_end(p);
    } else {
        el_text(p, "p", "quiet", "No file is attached.");
    }
    char *to = *of_record ? arena_printf(r->a, "/attach/%s?record=%s", of_case, of_record)
                          : arena_printf(r->a, "/attach/%s", of_case);
    if (may && to) {
        PAGE_EL(p, "div", "class", "actions");
        link_t(p, to, "button-secondary", "Add files");
        page_end(p);
    }
    page_end(p);
}

/* ---- the page of one
 * --------------------------------------------------------------------------------------------- */

static void fact_text(struct page *p, const char *label, struct str text)
{
    if (!text.n)
        return;
    fact_begin(p, label);
    page_bdi(p, text);
    fact_done(p);
}

static void facts(struct rq *r, struct page *p, const struct attachment_model *m)
{
    PAGE_EL(p, "dl", "class", "facts");
    fact_text(p, "Description", m->description);
    fact_text(p, "Date of the file", m->taken_on);
    fact_text(p, "File name", m->file_name);
    fact_text(p, "Where it is: web address or place", m->address);
    fact_text(p, "Police evidence number", m->evidence);
    if (m->bytes && m->state == ATTACHMENT_KEPT) {
        fact_begin(p, "Type");
        page_t(p, sort_of(m).words);
        page_c(p, " · ");
        size_text(p, m->bytes);
        fact_done(p);
    }
    if (m->width && m->height) {
        fact_begin(p, "Picture size");
        page_isolate_c(p, arena_printf(r->a, "%lld × %lld", (long long)m->width, (long long)m->height));
        fact_done(p);
    }
    if (m->sha256.n) {
        fact_begin(p, "SHA-256");
        PAGE_EL(p, "code", "class", "hash");
        page_isolate(p, m->sha256);
        page_end(p);
        fact_done(p);
    }
    fact_begin(p, "Added");
    page_time(p, m->created_us);
    page_c(p, " · ");
    agency_name(r, p, m->agency);
    fact_done(p);
    page_end(p);
}

static void post_button(struct rq *r, struct page *p, const struct attachment_model *m, const char *what,
                        const char *class, const char *words)
{
    char *format = arena_printf(r->a, "/attachment/%%s/%s", what);
    form_start(r, p, path_of(r, format ? format : "", m->id), NULL);
    PAGE_EL(p, "button", "class", class);
    page_t(p, words);
    page_end(p);
    page_end(p);
}

static void act_link(struct rq *r, struct page *p, const struct view *v, const struct attachment_model *m,
                     const char *action)
{
    const struct action *a = door_action(r->w->door, action);
    char *format = arena_printf(r->a, "/do/%s?id=%%s", action);
    if (a && format && may_act(r, v, a))
        link_t(p, path_of(r, format, m->id), "button-quiet", a->summary);
}

/* Who holds the case destroys what is in it; another agency hides what it brought, and the holder is told. */
static bool holds_case(struct rq *r, const struct attachment_model *m)
{
    const struct case_row *row = numbered(r, m->case_); /* its crumb has asked for it */
    return row && strcmp(row->agency, r->ctx.agency) == 0;
}

static void steps(struct rq *r, struct page *p, const struct view *v, const struct attachment_model *m)
{
    const struct view_decl *looked = door_view_decl(r->w->door, "attachment.who_looked");
    bool shown = m->state == ATTACHMENT_KEPT && !m->masked;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What to do next");
    PAGE_EL(p, "div", "class", "stack");
    if (shown && m->preview)
        post_button(r, p, m, "look", "button", "See the picture clearly");
    if (shown) {
        post_button(r, p, m, "download", "button-secondary", "Download the original");
        post_button(r, p, m, "check", "button-quiet", "Check that nothing was changed");
        act_link(r, p, v, m, "attachment.hold_image");
    }
    if (!m->masked && (m->state == ATTACHMENT_KEPT || m->state == ATTACHMENT_HELD) && holds_case(r, m))
        act_link(r, p, v, m, "attachment.withdraw_image");
    if (looked && may_look(r, "attachment.who_looked"))
        link_t(p, path_of(r, "/attachment/%s/looked", m->id), "button-quiet",
               "Who looked at this attachment");
    page_end(p);
    el_text(p, "p", "quiet", "Each look and each download is written down: who, when and for what purpose.");
    page_end(p);
}

struct shown_file {
    const struct view *view;
    const struct attachment_model *m;
    const struct attachment_content *clear; /* NULL: blurred */
    int64_t checked_us;                     /* 0: not now */
    enum err failed;
};

/* Nobody is to guess: it may be anything, and the one way to see it is to take it out of here. */
static void no_preview(struct page *p)
{
    PAGE_EL(p, "div", "class", "deadline");
    el_text(p, "p", "strong", "There is no preview of this file.");
    el_text(
        p, "p", NULL,
        "The program draws JPEG, PNG and WebP pictures only; of other pictures, of films and of damaged "
        "files "
        "nothing is shown here. Nobody has looked at what this one shows. You need not look at it alone.");
    page_end(p);
}

static void the_picture(struct rq *r, struct page *p, const struct shown_file *f)
{
    if (f->clear) {
        page_picture(p, "clear", f->clear->media, f->clear->bytes, "The picture");
        PAGE_EL(p, "p");
        link_t(p, attachment_href(r, f->m), "button-secondary", "Hide the picture");
        page_end(p);
    } else if (f->m->preview) {
        PAGE_EL(p, "img", "class", "clear", "src", path_of(r, "/attachment/%s/blurred", f->m->id), "alt",
                page_words(p, "Blurred preview"));
        el_text(p, "p", "quiet",
                "Blurred. It may be hard to look at. You need not look alone, and you need not look at all.");
    } else if (lacks_preview(f->m)) {
        no_preview(p);
    }
}

/* What the officer does next, and who looks after her: nobody sees such a thing and just goes on. */
static void after_image(struct page *p, const struct attachment_model *m)
{
    if (m->state != ATTACHMENT_HELD && m->state != ATTACHMENT_REFERRED && m->state != ATTACHMENT_WITHDRAWN)
        return;
    PAGE_EL(p, "div", "class", "deadline");
    el_text(p, "p", "strong",
            m->state == ATTACHMENT_HELD ? "Nobody sees this file any more. Two people destroy it for good."
                                        : "No copy of the image is kept here. The police keep the evidence.");
    el_text(p, "p", NULL,
            "If the police have no part in the case yet, share it with the competent police office now.");
    el_text(p, "p", NULL,
            "Seeing such images is hard. Tell your lead today, hand over what you were doing, and talk to "
            "somebody.");
    page_end(p);
}

static void state_notice(struct page *p, const struct shown_file *f)
{
    after_image(p, f->m);
    if (f->failed == ERR_CRYPTO)
        el_text(p, "p", "deadline",
                "The file was changed or is incomplete. Do not rely on it. Tell your administrator now.");
    else if (f->failed != OK && f->m->state == ATTACHMENT_KEPT)
        el_text(p, "p", "deadline", "No picture can be made of this file here.");
    if (f->checked_us) {
        PAGE_EL(p, "p");
        tag_t(p, "green", "Unchanged");
        page_c(p, " ");
        page_t(p, "Every part was read, and the hash is the one it came with:");
        page_c(p, " ");
        page_time(p, f->checked_us);
        page_end(p);
    }
    if (strcmp(f->m->type, "unchecked") == 0)
        el_text(p, "p", "quiet",
                "This server could not enclose the program that looks into files, so nobody looked: there is "
                "no preview.");
    if (f->m->macros)
        el_text(p, "p", "deadline",
                "This document holds a program. Do not open it on a computer that matters.");
}

static void draw(struct rq *r, const struct shown_file *f)
{
    const struct attachment_model *m = f->m;
    struct page made = layout_start(r, "Attachment", NULL, "/", false), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    case_crumb(r, p, m->case_);
    page_c(p, " › ");
    page_t(p, "Attachment");
    page_end(p);
    PAGE_EL(p, "div", "class", "title");
    PAGE_EL(p, "h1");
    if (!m->masked && m->title.n)
        page_bdi(p, m->title);
    else
        page_t(p, "Attachment");
    page_end(p);
    tag_t(p, m->state == ATTACHMENT_KEPT ? "blue" : "amber", state_words(m->state));
    el_word(p, "span", "tag tag-grey", class_word(m->class));
    warnings(p, m);
    page_end(p);
    PAGE_EL(p, "div", "class", "columns");
    PAGE_EL(p, "div", "class", "wide");
    PAGE_EL(p, "section", "class", "card");
    state_notice(p, f);
    the_picture(r, p, f);
    if (m->masked)
        withheld(p, m->reason);
    else
        facts(r, p, m);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "div", "class", "side");
    steps(r, p, f->view, m);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

/* ---- requests
 * ---------------------------------------------------------------------------------------------------- */

/* "/attachment/ID" or "/attachment/ID/what" */
static enum err parts_of(struct rq *r, struct id *ret_id, const char **ret_what)
{
    struct str rest = str_sub(r->in->path, sizeof "/attachment/" - 1, r->in->path.n), id = rest;
    *ret_what = "";
    if (str_cut(&rest, '/', &id))
        *ret_what = arena_cstr(r->a, rest);
    if (!*ret_what)
        return arena_err(r->a);
    return id_parse(id, ret_id) == OK ? OK : FAIL(ERR_NOT_FOUND, "attachment");
}

/* No browser may run it, show it inside of a page, or guess another type. */
static void send(struct rq *r, const struct attachment_content *m, bool as_file)
{
    char name[33];
    id_text(m->about.id, name);
    http_add(r->out, "Content-Type", as_file ? "application/octet-stream" : m->media);
    http_add(r->out, "Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'");
    if (as_file) { /* her words about it do not go into a header: the file is named by its number */
        bool known = *m->about.type && strcmp(m->about.type, "unknown") != 0 &&
                     strcmp(m->about.type, "unchecked") != 0;
        char *line =
            arena_printf(r->a, "attachment; filename=\"%.8s.%s\"", name, known ? m->about.type : "bin");
        http_add(r->out, "Content-Disposition", line ? line : "attachment");
    }
    buf_str(&r->out->body, m->bytes);
}

static void bytes(struct rq *r, struct id id, const char *view, bool as_file)
{
    const struct view *v;
    enum err e = look(r, view, id, (const char *const[]){NULL}, &v);
    if (e != OK)
        answer_error(r, e);
    else
        send(r, v->model, as_file);
}

static void looked_at(struct rq *r, struct id id)
{
    const struct view *v;
    enum err e = LOOK(r, "attachment.who_looked", id, &v);
    if (e != OK)
        answer_error(r, e);
    else
        draw_looked(r, v->model, "Who looked at this attachment", path_of(r, "/attachment/%s", id),
                    "Attachment");
}

/* The page, after a look at the bytes (view not NULL). */
static void file_page(struct rq *r, struct id id, const char *view)
{
    struct shown_file f = {.failed = OK};
    const struct view *seen = NULL;
    enum err e = view ? look(r, view, id, (const char *const[]){NULL}, &seen) : OK;
    if (e == ERR_CRYPTO || e == ERR_STATE) {
        f.failed = e;
        r->out->status = err_row(e)->http;
        e = OK;
    }
    if (e == OK)
        e = LOOK(r, "attachment.show", id, &f.view);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    f.m = f.view->model;
    if (seen) {
        const struct attachment_content *c = seen->model;
        f.clear = c->bytes.n ? c : NULL;
        f.checked_us = c->checked_us;
    }
    draw(r, &f);
}

void page_attachment(struct rq *r)
{
    bool post = str_is(r->in->method, "POST");
    const char *what;
    struct id id;
    enum err e = parts_of(r, &id, &what);
    if (e != OK)
        answer_error(r, e);
    else if (!post && !*what)
        file_page(r, id, NULL);
    else if (!post && strcmp(what, "blurred") == 0)
        bytes(r, id, "attachment.blurred", false);
    else if (!post && strcmp(what, "looked") == 0)
        looked_at(r, id);
    else if (post && strcmp(what, "look") == 0)
        file_page(r, id, "attachment.look");
    else if (post && strcmp(what, "check") == 0)
        file_page(r, id, "attachment.check");
    else if (post && strcmp(what, "download") == 0)
        bytes(r, id, "attachment.download", true);
    else
        answer_error(r, refuse(r, "web.unknown_path", FAIL(ERR_NOT_FOUND, "path")));
}
