//===- Memory.cpp - Device memory -------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements allocation and lookup.

#include "Sim/Memory.h"

#include <atomic>
#include <cstdio>
#include <cstring>

using namespace fakecuda;

/// A quiet NaN as f32, f64 and bf16, and a large number as an index.
static constexpr uint8_t poison = 0xff;

Allocation::Allocation(uint64_t base, uint64_t size, Kind kind,
                       std::string name)
    : base(base), size(size), kind(kind), name(std::move(name)),
      data(new uint8_t[size]), written(new uint8_t[size]()), shadow(size) {
  std::memset(data.get(), poison, size);
}

Allocation *Memory::allocate(uint64_t size, Allocation::Kind kind,
                             uint64_t align, std::string name) {
  // One counter for all contexts: an address says to which it belongs.
  static std::mutex mutex;
  static uint64_t next = globalWindow + (1 << 20);
  uint64_t base;
  {
    std::lock_guard lock(mutex);
    base = placeExactly(next, align);
    // The gap catches what runs over an end.
    next = base + size + 4096;
  }
  auto allocation =
      std::make_unique<Allocation>(base, size, kind, std::move(name));
  Allocation *result = allocation.get();
  allocations.emplace(base, std::move(allocation));
  bytes += size;
  return result;
}

bool Memory::release(uint64_t base) {
  auto it = allocations.find(base);
  if (it == allocations.end() || it->second->kind != Allocation::Device)
    return false;
  freed.push_back({base, it->second->size});
  bytes -= it->second->size;
  allocations.erase(it);
  return true;
}

Allocation *Memory::find(uint64_t address) {
  auto it = allocations.upper_bound(address);
  if (it == allocations.begin())
    return nullptr;
  Allocation &allocation = *std::prev(it)->second;
  return address - allocation.base < allocation.size ? &allocation : nullptr;
}

std::string Memory::describe(uint64_t address) const {
  char number[32];
  std::snprintf(number, sizeof number, "0x%llx",
                static_cast<unsigned long long>(address));
  std::string text = std::string("address ") + number;
  for (const Freed &range : freed)
    if (address >= range.base && address - range.base < range.size)
      return text + " was freed (byte " + std::to_string(address - range.base) +
             " of " + std::to_string(range.size) + ")";
  if ((address & windowMask) != globalWindow)
    return text + " is no device address";
  auto it = allocations.upper_bound(address);
  if (it != allocations.begin()) {
    const Allocation &before = *std::prev(it)->second;
    if (address - before.base < before.size + 4096)
      return text + " lies " +
             std::to_string(address - before.base - before.size) +
             " bytes behind the end of an allocation of " +
             std::to_string(before.size) + " bytes";
  }
  if (it != allocations.end() && it->first - address <= 4096)
    return text + " lies " + std::to_string(it->first - address) +
           " bytes before an allocation of " +
           std::to_string(it->second->size) + " bytes";
  return text + " belongs to no allocation of this context";
}

void Memory::clearShadows() {
  for (auto &[base, allocation] : allocations)
    allocation->shadow.clear();
  epoch = 1;
}
