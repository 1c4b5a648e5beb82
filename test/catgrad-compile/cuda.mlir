// What comes out for CUDA, namely kernels as text, the host's code, a header and a
// manifest; the same bytes each time.
// RUN: catgrad-compile %s -o %t.ptx --target=cuda --gpu=sm_90,sm_80,sm_90
// RUN: FileCheck %s --check-prefix=PTX --input-file=%t.ptx
// RUN: catgrad-compile %s -o - --emit=gpu --target=cuda | FileCheck %s --check-prefix=GPU
// RUN: catgrad-compile %s -o - --emit=nvvm --target=cuda | FileCheck %s --check-prefix=NVVM
// RUN: catgrad-compile %s -o - --emit=llvm --target=cuda --cpu=x86-64 --cubin=false | FileCheck %s --check-prefix=LLVM
// RUN: catgrad-compile %s -o %t.o --emit-header %t.h --emit-manifest %t.json --target=cuda --gpu=sm_90,sm_80,sm_90
// RUN: rm -rf %t.again && mkdir %t.again && cp %s %t.again/copy.mlir
// RUN: catgrad-compile %t.again/copy.mlir -o %t.again/cuda.mlir.tmp.o --target=cuda --gpu=sm_80,sm_90
// RUN: cmp %t.o %t.again/cuda.mlir.tmp.o
// RUN: FileCheck %s --check-prefix=HEADER --input-file=%t.h
// RUN: FileCheck %s --check-prefix=MANIFEST --input-file=%t.json
// RUN: catgrad-compile %s -o %t.ptx --emit-kernel-report %t.txt --target=cuda --catgrad-kernel-report 2> %t.err
// RUN: cmp %t.txt %t.err
// RUN: FileCheck %s --check-prefix=REPORT --input-file=%t.err
// RUN: not catgrad-compile %s -o %t.o --catgrad-kernel-report 2>&1 | FileCheck %s --check-prefix=NO-REPORT
// RUN: catgrad-compile %s -o %t.so --target=cuda --time-phases 2>&1 | FileCheck %s --check-prefix=TIMES

// The oldest chip's.
// PTX: .target sm_80
// PTX: .visible .entry [[KERNEL:[a-z_0-9]+]](
// PTX-NOT: .extern .func

// GPU: gpu.launch_func
// NVVM: llvm.func {{.*}}nvvm.kernel

// REPORT: twice: 1 launches, 0 bytes of workspace
// REPORT-NEXT: kernel blocks block shared registers spills bytes operations bound
// REPORT-NEXT: twice_0_points 1 32 0 {{[-0-9]+ [-0-9]+}} 32 4 memory
// NO-REPORT: expected --target=cuda for --catgrad-kernel-report

// Both chips, the older first, and nothing but entries is visible.
// LLVM-NOT: @catgrad_cuda_sm_80_cubin
// LLVM-DAG: @catgrad_cuda_sm_80_ptx = internal {{.*}}constant
// LLVM-DAG: define {{.*}}i32 @twice_cuda(ptr {{[^,]*}}, ptr {{[^,]*}}, ptr {{[^,]*}}, ptr {{[^,]*}})
// LLVM-DAG: define {{.*}}i64 @twice_cuda_workspace_bytes()
// LLVM-DAG: define {{.*}}i32 @cuda_cuda_init()
// LLVM-NOT: define {{.*}}@catgrad_cuda_init(

// HEADER: CATGRAD_CUDA_NO_DRIVER = -1
// HEADER: int {{.*}}_cuda_init(void);
// HEADER: int {{.*}}_cuda_shutdown(void);
// HEADER: const char *{{.*}}_cuda_error_string(int error);
// HEADER: int twice_cuda(const float *stream_1, float *y0, void *workspace, void *stream);
// HEADER: #define TWICE_CUDA_WORKSPACE_BYTES 0

// MANIFEST: "target": "cuda"
// MANIFEST: "chips": [
// MANIFEST-NEXT: "sm_80"
// MANIFEST-NEXT: "sm_90"
// MANIFEST: "symbol": "twice_cuda"
// MANIFEST-NEXT: "target": "cuda"

// TIMES: host llvm
// TIMES: gpu
// TIMES: nvvm
// TIMES: ptx
// TIMES: translate
func.func @twice(%x: tensor<4xf32> {catgrad.name = "stream"}) -> tensor<4xf32> {
  %0 = catgrad.add %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
