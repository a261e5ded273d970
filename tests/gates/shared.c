/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared data of the test image. */
#include "common.h"

shared struct registers dumped;
shared int avx;
shared uint64_t shared_word;
shared uint64_t forged_target;
shared uint32_t shared_scratch;
