//===- Memory.h - Device memory ---------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the memory of a context. Its addresses are none that a
// host could use, are never used again, and are aligned to no more than asked.

#ifndef FAKECUDA_SIM_MEMORY_H
#define FAKECUDA_SIM_MEMORY_H

#include "Sim/Shadow.h"

#include <map>
#include <mutex>

namespace fakecuda {

/// Where the windows of the generic address space begin. All lie outside of
/// x86-64's canonical addresses, with 48 bits as with 57: a host that follows
/// one gets a signal.
constexpr uint64_t globalWindow = 0x0d00'0000'0000'0000;
constexpr uint64_t sharedWindow = 0x0500'0000'0000'0000;
constexpr uint64_t localWindow = 0x0100'0000'0000'0000;
constexpr uint64_t parameterWindow = 0x0900'0000'0000'0000;
constexpr uint64_t windowMask = 0xff00'0000'0000'0000;

/// The least address that `align` divides, but not 2 * align, at or after `at`:
/// code that counts on more alignment than it asked for is found out.
inline uint64_t placeExactly(uint64_t at, uint64_t align) {
  uint64_t place = (at + align - 1) / align * align;
  return place / align % 2 ? place : place + align;
}

struct Allocation {
  enum Kind { Device, Global, Const };

  uint64_t base;
  uint64_t size;
  Kind kind;
  std::string name; ///< of a module's variable
  std::unique_ptr<uint8_t[]> data;
  std::unique_ptr<uint8_t[]>
      written; ///< one byte a byte: 1 once it has a value
  Shadow shadow;

  Allocation(uint64_t base, uint64_t size, Kind kind, std::string name);
  bool contains(uint64_t address, uint64_t bytes) const {
    return address >= base && address - base <= size &&
           bytes <= size - (address - base);
  }
};

class Memory {
public:
  Allocation *allocate(uint64_t size, Allocation::Kind kind,
                       uint64_t align = 256, std::string name = "");
  bool release(uint64_t base);
  /// The allocation in which `address` lies, or null.
  Allocation *find(uint64_t address);
  /// Words for an address that lies in none.
  std::string describe(uint64_t address) const;
  void clearShadows();

  std::map<uint64_t, std::unique_ptr<Allocation>> allocations;
  uint64_t bytes = 0; ///< that are allocated now
  uint32_t epoch = 1; ///< the next one of the race detector

private:
  struct Freed {
    uint64_t base, size;
  };
  std::vector<Freed> freed;
};

} // namespace fakecuda

#endif // FAKECUDA_SIM_MEMORY_H
