// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of each operation of arith that has one.
// The values are tested by test/Integration/test_upstream.py.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s


// CHECK-LABEL: func.func @addf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK-NEXT:    return %[[A2]], %[[A2]] : f64, f64
func.func @addf(%x: f64, %y: f64) -> f64 {
  %r = arith.addf %x, %y : f64
  return %r : f64
}
catgrad.derive @addf_rev of(@addf)

// CHECK-LABEL: func.func @subf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.negf %[[A2]] : f64
// CHECK-NEXT:    return %[[A2]], %[[V3]] : f64, f64
func.func @subf(%x: f64, %y: f64) -> f64 {
  %r = arith.subf %x, %y : f64
  return %r : f64
}
catgrad.derive @subf_rev of(@subf)

// CHECK-LABEL: func.func @mulf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[A2]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A2]] : f64
// CHECK-NEXT:    return %[[V3]], %[[V4]] : f64, f64
func.func @mulf(%x: f64, %y: f64) -> f64 {
  %r = arith.mulf %x, %y : f64
  return %r : f64
}
catgrad.derive @mulf_rev of(@mulf)

// CHECK-LABEL: func.func @divf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.divf %[[A2]], %[[A1]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.divf %[[A0]], %[[A1]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[V4]], %[[V3]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.negf %[[V5]] : f64
// CHECK-NEXT:    return %[[V3]], %[[V6]] : f64, f64
func.func @divf(%x: f64, %y: f64) -> f64 {
  %r = arith.divf %x, %y : f64
  return %r : f64
}
catgrad.derive @divf_rev of(@divf)

