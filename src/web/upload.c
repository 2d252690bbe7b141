/* SPDX-License-Identifier: Apache-2.0 */
/* upload.c - the form that takes files. It says first what is never stored (invariant 10), and asks for a
 * declaration. What is declared a sexual image is hashed in memory, refused, and wiped with the request: the
 * address, the hash and the police evidence number are kept in its place. */
#include "base/alloc.h"
#include "sys/crypto.h"
#include "sys/multipart.h"
#include "web/attachments.h"
#include "web/form.h"
#include "web/pages.h"

struct upload {
    struct rq *r;
    const struct view *in; /* the look at the case */
    struct id case_;
    struct str record, subject; /* "" or 32 digits */
    const char *wrong;          /* msgid; NULL: the first time */
    enum err failed;
    const char *detail;
};

/* ---- the form
 * ---------------------------------------------------------------------------------------------------- */

static void choice(struct page *p, const struct upload *u, const char *name, const char *value,
                   const char *words)
{
    PAGE_EL(p, "label", "class", "choice");
    PAGE_EL(p, "input", "type", "radio", "name", name, "value", value, "required", "", "checked",
            str_is(form_value(u->r, name), value) ? "" : NULL);
    el_text(p, "span", NULL, words);
    page_end(p);
}

static void label(struct page *p, const char *of, const char *words, const char *hint)
{
    PAGE_EL(p, "label", "class", "strong", "for", of);
    page_t(p, words);
    page_end(p);
    if (hint)
        el_text(p, "p", "hint", hint);
}

static void text_input(struct page *p, const struct upload *u, const char *name, const char *words,
                       const char *hint)
{
    char *value = arena_cstr(u->r->a, form_value(u->r, name));
    PAGE_EL(p, "div", "class", "field");
    label(p, name, words, hint);
    PAGE_EL(p, "input", "type", "text", "id", name, "name", name, "value", value ? value : "");
    page_end(p);
}

static void declaration(struct page *p, const struct upload *u)
{
    PAGE_EL(p, "div", "class", "deadline");
    el_text(p, "p", "strong", "Sexual images are never stored here.");
    el_text(p, "p", NULL,
            "If the file shows, or may show, sexual content or sexual abuse, do not send it. Do not copy it "
            "and do not "
            "look again. Give the address, the hash if you know it, and the police evidence number. The "
            "police keep the file.");
    page_end(p);
    PAGE_EL(p, "fieldset", "class", "field");
    el_text(p, "legend", "strong", "What do the files show?");
    PAGE_EL(p, "div", "class", "choices");
    choice(p, u, "declared", "not_sexual", "No sexual content");
    choice(p, u, "declared", "sexual", "Sexual content or abuse, or it may");
    page_end(p);
    page_end(p);
}

/* Last in the form: what is said of the files is there before them. */
static void files(struct page *p)
{
    PAGE_EL(p, "fieldset", "class", "field");
    el_text(p, "legend", "strong", "Files");
    el_text(p, "p", "hint", "Several at once. Up to 25 MB each and 30 MB together.");
    PAGE_EL(p, "input", "type", "file", "name", "file", "multiple", "", "aria-label", page_words(p, "Files"));
    page_end(p);
}

static void about(struct page *p, const struct upload *u)
{
    PAGE_EL(p, "div", "class", "field");
    label(p, "class", "What it tells of",
          "Who may see it follows from this. Choose the most sensitive that fits.");
    PAGE_EL(p, "select", "id", "class", "name", "class", "required", "");
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++) {
        const char *word = class_word((enum field_class) class);
        bool chosen =
            form_value(u->r, "class").n ? str_is(form_value(u->r, "class"), word) : class == CLASS_IDENTITY;
        PAGE_EL(p, "option", "value", word, "selected", chosen ? "" : NULL);
        page_word(p, word);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    text_input(p, u, "title", "Title", "Left empty, the name of the file is taken.");
    text_input(p, u, "description", "Description", NULL);
    char *day = arena_cstr(u->r->a, form_value(u->r, "taken_on"));
    PAGE_EL(p, "div", "class", "field");
    label(p, "taken_on", "Date of the file", NULL);
    PAGE_EL(p, "input", "type", "date", "id", "taken_on", "name", "taken_on", "value", day ? day : "");
    page_end(p);
}

