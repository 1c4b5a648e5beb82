//===- _call.h - The compiled part of the Python package --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the sources of the module catgrad._call share.
//===----------------------------------------------------------------------===//

#ifndef CATGRAD_PYTHON_CALL_H
#define CATGRAD_PYTHON_CALL_H

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace catgrad::python {

/// An element type: its name in manifests, DLPack's word for it, and the
/// characters that mean it in the buffer protocol, where it has any.
struct ElementType {
  const char *name;
  nanobind::dlpack::dtype type;
  const char *formats;

  size_t getSize() const { return type.bits / 8; }
};

/// Finds an element type by its name. Throws nanobind::value_error.
const ElementType &getElementType(const char *name);

/// Finds an element type by DLPack's word for it; null for one that compiled
/// functions do not have.
const ElementType *findElementType(nanobind::dlpack::dtype type);

/// Adds what reads and makes arrays on devices.
void addDeviceArrays(nanobind::module_ &module);

} // namespace catgrad::python

#endif // CATGRAD_PYTHON_CALL_H
