//===- Helpers.cpp - Small functions of C source ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has the text of the functions that C source brings along where C99
// has none: bits of floats, floats of 16 bits, and maxima that keep NaN.

#include "C.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace catgrad;

namespace {
struct Helper {
  StringLiteral name;
  /// Helpers that it calls, which stand before it.
  StringLiteral needs;
  StringLiteral text;
  /// What `$type` stands for in the text.
  StringLiteral type = "";
};
} // namespace

static constexpr StringLiteral kMaximum =
    R"(/* Unlike C's fmax, NaN if either is. */
static $type $this($type x, $type y) {
  if (isunordered(x, y))
    return x + y;
  if (x == y) /* 0 is above -0 */
    return signbit(x) ? y : x;
  return x > y ? x : y;
}
)";
static constexpr StringLiteral kMinimum =
    R"(/* Unlike C's fmin, NaN if either is. */
static $type $this($type x, $type y) {
  if (isunordered(x, y))
    return x + y;
  if (x == y) /* -0 is below 0 */
    return signbit(x) ? x : y;
  return x < y ? x : y;
}
)";

// In the text, `$name` stands for the name that a helper has been given,
// `$this` for its own.
static constexpr Helper kHelpers[] = {
    {"f32_bits", "", R"(static uint32_t $f32_bits(float x) {
  union { float number; uint32_t bits; } u;
  u.number = x;
  return u.bits;
}
)"},
    {"f32_of_bits", "", R"(static float $f32_of_bits(uint32_t bits) {
  union { float number; uint32_t bits; } u;
  u.bits = bits;
  return u.number;
}
)"},
    {"f64_bits", "", R"(static uint64_t $f64_bits(double x) {
  union { double number; uint64_t bits; } u;
  u.number = x;
  return u.bits;
}
)"},
    {"f64_of_bits", "", R"(static double $f64_of_bits(uint64_t bits) {
  union { double number; uint64_t bits; } u;
  u.bits = bits;
  return u.number;
}
)"},
    {"f16_to_f32", "f32_bits f32_of_bits",
     R"(/* f16 has 5 bits of exponent, biased by 15, and 10 of fraction. */
static float $f16_to_f32(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
  const uint32_t magnitude = half & 0x7fffu;
  uint32_t bits = (magnitude << 13) + 0x38000000u;
  if (magnitude > 0x7c00u) /* NaN */
    bits = (magnitude << 13) | 0x7fc00000u;
  else if (magnitude == 0x7c00u) /* infinity */
    bits = 0x7f800000u;
  else if (magnitude < 0x400u) /* a count of 2^-24 */
    bits = $f32_bits((float)magnitude * 0x1p-24f);
  return $f32_of_bits(bits | sign);
}
)"},
    {"f32_to_f16", "f32_bits f32_of_bits",
     R"(/* To nearest, ties to even. */
static uint16_t $f32_to_f16(float x) {
  const uint32_t bits = $f32_bits(x);
  const uint32_t sign = (bits >> 16) & 0x8000u;
  const uint32_t magnitude = bits & 0x7fffffffu;
  uint32_t half;
  if (magnitude > 0x7f800000u) /* NaN */
    half = 0x7e00u | ((magnitude >> 13) & 0x3ffu);
  else if (magnitude > 0x477fefffu) /* 65520 or more */
    half = 0x7c00u;
  else if (magnitude >= 0x38800000u)
    half = (magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;
  else /* below 2^-14: adding 1/2 rounds to a count of 2^-24 */
    half = $f32_bits($f32_of_bits(magnitude) + 0.5f) - 0x3f000000u;
  return (uint16_t)(sign | half);
}
)"},
    {"bf16_to_f32", "f32_of_bits",
     R"(/* bf16 is the upper half of f32. */
static float $bf16_to_f32(uint16_t upper) {
  return $f32_of_bits((uint32_t)upper << 16);
}
)"},
    {"f32_to_bf16", "f32_bits", R"(/* To nearest, ties to even. */
static uint16_t $f32_to_bf16(float x) {
  const uint32_t bits = $f32_bits(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) /* NaN */
    return (uint16_t)((bits >> 16) | 0x40u);
  return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}
)"},
    {"max_f32", "", kMaximum, "float"},
    {"max_f64", "", kMaximum, "double"},
    {"min_f32", "", kMinimum, "float"},
    {"min_f64", "", kMinimum, "double"},
};

void c::claimHelpers(Module &module) {
  for (const Helper &helper : kHelpers)
    module.helpers[helper.name] = module.names.claim(helper.name);
}

/// The text with the names of this file's helpers.
static std::string fillIn(const Helper &helper, const c::Module &module) {
  StringRef text = helper.text;
  std::string result;
  while (true) {
    auto [before, after] = text.split('$');
    result += before;
    if (after.empty())
      return result;
    StringRef name =
        after.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (name == "type")
      result += helper.type;
    else
      result +=
          module.helpers.lookup(name == "this" ? StringRef(helper.name) : name);
    text = after.drop_front(name.size());
  }
}

void c::printHelpers(const Module &module, raw_ostream &os) {
  llvm::StringSet<> needed;
  for (const Helper &helper : llvm::reverse(kHelpers)) {
    if (!module.used.contains(module.helpers.lookup(helper.name)) &&
        !needed.contains(helper.name))
      continue;
    needed.insert(helper.name);
    SmallVector<StringRef> needs;
    helper.needs.split(needs, ' ');
    for (StringRef name : needs)
      needed.insert(name);
  }
  for (const Helper &helper : kHelpers)
    if (needed.contains(helper.name))
      os << fillIn(helper, module) << "\n";
}
