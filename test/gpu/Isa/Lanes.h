//===- Lanes.h - Handlers over the lanes of a warp --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has the loops over lanes that most instructions share. A function
// of one lane's values becomes a handler.

#ifndef FAKECUDA_ISA_LANES_H
#define FAKECUDA_ISA_LANES_H

#include "Isa/Decoder.h"
#include "Sim/Exec.h"

#include <bit>

// Slots are either the same or disjoint, and each iteration stays in its lane.
#if defined(__clang__)
#define FAKECUDA_LANES _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define FAKECUDA_LANES _Pragma("GCC ivdep")
#else
#define FAKECUDA_LANES
#endif

namespace fakecuda {

template <class F> inline void forLanes(Lanes mask, F &&body) {
  if (mask == allLanes) {
    FAKECUDA_LANES
    for (unsigned lane = 0; lane < warpSize; ++lane)
      body(lane);
    return;
  }
  for (; mask; mask &= mask - 1)
    body(unsigned(std::countr_zero(mask)));
}

/// dst = f(a), with elements of type D and A.
template <class D, class A, auto f>
void runUnary(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  D *d = exec.reg<D>(inst.dst);
  const A *a = exec.reg<A>(inst.a);
  forLanes(mask, [&](unsigned lane) { d[lane] = f(a[lane]); });
  exec.define(inst.dst, mask);
}

/// dst = f(a, b).
template <class D, class A, class B, auto f>
void runBinary(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  exec.need(inst, inst.b, mask);
  D *d = exec.reg<D>(inst.dst);
  const A *a = exec.reg<A>(inst.a);
  const B *b = exec.reg<B>(inst.b);
  forLanes(mask, [&](unsigned lane) { d[lane] = f(a[lane], b[lane]); });
  exec.define(inst.dst, mask);
}

/// dst = f(a, b, c).
template <class D, class A, class B, class C, auto f>
void runTernary(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  exec.need(inst, inst.b, mask);
  exec.need(inst, inst.c, mask);
  D *d = exec.reg<D>(inst.dst);
  const A *a = exec.reg<A>(inst.a);
  const B *b = exec.reg<B>(inst.b);
  const C *c = exec.reg<C>(inst.c);
  forLanes(mask,
           [&](unsigned lane) { d[lane] = f(a[lane], b[lane], c[lane]); });
  exec.define(inst.dst, mask);
}

/// Calls `make` with the C++ type of an integer type of 16 to 64 bits; null for
/// any other type.
template <class F> Handler forInteger(Type type, F &&make) {
  bool isSigned = type.kind == Type::Signed;
  if (!type.isInteger() || type.lanes != 1)
    return nullptr;
  switch (type.bits) {
  case 16:
    return isSigned ? make.template operator()<int16_t>()
                    : make.template operator()<uint16_t>();
  case 32:
    return isSigned ? make.template operator()<int32_t>()
                    : make.template operator()<uint32_t>();
  case 64:
    return isSigned ? make.template operator()<int64_t>()
                    : make.template operator()<uint64_t>();
  }
  return nullptr;
}

/// The same for the bits of a slot, without sign.
template <class F> Handler forBits(unsigned bits, F &&make) {
  return bits == 64   ? make.template operator()<uint64_t>()
         : bits == 32 ? make.template operator()<uint32_t>()
                      : make.template operator()<uint16_t>();
}

/// One lane's bits of a slot whose elements have `bits` bits.
inline uint64_t readBits(Exec &exec, Slot slot, unsigned bits, unsigned lane) {
  return bits == 64   ? exec.reg<uint64_t>(slot)[lane]
         : bits == 32 ? exec.reg<uint32_t>(slot)[lane]
                      : exec.reg<uint16_t>(slot)[lane];
}

inline void writeBits(Exec &exec, Slot slot, unsigned bits, unsigned lane,
                      uint64_t value) {
  if (bits == 64)
    exec.reg<uint64_t>(slot)[lane] = value;
  else if (bits == 32)
    exec.reg<uint32_t>(slot)[lane] = value;
  else
    exec.reg<uint16_t>(slot)[lane] = value;
}

/// Decodes "op d, a, b.." with all operands of one type.
inline void emitSame(Decoder &decoder, Type type, unsigned sources,
                     Handler run) {
  if (!run)
    decoder.error("unsupported type " + toString(type));
  decoder.expectOperands(sources + 1);
  Inst inst;
  inst.run = run;
  inst.dst = decoder.destination(decoder.operand(0), type);
  Slot *slots[] = {&inst.a, &inst.b, &inst.c, &inst.d};
  for (unsigned i = 0; i < sources; ++i)
    *slots[i] = decoder.source(decoder.operand(i + 1), type);
  decoder.emit(inst);
}

} // namespace fakecuda

#endif // FAKECUDA_ISA_LANES_H