static void referral(struct page *p, const struct upload *u)
{
    PAGE_EL(p, "details", "class", "more", "open",
            str_is(form_value(u->r, "declared"), "sexual") ? "" : NULL);
    el_text(p, "summary", NULL, "In place of a sexual image");
    text_input(p, u, "address", "Where it is: web address or place", NULL);
    text_input(p, u, "sha256", "SHA-256",
               "64 digits, if somebody has computed it. Without it a file that you sent is hashed in memory "
               "and thrown away.");
    text_input(p, u, "evidence", "Police evidence number", NULL);
    page_end(p);
}

static void draw(struct upload *u)
{
    struct rq *r = u->r;
    struct page made = layout_start(r, "Add files", NULL, "/", false), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    case_crumb(r, p, u->case_);
    page_end(p);
    PAGE_EL(p, "section", "class", "card narrow");
    el_text(p, "h1", NULL, "Add files");
    if (u->wrong) {
        PAGE_EL(p, "div", "class", "error-summary", "role", "alert");
        el_text(p, "p", "strong", u->wrong);
        const char *words = u->detail && *u->detail ? fault_words(NULL, p, u->detail) : NULL;
        if (words) {
            PAGE_EL(p, "p");
            page_c(p, words);
            page_end(p);
        }
        if (u->detail)
            el_text(p, "p", NULL, err_row(u->failed)->hint);
        page_end(p);
    }
    PAGE_EL(p, "form", "method", "post", "action", path_of(r, "/attach/%s", u->case_), "enctype",
            "multipart/form-data", "autocomplete", "off");
    page_hidden(p, "_token", r->session.form_token);
    if (u->record.n)
        page_hidden(p, "record", arena_cstr(r->a, u->record));
    if (u->subject.n)
        page_hidden(p, "subject", arena_cstr(r->a, u->subject));
    declaration(p, u);
    about(p, u);
    referral(p, u);
    files(p);
    PAGE_EL(p, "button", "class", "button");
    page_t(p, "Send");
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

/* ---- what it sends
 * ----------------------------------------------------------------------------------------------- */

#define PAIRS_MAX 12

struct pairs {
    struct pair p[PAIRS_MAX];
    size_t n;
};

static void give(struct pairs *list, const char *name, struct str value)
{
    if (value.n && list->n < PAIRS_MAX)
        list->p[list->n++] = (struct pair){str_of(name), value, VALUE_GIVEN};
}

static enum err act(struct rq *r, const char *action, struct id subject, const struct pairs *list,
                    struct arena *a, struct act_result *ret)
{
    struct ctx ctx = r->ctx;
    struct act_request request = {.ctx = &ctx,
                                  .action = action,
                                  .subject = subject,
                                  .expected_version = -1,
                                  .input = {list->p, list->n}};
    ctx.request_id = id_new();
    return door_act(r->w->door, &request, a, ret);
}

static void give_place(const struct upload *u, struct pairs *list, char text[33])
{
    id_text(u->case_, text);
    give(list, "case", (struct str){text, 32});
    give(list, "record", u->record);
    give(list, "subject", u->subject);
    give(list, "class", form_value(u->r, "class"));
}

/* One part of a file, and the next one: only who has looked ahead knows which is the last. */
struct pieces {
    struct rq *r;
    char *now, *next;
    size_t n, nnext;
};

static void pieces_cleanup(struct pieces *p)
{
    char *both[] = {p->now, p->next};
    for (size_t i = 0; i < 2; i++) {
        if (both[i])
            secret_wipe(both[i], ATTACHMENT_CHUNK_BYTES);
        mem_free(both[i]);
    }
}

static enum err read_piece(struct rq *r, char *to, size_t *ret_n)
{
    size_t n = 1;
    for (*ret_n = 0; *ret_n < ATTACHMENT_CHUNK_BYTES && n > 0; *ret_n += n)
        TRY(multipart_data(r->files, to + *ret_n, ATTACHMENT_CHUNK_BYTES - *ret_n, &n));
    return OK;
}

static enum err pieces_start(struct rq *r, struct pieces *ret)
{
    *ret = (struct pieces){
        .r = r, .now = mem_alloc(ATTACHMENT_CHUNK_BYTES), .next = mem_alloc(ATTACHMENT_CHUNK_BYTES)};
    if (!ret->now || !ret->next)
        return mem_fail();
    return read_piece(r, ret->next, &ret->nnext);
}

static enum err pieces_step(struct pieces *p)
{
    char *free_one = p->now;
    p->now = p->next;
    p->n = p->nnext;
    p->next = free_one;
    p->nnext = 0;
    return p->n == ATTACHMENT_CHUNK_BYTES ? read_piece(p->r, p->next, &p->nnext) : OK;
}

static enum err send_chunk(const struct pieces *p, struct id file, size_t no)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf text CLEANUP(buf_free) = {.wipes = true};
    struct pairs list = {.n = 0};
    struct act_result result;
    char number[24];
    if (!a)
        return mem_fail();
    base64(&text, p->now, p->n);
    TRY(buf_err(&text));
    snprintf(number, sizeof number, "%zu", no);
    give(&list, "no", str_of(number));
    give(&list, "content", buf_view(&text));
    give(&list, "last", p->nnext ? STR("no") : STR("yes"));
    return act(p->r, "attachment.chunk", file, &list, a, &result);
}

