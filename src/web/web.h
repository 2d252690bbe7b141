/* SPDX-License-Identifier: Apache-2.0 */
/* web.h - the face for browsers and programs: pages, forms and the REST interface, all made from the
 * declarations of the door and the kinds of the pack. No rule lives here: whatever is asked goes through
 * door_act and door_view.
 *
 *   GET  /healthz                       "ok", no data
 *   GET  /api/v1/openapi.json           OpenAPI 3.1 of everything below
 *   GET  /api/v1/NOUN/VERB?...          views without personal inputs
 *   POST /api/v1/NOUN/VERB              all actions, and views with personal inputs; a flat JSON object
 *   GET  / /case/ID /record/KIND/ID /do/NOUN.VERB ...   pages (README.md)
 *
 * Every answer carries the security headers and a request id; every refusal leaves an audit leaf. */
#pragma once
#include "core/door.h"

struct web_config {
    struct door *door;   /* must outlive the web */
    const char *address; /* "127.0.0.1"; TLS is a proxy's work in front */
    int port;            /* 0 = any free one */
    const char *data;    /* data folder; NULL in tests. Nothing is read from it yet */
};
struct web;
/* ERR_BUSY when the port is taken; ERR_CONFIG when address, port or time zone cannot be used. */
enum err web_start(const struct web_config *config, struct web **ret) NODISCARD;
int web_port(const struct web *w);
void web_stop(struct web *w); /* waits for what runs; NULL is fine */
/* The OpenAPI document of a door's declarations, without a server: for `akari help api` and tests. */
enum err web_openapi(const struct door *d, struct buf *out) NODISCARD;
