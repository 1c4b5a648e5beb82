/*===- _call.c - Calls of native functions ------------------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file is the fast way from Python into a compiled function: arrays come
*|
|* in by the buffer protocol. What it does not take, it leaves to native.py, *|
|* which takes everything, or says what is wrong. It uses the stable ABI, so *|
|* that one binary serves every Python from 3.11. *|
\*===----------------------------------------------------------------------===*/

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { kMaxPointers = 64, kMaxRank = 16, kAlignment = 64 };
static const char kName[] = "catgrad._call";

/* What an input has to be. `formats` lists the characters of struct that mean
 * its element type. */
typedef struct {
  const char *formats;
  Py_ssize_t itemsize;
  int rank;
  Py_ssize_t shape[kMaxRank];
  int isChanged;
} Input;

typedef struct {
  void *address;
  size_t workspaceBytes;
  Py_ssize_t numInputs, numOutputs;
  Input *inputs;
  Py_ssize_t *places;   /* of each output: the input that it replaces, or -1 */
  PyObject *empty;      /* numpy.empty */
  PyObject **arguments; /* of each output: (shape, dtype) for it */
  PyObject *keep;       /* what the pointers above belong to */
} Function;

static void destroyFunction(Function *function) {
  if (!function)
    return;
  if (function->arguments)
    for (Py_ssize_t i = 0; i < function->numOutputs; ++i)
      Py_XDECREF(function->arguments[i]);
  Py_XDECREF(function->empty);
  Py_XDECREF(function->keep);
  free(function->inputs);
  free(function->places);
  free(function->arguments);
  free(function);
}

static void destroyCapsule(PyObject *capsule) {
  destroyFunction(PyCapsule_GetPointer(capsule, kName));
}

/*===----------------------------------------------------------------------===*\
|* Workspaces: one a thread, as large as the largest that it has needed.
\*===----------------------------------------------------------------------===*/

typedef struct {
  size_t size;
  void *memory;
} Workspace;

static pthread_key_t workspaceKey;

static void destroyWorkspace(void *pointer) {
  free(((Workspace *)pointer)->memory);
  free(pointer);
}

/* Null when there is no memory. */
static void *getWorkspace(size_t size) {
  Workspace *workspace = pthread_getspecific(workspaceKey);
  if (!workspace) {
    workspace = calloc(1, sizeof *workspace);
    if (!workspace || pthread_setspecific(workspaceKey, workspace) != 0) {
      free(workspace);
      return NULL;
    }
  }
  size = (size + kAlignment) / kAlignment * kAlignment; /* never zero bytes */
  if (workspace->size < size) {
    void *memory = aligned_alloc(kAlignment, size);
    if (!memory)
      return NULL;
    free(workspace->memory);
    workspace->memory = memory;
    workspace->size = size;
  }
  return workspace->memory;
}

/*===----------------------------------------------------------------------===*\
|* Calls
\*===----------------------------------------------------------------------===*/

#define P4 void *, void *, void *, void *
#define P16 P4, P4, P4, P4
#define A4(i) p[i], p[i + 1], p[i + 2], p[i + 3]
#define A16(i) A4(i), A4(i + 4), A4(i + 8), A4(i + 12)

/* Passes more arguments than there may be: in the C calling conventions of
 * x86-64 and AArch64 the caller owns them, and the callee does not notice. */
static void invoke(void *address, void **p, Py_ssize_t count) {
  if (count <= 8)
    ((void (*)(P4, P4))address)(A4(0), A4(4));
  else if (count <= 16)
    ((void (*)(P16))address)(A16(0));
  else if (count <= 32)
    ((void (*)(P16, P16))address)(A16(0), A16(16));
  else
    ((void (*)(P16, P16, P16, P16))address)(A16(0), A16(16), A16(32), A16(48));
}

/* Gets the memory of an argument. False, without an exception, if it is not
 * what the function takes. */
