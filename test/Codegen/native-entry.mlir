// RUN: catgrad-opt %s --catgrad-native-entry --split-input-file --verify-diagnostics | FileCheck %s

// In place: the entry copies the parameter unless both pointers are equal, and
// runs the body on the output. Outputs come in the order of the results.
// CHECK-LABEL: func.func @step(
// CHECK-SAME:    %[[W:[a-z0-9]+]]: memref<4xf32>, %[[X:[a-z0-9]+]]: memref<4xf32>,
// CHECK-SAME:    %[[L:[a-z0-9]+]]: memref<f32>, %[[WO:[a-z0-9]+]]: memref<4xf32>, %[[WS:[a-z0-9]+]]: memref<64xi8>)
// CHECK-SAME:    catgrad.kind = "step"
// CHECK-SAME:    catgrad.workspace_bytes = 64
// CHECK-NOT:     llvm.noalias
// CHECK-DAG:     %[[FROM:.*]] = memref.extract_aligned_pointer_as_index %[[W]]
// CHECK-DAG:     %[[TO:.*]] = memref.extract_aligned_pointer_as_index %[[WO]]
// CHECK:         %[[NE:.*]] = arith.cmpi ne, %[[FROM]], %[[TO]]
// CHECK:         scf.if %[[NE]] {
// CHECK-NEXT:      memref.copy %[[W]], %[[WO]]
// CHECK:         call @[[BODY:step_[0-9]+]](%[[WO]], %[[X]], %[[L]], %[[WS]])
// CHECK:       func.func private @[[BODY]](%{{[a-z0-9]+}}: memref<4xf32>,
// CHECK-SAME:    llvm.linkage = #llvm.linkage<internal>
// CHECK:       func.func @step_workspace_bytes() -> i64 {
// CHECK-NEXT:    %[[N:.*]] = arith.constant 64 : i64
// CHECK-NEXT:    return %[[N]] : i64
func.func @step(%w: memref<4xf32> {catgrad.role = "parameter"}, %x: memref<4xf32>,
                %loss: memref<f32> {catgrad.output}, %ws: memref<64xi8>)
    attributes {catgrad.destinations = array<i64: 2, 0>, catgrad.kind = "step", catgrad.workspace_bytes = 64 : i64} {
  return
}

// Nothing in place: the function itself is the entry.
// CHECK-LABEL: func.func @predict(
// CHECK-NEXT:    call @helper()
// CHECK-NEXT:    return
// CHECK:       func.func @predict_workspace_bytes() -> i64
func.func @predict(%x: memref<4xf32>, %y: memref<4xf32> {catgrad.output}, %ws: memref<0xi8>)
    attributes {catgrad.destinations = array<i64: 1>, catgrad.workspace_bytes = 0 : i64} {
  call @helper() : () -> ()
  return
}

// CHECK: func.func private @helper() attributes {llvm.linkage = #llvm.linkage<internal>}
func.func private @helper() {
  return
}

// -----

func.func @f(%ws: memref<0xi8>) attributes {catgrad.destinations = array<i64>, catgrad.workspace_bytes = 0 : i64} {
  return
}
// expected-error @below {{expected another name: it is needed for the workspace size of "f"}}
func.func @f_workspace_bytes(%ws: memref<0xi8>) attributes {catgrad.destinations = array<i64>, catgrad.workspace_bytes = 0 : i64} {
  return
}

// -----

// expected-error @below {{expected destinations and a workspace; run catgrad-add-destinations and catgrad-plan-workspace first}}
func.func @f() {
  return
}
