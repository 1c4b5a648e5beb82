//===- CompositeInterface.h - Operations with a definition -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the interface by which an operation states its definition
// in terms of others.

#ifndef CATGRAD_INTERFACES_COMPOSITEINTERFACE_H
#define CATGRAD_INTERFACES_COMPOSITEINTERFACE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"

#include "catgrad/Interfaces/CompositeInterface.h.inc"

#endif // CATGRAD_INTERFACES_COMPOSITEINTERFACE_H