static int getInput(PyObject *value, const Input *input, int isInPlace,
                    Py_buffer *view) {
  int flags = PyBUF_ND | PyBUF_FORMAT | PyBUF_C_CONTIGUOUS;
  if (isInPlace && input->isChanged)
    flags |= PyBUF_WRITABLE;
  if (PyObject_GetBuffer(value, view, flags) != 0) {
    PyErr_Clear();
    return 0;
  }
  const char *format = view->format ? view->format : "B";
  if (view->itemsize == input->itemsize && view->ndim == input->rank &&
      format[0] && !format[1] && strchr(input->formats, format[0]) &&
      (uintptr_t)view->buf % (size_t)input->itemsize == 0 &&
      (input->rank == 0 ||
       memcmp(view->shape, input->shape,
              (size_t)input->rank * sizeof(Py_ssize_t)) == 0))
    return 1;
  PyBuffer_Release(view);
  return 0;
}

/* True if an input that is replaced shares memory with another. */
static int overlaps(const Function *function, const Py_buffer *views) {
  for (Py_ssize_t i = 0; i < function->numInputs; ++i) {
    if (!function->inputs[i].isChanged)
      continue;
    const char *begin = views[i].buf, *end = begin + views[i].len;
    for (Py_ssize_t j = 0; j < function->numInputs; ++j) {
      const char *other = views[j].buf;
      if (i != j && begin < other + views[j].len && other < end)
        return 1;
    }
  }
  return 0;
}

/* Makes the outputs that replace no input, and lists them. Null and an
 * exception when that fails. */
static PyObject *makeOutputs(const Function *function, int isInPlace,
                             void **pointers) {
  PyObject *list = PyList_New(0);
  for (Py_ssize_t i = 0; list && i < function->numOutputs; ++i) {
    void **pointer = &pointers[function->numInputs + i];
    if (isInPlace && function->places[i] >= 0) {
      *pointer = pointers[function->places[i]];
      continue;
    }
    Py_buffer view;
    PyObject *array =
        PyObject_Call(function->empty, function->arguments[i], NULL);
    if (!array || PyObject_GetBuffer(array, &view, PyBUF_WRITABLE) != 0 ||
        PyList_Append(list, array) != 0) {
      Py_CLEAR(list);
    } else {
      *pointer = view.buf; /* the list keeps it */
      PyBuffer_Release(&view);
    }
    Py_XDECREF(array);
  }
  return list;
}

/* The outputs as a list, or NotImplemented for arguments that are left to the
 * caller. */
static PyObject *call(PyObject *capsule, PyObject *const *values,
                      Py_ssize_t count, int isInPlace) {
  const Function *function = PyCapsule_GetPointer(capsule, kName);
  if (!function)
    return NULL;
  Py_buffer views[kMaxPointers];
  void *pointers[kMaxPointers] = {NULL};
  PyObject *result = NULL;
  Py_ssize_t numViews = 0;
  int isTaken = count == function->numInputs;
  for (; isTaken && numViews < count; ++numViews) {
    if (!getInput(values[numViews], &function->inputs[numViews], isInPlace,
                  &views[numViews])) {
      isTaken = 0;
      break;
    }
    pointers[numViews] = views[numViews].buf;
  }
  if (isTaken && isInPlace && overlaps(function, views))
    isTaken = 0;
  if (!isTaken) {
    result = Py_NewRef(Py_NotImplemented);
  } else {
    void *workspace = getWorkspace(function->workspaceBytes);
    result = workspace ? makeOutputs(function, isInPlace, pointers)
                       : PyErr_NoMemory();
    if (result) {
      Py_ssize_t numPointers = count + function->numOutputs;
      pointers[numPointers] = workspace;
      Py_BEGIN_ALLOW_THREADS;
      invoke(function->address, pointers, numPointers + 1);
      Py_END_ALLOW_THREADS;
    }
  }
  while (numViews > 0)
    PyBuffer_Release(&views[--numViews]);
  return result;
}

static PyObject *callApart(PyObject *capsule, PyObject *const *values,
                           Py_ssize_t count) {
  return call(capsule, values, count, 0);
}

static PyObject *callInPlace(PyObject *capsule, PyObject *const *values,
                             Py_ssize_t count) {
  return call(capsule, values, count, 1);
}

/*===----------------------------------------------------------------------===*\
|* Construction
\*===----------------------------------------------------------------------===*/

