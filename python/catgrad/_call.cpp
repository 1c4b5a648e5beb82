//===- _call.cpp - Calls of native functions ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is the fast way from Python into a compiled function: arrays come
// in by the buffer protocol or by DLPack. What it does not take, it leaves to
// native.py, which takes everything, or says what is wrong.
//===----------------------------------------------------------------------===//

#include "_call.h"

#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <tuple>
#include <utility>
#include <vector>

namespace nb = nanobind;
using namespace catgrad::python;

//===----------------------------------------------------------------------===//
// Element types
//===----------------------------------------------------------------------===//

static constexpr nb::dlpack::dtype dtype(nb::dlpack::dtype_code code,
                                         uint8_t bits) {
  return {static_cast<uint8_t>(code), bits, 1};
}

using Code = nb::dlpack::dtype_code;
static constexpr ElementType elementTypes[] = {
    {"f64", dtype(Code::Float, 64), "d"}, {"f32", dtype(Code::Float, 32), "f"},
    {"f16", dtype(Code::Float, 16), "e"}, {"bf16", dtype(Code::Bfloat, 16), ""},
    {"i64", dtype(Code::Int, 64), "lq"},  {"i32", dtype(Code::Int, 32), "i"},
    {"i16", dtype(Code::Int, 16), "h"},   {"i8", dtype(Code::Int, 8), "b"},
    {"i1", dtype(Code::Bool, 8), "?"}};

const ElementType &catgrad::python::getElementType(const char *name) {
  for (const ElementType &type : elementTypes)
    if (std::strcmp(type.name, name) == 0)
      return type;
  throw nb::value_error("unknown element type");
}

const ElementType *catgrad::python::findElementType(nb::dlpack::dtype dtype) {
  for (const ElementType &type : elementTypes)
    if (type.type == dtype)
      return &type;
  return nullptr;
}

namespace {

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

constexpr size_t kMaxPointers = 64;

struct Input {
  const ElementType *type;
  std::vector<int64_t> shape;
  size_t bytes;
  bool isChanged;
};

struct Output {
  nb::object shape, dtype; // for numpy.empty
  int input;               // that it replaces, or -1
};

struct Function {
  void *address;
  size_t workspaceBytes;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  nb::object empty; // numpy.empty
};

/// Each thread has one, as large as the largest that it has needed.
class Workspace {
public:
  void *get(size_t bytes) {
    constexpr size_t alignment = 64;
    bytes = (bytes + alignment) / alignment * alignment; // never zero
    if (bytes > size) {
      memory.reset(std::aligned_alloc(alignment, bytes));
      size = memory ? bytes : 0;
      if (!memory)
        throw std::bad_alloc();
    }
    return memory.get();
  }

private:
  struct Free {
    void operator()(void *pointer) const { std::free(pointer); }
  };
  std::unique_ptr<void, Free> memory;
  size_t size = 0;
};

thread_local Workspace workspace;

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

using Array = nb::ndarray<nb::c_contig, nb::device::cpu>;
using ReadOnlyArray = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;

/// Holds the memory of the arguments while a call lasts. Objects that have
/// buffers (numpy's, JAX's, Python's own) give them faster than DLPack.
class Arguments {
public:
  ~Arguments() {
    while (numViews)
      PyBuffer_Release(&views[--numViews]);
  }

  /// The memory of an array; null, without an exception, if the array is not
  /// what the function takes.
  void *get(nb::handle value, const Input &input, bool isWritten) {
    bool hasBuffer = PyObject_CheckBuffer(value.ptr());
    void *memory = hasBuffer ? getBuffer(value, input, isWritten) : nullptr;
    if (memory)
      return memory;
    if (!isWritten)
      return getArray<ReadOnlyArray>(value, input);
    // What refuses to be written as a buffer is not asked again: JAX's arrays
    // come by DLPack without a word that they must not be changed.
    return hasBuffer ? nullptr : getArray<Array>(value, input);
  }

private:
  void *getBuffer(nb::handle value, const Input &input, bool isWritten) {
    Py_buffer &view = views[numViews];
    int flags = PyBUF_ND | PyBUF_FORMAT | PyBUF_C_CONTIGUOUS;
    if (PyObject_GetBuffer(value.ptr(), &view,
                           flags | (isWritten ? PyBUF_WRITABLE : 0)) != 0) {
      PyErr_Clear();
      return nullptr;
    }
    ++numViews;
    const char *format = view.format ? view.format : "B";
    if (!format[0] || format[1] || !std::strchr(input.type->formats, format[0]))
      return nullptr;
    if (view.itemsize != static_cast<Py_ssize_t>(input.type->getSize()) ||
        view.ndim != static_cast<int>(input.shape.size()) ||
        !std::equal(input.shape.begin(), input.shape.end(), view.shape))
      return nullptr;
    return checkAddress(view.buf, input);
  }

  template <typename ArrayType>
  void *getArray(nb::handle value, const Input &input) {
    ArrayType array;
    try {
      if (!nb::hasattr(value, "__dlpack__") ||
          !nb::try_cast(getCapsule(value), array, /*convert=*/false))
        return nullptr;
    } catch (nb::python_error &) {
      return nullptr;
    } catch (nb::builtin_exception &) {
      return nullptr;
    }
    if (array.dtype() != input.type->type ||
        array.ndim() != input.shape.size() ||
        !std::equal(input.shape.begin(), input.shape.end(), array.shape_ptr()))
      return nullptr;
    arrays.emplace_back(array);
    return checkAddress(const_cast<void *>(std::as_const(array).data()), input);
  }