// CHECK-LABEL: func.func @maximumf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 5.000000e-01 : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[A2]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.cmpf oeq, %[[A0]], %[[A1]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.cmpf ogt, %[[A0]], %[[A1]] : f64
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = arith.select %[[V7]], %[[A2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = arith.select %[[V6]], %[[V5]], %[[V8]] : f64
// CHECK-NEXT:    %[[V10:[a-z0-9_]+]] = arith.cmpf ogt, %[[A1]], %[[A0]] : f64
// CHECK-NEXT:    %[[V11:[a-z0-9_]+]] = arith.select %[[V10]], %[[A2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V12:[a-z0-9_]+]] = arith.select %[[V6]], %[[V5]], %[[V11]] : f64
// CHECK-NEXT:    return %[[V9]], %[[V12]] : f64, f64
func.func @maximumf(%x: f64, %y: f64) -> f64 {
  %r = arith.maximumf %x, %y : f64
  return %r : f64
}
catgrad.derive @maximumf_rev of(@maximumf)

// CHECK-LABEL: func.func @minimumf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 5.000000e-01 : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[A2]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.cmpf oeq, %[[A0]], %[[A1]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.cmpf olt, %[[A0]], %[[A1]] : f64
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = arith.select %[[V7]], %[[A2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = arith.select %[[V6]], %[[V5]], %[[V8]] : f64
// CHECK-NEXT:    %[[V10:[a-z0-9_]+]] = arith.cmpf olt, %[[A1]], %[[A0]] : f64
// CHECK-NEXT:    %[[V11:[a-z0-9_]+]] = arith.select %[[V10]], %[[A2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V12:[a-z0-9_]+]] = arith.select %[[V6]], %[[V5]], %[[V11]] : f64
// CHECK-NEXT:    return %[[V9]], %[[V12]] : f64, f64
func.func @minimumf(%x: f64, %y: f64) -> f64 {
  %r = arith.minimumf %x, %y : f64
  return %r : f64
}
catgrad.derive @minimumf_rev of(@minimumf)

// CHECK-LABEL: func.func @maxnumf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 5.000000e-01 : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[A2]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.cmpf oeq, %[[A0]], %[[A1]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.cmpf ogt, %[[A0]], %[[A1]] : f64
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = arith.select %[[V7]], %[[A2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = arith.select %[[V6]], %[[V5]], %[[V8]] : f64
// CHECK-NEXT:    %[[V10:[a-z0-9_]+]] = arith.cmpf ogt, %[[A1]], %[[A0]] : f64
// CHECK-NEXT:    %[[V11:[a-z0-9_]+]] = arith.select %[[V10]], %[[A2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V12:[a-z0-9_]+]] = arith.select %[[V6]], %[[V5]], %[[V11]] : f64
// CHECK-NEXT:    return %[[V9]], %[[V12]] : f64, f64
func.func @maxnumf(%x: f64, %y: f64) -> f64 {
  %r = arith.maxnumf %x, %y : f64
  return %r : f64
}
catgrad.derive @maxnumf_rev of(@maxnumf)

// CHECK-LABEL: func.func @minnumf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 5.000000e-01 : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[A2]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.cmpf oeq, %[[A0]], %[[A1]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.cmpf olt, %[[A0]], %[[A1]] : f64
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = arith.select %[[V7]], %[[A2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = arith.select %[[V6]], %[[V5]], %[[V8]] : f64
// CHECK-NEXT:    %[[V10:[a-z0-9_]+]] = arith.cmpf olt, %[[A1]], %[[A0]] : f64
// CHECK-NEXT:    %[[V11:[a-z0-9_]+]] = arith.select %[[V10]], %[[A2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V12:[a-z0-9_]+]] = arith.select %[[V6]], %[[V5]], %[[V11]] : f64
// CHECK-NEXT:    return %[[V9]], %[[V12]] : f64, f64
func.func @minnumf(%x: f64, %y: f64) -> f64 {
  %r = arith.minnumf %x, %y : f64
  return %r : f64
}
catgrad.derive @minnumf_rev of(@minnumf)

// CHECK-LABEL: func.func @negf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = arith.negf %[[A1]] : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @negf(%x: f64) -> f64 {
  %r = arith.negf %x : f64
  return %r : f64
}
catgrad.derive @negf_rev of(@negf)

// CHECK-LABEL: func.func @extf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f32, %[[A1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = arith.truncf %[[A1]] : f64 to f32
// CHECK-NEXT:    return %[[V2]] : f32
func.func @extf(%x: f32) -> f64 {
  %r = arith.extf %x : f32 to f64
  return %r : f64
}
catgrad.derive @extf_rev of(@extf)

// CHECK-LABEL: func.func @truncf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f32)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = arith.extf %[[A1]] : f32 to f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @truncf(%x: f64) -> f32 {
  %r = arith.truncf %x : f64 to f32
  return %r : f32
}
catgrad.derive @truncf_rev of(@truncf)

// CHECK-LABEL: func.func @addi_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: i32, %[[A2:[a-z0-9]+]]: i32)
// CHECK-NEXT:    return %[[A2]], %[[A2]] : i32, i32
func.func @addi(%x: i32, %y: i32) -> i32 {
  %r = arith.addi %x, %y : i32
  return %r : i32
}
catgrad.derive @addi_rev of(@addi)

// CHECK-LABEL: func.func @subi_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: i32, %[[A2:[a-z0-9]+]]: i32)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.subi %[[V3]], %[[A2]] : i32
// CHECK-NEXT:    return %[[A2]], %[[V4]] : i32, i32
func.func @subi(%x: i32, %y: i32) -> i32 {
  %r = arith.subi %x, %y : i32
  return %r : i32
}
catgrad.derive @subi_rev of(@subi)

// CHECK-LABEL: func.func @muli_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: i32, %[[A2:[a-z0-9]+]]: i32)
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.muli %[[A1]], %[[A2]] : i32
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.muli %[[A0]], %[[A2]] : i32
// CHECK-NEXT:    return %[[V3]], %[[V4]] : i32, i32
func.func @muli(%x: i32, %y: i32) -> i32 {
  %r = arith.muli %x, %y : i32
  return %r : i32
}
catgrad.derive @muli_rev of(@muli)

// CHECK-LABEL: func.func @select_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i1, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64, %[[A3:[a-z0-9]+]]: f64)
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant false
// CHECK:         %[[V5:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.select %[[A0]], %[[A3]], %[[V5]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.select %[[A0]], %[[V5]], %[[A3]] : f64
// CHECK-NEXT:    return %[[V4]], %[[V6]], %[[V7]] : i1, f64, f64
func.func @select(%c: i1, %x: f64, %y: f64) -> f64 {
  %r = arith.select %c, %x, %y : f64
  return %r : f64
}
catgrad.derive @select_rev of(@select)

// CHECK-LABEL: func.func @constant_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @constant(%x: f64) -> f64 {
  %r = arith.constant 1.0 : f64
  return %r : f64
}
catgrad.derive @constant_rev of(@constant)

// CHECK-LABEL: func.func @mulf_vector_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: vector<4xf32>, %[[A1:[a-z0-9]+]]: vector<4xf32>, %[[A2:[a-z0-9]+]]: vector<4xf32>)
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[A2]] : vector<4xf32>
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A2]] : vector<4xf32>
// CHECK-NEXT:    return %[[V3]], %[[V4]] : vector<4xf32>, vector<4xf32>
func.func @mulf_vector(%x: vector<4xf32>, %y: vector<4xf32>) -> vector<4xf32> {
  %r = arith.mulf %x, %y : vector<4xf32>
  return %r : vector<4xf32>
}
catgrad.derive @mulf_vector_rev of(@mulf_vector)

// CHECK-LABEL: func.func @cmpf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: i1)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @cmpf(%x: f64) -> i1 {
  %r = arith.cmpf ogt, %x, %x : f64
  return %r : i1
}
catgrad.derive @cmpf_rev of(@cmpf)

// CHECK-LABEL: func.func @cmpi_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: i1)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[V2]] : i32
func.func @cmpi(%x: i32) -> i1 {
  %r = arith.cmpi sgt, %x, %x : i32
  return %r : i1
}
catgrad.derive @cmpi_rev of(@cmpi)

// CHECK-LABEL: func.func @sitofp_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[V2]] : i32
func.func @sitofp(%x: i32) -> f64 {
  %r = arith.sitofp %x : i32 to f64
  return %r : f64
}
catgrad.derive @sitofp_rev of(@sitofp)

// CHECK-LABEL: func.func @uitofp_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[V2]] : i32
func.func @uitofp(%x: i32) -> f64 {
  %r = arith.uitofp %x : i32 to f64
  return %r : f64
}
catgrad.derive @uitofp_rev of(@uitofp)

// CHECK-LABEL: func.func @fptosi_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: i32)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @fptosi(%x: f64) -> i32 {
  %r = arith.fptosi %x : f64 to i32
  return %r : i32
}
catgrad.derive @fptosi_rev of(@fptosi)

