//===- _call.h - The compiled part of the Python package --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the sources of the module catgrad._call share.
//===----------------------------------------------------------------------===//

#ifndef CATGRAD_PYTHON_CALL_H
#define CATGRAD_PYTHON_CALL_H

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>
#include <optional>

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

/// Asks an array for a capsule of DLPack, with `stream=` if there is one.
/// Throws what the array's owner raises, and nanobind::type_error for no
/// capsule. nanobind's own way goes on to ask elsewhere when an owner refuses,
/// and then torch gives what it had good reason to keep.
nanobind::capsule getCapsule(nanobind::handle array,
                             std::optional<uintptr_t> stream = std::nullopt);

/// Adds what reads and makes arrays on devices.
void addDeviceArrays(nanobind::module_ &module);

} // namespace catgrad::python

#endif // CATGRAD_PYTHON_CALL_H
