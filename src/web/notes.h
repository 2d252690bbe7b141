/* SPDX-License-Identifier: Apache-2.0 */
/* notes.h - leaves for requests that the HTTP layer refused. Its threads may not wait for a commit, so a
 * thread of ours writes them; when more come than it can write, the rest are told in one leaf
 * ("http.refused.more"). */
#pragma once
#include "core/door.h"

struct notes;
enum err notes_start(struct door *d, struct notes **ret) NODISCARD;
void notes_put(struct notes *n);  /* quick; any thread */
void notes_stop(struct notes *n); /* writes what waits; NULL is fine */
