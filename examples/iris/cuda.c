//===- cuda.c - trains the classifiers on a GPU --------------------*- C
//-*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// This file trains the four models on an NVIDIA GPU. Data and parameters stay
// on the device; a training step is captured into a CUDA graph once, and the
// graph is launched again and again.
//
//===----------------------------------------------------------------------===//

// For clock_gettime.
#define _POSIX_C_SOURCE 200809L

// Made by catgrad-compile --target=cuda from linear.mlir, simple.mlir, ...
#include "dense.h"
#include "hidden.h"
#include "linear.h"
#include "simple.h"

#include "driver.h"
#include "flowers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_STEPS = 1000000, PARAMETERS = 4, LARGEST = FLOWERS * HIDDEN };

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

// Where things are on the device.
static float *parameter[PARAMETERS];
static float *device_x, *device_label, *device_y, *device_loss;
static void *workspace;
static CUstream stream;

// The initial parameters are drawn on the host.
static float host_parameter[PARAMETERS][LARGEST];

// A step reads the parameters and writes the new ones. Giving it the same
// pointer for both updates them in place.

static void init_linear(const int64_t *seed) {
  linear_init(seed, host_parameter[0], NULL);
}
static int step_linear(void) {
  return linear_step_cuda(parameter[0], device_x, device_label, parameter[0],
                          workspace, stream);
}
static int predict_linear(void) {
  return linear_predict_cuda(parameter[0], device_x, device_y, workspace,
                             stream);
}
static int loss_linear(void) {
  return linear_loss_cuda(parameter[0], device_x, device_label, device_loss,
                          workspace, stream);
}

static void init_simple(const int64_t *seed) {
  simple_init(seed, host_parameter[0], NULL);
}
static int step_simple(void) {
  return simple_step_cuda(parameter[0], device_x, device_label, parameter[0],
                          workspace, stream);
}
static int predict_simple(void) {
  return simple_predict_cuda(parameter[0], device_x, device_y, workspace,
                             stream);
}
static int loss_simple(void) {
  return simple_loss_cuda(parameter[0], device_x, device_label, device_loss,
                          workspace, stream);
}

static void init_dense(const int64_t *seed) {
  dense_init(seed, host_parameter[0], host_parameter[1], NULL);
}
static int step_dense(void) {
  return dense_step_cuda(parameter[0], parameter[1], device_x, device_label,
                         parameter[0], parameter[1], workspace, stream);
}
static int predict_dense(void) {
  return dense_predict_cuda(parameter[0], parameter[1], device_x, device_y,
                            workspace, stream);
}
static int loss_dense(void) {
  return dense_loss_cuda(parameter[0], parameter[1], device_x, device_label,
                         device_loss, workspace, stream);
}

static void init_hidden(const int64_t *seed) {
  hidden_init(seed, host_parameter[0], host_parameter[1], host_parameter[2],
              host_parameter[3], NULL);
}
static int step_hidden(void) {
  return hidden_step_cuda(parameter[0], parameter[1], parameter[2],
                          parameter[3], device_x, device_label, parameter[0],
                          parameter[1], parameter[2], parameter[3], workspace,
                          stream);
}
static int predict_hidden(void) {
  return hidden_predict_cuda(parameter[0], parameter[1], parameter[2],
                             parameter[3], device_x, device_y, workspace,
                             stream);
}
static int loss_hidden(void) {
  return hidden_loss_cuda(parameter[0], parameter[1], parameter[2],
                          parameter[3], device_x, device_label, device_loss,
                          workspace, stream);
}

struct model {
  const char *name;
  size_t sizes[PARAMETERS]; // numbers in each parameter
  int (*load)(void), (*unload)(void);
  const char *(*error_string)(int);
  void (*init)(const int64_t *seed);
  int (*step)(void), (*predict)(void), (*loss)(void);
  size_t (*workspace_bytes[3])(void);
  size_t (*init_workspace_bytes)(void); // on the host
};

