/*===- State.c - Where a library is initialised -------------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file loads the kernels into contexts, unloads them, and finds them    *|
|* again. Each call holds one lock, so that threads that initialise the same  *|
|* context at once load one module.                                           *|
\*===----------------------------------------------------------------------===*/

#include "State.h"
#include "Error.h"
#include "Image.h"
#include "Library.h"

#include <pthread.h>

/* A context with a module. An address is used again when a context is
 * destroyed and another one made; the id is not. */
struct entry {
  CUcontext context; /* null: a free entry */
  unsigned long long id;
  CUmodule module;
};

static struct {
  pthread_mutex_t lock;
  int loaded;
  struct catgrad_cuda_driver driver;
  struct entry entries[CATGRAD_CUDA_CONTEXTS];
} state = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int load_driver(void) {
  if (state.loaded)
    return 0;
  int error = catgrad_cuda_load_driver(&state.driver);
  state.loaded = !error;
  return error;
}

static int get_current(struct entry *current) {
  *current = (struct entry){0};
  int error = state.driver.ctx_get_current(&current->context);
  /* The driver has not been started, so that there cannot be a context. */
  if (error == CUDA_ERROR_NOT_INITIALIZED)
    return CATGRAD_CUDA_NO_CONTEXT;
  if (error)
    return error;
  if (!current->context)
    return CATGRAD_CUDA_NO_CONTEXT;
  if (state.driver.ctx_get_id)
    return state.driver.ctx_get_id(current->context, &current->id);
  return 0;
}

/* The entry of that context, or null. */
static struct entry *find(const struct entry *current) {
  for (int i = 0; i < CATGRAD_CUDA_CONTEXTS; ++i)
    if (state.entries[i].context == current->context &&
        state.entries[i].id == current->id)
      return &state.entries[i];
  return NULL;
}

/* An entry that can be overwritten, or null: a free one, or that of a context
 * whose address has been used again, so that it is gone. */
static struct entry *find_room(const struct entry *current) {
  for (int i = 0; i < CATGRAD_CUDA_CONTEXTS; ++i)
    if (state.entries[i].context == current->context)
      return &state.entries[i];
  for (int i = 0; i < CATGRAD_CUDA_CONTEXTS; ++i)
    if (!state.entries[i].context)
      return &state.entries[i];
  return NULL;
}

static CUfunction *get_functions(const struct entry *entry) {
  size_t index = (size_t)(entry - state.entries);
  return catgrad_cuda_library.functions +
         index * catgrad_cuda_library.kernel_count;
}

static int initialise(void) {
  struct entry current;
  int error = load_driver();
  if (!error)
    error = get_current(&current);
  if (error || find(&current))
    return error;
  struct entry *entry = find_room(&current);
  if (!entry)
    return CATGRAD_CUDA_TOO_MANY_CONTEXTS;
  error = catgrad_cuda_load_image(&state.driver, &current.module,
                                  get_functions(entry));
  if (!error)
    *entry = current;
  return error;
}

static int shut_down(void) {
  struct entry current;
  if (!state.loaded)
    return 0;
  int error = get_current(&current);
  if (error)
    return error;
  struct entry *entry = find(&current);
  if (!entry)
    return 0;
  /* Forgotten even if the driver refuses: after a fault of a kernel it does,
   * and the module goes with the context. */
  error = state.driver.module_unload(entry->module);
  *entry = (struct entry){0};
  return error;
}

static int enter(struct catgrad_cuda_scope *scope) {
  struct entry current;
  if (!state.loaded)
    return CATGRAD_CUDA_NOT_INITIALISED;
  int error = get_current(&current);
  if (error)
    return error;
  struct entry *entry = find(&current);
  if (entry) {
    scope->driver = &state.driver;
    scope->functions = get_functions(entry);
    return 0;
  }
  for (int i = 0; i < CATGRAD_CUDA_CONTEXTS; ++i)
    if (state.entries[i].context)
      return CATGRAD_CUDA_WRONG_CONTEXT;
  return CATGRAD_CUDA_NOT_INITIALISED;
}

int catgrad_cuda_init(void) {
  pthread_mutex_lock(&state.lock);
  int error = initialise();
  pthread_mutex_unlock(&state.lock);
  return error;
}

int catgrad_cuda_shutdown(void) {
  pthread_mutex_lock(&state.lock);
  int error = shut_down();
  pthread_mutex_unlock(&state.lock);
  return error;
}

int catgrad_cuda_enter(struct catgrad_cuda_scope *scope) {
  pthread_mutex_lock(&state.lock);
  int error = enter(scope);
  pthread_mutex_unlock(&state.lock);
  return error;
}

const char *catgrad_cuda_error_string(int error) {
#define CATGRAD_CUDA_CASE(name, code, text)                                    \
  case code:                                                                   \
    return text;
  switch (error) {
  case 0:
    return "no error";
    CATGRAD_CUDA_ERRORS(CATGRAD_CUDA_CASE)
  }
#undef CATGRAD_CUDA_CASE
  const char *text = NULL;
  pthread_mutex_lock(&state.lock);
  if (state.loaded && error > 0)
    (void)state.driver.get_error_string(error, &text);
  pthread_mutex_unlock(&state.lock);
  return text ? text : "unknown error of the CUDA driver";
}
