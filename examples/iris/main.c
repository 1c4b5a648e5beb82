//===- main.c - trains four classifiers of iris flowers -----------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// This file is the training program: it calls the compiled training step again
// and again, and shows how the model improves. flowers.c reads the data.
// It needs libc and the four compiled models, nothing else, and it allocates
// no memory.
//
//===----------------------------------------------------------------------===//

// For clock_gettime, isatty and fileno.
#define _POSIX_C_SOURCE 200809L

// Made by catgrad-compile from linear.mlir, simple.mlir, ...
#include "dense.h"
#include "hidden.h"
#include "linear.h"
#include "simple.h"

#include "flowers.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_STEPS = 1000000, MAX_WORKSPACE = 1 << 18 };

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

static float y[FLOWERS * SPECIES]; // what the model says
static float loss;

// A compiled function allocates nothing: its caller lends it memory. This one
// block serves every function in turn; `workspace` is its first address that is
// a multiple of 64.
static unsigned char workspace_memory[MAX_WORKSPACE + 63];
static void *workspace;

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//
//
// A step reads the parameters and writes the new ones. Giving it the same
// pointer for both updates them in place.

static float linear_w[MEASUREMENTS * SPECIES];

static void init_linear(const int64_t *seed) {
  linear_init(seed, linear_w, workspace);
}
static void step_linear(void) {
  linear_step(linear_w, x, label, linear_w, workspace);
}
static void predict_linear(void) { linear_predict(linear_w, x, y, workspace); }
static void loss_linear(void) {
  linear_loss(linear_w, x, label, &loss, workspace);
}

static float simple_w[MEASUREMENTS * SPECIES];

static void init_simple(const int64_t *seed) {
  simple_init(seed, simple_w, workspace);
}
static void step_simple(void) {
  simple_step(simple_w, x, label, simple_w, workspace);
}
static void predict_simple(void) { simple_predict(simple_w, x, y, workspace); }
static void loss_simple(void) {
  simple_loss(simple_w, x, label, &loss, workspace);
}

static float dense_w[MEASUREMENTS * SPECIES];
static float dense_b[FLOWERS * SPECIES];

static void init_dense(const int64_t *seed) {
  dense_init(seed, dense_w, dense_b, workspace);
}
static void step_dense(void) {
  dense_step(dense_w, dense_b, x, label, dense_w, dense_b, workspace);
}
static void predict_dense(void) {
  dense_predict(dense_w, dense_b, x, y, workspace);
}
static void loss_dense(void) {
  dense_loss(dense_w, dense_b, x, label, &loss, workspace);
}

static float hidden_w1[MEASUREMENTS * HIDDEN];
static float hidden_b1[FLOWERS * HIDDEN];
static float hidden_w2[HIDDEN * SPECIES];
static float hidden_b2[FLOWERS * SPECIES];

static void init_hidden(const int64_t *seed) {
  hidden_init(seed, hidden_w1, hidden_b1, hidden_w2, hidden_b2, workspace);
}
static void step_hidden(void) {
  hidden_step(hidden_w1, hidden_b1, hidden_w2, hidden_b2, x, label, hidden_w1,
              hidden_b1, hidden_w2, hidden_b2, workspace);
}
static void predict_hidden(void) {
  hidden_predict(hidden_w1, hidden_b1, hidden_w2, hidden_b2, x, y, workspace);
}
static void loss_hidden(void) {
  hidden_loss(hidden_w1, hidden_b1, hidden_w2, hidden_b2, x, label, &loss,
              workspace);
}

enum { FUNCTIONS = 4 };

struct model {
  const char *name;
  size_t parameters; // how many numbers are trained
  void (*init)(const int64_t *seed);
  void (*step)(void);
  void (*predict)(void);
  void (*loss)(void);
  size_t (*workspace_bytes[FUNCTIONS])(void); // in the order of the above
};

static const struct model models[] = {
    {"linear",
     sizeof linear_w / sizeof(float),
     init_linear,
     step_linear,
     predict_linear,
     loss_linear,
     {linear_init_workspace_bytes, linear_step_workspace_bytes,
      linear_predict_workspace_bytes, linear_loss_workspace_bytes}},
    {"simple",
     sizeof simple_w / sizeof(float),
     init_simple,
     step_simple,
     predict_simple,
     loss_simple,
     {simple_init_workspace_bytes, simple_step_workspace_bytes,
      simple_predict_workspace_bytes, simple_loss_workspace_bytes}},
    {"dense",
     (sizeof dense_w + sizeof dense_b) / sizeof(float),
     init_dense,
     step_dense,
     predict_dense,
     loss_dense,
     {dense_init_workspace_bytes, dense_step_workspace_bytes,
      dense_predict_workspace_bytes, dense_loss_workspace_bytes}},
    {"hidden",
     (sizeof hidden_w1 + sizeof hidden_b1 + sizeof hidden_w2 +
      sizeof hidden_b2) /
         sizeof(float),
     init_hidden,
     step_hidden,
     predict_hidden,
     loss_hidden,
     {hidden_init_workspace_bytes, hidden_step_workspace_bytes,
      hidden_predict_workspace_bytes, hidden_loss_workspace_bytes}},
};

enum { MODELS = sizeof models / sizeof models[0] };

//===----------------------------------------------------------------------===//
// Training
//===----------------------------------------------------------------------===//

struct outcome {
  float loss;
  double accuracy; // percent
  double step;     // seconds
};

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1.0e-9 * (double)now.tv_nsec;
}

static double accuracy(const struct model *model) {
  model->predict();
  return count_right(y);
}

