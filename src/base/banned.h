/* SPDX-License-Identifier: Apache-2.0 */
/* banned.h - functions that do not compile here; included by the build in front of every file (-include). base/alloc.c and
 * sys files that must may say `#define AKARI_UNBAN_<name>` through their build file. Say why next to it. */
#pragma once
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strtok
#pragma GCC poison strcpy strcat strncpy strncat strtok sprintf vsprintf gets atoi atol atof gmtime localtime ctime asctime
#pragma GCC poison system popen rand srand random mktemp tmpnam alloca
#ifndef AKARI_UNBAN_MALLOC
#pragma GCC poison malloc calloc realloc strdup strndup
#endif
