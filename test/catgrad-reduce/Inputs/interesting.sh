#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Exits with 1, "interesting", if catgrad-opt ($1) still reports the error.
! "$1" "$2" --catgrad-derive 2>&1 | grep -q "'tosa.erf' has no reverse derivative"
