/* SPDX-License-Identifier: Apache-2.0 */
#include "figures/generate.h"
enum err figures_generate_cases(struct door *d, uint64_t seed, int64_t n, figures_progress *progress,
                                void *user)
{
    (void)d;
    (void)seed;
    (void)n;
    (void)progress;
    (void)user;
    return FAIL(ERR_UNSUPPORTED, "not yet");
}