// CHECK-LABEL: func.func @fptoui_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: i32)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @fptoui(%x: f64) -> i32 {
  %r = arith.fptoui %x : f64 to i32
  return %r : i32
}
catgrad.derive @fptoui_rev of(@fptoui)

// CHECK-LABEL: func.func @extsi_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: i64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[V2]] : i32
func.func @extsi(%x: i32) -> i64 {
  %r = arith.extsi %x : i32 to i64
  return %r : i64
}
catgrad.derive @extsi_rev of(@extsi)

// CHECK-LABEL: func.func @extui_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: i64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[V2]] : i32
func.func @extui(%x: i32) -> i64 {
  %r = arith.extui %x : i32 to i64
  return %r : i64
}
catgrad.derive @extui_rev of(@extui)

// CHECK-LABEL: func.func @trunci_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: i8)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[V2]] : i32
func.func @trunci(%x: i32) -> i8 {
  %r = arith.trunci %x : i32 to i8
  return %r : i8
}
catgrad.derive @trunci_rev of(@trunci)

// CHECK-LABEL: func.func @index_cast_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: index)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[V2]] : i32
func.func @index_cast(%x: i32) -> index {
  %r = arith.index_cast %x : i32 to index
  return %r : index
}
catgrad.derive @index_cast_rev of(@index_cast)

// CHECK-LABEL: func.func @index_castui_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i32, %[[A1:[a-z0-9]+]]: index)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[V2]] : i32
func.func @index_castui(%x: i32) -> index {
  %r = arith.index_castui %x : i32 to index
  return %r : index
}
catgrad.derive @index_castui_rev of(@index_castui)
