// RUN: catgrad-translate --catgrad-to-dot --dot-function=f %s | FileCheck %s --check-prefix=F
// RUN: catgrad-translate --catgrad-to-dot --dot-function=f_rev %s | FileCheck %s --check-prefix=REV
// RUN: catgrad-translate --catgrad-to-dot %s | FileCheck %s --check-prefix=ALL
// RUN: catgrad-translate --catgrad-to-dot --dot-max-ops=1 --dot-function=f %s | FileCheck %s --check-prefix=SUMMARY
// RUN: not catgrad-translate --catgrad-to-dot --dot-function=g %s 2>&1 | FileCheck %s --check-prefix=NONE

func.func @f(%x: tensor<2xf32> {catgrad.name = "<x>"}, %unused: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.sigmoid %x : tensor<2xf32>
  %1 = catgrad.multiply %0, %x : tensor<2xf32>
  return %1 : tensor<2xf32>
}
catgrad.derive @f_rev of(@f)

// F:      digraph catgrad {
// F:      label="@f";
// F:      <td port="p0"><font color="#1f4668">&lt;x&gt;</font></td><td port="p1"><font color="#1f4668">input 1</font></td>
// F:      f0_op0 [label="sigmoid", fillcolor="#dbe9f6"
// F:      f0_op1 [label=<<table {{.*}}<td port="i0" {{.*}}<td port="i1" {{.*}}>multiply</td>{{.*}}>, fillcolor="#dbe9f6"
// F:      f0_n0 [shape=point
// F:      f0_inputs:p0:s -> f0_n0 [label="f32[2]"
// F:      f0_n1 [shape=circle
// F:      <td port="p0"><font color="#1f4668">result 0</font></td>
// F:      f0_n0 -> f0_op0 [color
// F:      f0_op0 -> f0_op1:i0:n [label="f32[2]"
// F:      f0_n0 -> f0_op1:i1:n
// F:      f0_op1:o0:s -> f0_results:p0:n

// What depends on the cotangent has another colour.
// REV:     label="@f_rev\nblue: forward part; orange: depends on a cotangent or a label";
// REV:     >&lt;x&gt;</font></td><td port="p1"><font color="#1f4668">input 1</font></td><td port="p2"><font color="#8c4600">cotangent 0</font></td>
// REV-DAG: [label="sigmoid", fillcolor="#dbe9f6"
// REV-DAG: [label="constant\n1", fillcolor="#dbe9f6"
// REV-DAG: >subtract</td>{{.*}}>, fillcolor="#dbe9f6"
// REV-DAG: >multiply</td>{{.*}}>, fillcolor="#fde5cc"
// REV-DAG: >add</td>{{.*}}>, fillcolor="#fde5cc"

// ALL:     subgraph cluster_f0 {
// ALL:     subgraph cluster_f1 {

// SUMMARY:     2 operations: too many to draw (--dot-max-ops)\n\n1 catgrad.multiply\n1 catgrad.sigmoid
// SUMMARY-NOT: f0_op0

// NONE: error: there is no function '@g' with a body to draw
