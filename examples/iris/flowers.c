//===- flowers.c - 150 iris flowers --------------------------------*- C
//-*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// This file reads the data, and names the line and the column of each mistake.
//
//===----------------------------------------------------------------------===//

#include "flowers.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINE = 256 };

float x[FLOWERS * MEASUREMENTS];
float label[FLOWERS * SPECIES];

static int species[FLOWERS];
static const char *const species_names[SPECIES] = {"setosa", "versicolor",
                                                   "virginica"};
static const char *const columns[MEASUREMENTS + 1] = {
    "sepal_length", "sepal_width", "petal_length", "petal_width", "species"};

// Puts one line into `text`, without its end. Returns 0 at the end of the file
// and exits on what cannot be a line of a CSV file.
static int read_line(FILE *file, const char *path, int number,
                     char text[MAX_LINE]) {
  int length = 0;
  int c = getc(file);
  if (c == EOF && !ferror(file))
    return 0;
  for (; c != EOF && c != '\n'; c = getc(file)) {
    if (c == '\0') {
      fprintf(stderr, "%s:%d: unexpected zero byte\n", path, number);
      exit(1);
    }
    if (length == MAX_LINE - 1) {
      fprintf(stderr, "%s:%d: line is longer than %d characters\n", path,
              number, MAX_LINE - 1);
      exit(1);
    }
    text[length++] = (char)c;
  }
  if (ferror(file)) {
    fprintf(stderr, "%s:%d: cannot read: %s\n", path, number, strerror(errno));
    exit(1);
  }
  if (length > 0 && text[length - 1] == '\r') // the file was made on Windows
    --length;
  text[length] = '\0';
  return 1;
}

// Cuts `text` at its commas and points `cells` to the pieces.
static void split_line(const char *path, int number, char *text,
                       char *cells[MEASUREMENTS + 1]) {
  int count = 1;
  cells[0] = text;
  for (char *c = text; *c; ++c) {
    if (*c != ',')
      continue;
    *c = '\0';
    if (count <= MEASUREMENTS)
      cells[count] = c + 1;
    ++count;
  }
  if (count <= MEASUREMENTS) {
    fprintf(stderr,
            "%s:%d: column %s: missing, expected %d columns but got %d\n", path,
            number, columns[count], MEASUREMENTS + 1, count);
    exit(1);
  }
  if (count > MEASUREMENTS + 1) {
    fprintf(stderr, "%s:%d: expected %d columns but got %d\n", path, number,
            MEASUREMENTS + 1, count);
    exit(1);
  }
}

static float read_measurement(const char *path, int line, int column,
                              const char *cell) {
  char *end;
  double value = strtod(cell, &end);
  if (*cell == '\0')
    fprintf(stderr, "%s:%d: column %s: missing value\n", path, line,
            columns[column]);
  else if (end == cell || *end != '\0' || !isfinite(value))
    fprintf(stderr, "%s:%d: column %s: expected a number but got '%s'\n", path,
            line, columns[column], cell);
  else
    return (float)value;
  exit(1);
}

static int read_species(const char *path, int line, const char *cell) {
  for (int s = 0; s < SPECIES; ++s)
    if (strcmp(cell, species_names[s]) == 0)
      return s;
  if (*cell == '\0')
    fprintf(stderr, "%s:%d: column %s: missing value\n", path, line,
            columns[MEASUREMENTS]);
  else
    fprintf(stderr, "%s:%d: column %s: expected %s, %s or %s but got '%s'\n",
            path, line, columns[MEASUREMENTS], species_names[0],
            species_names[1], species_names[2], cell);
  exit(1);
}

void read_flowers(const char *path) {
  char text[MAX_LINE];
  char *cells[MEASUREMENTS + 1];

  FILE *file = fopen(path, "r");
  if (!file) {
    fprintf(stderr, "%s: cannot open: %s\n", path, strerror(errno));
    exit(1);
  }

  if (!read_line(file, path, 1, text)) {
    fprintf(stderr, "%s:1: expected a header but the file is empty\n", path);
    exit(1);
  }
  split_line(path, 1, text, cells);
  for (int c = 0; c <= MEASUREMENTS; ++c) {
    if (strcmp(cells[c], columns[c]) != 0) {
      fprintf(stderr, "%s:1: column %s: expected this name but got '%s'\n",
              path, columns[c], cells[c]);
      exit(1);
    }
  }

  int flower = 0;
  for (; read_line(file, path, flower + 2, text); ++flower) {
    int line = flower + 2;
    if (flower == FLOWERS) {
      fprintf(stderr, "%s:%d: expected %d flowers but got more\n", path, line,
              FLOWERS);
      exit(1);
    }
    split_line(path, line, text, cells);
    for (int c = 0; c < MEASUREMENTS; ++c)
      x[flower * MEASUREMENTS + c] = read_measurement(path, line, c, cells[c]);
    species[flower] = read_species(path, line, cells[MEASUREMENTS]);
    label[flower * SPECIES + species[flower]] = 1.0f;
  }
  if (flower != FLOWERS) {
    fprintf(stderr, "%s:%d: expected %d flowers but the file ends after %d\n",
            path, flower + 2, FLOWERS, flower);
    exit(1);
  }
  fclose(file);
}

double count_right(const float scores[FLOWERS * SPECIES]) {
  int right = 0;
  for (int f = 0; f < FLOWERS; ++f) {
    const float *score = &scores[f * SPECIES];
    int best = 0;
    for (int s = 1; s < SPECIES; ++s)
      if (score[s] > score[best])
        best = s;
    right += best == species[f];
  }
  return 100.0 * right / (double)FLOWERS;
}
