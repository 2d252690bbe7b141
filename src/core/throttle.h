/* SPDX-License-Identifier: Apache-2.0 */
/* throttle.h - who gave a wrong secret waits before the next try: not after the first slips, then twice as
 * long each time, at most 15 minutes. Keyed by a hash of what was tried (a login, an office code), whether
 * there is such a thing or not. In memory, of this process: a restart forgives, and nothing is stored. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

bool throttle_holds(uint64_t key, int64_t now_us);
void throttle_failed(uint64_t key, int64_t now_us);
void throttle_cleared(uint64_t key);
