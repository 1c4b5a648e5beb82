// RUN: catgrad-opt %s --catgrad-emit-init --split-input-file --verify-diagnostics | FileCheck %s
// RUN: catgrad-opt %s --catgrad-emit-init=call-draws --split-input-file --verify-diagnostics | FileCheck %s --check-prefix=CALLS

// Or all parameters share a function for each distribution.
// CALLS-LABEL: func.func @m_init(
// CALLS:         %[[P0:.*]] = arith.constant 0 : i32
// CALLS-NEXT:    %[[N:.*]] = func.call @normal(%{{.*}}, %[[P0]], %{{.*}}) : (i64, i32, i64) -> f64
// CALLS-NEXT:    %[[STD:.*]] = arith.constant 1.000000e-02 : f64
// CALLS-NEXT:    arith.mulf %[[STD]], %[[N]]
// CALLS:         %[[P2:.*]] = arith.constant 2 : i32
// CALLS-NEXT:    func.call @uniform(%{{.*}}, %[[P2]], %{{.*}}) : (i64, i32, i64) -> f64
// CALLS-LABEL: func.func private @normal(
// CALLS-SAME:    %{{.*}}: i64 {catgrad.name = "seed"}, %{{.*}}: i32 {catgrad.name = "parameter"}, %{{.*}}: i64 {catgrad.name = "element"}) -> f64
// CALLS:         %[[TEN:.*]] = arith.constant 10 : index
// CALLS:         scf.for %{{.*}} = %{{.*}} to %[[TEN]] step
// CALLS-COUNT-2:   arith.mului_extended
// CALLS-NOT:       arith.mului_extended
// CALLS:         math.cos
// CALLS-LABEL: func.func private @uniform(
// CALLS-NOT:     math.
// CALLS:         return

// CHECK-LABEL: func.func @m_step

// CHECK: func.func @m_init(%[[SEED:.*]]: tensor<i64> {catgrad.name = "seed", catgrad.role = "hyper"})
// CHECK-SAME: (tensor<4x3xf32> {catgrad.name = "w", catgrad.role = "parameter"},
// CHECK-SAME: tensor<2xi32> {catgrad.name = "c", catgrad.role = "parameter"},
// CHECK-SAME: tensor<f64> {catgrad.name = "u", catgrad.role = "parameter"},
// CHECK-SAME: tensor<i32> {catgrad.name = "t", catgrad.role = "state"})
// CHECK-SAME: attributes {catgrad.kind = "init", catgrad.learner = "m"}

// Parameter 0: normal. The element's number in row-major order gives the block.
// CHECK: %[[W:.*]] = linalg.generic {{.*}} ins(%[[SEED]] : tensor<i64>) outs(%{{.*}} : tensor<4x3xf32>)
// CHECK: %[[I0:.*]] = linalg.index 0
// CHECK: %[[ROW:.*]] = arith.index_cast %[[I0]]
// CHECK: %[[I1:.*]] = linalg.index 1
// CHECK: %[[COLUMN:.*]] = arith.index_cast %[[I1]]
// CHECK: %[[COLUMNS:.*]] = arith.constant 3 : i64
// CHECK: %[[START:.*]] = arith.muli %[[ROW]], %[[COLUMNS]] : i64
// CHECK: %[[FLAT:.*]] = arith.addi %[[START]], %[[COLUMN]] : i64
// CHECK: arith.shrui %[[FLAT]]
// CHECK: %[[ODD:.*]] = arith.trunci %[[FLAT]] : i64 to i1
// CHECK-COUNT-20: arith.mului_extended
// CHECK-NOT: arith.mului_extended
// CHECK: math.log %{{.*}} : f64
// CHECK: math.sqrt
// CHECK: %[[COS:.*]] = math.cos
// CHECK: %[[SIN:.*]] = math.sin
// CHECK: arith.select %[[ODD]], %[[SIN]], %[[COS]] : f64
// CHECK: %[[STD:.*]] = arith.constant 1.000000e-02 : f64
// CHECK: arith.mulf %[[STD]]
// CHECK: arith.truncf %{{.*}} : f64 to f32

// Parameter 1 is not drawn, but counts.
// CHECK: %[[THREE:.*]] = arith.constant 3 : i32
// CHECK: %[[C:.*]] = linalg.fill ins(%[[THREE]] : i32)

