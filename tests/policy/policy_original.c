/* SPDX-License-Identifier: Apache-2.0 */
/* policy_original.c - policy.c as it is, by another name: beside a program whose policy_decide is changed. */
#include "policy_changes.h"

#define policy_decide policy_original
#include "core/policy/policy.c"
