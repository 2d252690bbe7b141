/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz.h - what every fuzz target includes. A target defines LLVMFuzzerTestOneInput and REQUIREs what must
 * hold for every input. It is linked with libFuzzer (option `fuzzers`) or with standalone.c, which replays
 * the corpus. */
#pragma once
#include "base/err.h"
#include "base/str.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                                 \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                       \
        }                                                                                  \
    } while (0)
