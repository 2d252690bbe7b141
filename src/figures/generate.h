/* SPDX-License-Identifier: Apache-2.0 */
/* generate.h - synthetic data: invented, of no real person, repeatable from a seed, and marked so everywhere.
 */
#pragma once
#include "figures/figures.h"

/* A file in CTDC layout: the 16 columns of the victim-perpetrator file, header first. Its marginals are
 * invented, they are those of no real file. The same seed and n give the same bytes. */
enum err figures_generate_ctdc(int out_fd, uint64_t seed, int64_t n) NODISCARD;

/* n cases through the door, as case leads of the pack's agencies (accounts of that role where there are any,
 * else made-up ones): each with at least two subjects, four names in several scripts, ten records of the
 * pack's kinds where it has kinds to make them of, and their clocks. The same seed gives the same contents;
 * ids and times are those of the run. ERR_STATE: the store is not one for synthetic data (invariant 11).
 * progress may be NULL. */
enum err figures_generate_cases(struct door *d, uint64_t seed, int64_t n, figures_progress *progress,
                                void *user) NODISCARD;