/* A file comes for minutes: whose session was closed meanwhile leaves nothing. */
static enum err still_signed_in(struct rq *r)
{
    struct session now;
    return account_session_glance(r->w->door, r->token, &now);
}

static enum err send_all(struct pieces *p, struct id file)
{
    struct pairs none = {.n = 0};
    struct act_result result;
    for (size_t no = 0; p->nnext > 0; no++) {
        TRY(pieces_step(p));
        TRY(send_chunk(p, file, no));
    }
    TRY(still_signed_in(p->r));
    return act(p->r, "attachment.finish", file, &none, p->r->a, &result);
}

/* What came of a file that does not come whole goes at once; where even that fails, by itself
 * (ATTACHMENT_STREAM_S). The first error is the one that is told. */
static enum err give_up(struct rq *r, struct id file, enum err e)
{
    struct pairs none = {.n = 0};
    struct act_result result;
    const char *why = arena_cstr(r->a, str_of(err_detail()));
    if (act(r, "attachment.abandon", file, &none, r->a, &result) != OK)
        err_clear();
    return FAIL(e, "%s", why ? why : "");
}

/* The file that comes now; *ret_sent: there was one. */
static enum err store(struct upload *u, bool *ret_sent)
{
    struct rq *r = u->r;
    struct pieces pieces CLEANUP(pieces_cleanup) = {0};
    struct pairs list = {.n = 0};
    struct act_result result;
    char of_case[33];
    struct str title = form_value(r, "title");
    TRY(pieces_start(r, &pieces));
    *ret_sent = str_is(r->file.name, "file") && pieces.nnext > 0;
    if (!*ret_sent)
        return OK;
    give_place(u, &list, of_case);
    give(&list, "declared", form_value(r, "declared"));
    give(&list, "title", title.n ? title : r->file.file_name);
    give(&list, "description", form_value(r, "description"));
    give(&list, "taken_on", form_value(r, "taken_on"));
    give(&list, "file_name", r->file.file_name);
    TRY(act(r, "attachment.begin", id_nil(), &list, r->a, &result));
    enum err e = send_all(&pieces, result.id);
    return e == OK ? OK : give_up(r, result.id, e);
}

