//===- Options.h - What the environment asks for ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the double's options. README.md explains them.

#ifndef FAKECUDA_DRIVER_OPTIONS_H
#define FAKECUDA_DRIVER_OPTIONS_H

#include "Driver/Cuda.h"

#include <cstdint>
#include <map>
#include <string>

namespace fakecuda {

struct Options {
  uint64_t schedule = 0;   ///< 0: forward, 1: reverse, else the seed
  bool raceShared = true;  ///< look for races in shared memory
  bool raceGlobal = true;  ///< and in global memory
  bool warpOrders = false; ///< warp collectives order the lanes' accesses
  bool sameValue = false;  ///< writing what is there already is no race
  bool initialised = true; ///< report reads of what was never written
  bool stats = false;      ///< print statistics at the end
  bool quiet = false;      ///< don't print reports on stderr
  int version = 13000;     ///< of the driver
  int chip = 90;           ///< compute capability, sm_90
  uint64_t memory = uint64_t(8) << 30; ///< bytes of the device
  uint64_t instructions = uint64_t(1)
                          << 34; ///< of a warp, until a launch times out

  struct Failure {
    uint64_t call;
    CUresult status;
  };
  std::map<std::string, Failure, std::less<>> failures; ///< by driver function
};

/// The options in force: from FAKECUDA_* at first, then from fakecudaSetOption.
Options currentOptions();

/// Set one; false for an unknown name or a bad value.
bool setOption(const std::string &name, const std::string &value);

} // namespace fakecuda

#endif // FAKECUDA_DRIVER_OPTIONS_H
