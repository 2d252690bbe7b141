/* SPDX-License-Identifier: Apache-2.0 */
/* alloc.h - the only place that calls malloc; tests make the Nth call fail. Each may return NULL (callers
 * report ERR_NO_MEMORY through mem_fail()). */
#pragma once
#include "base/err.h"
#include <stdint.h>

void *mem_alloc(size_t size);              /* zeroed */
void *mem_resize(void *p, size_t size);    /* not zeroed beyond the old size */
void mem_free(void *p);                    /* NULL is fine */
void mem_cleanup(void *pointer_to_pointer); /* for CLEANUP(mem_cleanup) on any pointer variable */
char *mem_strdup(const char *s);
enum err mem_fail(void); /* FAIL(ERR_NO_MEMORY, ...) */

/* Fault injection: the call number `nth` from now (1 = next) fails; 0 switches off. sticky: all later ones
 * fail too. Counted over the whole process. mem_calls() tells how many calls were made since the last
 * mem_inject. */
void mem_inject(uint64_t nth, bool sticky);
uint64_t mem_calls(void);