/* Nothing of the file goes any further than this: its hash does, in hexadecimal. "" where it is empty. */
static enum err hash_file(struct rq *r, struct buf *out)
{
    struct sha256 hash;
    char piece[4096];
    size_t n, all = 0;
    sha256_start(&hash);
    do {
        TRY(multipart_data(r->files, piece, sizeof piece, &n));
        sha256_add(&hash, piece, n);
        all += n;
    } while (n);
    secret_wipe(piece, sizeof piece);
    struct hash h = sha256_end(&hash);
    if (all)
        buf_hex(out, h.b, sizeof h.b);
    return buf_err(out);
}

static enum err refer(struct upload *u, struct str hash, struct id *ret)
{
    struct rq *r = u->r;
    struct pairs list = {.n = 0};
    struct act_result result;
    char of_case[33];
    give_place(u, &list, of_case);
    give(&list, "address", form_value(r, "address"));
    give(&list, "sha256", form_value(r, "sha256").n ? str_trim(form_value(r, "sha256")) : hash);
    give(&list, "evidence", form_value(r, "evidence"));
    TRY(act(r, "attachment.refer_image", id_nil(), &list, r->a, &result));
    *ret = result.id;
    return OK;
}

/* One record in place of each file that was sent; of an address alone, one. */
static enum err refer_all(struct upload *u)
{
    struct rq *r = u->r;
    struct id id = id_nil();
    while (r->has_file) {
        struct buf hash CLEANUP(buf_free) = {0};
        TRY(hash_file(r, &hash));
        if (hash.n && str_is(r->file.name, "file"))
            TRY(refer(u, buf_view(&hash), &id));
        TRY(next_file(r));
    }
    if (id_is_nil(id))
        TRY(refer(u, STR(""), &id));
    answer_redirect(r, path_of(r, "/attachment/%s", id));
    return OK;
}

static enum err store_all(struct upload *u)
{
    size_t n = 0;
    while (u->r->has_file) {
        bool sent;
        TRY(store(u, &sent));
        n += sent;
        TRY(next_file(u->r));
    }
    if (!n) {
        u->wrong = "No file was chosen.";
        return ERR_FIELD;
    }
    answer_redirect(u->r, path_of(u->r, "/case/%s#attachments", u->case_));
    return OK;
}

static void take(struct upload *u)
{
    bool sexual = str_is(form_value(u->r, "declared"), "sexual");
    bool declared = sexual || str_is(form_value(u->r, "declared"), "not_sexual");
    if (!declared)
        u->wrong = "Say first what the files show.";
    enum err e = !declared ? ERR_FIELD : sexual ? refer_all(u) : store_all(u);
    if (e == OK)
        return;
    if (e != ERR_FIELD && e != ERR_LIMIT && e != ERR_STATE && e != ERR_DENIED) {
        answer_error(u->r, e);
        return;
    }
    if (!u->wrong) {
        u->wrong = sexual ? "The file was not stored. What is kept in its place is not complete."
                          : "Not all files were stored. What is missing must be chosen again.";
        u->detail = arena_cstr(u->r->a, str_of(err_detail()));
        u->failed = e;
    }
    u->r->out->status = err_row(e)->http;
    draw(u);
}

void page_attach(struct rq *r)
{
    struct upload u = {.r = r};
    bool post = str_is(r->in->method, "POST");
    enum err e = page_id(r, "/attach/", &u.case_);
    struct id any;
    u.record = post ? form_value(r, "record") : http_query(r->in, "record");
    u.subject = post ? form_value(r, "subject") : http_query(r->in, "subject");
    if (e == OK &&
        ((u.record.n && id_parse(u.record, &any) != OK) || (u.subject.n && id_parse(u.subject, &any) != OK)))
        e = FAIL(ERR_NOT_FOUND, "record");
    if (e == OK)
        e = LOOK(r, "case.show", u.case_, &u.in);
    if (e != OK)
        answer_error(r, e);
    else if (post)
        take(&u);
    else
        draw(&u);
}
