//===- Interfaces.cpp - Op and attribute interfaces -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file holds the generated definitions of the interfaces.

#include "catgrad/Interfaces/DerivativeInterface.h"
#include "catgrad/Interfaces/LearnerInterfaces.h"

#include "catgrad/Interfaces/DerivativeInterface.cpp.inc"
#include "catgrad/Interfaces/LearnerInterfaces.cpp.inc"
