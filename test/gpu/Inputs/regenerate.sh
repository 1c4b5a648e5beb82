#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# This script compiles the kernels of this folder to the PTX that is checked in
# beside them. It needs nvcc: NVCC=/path/to/nvcc ./regenerate.sh
set -eu
cd "$(dirname "$0")"
for source in *.cu; do
  "${NVCC:-nvcc}" -ptx -arch=sm_80 -O3 --fmad=true -o "${source%.cu}.ptx" "$source"
done