#define MODEL(name, ...)                                                       \
  {#name,                                                                      \
   {__VA_ARGS__},                                                              \
   name##_cuda_init,                                                           \
   name##_cuda_shutdown,                                                       \
   name##_cuda_error_string,                                                   \
   init_##name,                                                                \
   step_##name,                                                                \
   predict_##name,                                                             \
   loss_##name,                                                                \
   {name##_step_cuda_workspace_bytes, name##_predict_cuda_workspace_bytes,     \
    name##_loss_cuda_workspace_bytes},                                         \
   name##_init_workspace_bytes}

static const struct model models[] = {
    MODEL(linear, MEASUREMENTS *SPECIES),
    MODEL(simple, MEASUREMENTS *SPECIES),
    MODEL(dense, MEASUREMENTS *SPECIES, FLOWERS *SPECIES),
    MODEL(hidden, MEASUREMENTS *HIDDEN, FLOWERS *HIDDEN, HIDDEN *SPECIES,
          FLOWERS *SPECIES),
};

enum { MODELS = sizeof models / sizeof models[0] };

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

// Ends the program if the driver could not do what `what` says.
static void check(CUresult result, const char *what) {
  const char *text = "unknown error";
  if (result == 0)
    return;
  cuGetErrorString(result, &text);
  fprintf(stderr, "iris-cuda: cannot %s: %s\n", what, text);
  exit(1);
}

// The same for a function of a compiled model.
static void check_model(const struct model *model, int result,
                        const char *what) {
  if (result == 0)
    return;
  fprintf(stderr, "iris-cuda: %s: cannot %s: %s\n", model->name, what,
          model->error_string(result));
  exit(1);
}

static void *allocate(size_t bytes) {
  CUdeviceptr address = 0;
  check(cuMemAlloc(&address, bytes ? bytes : 1), "allocate device memory");
  return (void *)(uintptr_t)address;
}

static void release(void *memory) {
  check(cuMemFree((uintptr_t)memory), "free device memory");
}

static void upload(void *to, const void *from, size_t bytes) {
  check(cuMemcpyHtoD((uintptr_t)to, from, bytes), "copy to the device");
}

static void download(void *to, const void *from, size_t bytes) {
  check(cuStreamSynchronize(stream), "finish the work on the device");
  check(cuMemcpyDtoH(to, (uintptr_t)from, bytes), "copy from the device");
}

//===----------------------------------------------------------------------===//
// Training
//===----------------------------------------------------------------------===//

struct options {
  const char *path, *parameters; // files
  const struct model *only;
  int64_t seed;
  int steps, eager;
};

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1.0e-9 * (double)now.tv_nsec;
}

// One step as a graph: what the driver checks and sends at each launch, it now
// does once.
static CUgraphExec capture_step(const struct model *model) {
  CUgraph graph;
  CUgraphExec executable;
  check(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "begin a capture");
  check_model(model, model->step(), "capture a step");
  check(cuStreamEndCapture(stream, &graph), "end a capture");
  check(cuGraphInstantiate(&executable, graph, 0), "instantiate a graph");
  check(cuGraphDestroy(graph), "destroy a graph");
  return executable;
}

// Returns the seconds for a step.
static double run_steps(const struct model *model,
                        const struct options *options) {
  CUgraphExec graph = options->eager ? NULL : capture_step(model);
  double start = seconds();
  for (int i = 0; i < options->steps; ++i)
    if (graph)
      check(cuGraphLaunch(graph, stream), "launch a graph");
    else
      check_model(model, model->step(), "make a step");
  check(cuStreamSynchronize(stream), "finish the work on the device");
  double elapsed = seconds() - start;
  if (graph)
    check(cuGraphExecDestroy(graph), "destroy a graph");
  return options->steps ? elapsed / options->steps : 0.0;
}

static size_t get_workspace_bytes(const struct model *model) {
  size_t bytes = 0;
  for (int f = 0; f < 3; ++f)
    if (model->workspace_bytes[f]() > bytes)
      bytes = model->workspace_bytes[f]();
  return bytes;
}

static void save_parameters(const struct model *model, FILE *file) {
  for (int p = 0; p < PARAMETERS && model->sizes[p]; ++p) {
    float *values = host_parameter[p];
    download(values, parameter[p], model->sizes[p] * sizeof(float));
    if (file && fwrite(values, sizeof(float), model->sizes[p], file) !=
                    model->sizes[p]) {
      fprintf(stderr, "iris-cuda: cannot write the parameters\n");
      exit(1);
    }
  }
}

static void train(const struct model *model, const struct options *options,
                  FILE *file) {
  float y[FLOWERS * SPECIES], loss;
  check_model(model, model->load(), "load the kernels");
  if (model->init_workspace_bytes()) {
    fprintf(stderr, "iris-cuda: %s_init needs a workspace\n", model->name);
    exit(1);
  }
  model->init(&options->seed);
  for (int p = 0; p < PARAMETERS && model->sizes[p]; ++p) {
    size_t bytes = model->sizes[p] * sizeof(float);
    parameter[p] = allocate(bytes);
    upload(parameter[p], host_parameter[p], bytes);
  }
  workspace = allocate(get_workspace_bytes(model));

  double step = run_steps(model, options);

  check_model(model, model->predict(), "predict");
  check_model(model, model->loss(), "compute the loss");
  download(y, device_y, sizeof y);
  download(&loss, device_loss, sizeof loss);
  save_parameters(model, file);
  printf("%-7s %8.1f%% %10.4f %12.2f us\n", model->name, count_right(y),
         (double)loss, 1.0e6 * step);

  release(workspace);
  for (int p = 0; p < PARAMETERS && model->sizes[p]; ++p)
    release(parameter[p]);
  check_model(model, model->unload(), "unload the kernels");
}

static void train_all(const struct options *options) {
  CUdevice device;
  CUcontext context;
  char name[256];
  FILE *file = NULL;
  read_flowers(options->path);
  if (options->parameters && !(file = fopen(options->parameters, "wb"))) {
    fprintf(stderr, "iris-cuda: cannot write %s\n", options->parameters);
    exit(1);
  }

  load_driver();
  check(cuInit(0), "start CUDA");
  check(cuDeviceGet(&device, 0), "find a device");
  check(cuDeviceGetName(name, sizeof name, device), "name the device");
  check(cuDevicePrimaryCtxRetain(&context, device), "make a context");
  check(cuCtxSetCurrent(context), "use the context");
  check(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING), "make a stream");
  device_x = allocate(sizeof x);
  device_label = allocate(sizeof label);
  device_y = allocate(FLOWERS * SPECIES * sizeof(float));
  device_loss = allocate(sizeof(float));
  upload(device_x, x, sizeof x);
  upload(device_label, label, sizeof label);

  printf("%s, %d steps, seed %lld, %s\n\n", name, options->steps,
         (long long)options->seed,
         options->eager ? "step by step" : "as a graph");
  printf("model    accuracy       loss  time of a step\n");
  for (int m = 0; m < MODELS; ++m)
    if (!options->only || options->only == &models[m])
      train(&models[m], options, file);

  release(device_x);
  release(device_label);
  release(device_y);
  release(device_loss);
  check(cuStreamDestroy(stream), "destroy the stream");
  check(cuDevicePrimaryCtxRelease(device), "release the context");
  if (file && fclose(file)) {
    fprintf(stderr, "iris-cuda: cannot write %s\n", options->parameters);
    exit(1);
  }
}

