//===- flowers.h - 150 iris flowers --------------------------------*- C
//-*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// This file declares the data of the example, for the programs that train on
// the CPU and on a GPU.
//
//===----------------------------------------------------------------------===//

#ifndef FLOWERS_H
#define FLOWERS_H

// The compiled models have these sizes built in.
enum { FLOWERS = 150, MEASUREMENTS = 4, SPECIES = 3, HIDDEN = 20 };

extern float x[FLOWERS * MEASUREMENTS];
extern float label[FLOWERS * SPECIES]; // a 1 in the column of the species

// Fills in both from a CSV file. Exits with a message on what is not right in
// it.
void read_flowers(const char *path);

// The percentage of flowers whose largest score is that of their species.
double count_right(const float scores[FLOWERS * SPECIES]);

#endif // FLOWERS_H
