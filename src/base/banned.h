/* SPDX-License-Identifier: Apache-2.0 */
/* banned.h - functions that do not compile here; the build puts it in front of every file of ours (-include).
 *
 * Not #pragma GCC poison: that would also forbid the words as names of members and in headers of libraries.
 * Functions that the compiler or _FORTIFY_SOURCE replace by something else become macros that do not compile;
 * the others are declared again as deprecated, which is an error here (clang 14 takes no error attribute on a
 * second declaration). tools/lint looks for the words once more.
 *
 * Only base/alloc.c says AKARI_UNBAN_MALLOC. free() stays open for sys/, which must free what a library
 * allocated. */
#pragma once
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef atoi
#undef atol
#undef atoll
#undef atof
#undef strtok
#undef strdup
#undef strndup
#undef alloca
#define strcpy(...) banned_strcpy_use_buf_or_arena_str
#define strcat(...) banned_strcat_use_buf
#define strncpy(...) banned_strncpy_use_memcpy
#define strncat(...) banned_strncat_use_buf
#define sprintf(...) banned_sprintf_use_snprintf_or_buf_printf
#define vsprintf(...) banned_vsprintf_use_vsnprintf
#define atoi(...) banned_atoi_use_str_i64
#define atol(...) banned_atol_use_str_i64
#define atoll(...) banned_atoll_use_str_i64
#define atof(...) banned_atof
#define strtok(...) banned_strtok_use_str_cut
#define alloca(...) banned_alloca_use_arena_alloc

#pragma GCC diagnostic error "-Wdeprecated-declarations"
#define BANNED(instead) __attribute__((deprecated("banned: " instead)))
extern struct tm *gmtime(const time_t *) BANNED("use base/calendar");
extern struct tm *localtime(const time_t *) BANNED("use sys/tz");
extern char *ctime(const time_t *) BANNED("use base/calendar");
extern char *asctime(const struct tm *) BANNED("use base/calendar");
extern int system(const char *) BANNED("no shell");
extern FILE *popen(const char *, const char *) BANNED("no shell");
extern int rand(void) BANNED("use env_random");
extern void srand(unsigned) BANNED("use env_set");
extern long random(void) BANNED("use env_random");
extern char *mktemp(char *) BANNED("use mkstemp");
extern char *tmpnam(char[L_tmpnam]) BANNED("use mkstemp");
#ifndef AKARI_UNBAN_MALLOC
extern void *malloc(size_t) BANNED("use an arena or base/alloc");
extern void *calloc(size_t, size_t) BANNED("use an arena or base/alloc");
extern void *realloc(void *, size_t) BANNED("use base/alloc");
#define strdup(...) banned_strdup_use_arena_or_mem_strdup
#define strndup(...) banned_strndup_use_arena
#endif