  /// An array without elements may have no address, and then needs none.
  static void *checkAddress(void *address, const Input &input) {
    static char nothing[16];
    if (input.bytes == 0)
      return nothing;
    return reinterpret_cast<uintptr_t>(address) % input.type->getSize() == 0
               ? address
               : nullptr;
  }

  Py_buffer views[kMaxPointers];
  size_t numViews = 0;
  std::vector<nb::ndarray<nb::ro>> arrays;
};

/// True if an input that is replaced shares memory with another.
bool overlaps(const Function &function, void *const *pointers) {
  for (size_t i = 0; i < function.inputs.size(); ++i) {
    if (!function.inputs[i].isChanged)
      continue;
    const char *begin = static_cast<const char *>(pointers[i]);
    const char *end = begin + function.inputs[i].bytes;
    for (size_t j = 0; j < function.inputs.size(); ++j) {
      const char *other = static_cast<const char *>(pointers[j]);
      if (i != j && begin < other + function.inputs[j].bytes && other < end)
        return true;
    }
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

template <size_t> using Pointer = void *;

template <size_t... Is>
void invoke(void *address, void *const *pointers, std::index_sequence<Is...>) {
  reinterpret_cast<void (*)(Pointer<Is>...)>(address)(pointers[Is]...);
}

/// Passes more arguments than there may be: in the C calling conventions of
/// x86-64 and AArch64 the caller owns them, and the callee does not notice.
void invoke(void *address, void *const *pointers, size_t count) {
  if (count <= 8)
    invoke(address, pointers, std::make_index_sequence<8>());
  else if (count <= 16)
    invoke(address, pointers, std::make_index_sequence<16>());
  else if (count <= 32)
    invoke(address, pointers, std::make_index_sequence<32>());
  else
    invoke(address, pointers, std::make_index_sequence<kMaxPointers>());
}

/// Makes an array for an output, and gets its memory.
nb::object makeOutput(const Function &function, const Output &output,
                      void **pointer) {
  nb::object array = function.empty(output.shape, output.dtype);
  Py_buffer view;
  if (PyObject_GetBuffer(array.ptr(), &view, PyBUF_WRITABLE) != 0)
    throw nb::python_error();
  *pointer = view.buf; // the array keeps it
  PyBuffer_Release(&view);
  return array;
}

/// The outputs that replace no input, or NotImplemented for arguments that are
/// left to the caller.
nb::object call(const Function &function, const nb::args &values,
                bool isInPlace) {
  size_t numInputs = function.inputs.size();
  if (values.size() != numInputs)
    return nb::borrow(Py_NotImplemented);
  void *pointers[kMaxPointers] = {};
  Arguments arguments;
  for (size_t i = 0; i < numInputs; ++i) {
    const Input &input = function.inputs[i];
    pointers[i] = arguments.get(values[i], input, isInPlace && input.isChanged);
    if (!pointers[i])
      return nb::borrow(Py_NotImplemented);
  }
  if (isInPlace && overlaps(function, pointers))
    return nb::borrow(Py_NotImplemented);

  nb::list results;
  void **next = pointers + numInputs;
  for (const Output &output : function.outputs) {
    if (isInPlace && output.input >= 0)
      *next++ = pointers[output.input];
    else
      results.append(makeOutput(function, output, next++));
  }
  *next++ = workspace.get(function.workspaceBytes);
  {
    nb::gil_scoped_release release;
    invoke(function.address, pointers, static_cast<size_t>(next - pointers));
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

Input readInput(nb::handle description) {
  auto [name, shape, isChanged] =
      nb::cast<std::tuple<nb::str, nb::tuple, bool>>(description);
  Input input = {&getElementType(name.c_str()), {}, 0, isChanged};
  input.bytes = input.type->getSize();
  for (nb::handle size : shape) {
    input.shape.push_back(nb::cast<int64_t>(size));
    input.bytes *= static_cast<size_t>(input.shape.back());
  }
  return input;
}

nb::tuple bind(uintptr_t address, size_t workspaceBytes,
               const nb::tuple &inputs, const nb::tuple &outputs,
               const nb::object &empty) {
  if (inputs.size() + outputs.size() + 1 > kMaxPointers)
    throw nb::value_error("too many arguments");
  auto function = std::make_shared<Function>();
  function->address = reinterpret_cast<void *>(address);
  function->workspaceBytes = workspaceBytes;
  function->empty = empty;
  for (nb::handle input : inputs)
    function->inputs.push_back(readInput(input));
  for (nb::handle output : outputs) {
    auto [shape, dtype, input] =
        nb::cast<std::tuple<nb::object, nb::object, int>>(output);
    function->outputs.push_back({shape, dtype, input});
  }
  return nb::make_tuple(nb::cpp_function([function](const nb::args &values) {
                          return call(*function, values, false);
                        }),
                        nb::cpp_function([function](const nb::args &values) {
                          return call(*function, values, true);
                        }));
}

} // namespace

NB_MODULE(_call, module) {
  // Functions live as long as somebody's variables, at the exit, too.
  nb::set_leak_warnings(false);
  module.def("bind", bind, nb::arg("address"), nb::arg("workspace_bytes"),
             nb::arg("inputs"), nb::arg("outputs"), nb::arg("empty"),
             "Two functions, out of place and in place, for the native one at "
             "an address. Each input is (element type, shape, whether it is "
             "changed), each output (shape, dtype, input it replaces or -1). "
             "Raises ValueError for more than they can take.");
  addDeviceArrays(module);
}
