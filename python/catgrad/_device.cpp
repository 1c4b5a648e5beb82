//===- _device.cpp - Arrays on devices ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file reads the arrays that other libraries have on a device, and gives
// them ours, both by DLPack. cuda.py says what a function does with them.
//===----------------------------------------------------------------------===//

#include "_call.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nb = nanobind;
using namespace catgrad::python;

nb::capsule catgrad::python::getCapsule(nb::handle array,
                                        std::optional<uintptr_t> stream) {
  nb::object method = array.attr("__dlpack__");
  nb::dict words;
  if (stream)
    words["stream"] = *stream;
  words["max_version"] = nb::make_tuple(nb::dlpack::major_version, 0);
  nb::object capsule;
  try {
    capsule = method(**words);
  } catch (nb::python_error &error) {
    // A library that knows nothing of DLPack 1.0.
    if (!error.matches(PyExc_TypeError))
      throw;
    PyDict_DelItemString(words.ptr(), "max_version");
    capsule = method(**words);
  }
  if (!nb::isinstance<nb::capsule>(capsule))
    throw nb::type_error("expected __dlpack__ to return a capsule");
  return nb::borrow<nb::capsule>(capsule);
}

namespace {

/// An array of another library, kept alive.
class View {
public:
  /// Takes what `__dlpack__` gave. Throws nanobind::value_error for other
  /// capsules.
  explicit View(const nb::capsule &capsule) {
    // An array that may not be changed is none without `ro`, and is left alone.
    nb::ndarray<> writable;
    isWritable = nb::try_cast(capsule, writable, /*convert=*/false);
    if (isWritable)
      array = nb::ndarray<nb::ro>(writable);
    else if (!nb::try_cast(capsule, array, /*convert=*/false))
      throw nb::value_error("expected a capsule of DLPack");
  }

  /// Whoever frees the array may be Python, and an exception under way.
  ~View() {
    nb::error_scope scope;
    array = {};
  }
  View(const View &) = delete;
  View &operator=(const View &) = delete;

  uintptr_t getAddress() const {
    return reinterpret_cast<uintptr_t>(array.data());
  }

  /// The name of the element type, if compiled functions have it.
  std::optional<std::string> getType() const {
    if (const ElementType *type = findElementType(array.dtype()))
      return type->name;
    return std::nullopt;
  }

  nb::tuple getShape() const {
    nb::list shape;
    for (size_t i = 0; i < array.ndim(); ++i)
      shape.append(array.shape(i));
    return nb::tuple(shape);
  }

  bool isContiguous() const {
    int64_t step = 1;
    for (size_t i = array.ndim(); i-- > 0;) {
      if (array.shape(i) != 1 && array.stride(i) != step && array.size() > 0)
        return false;
      step *= static_cast<int64_t>(array.shape(i));
    }
    return true;
  }

  nb::ndarray<nb::ro> array;
  bool isWritable;
  bool isFitting = false; // the input that it was read for
};

/// Asks arrays for their memory, for an input of one type and shape.
class Reader {
public:
  Reader(const char *type, const nb::tuple &sizes)
      : type(getElementType(type)) {
    for (nb::handle size : sizes)
      shape.push_back(nb::cast<int64_t>(size));
  }

  /// The memory of an array, ready for a stream of the driver. Throws what the
  /// array's owner raises.
  std::unique_ptr<View> read(nb::handle value, uintptr_t stream) const {
    // In DLPack the default stream is 1.
    auto view = std::make_unique<View>(getCapsule(value, stream ? stream : 1));
    view->isFitting =
        view->array.dtype() == type.type &&
        view->array.ndim() == shape.size() &&
        std::equal(shape.begin(), shape.end(), view->array.shape_ptr()) &&
        view->isContiguous();
    return view;
  }

private:
  const ElementType &type;
  std::vector<int64_t> shape;
};

/// Memory on a CUDA device as an object that has `__dlpack__`.
nb::ndarray<nb::array_api, nb::device::cuda>
wrap(uintptr_t address, const char *type, const nb::tuple &shape, int device,
     const nb::object &owner) {
  std::vector<size_t> sizes;
  for (nb::handle size : shape)
    sizes.push_back(nb::cast<size_t>(size));
  return nb::ndarray<nb::array_api, nb::device::cuda>(
      reinterpret_cast<void *>(address), sizes.size(), sizes.data(), owner,
      /*strides=*/nullptr, getElementType(type).type, nb::device::cuda::value,
      device);
}

} // namespace

void catgrad::python::addDeviceArrays(nb::module_ &module) {
  nb::class_<View>(module, "View")
      .def_prop_ro("address", &View::getAddress)
      .def_prop_ro("type", &View::getType)
      .def_prop_ro("shape", &View::getShape)
      .def_prop_ro("contiguous", &View::isContiguous)
      .def_ro("writable", &View::isWritable)
      .def_ro("fits", &View::isFitting);
  nb::class_<Reader>(module, "Reader")
      .def(nb::init<const char *, nb::tuple>(), nb::arg("type"),
           nb::arg("shape"))
      .def("read", &Reader::read, nb::arg("value"), nb::arg("stream"));
  module.def("wrap", wrap, nb::arg("address"), nb::arg("type"),
             nb::arg("shape"), nb::arg("device"), nb::arg("owner"));
}