static int readInput(PyObject *description, Input *input) {
  PyObject *shape;
  if (!PyArg_ParseTuple(description, "snO!p", &input->formats, &input->itemsize,
                        &PyTuple_Type, &shape, &input->isChanged))
    return 0;
  Py_ssize_t rank = PyTuple_Size(shape);
  if (rank > kMaxRank) {
    PyErr_SetString(PyExc_ValueError, "too many axes");
    return 0;
  }
  input->rank = (int)rank;
  for (Py_ssize_t i = 0; i < rank; ++i)
    input->shape[i] = PyLong_AsSsize_t(PyTuple_GetItem(shape, i));
  return !PyErr_Occurred();
}

static int readOutput(PyObject *description, Function *function, Py_ssize_t i) {
  PyObject *arguments;
  if (!PyArg_ParseTuple(description, "nO!", &function->places[i], &PyTuple_Type,
                        &arguments))
    return 0;
  function->arguments[i] = Py_NewRef(arguments);
  return 1;
}

static PyMethodDef callMethods[] = {
    {"call", (PyCFunction)(void (*)(void))callApart, METH_FASTCALL, NULL},
    {"call_in_place", (PyCFunction)(void (*)(void))callInPlace, METH_FASTCALL,
     NULL}};

PyDoc_STRVAR(bindDoc,
             "bind(address, workspace_bytes, inputs, outputs, empty)\n--\n\n"
             "Two functions, out of place and in place, for the native one at "
             "an address. Each input is (formats, itemsize, shape, changed), "
             "each output (input it replaces or -1, arguments of empty). "
             "Raises ValueError for more than they can take.");

static PyObject *bind(PyObject *module, PyObject *arguments) {
  unsigned long long address, workspaceBytes;
  PyObject *inputs, *outputs, *empty;
  (void)module;
  if (!PyArg_ParseTuple(arguments, "KKO!O!O", &address, &workspaceBytes,
                        &PyTuple_Type, &inputs, &PyTuple_Type, &outputs,
                        &empty))
    return NULL;
  Py_ssize_t numInputs = PyTuple_Size(inputs);
  Py_ssize_t numOutputs = PyTuple_Size(outputs);
  if (numInputs + numOutputs + 1 > kMaxPointers) {
    PyErr_SetString(PyExc_ValueError, "too many arguments");
    return NULL;
  }
  Function *function = calloc(1, sizeof *function);
  if (!function)
    return PyErr_NoMemory();
  function->address = (void *)(uintptr_t)address;
  function->workspaceBytes = (size_t)workspaceBytes;
  function->numInputs = numInputs;
  function->numOutputs = numOutputs;
  function->inputs = calloc((size_t)numInputs + 1, sizeof(Input));
  function->places = calloc((size_t)numOutputs + 1, sizeof(Py_ssize_t));
  function->arguments = calloc((size_t)numOutputs + 1, sizeof(PyObject *));
  function->empty = Py_NewRef(empty);
  function->keep = Py_NewRef(arguments);
  int isRead = function->inputs && function->places && function->arguments;
  if (!isRead)
    PyErr_NoMemory();
  for (Py_ssize_t i = 0; isRead && i < numInputs; ++i)
    isRead = readInput(PyTuple_GetItem(inputs, i), &function->inputs[i]);
  for (Py_ssize_t i = 0; isRead && i < numOutputs; ++i)
    isRead = readOutput(PyTuple_GetItem(outputs, i), function, i);
  PyObject *capsule =
      isRead ? PyCapsule_New(function, kName, destroyCapsule) : NULL;
  if (!capsule) {
    destroyFunction(function);
    return NULL;
  }
  PyObject *apart = PyCFunction_NewEx(&callMethods[0], capsule, NULL);
  PyObject *inPlace = PyCFunction_NewEx(&callMethods[1], capsule, NULL);
  PyObject *both = apart && inPlace ? PyTuple_Pack(2, apart, inPlace) : NULL;
  Py_XDECREF(apart);
  Py_XDECREF(inPlace);
  Py_DECREF(capsule);
  return both;
}

static PyMethodDef methods[] = {{"bind", bind, METH_VARARGS, bindDoc},
                                {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_call", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__call(void) {
  if (pthread_key_create(&workspaceKey, destroyWorkspace) != 0) {
    PyErr_SetString(PyExc_ImportError, "no key for workspaces is left");
    return NULL;
  }
  return PyModule_Create(&module);
}