// CHECK: %[[U:.*]] = linalg.generic {{.*}} ins(%[[SEED]] : tensor<i64>) outs(%{{.*}} : tensor<f64>)
// CHECK: arith.constant 2 : i32
// CHECK-NOT: math.
// CHECK-NOT: arith.truncf
// CHECK: linalg.yield
// CHECK: %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK: %[[T:.*]] = linalg.fill ins(%[[ZERO]] : i32)
// CHECK: return %[[W]], %[[C]], %[[U]], %[[T]]
func.func @m_step(
    %w: tensor<4x3xf32> {catgrad.name = "w", catgrad.role = "parameter", catgrad.init = #catgrad.normal<mean = 0.0, std = 1.0e-2>},
    %c: tensor<2xi32> {catgrad.name = "c", catgrad.role = "parameter", catgrad.init = #catgrad.constant<3.0>},
    %u: tensor<f64> {catgrad.name = "u", catgrad.role = "parameter", catgrad.init = #catgrad.uniform<low = -0.5, high = 0.5>},
    %t: tensor<i32> {catgrad.name = "t", catgrad.role = "state"},
    %x: tensor<2x4xf32> {catgrad.name = "x", catgrad.role = "input"})
    -> (tensor<4x3xf32>, tensor<2xi32>, tensor<f64>, tensor<i32>)
    attributes {catgrad.learner = "m", catgrad.kind = "step"} {
  return %w, %c, %u, %t : tensor<4x3xf32>, tensor<2xi32>, tensor<f64>, tensor<i32>
}

// CHECK-NOT: _init
func.func @predict(%x: tensor<3xf32>) -> tensor<3xf32> attributes {catgrad.learner = "m", catgrad.kind = "predict"} {
  return %x : tensor<3xf32>
}

// -----

// Small floats are those of f32, rounded once more.
// CHECK-LABEL: func.func @small_init(
// CHECK:         %[[F32:.*]] = arith.truncf %{{.*}} : f64 to f32
// CHECK-NEXT:    arith.truncf %[[F32]] : f32 to f16
// CHECK:         %[[F32:.*]] = arith.truncf %{{.*}} : f64 to f32
// CHECK-NEXT:    arith.truncf %[[F32]] : f32 to bf16
// CHECK:         arith.constant -7 : i8
func.func @small_step(
    %a: tensor<3xf16> {catgrad.name = "a", catgrad.role = "parameter", catgrad.init = #catgrad.uniform<low = -0.5, high = 0.5>},
    %b: tensor<3xbf16> {catgrad.name = "b", catgrad.role = "parameter", catgrad.init = #catgrad.normal<mean = 0.0, std = 0.5>},
    %c: tensor<3xi8> {catgrad.name = "c", catgrad.role = "parameter", catgrad.init = #catgrad.constant<-7.0>})
    -> (tensor<3xf16>, tensor<3xbf16>, tensor<3xi8>) attributes {catgrad.learner = "small", catgrad.kind = "step"} {
  return %a, %b, %c : tensor<3xf16>, tensor<3xbf16>, tensor<3xi8>
}

// -----

// expected-error @below {{argument #0 is a parameter: expected attribute 'catgrad.init'}}
func.func @m_step(%w: tensor<3xf32> {catgrad.role = "parameter"}) -> tensor<3xf32>
    attributes {catgrad.learner = "m", catgrad.kind = "step"} {
  return %w : tensor<3xf32>
}

// -----

// expected-error @below {{argument #0}}
func.func @m_step(%w: tensor<3xi32> {catgrad.role = "parameter", catgrad.init = #catgrad.uniform<low = 0.0, high = 1.0>}) -> tensor<3xi32>
    attributes {catgrad.learner = "m", catgrad.kind = "step"} {
  return %w : tensor<3xi32>
}

// -----

func.func @m_step(%w: tensor<3xf32> {catgrad.role = "parameter", catgrad.init = #catgrad.zeros}) -> tensor<3xf32>
    attributes {catgrad.learner = "m", catgrad.kind = "step"} {
  return %w : tensor<3xf32>
}
// expected-error @below {{has the name of the initial values of learner 'm'}}
func.func @m_init(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