//===----------------------------------------------------------------------===//
// Command line
//===----------------------------------------------------------------------===//

static int usage(FILE *out) {
  fprintf(out,
          "usage: iris-cuda [--model NAME] [--steps N] [--seed N] [--eager]\n"
          "                 [--parameters FILE] [iris.csv]\n"
          "\n"
          "Trains classifiers of iris flowers on a GPU.\n"
          "\n"
          "  --model NAME       only this one: linear simple dense hidden\n"
          "  --steps N          training steps, 0 to %d (default 1000)\n"
          "  --seed N           seed of the initial parameters (default 1)\n"
          "  --eager            launch each step's kernels, not a graph\n"
          "  --parameters FILE  write the trained parameters, as float\n"
          "  --help             this text\n"
          "  iris.csv           path of the data (default iris.csv)\n",
          MAX_STEPS);
  return out == stderr;
}

int main(int argc, char **argv) {
  struct options options = {"iris.csv", NULL, NULL, 1, 1000, 0};
  for (int i = 1; i < argc; ++i) {
    const char *option = argv[i], *value = argv[i + 1];
    char *end = NULL;
    if (strcmp(option, "--help") == 0)
      return usage(stdout);
    if (strcmp(option, "--eager") == 0) {
      options.eager = 1;
    } else if (strcmp(option, "--model") == 0 && value) {
      for (int m = 0; m < MODELS; ++m)
        if (strcmp(value, models[m].name) == 0)
          options.only = &models[m];
      if (!options.only)
        return usage(stderr);
      ++i;
    } else if (strcmp(option, "--steps") == 0 && value) {
      long steps = strtol(value, &end, 10);
      if (*end || steps < 0 || steps > MAX_STEPS)
        return usage(stderr);
      options.steps = (int)steps;
      ++i;
    } else if (strcmp(option, "--seed") == 0 && value) {
      options.seed = strtoll(value, &end, 10);
      if (*end)
        return usage(stderr);
      ++i;
    } else if (strcmp(option, "--parameters") == 0 && value) {
      options.parameters = value;
      ++i;
    } else if (option[0] == '-') {
      return usage(stderr);
    } else {
      options.path = option;
    }
  }
  train_all(&options);
  return 0;
}