static void show_progress(const struct model *model, int done, int steps,
                          int terminal) {
  enum { WIDTH = 30 };
  int full = steps == 0 ? WIDTH : (int)((long)WIDTH * done / steps);
  model->loss();
  printf("%s%-7s[", terminal ? "\r" : "", model->name);
  for (int i = 0; i < WIDTH; ++i)
    putchar(i < full ? '#' : '.');
  printf("] %4d/%d  loss %9.4f  accuracy %5.1f%%", done, steps, (double)loss,
         accuracy(model));
  if (!terminal || done == steps)
    putchar('\n');
  fflush(stdout);
}

static int compare_floats(const void *left, const void *right) {
  float a = *(const float *)left, b = *(const float *)right;
  return (a > b) - (a < b);
}

static struct outcome train(const struct model *model, int64_t seed,
                            int steps) {
  static float step_times[MAX_STEPS];
  int terminal = isatty(fileno(stdout));
  int ticks = terminal ? 100 : 4;
  int next = 0;

  model->init(&seed);
  for (int done = 0; done < steps; ++done) {
    // Looking at the model takes longer than training it: do so now and then.
    if (done == (int)((long long)steps * next / ticks)) {
      show_progress(model, done, steps, terminal);
      while (done >= (int)((long long)steps * next / ticks))
        ++next;
    }
    double start = seconds();
    model->step();
    step_times[done] = (float)(seconds() - start);
  }
  show_progress(model, steps, steps, terminal);

  struct outcome outcome = {loss, accuracy(model), 0.0};
  if (steps > 0) {
    qsort(step_times, (size_t)steps, sizeof step_times[0], compare_floats);
    outcome.step = (double)step_times[steps / 2];
  }
  return outcome;
}

//===----------------------------------------------------------------------===//
// Command line
//===----------------------------------------------------------------------===//

static void print_usage(FILE *file) {
  fprintf(file, "usage: iris [--model NAME] [--steps N] [--seed N] [iris.csv]\n"
                "\n"
                "Trains classifiers of iris flowers.\n"
                "\n"
                "  --model NAME  only this one:");
  for (int m = 0; m < MODELS; ++m)
    fprintf(file, " %s", models[m].name);
  fprintf(file,
          "\n"
          "  --steps N     training steps, 0 to %d (default 1000)\n"
          "  --seed N      seed of the initial parameters (default 1)\n"
          "  --help        this text\n"
          "  iris.csv      path of the data (default iris.csv)\n",
          MAX_STEPS);
}

static long long read_integer(const char *option, const char *text,
                              long long low, long long high) {
  char *end = NULL;
  errno = 0;
  long long value = text ? strtoll(text, &end, 10) : 0;
  if (!text || end == text || *end != '\0' || errno == ERANGE || value < low ||
      value > high) {
    fprintf(stderr,
            "iris: %s: expected an integer from %lld to %lld but got %s\n",
            option, low, high, text ? text : "nothing");
    exit(1);
  }
  return value;
}

static const struct model *find_model(const char *name) {
  for (int m = 0; name && m < MODELS; ++m)
    if (strcmp(name, models[m].name) == 0)
      return &models[m];
  fprintf(stderr, "iris: --model: expected one of");
  for (int m = 0; m < MODELS; ++m)
    fprintf(stderr, " %s", models[m].name);
  fprintf(stderr, " but got %s\n", name ? name : "nothing");
  exit(1);
}

int main(int argc, char **argv) {
  const char *path = NULL;
  const struct model *only = NULL;
  int64_t seed = 1;
  int steps = 1000;

  for (int i = 1; i < argc; ++i) {
    // The argument after the last is null, which each reader reports.
    if (strcmp(argv[i], "--help") == 0) {
      print_usage(stdout);
      return 0;
    }
    if (strcmp(argv[i], "--model") == 0) {
      only = find_model(argv[++i]);
    } else if (strcmp(argv[i], "--steps") == 0) {
      steps = (int)read_integer("--steps", argv[i + 1], 0, MAX_STEPS);
      ++i;
    } else if (strcmp(argv[i], "--seed") == 0) {
      seed = read_integer("--seed", argv[i + 1], INT64_MIN, INT64_MAX);
      ++i;
    } else if (argv[i][0] == '-' || path) {
      fprintf(stderr, "iris: unexpected argument '%s'\n", argv[i]);
      print_usage(stderr);
      return 1;
    } else {
      path = argv[i];
    }
  }

  uintptr_t address = (uintptr_t)workspace_memory;
  workspace = workspace_memory + (64 - address % 64) % 64;
  for (int m = 0; m < MODELS; ++m) {
    for (int f = 0; f < FUNCTIONS; ++f) {
      if (models[m].workspace_bytes[f]() > MAX_WORKSPACE) {
        fprintf(stderr, "iris: %s needs a workspace of %lu bytes\n",
                models[m].name, (unsigned long)models[m].workspace_bytes[f]());
        return 1;
      }
    }
  }

  read_flowers(path ? path : "iris.csv");

  struct outcome outcomes[MODELS];
  for (int m = 0; m < MODELS; ++m)
    if (!only || only == &models[m])
      outcomes[m] = train(&models[m], seed, steps);

  printf("\nmodel   parameters  accuracy       loss  time of a step  workspace"
         "\n");
  for (int m = 0; m < MODELS; ++m) {
    if (only && only != &models[m])
      continue;
    printf("%-7s %10lu %8.1f%% %10.4f %12.2f us %7lu B\n", models[m].name,
           (unsigned long)models[m].parameters, outcomes[m].accuracy,
           (double)outcomes[m].loss, 1.0e6 * outcomes[m].step,
           (unsigned long)models[m].workspace_bytes[1]());
  }
  printf("\n%d steps, seed %lld; the time is the median of the steps' times\n",
         steps, (long long)seed);
  return 0;
}
