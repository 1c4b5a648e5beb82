/*===- main.c - trains iris on a microcontroller ------------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*===----------------------------------------------------------------------===*|
|* This file calls the C source of examples/iris/linear.mlir on a Cortex-M3 and
|* prints the bits of the parameters: newlib prints no hexadecimal floats. The
|* test writes data.h.
\*===----------------------------------------------------------------------===*/

#include "data.h" /* STEPS, x, label */
#include "linear.h"

#include <stdio.h>
#include <string.h>

/* Where a Cortex-M starts: the stack, and newlib's first function. */
extern void _mainCRTStartup(void);
__attribute__((section(".vectors"), used)) static const struct {
  void *stack;
  void (*reset)(void);
} vectors = {(void *)0x20400000, _mainCRTStartup};

static float w[4 * 3], y[150 * 3];
static unsigned char workspace[LINEAR_STEP_WORKSPACE_BYTES + 1]
    __attribute__((aligned(64)));

static void print_bits(const char *what, const float *values, int count) {
  for (int i = 0; i < count; ++i) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof(bits));
    printf("%s %08lx\n", what, (unsigned long)bits);
  }
}

int main(void) {
  const int64_t seed = 7;
  linear_init(&seed, w, workspace);
  print_bits("init", w, 4 * 3);
  for (int i = 0; i < STEPS; ++i)
    linear_step(w, x, label, w, workspace);
  print_bits("step", w, 4 * 3);
  linear_predict(w, x, y, workspace);
  print_bits("predict", y, 150 * 3);
  return 0;
}
