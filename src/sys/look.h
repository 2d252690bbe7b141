/* SPDX-License-Identifier: Apache-2.0 */
/* look.h - what a file is and how it looks, out of its bytes. Runs in the sandboxed child only
 * (sys/sandbox.h): nobody else calls look_job or a decoder. The sniffer (filetype.h) is pure and fuzzed. */
#pragma once
#include "base/buf.h"

enum look_what { LOOK_TYPE, LOOK_BLURRED, LOOK_CLEAR };
/* Reply: "AKL1" type(1) flags(1) orientation(1) zero(1) width(4) height(4) picture length(4) picture (JPEG),
 * big-endian. flags: 1 macros, 2 data of a camera, 4 a place in them. */
#define LOOK_MAGIC      "AKL1"
#define LOOK_HEAD_BYTES 20
#define LOOK_MACROS     1
#define LOOK_CAMERA     2
#define LOOK_PLACE      4
void look_job(uint8_t job, struct str in, struct buf *out);
/* Jobs from here on are a test program's, which defines it; what is installed has none. */
#define LOOK_TEST_JOB 20
void look_test_job(uint8_t job, struct buf *out) __attribute__((weak));

/* Longest side of the pictures that are made. */
#define LOOK_BLURRED_SIDE 240
#define LOOK_CLEAR_SIDE   1600
