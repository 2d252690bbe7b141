/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - shared by the files of src/web only. */
#pragma once
#include "base/alloc.h"
#include "base/env.h"
#include "base/json.h"
#include "base/limits.h"
#include "core/account.h"
#include "core/page.h"
#include "sys/crypto.h"
#include "sys/http.h"
#include "sys/multipart.h"
#include "sys/passkey.h"
#include "sys/tz.h"
#include "web/web.h"

#include <stdatomic.h>

#define COOKIE_SESSION        "akari-session"
#define COOKIE_SESSION_SECURE "__Host-akari-session"
#define COOKIE_LANG           "akari-lang"
#define HEADER_TOKEN          "x-akari-form-token"

struct case_list;
struct case_model;
struct web {
    struct door *door;
    const struct pack *pack; /* NULL without one */
    const struct tz *tz;
    bool synthetic; /* the store was made for synthetic data, which never changes */
    struct http_server *http;
    struct buf openapi;
    char etag_openapi[70];
    struct notes *notes;
};

/* One request. Lives on the stack of its worker; all memory is of the request's arena. */
struct rq {
    struct web *w;
    const struct http_request *in;
    struct http_response *out;
    struct arena *a;
    struct lang lang;
    bool api;
    bool signed_in;
    bool even;   /* this page looked at what it may not tell of: it leaves on an even step */
    bool bearer; /* the session came by an Authorization header: no other site can make a browser send that */
    struct str token;
    struct session session;
    struct ctx ctx;
    char *request_text;     /* of ctx.request_id, in the arena: it goes into a header */
    struct http_pair *form; /* of a POST from a page */
    size_t nform;
    struct multipart *files;    /* of a form with files, whose fields stand before them and are in form */
    struct multipart_part file; /* the next one */
    bool has_file;
    const struct case_list *numbers;  /* of the cases that the notices of this page tell of; or NULL */
    const struct case_model *in_case; /* whose page this is: for the names of its people; or NULL */
};

/* ---- web.c ---- */
/* The file after r->file, whose rest is passed over. ERR_BAD_REQUEST: a field, or no well-formed part. */
enum err next_file(struct rq *r) NODISCARD;

/* ---- answer.c ---- */
void answer_headers(struct rq *r);           /* on every answer, last */
void answer_error(struct rq *r, enum err e); /* page or problem document, in the language of the request */
void answer_redirect(struct rq *r, const char *path); /* 303 */
void answer_asset(struct rq *r, const char *name);
void answer_type(struct rq *r, const char *content_type);
/* A cookie for this server alone; max_age_s 0 takes it away, -1 is for the browser's session. */
void answer_cookie(struct rq *r, const char *name, const char *value, int max_age_s);
bool answer_not_modified(struct rq *r, const char *etag); /* 304 when the browser has it */
bool is_secure(const struct rq *r);                       /* TLS ended at a proxy in front */
/* Leaf for a refusal that the door has not seen, then the error is given back. */
enum err refuse(struct rq *r, const char *what, enum err e);

/* ---- sign.c, verify_page.c ---- */
void keep_session(struct rq *r, const char *token);
/* door_act for who asks: who shows a second factor goes on under a new token (*ret_token, arena; else NULL,
 * and a cookie where he came with one), and what was seen of the old one opens nothing. Only the session that
 * asks is raised so: of another one the token is not here to be renewed. */
enum err act_here(struct rq *r, const struct act_request *request, struct act_result *ret,
                  const char **ret_token) NODISCARD;
/* Where to go on: a path of this server with ids and words in its query; "/" for anything else. */
const char *way_on(struct rq *r, struct str to);
bool wants_more(const struct rq *r,
                enum err e);       /* refused for its assurance only: a second factor would do */
void verify_instead(struct rq *r); /* ... and the way to it */
/* A form with the token of an earlier session: what was typed is kept, and sent when she says so. */
void again_instead(struct rq *r);
void ended_instead(struct rq *r); /* its fields were read */
/* A form with a challenge, which assets/passkey.js answers; open until page_end. use: else a new one. */
enum err passkey_form(struct rq *r, struct page *p, const char *action, bool use) NODISCARD;
void passkey_fields(struct page *p, bool use);
const char *factor_label(enum factor_kind kind); /* msgid */
void session_items(struct rq *r, struct page *p, const struct session_list *list);

/* ---- layout.c, admin_page.c ---- */
bool may_look(const struct rq *r,
              const char *view); /* is this collection open to the officer? The door decides again. */
bool may_administer(const struct rq *r);
void menu_links(struct rq *r, struct page *p); /* all pages that are open to the officer, as a list */
void admin_crumbs(struct page *p, const char *msgid);
void fact_begin(struct page *p, const char *label); /* of a list of facts; its value follows */
void fact_done(struct page *p);
void table_head(struct page *p, const char *const *labels, size_t n);
void table_done(struct page *p);
void choose_agency(struct rq *r, struct page *p, const char *path, const char *now);
/* A list to choose an officer by name from, as a question of a form. */
void officer_select(struct page *p, const char *name, const char *label, const struct account_list *list,
                    struct str now);

/* ---- api.c, openapi.c ---- */
void api_answer(struct rq *r);
bool view_takes_personal(const struct view_decl *v);
bool kind_action_takes(const struct kind_action *ka, const char *field);
bool view_needs_id(const struct view_decl *v);
bool action_needs_id(const struct action *a);
char *name_as_path(struct arena *a, const char *name); /* "case.open" -> "case/open" */

/* ---- web.c ---- */
void post_again(struct rq *r, struct str path);              /* r->form as if it had been sent there */
struct str form_value(const struct rq *r, const char *name); /* "" when absent */

/* ---- pages ---- */
/* Frame of a page: head, bar, notices. `active` is the path of the entry of the bar that is on. */
struct page layout_start(struct rq *r, const char *title_msgid, const char *title_value, const char *active,
                         bool synthetic);
void layout_end(struct rq *r, struct page *p);
void form_start(struct rq *r, struct page *p, const char *action,
                const char *class); /* with token and a fresh request id */
void page_hidden(struct page *p, const char *name, const char *value);
const char *word_msgid(struct arena *a, const char *word); /* "case_lead" -> "Case lead" */
void page_word(struct page *p, const char *word);
void page_sign_in(struct rq *r);
void page_locked(struct rq *r); /* instead of any page while the keys are closed */
void page_sign_out(struct rq *r);
void page_session(struct rq *r);
void page_error(struct rq *r, enum err e, const struct err_row *row, const char *detail);
