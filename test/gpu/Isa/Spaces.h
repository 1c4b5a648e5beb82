//===- Spaces.h - Modifiers of memory accesses ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what loads, stores and atomics have in common: the order
// of an access, its state space, and hints to caches.

#ifndef FAKECUDA_ISA_SPACES_H
#define FAKECUDA_ISA_SPACES_H

#include "Isa/Decoder.h"

namespace fakecuda {

/// Takes the modifiers of order and scope, and those that speak of caches.
Access takeAccess(Decoder &decoder);

/// Takes the state space; generic if there is none.
Space takeSpace(Decoder &decoder);

/// Decodes the operand in brackets, which has to fit the space of `inst`.
void decodeAddress(Decoder &decoder, const syntax::Operand &operand, Inst &inst,
                   unsigned bytes);

} // namespace fakecuda

#endif // FAKECUDA_ISA_SPACES_H
