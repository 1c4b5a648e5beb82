//===- CheckTest.cpp - What the double finds --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests each check of memory, registers and barriers on a small
// kernel that breaks the rule, and next to it on one that keeps it.

#include "Tests/Gpu.h"

using namespace gpu;

namespace {

class CheckTest : public GpuTest {
protected:
  /// `body` faults with `status` and a report that has all of `words`.
  void expectFault(const std::string &body, CUresult status,
                   std::vector<std::string> texts,
                   const std::string &declarations = "") {
    EXPECT_EQ(runKernel(body, declarations), status) << report();
    texts.push_back("kernel 'k', block (");
    texts.push_back("thread (");
    texts.push_back("line ");
    std::string got = report();
    for (const std::string &text : texts)
      EXPECT_NE(got.find(text), got.npos) << "no '" << text << "' in: " << got;
    EXPECT_EQ(statistics().faults, 1u);
  }
  void restart() {
    TearDown();
    buffers.clear();
    module = nullptr;
    SetUp();
  }
  void expectClean(const std::string &body,
                   const std::string &declarations = "") {
    EXPECT_EQ(runKernel(body, declarations), CUDA_SUCCESS) << report();
    EXPECT_EQ(report(), "");
  }
};

const char *const sharedWords = ".shared .align 4 .b8 s[128];\n";
/// %r5 = the thread's address in s.
const std::string slot = "mov.u32 %r6, s;\n mad.lo.s32 %r5, %r4, 4, %r6;\n";
/// %r8 = the address in s of the thread's left neighbour, around the end.
const std::string neighbour = "add.s32 %r7, %r4, 31;\n and.b32 %r7, %r7, 31;\n"
                              "mad.lo.s32 %r8, %r7, 4, %r6;\n";

TEST_F(CheckTest, GlobalOutOfBounds) {
  expectFault("ld.global.u32 %r5, [%rd3+4];\n st.global.u32 [%rd4], %r5;",
              CUDA_ERROR_ILLEGAL_ADDRESS,
              {"out of bounds", "block (1,0,0), thread (31,0,0)",
               "ld.global.u32 %r5, [%rd3+4];",
               "0 bytes behind the end of an allocation of 256 bytes"});
  // The fault stays until the context goes.
  EXPECT_EQ(api().cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
  CUdeviceptr address;
  EXPECT_EQ(api().cuMemAlloc_v2(&address, 4), CUDA_ERROR_ILLEGAL_ADDRESS);
}

TEST_F(CheckTest, GlobalBeforeTheStart) {
  expectFault("st.global.u32 [%rd4-4], %r1;", CUDA_ERROR_ILLEGAL_ADDRESS,
              {"store", "thread (0,0,0)", "4 bytes before an allocation"});
}

TEST_F(CheckTest, NoAddress) {
  expectFault("mov.u64 %rd6, 0;\n ld.u32 %r5, [%rd6];",
              CUDA_ERROR_ILLEGAL_ADDRESS, {"is no device address"});
}

TEST_F(CheckTest, UseAfterFree) {
  ASSERT_EQ(
      load(kernel("ld.global.u32 %r5, [%rd3];\n st.global.u32 [%rd4], %r5;")),
      CUDA_SUCCESS);
  CUdeviceptr a = 0, b = allocate(128);
  ASSERT_EQ(api().cuMemAlloc_v2(&a, 128), CUDA_SUCCESS);
  ASSERT_EQ(api().cuMemsetD8_v2(a, 0, 128), CUDA_SUCCESS);
  ASSERT_EQ(api().cuMemFree_v2(a), CUDA_SUCCESS);
  CUdeviceptr next = allocate(128);
  EXPECT_NE(next, a); // addresses are never used again
  EXPECT_EQ(launch(function("k"), {1}, {32}, 0, a, b, 32),
            CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_NE(report().find("was freed"), std::string::npos) << report();
}

TEST_F(CheckTest, Misaligned) {
  expectFault("ld.global.u32 %r5, [%rd3+2];", CUDA_ERROR_MISALIGNED_ADDRESS,
              {"misaligned access of 4 bytes"});
}

TEST_F(CheckTest, MisalignedVector) {
  expectFault("setp.ne.s32 %p1, %r2, 1;\n @%p1 ret;\n ld.global.v2.u32 {%r5, "
              "%r6}, [%rd3];",
              CUDA_ERROR_MISALIGNED_ADDRESS,
              {"misaligned access of 8 bytes", "thread (1,0,0)"});
}

// A variable gets the alignment that it asks for and no more: a compiler that
// emits a vector load from it is found out although its index is right.
TEST_F(CheckTest, SharedAlignmentIsExact) {
  const char *body = "mov.u32 %r5, s;\n mov.u32 %r6, 0;\n setp.ne.s32 %p1, "
                     "%r4, 0;\n @%p1 ret;\n"
                     "st.shared.u32 [%r5], %r6;\n st.shared.u32 [%r5+4], %r6;\n"
                     "ld.shared.v2.u32 {%r7, %r8}, [%r5];";
  expectFault(body, CUDA_ERROR_MISALIGNED_ADDRESS,
              {"misaligned access of 8 bytes at shared"},
              ".shared .align 4 .b8 s[128];\n");
}

TEST_F(CheckTest, SharedAlignmentIsEnough) {
  expectClean("mov.u32 %r5, s;\n mov.u32 %r6, 0;\n setp.ne.s32 %p1, %r4, 0;\n "
              "@%p1 ret;\n"
              "st.shared.v2.u32 [%r5], {%r6, %r6};\n ld.shared.v2.u32 {%r7, "
              "%r8}, [%r5];",
              ".shared .align 8 .b8 s[128];\n");
}

TEST_F(CheckTest, SharedOutOfBounds) {
  expectFault(slot + "st.shared.u32 [%r5+4], %r4;", CUDA_ERROR_ILLEGAL_ADDRESS,
              {"out of bounds", "thread (31,0,0)",
               "'s' begins 128 bytes before it and has 128"},
              sharedWords);
}

TEST_F(CheckTest, LocalOutOfBounds) {
  expectFault(".local .align 4 .b8 l[16];\n mov.u32 %r5, l;\n st.local.u32 "
              "[%r5+16], %r4;",
              CUDA_ERROR_ILLEGAL_ADDRESS,
              {"out of bounds", "'l' begins 16 bytes before it"});
}

TEST_F(CheckTest, GenericAddresses) {
  expectClean(".local .align 4 .b8 l[16];\n mov.u64 %rd6, l;\n cvta.local.u64 "
              "%rd7, %rd6;\n"
              "st.u32 [%rd7+8], %r4;\n ld.local.u32 %r5, [l+8];\n"
              "mov.u64 %rd8, s;\n cvta.shared.u64 %rd9, %rd8;\n "
              "isspacep.shared %p1, %rd9;\n"
              "@!%p1 trap;\n isspacep.global %p2, %rd9;\n @%p2 trap;\n"
              "mad.wide.u32 %rd10, %r4, 4, %rd9;\n st.u32 [%rd10], %r5;\n"
              "cvta.to.shared.u64 %rd11, %rd10;\n ld.shared.u32 %r7, [%rd11];\n"
              "st.u32 [%rd4], %r7;",
              sharedWords);
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(words[i], i % 32);
}

TEST_F(CheckTest, ParameterOutOfBounds) {
  EXPECT_EQ(load(kernel("ld.param.u64 %rd6, [n];")), CUDA_ERROR_INVALID_PTX);
  EXPECT_NE(report().find("out of bounds"), std::string::npos) << report();
}

TEST_F(CheckTest, UninitialisedGlobal) {
  ASSERT_EQ(
      load(kernel("ld.global.u32 %r5, [%rd3];\n st.global.u32 [%rd4], %r5;")),
      CUDA_SUCCESS);
  CUdeviceptr a = allocate(128), b = allocate(128);
  option("INIT", "0");
  EXPECT_EQ(launch(function("k"), {1}, {32}, 0, a, b, 32), CUDA_SUCCESS)
      << report();
  option("INIT", "1");
  EXPECT_EQ(launch(function("k"), {1}, {32}, 0, a, b, 32),
            CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_NE(report().find("load of uninitialised memory"), std::string::npos)
      << report();
}

TEST_F(CheckTest, UninitialisedCopy) {
  CUdeviceptr a = allocate(8);
  ASSERT_EQ(api().cuMemsetD8_v2(a, 1, 6), CUDA_SUCCESS);
  uint64_t value = 0;
  EXPECT_EQ(api().cuMemcpyDtoH_v2(&value, a, 6), CUDA_SUCCESS);
  EXPECT_EQ(api().cuMemcpyDtoH_v2(&value, a, 8), CUDA_ERROR_INVALID_VALUE);
  EXPECT_NE(report().find("byte 6 of 8"), std::string::npos) << report();
}

TEST_F(CheckTest, UninitialisedShared) {
  expectFault(slot + "ld.shared.u32 %r9, [%r5];", CUDA_ERROR_LAUNCH_FAILED,
              {"load of uninitialised memory"}, sharedWords);
}

TEST_F(CheckTest, UninitialisedLocal) {
  expectFault(".local .align 4 .b8 l[16];\n st.local.u32 [l], %r1;\n "
              "ld.local.u32 %r5, [l+4];",
              CUDA_ERROR_LAUNCH_FAILED, {"load of uninitialised memory"});
}

TEST_F(CheckTest, UninitialisedRegister) {
  // Only lane 5 has no value.
  expectFault(
      "setp.ne.s32 %p1, %r4, 5;\n @%p1 mov.u32 %r5, 1;\n add.s32 %r6, %r5, 1;",
      CUDA_ERROR_LAUNCH_FAILED, {"read of register %r5", "thread (5,0,0)"});
}

TEST_F(CheckTest, UninitialisedPredicate) {
  expectFault("@%p1 mov.u32 %r5, 1;", CUDA_ERROR_LAUNCH_FAILED,
              {"read of register %p1"});
}

// Compilers move and choose undefined values, which is harmless.
TEST_F(CheckTest, UndefinedValuesMayMove) {
  expectClean("mov.u32 %r6, %r5;\n setp.eq.s32 %p1, %r4, %r4;\n selp.b32 %r7, "
              "%r4, %r6, %p1;\n"
              "st.global.u32 [%rd4], %r7;");
  restart();
  expectFault("mov.u32 %r6, %r5;\n st.global.u32 [%rd4], %r6;",
              CUDA_ERROR_LAUNCH_FAILED, {"read of register %r6"});
}

TEST_F(CheckTest, SharedRace) {
  std::string write = slot + "st.shared.u32 [%r5], %r4;\n",
              read = neighbour +
                     "ld.shared.u32 %r9, [%r8];\n st.global.u32 [%rd4], %r9;";
  expectClean(write + "bar.sync 0;\n" + read, sharedWords);
  EXPECT_EQ(words[0], 31);
  for (const char *schedule : {"0", "1", "2"}) {
    restart();
    option("SCHEDULE", schedule);
    // Within one warp the hardware would happen to do what is meant.
    EXPECT_EQ(runKernel(write + read, sharedWords), CUDA_ERROR_LAUNCH_FAILED);
    EXPECT_NE(report().find(
                  "race in shared memory: this load and a store of thread ("),
              std::string::npos)
        << report();
  }
}

TEST_F(CheckTest, SharedRaceOfAReaderAndAWriter) {
  std::string body = slot + "st.shared.u32 [%r5], %r4;\n bar.sync 0;\n" +
                     neighbour + "ld.shared.u32 %r9, [%r8];\n";
  expectClean(body + "bar.sync 0;\n st.shared.u32 [%r5], %r9;", sharedWords);
  restart();
  expectFault(body + "st.shared.u32 [%r5], %r9;", CUDA_ERROR_LAUNCH_FAILED,
              {"race in shared memory: this store and a load"}, sharedWords);
}

TEST_F(CheckTest, WarpBarrierOrdersTheWarp) {
  expectClean(slot + "st.shared.u32 [%r5], %r4;\n bar.warp.sync -1;\n" +
                  neighbour + "ld.shared.u32 %r9, [%r8];",
              sharedWords);
}

TEST_F(CheckTest, WarpCollectivesOrderOnRequest) {
  std::string body = slot +
                     "st.shared.u32 [%r5], %r4;\n"
                     "shfl.sync.bfly.b32 %r10, %r4, 1, 31, -1;\n" +
                     neighbour + "ld.shared.u32 %r9, [%r8];";
  option("RACES", "warp");
  expectClean(body, sharedWords);
  restart();
  expectFault(body, CUDA_ERROR_LAUNCH_FAILED, {"race in shared memory"},
              sharedWords);
}

TEST_F(CheckTest, SameValueOnRequest) {
  std::string body =
      "mov.u32 %r5, s;\n mov.u32 %r6, 7;\n st.shared.u32 [%r5], %r6;";
  option("RACES", "same-value");
  expectClean(body, sharedWords);
  restart();
  expectFault(body, CUDA_ERROR_LAUNCH_FAILED,
              {"race in shared memory: this store and a store"}, sharedWords);
}

TEST_F(CheckTest, RaceBetweenBlocks) {
  // Each block writes b[0..31]; a barrier doesn't help.
  std::string body = "mul.wide.u32 %rd6, %r4, 4;\n add.s64 %rd7, %rd2, %rd6;\n"
                     "st.global.u32 [%rd7], %r2;\n bar.sync 0;";
  expectFault(body, CUDA_ERROR_LAUNCH_FAILED,
              {"race in global memory: this store and a store of a thread of "
               "another block"});
  restart();
  option("RACES", "shared");
  expectClean(body);
}

TEST_F(CheckTest, RaceOfBytesIsExact) {
  // Neighbouring bytes of a word belong to different threads.
  expectClean("cvt.u64.u32 %rd6, %r2;\n add.s64 %rd7, %rd2, %rd6;\n "
              "cvt.u16.u32 %rs1, %r4;\n"
              "st.global.u8 [%rd7], %rs1;\n ld.global.u8 %rs2, [%rd7];");
}

TEST_F(CheckTest, AtomicsDoNotRaceWithEachOther) {
  expectClean("red.global.add.u32 [%rd2], %r4;");
  EXPECT_EQ(words[0], 2 * 31 * 16);
  restart();
  expectFault("red.global.add.u32 [%rd2], %r4;\n ld.global.u32 %r5, [%rd2];",
              CUDA_ERROR_LAUNCH_FAILED,
              {"race in global memory: this load and a store"});
}

TEST_F(CheckTest, LaunchesAreOrdered) {
  std::string body =
      "ld.global.u32 %r5, [%rd2];\n add.s32 %r5, %r5, 1;\n"
      "setp.eq.s32 %p1, %r2, 0;\n @%p1 st.global.u32 [%rd2], %r5;";
  ASSERT_EQ(load(kernel(body)), CUDA_SUCCESS);
  CUdeviceptr a = upload(std::vector<int>(32)),
              b = upload(std::vector<int>(32));
  // One thread alone; then again, which reads what the first launch wrote.
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(launch(function("k"), {1}, {1}, 0, a, b, 1), CUDA_SUCCESS)
        << report();
  EXPECT_EQ(download<int>(b, 1)[0], 3);
}

TEST_F(CheckTest, NonCoherentLoadOfWhatTheKernelWrites) {
  expectFault("st.global.u32 [%rd4], %r4;\n ld.global.nc.u32 %r5, [%rd4];",
              CUDA_ERROR_LAUNCH_FAILED,
              {"non-coherent load of what the same launch has written"});
}

TEST_F(CheckTest, DivergentBarrier) {
  expectFault("setp.lt.s32 %p1, %r4, 16;\n @%p1 bra L;\n bar.sync 0;\n bra "
              "M;\nL:\n bar.sync 0;\nM:",
              CUDA_ERROR_LAUNCH_FAILED, {"divergent barrier", "waits at line"});
}

TEST_F(CheckTest, BarrierWithoutAThread) {
  expectFault("setp.eq.s32 %p1, %r4, 9;\n @%p1 exit;\n bar.sync 0;",
              CUDA_ERROR_LAUNCH_FAILED,
              {"divergent barrier: thread (9,0,0) has exited without it"});
}

// Lanes that took two ways meet before the barrier.
TEST_F(CheckTest, BarrierAfterABranch) {
  expectClean(
      "setp.lt.s32 %p1, %r4, 16;\n @%p1 bra L;\n mov.u32 %r5, 1;\n bra M;\nL:\n"
      "mov.u32 %r5, 2;\nM:\n bar.sync 0;\n st.global.u32 [%rd4], %r5;");
  EXPECT_EQ(words[15], 2);
  EXPECT_EQ(words[16], 1);
}

TEST_F(CheckTest, CollectiveWithoutALane) {
  expectFault("setp.ge.s32 %p1, %r4, 16;\n @%p1 bra L;\n"
              "shfl.sync.idx.b32 %r5, %r4, 0, 31, -1;\n ret;\nL:\n bar.sync 0;",
              CUDA_ERROR_LAUNCH_FAILED,
              {"divergent collective: waits for thread (16,0,0)"});
}

TEST_F(CheckTest, CollectiveOutsideOfItsMembers) {
  expectFault("vote.sync.ballot.b32 %r5, %p1, 255;", CUDA_ERROR_LAUNCH_FAILED,
              {"not in the member mask", "thread (8,0,0)"});
}

TEST_F(CheckTest, TrapAndTimeout) {
  expectFault("trap;", CUDA_ERROR_LAUNCH_FAILED, {"the kernel trapped"});
  restart();
  option("INSTRUCTIONS", "2000000");
  expectFault("L:\n add.s32 %r1, %r1, 1;\n bra L;", CUDA_ERROR_LAUNCH_TIMEOUT,
              {"ran for more than 2000000 instructions"});
}

// One lane holds a lock that the others of its warp wait for.
TEST_F(CheckTest, LockWithinAWarp) {
  expectClean(
      "L:\n atom.global.cas.b32 %r5, [%rd2], 0, 1;\n setp.ne.s32 %p1, %r5, 0;\n"
      "@%p1 bra L;\n atom.global.add.u32 %r6, [%rd2+4], 1;\n"
      "atom.global.exch.b32 %r7, [%rd2], 0;");
  EXPECT_EQ(words[1], 64);
}

TEST_F(CheckTest, PointerOfAnotherContext) {
  CUdeviceptr foreign = upload(std::vector<int>(64));
  CUcontext other = nullptr;
  ASSERT_EQ(api().cuCtxCreate_v2(&other, 0, 0), CUDA_SUCCESS);
  CUmodule there = nullptr;
  ASSERT_EQ(api().cuModuleLoadData(
                &there, kernel("ld.global.u32 %r5, [%rd3];").c_str()),
            CUDA_SUCCESS);
  CUfunction k = nullptr;
  ASSERT_EQ(api().cuModuleGetFunction(&k, there, "k"), CUDA_SUCCESS);
  EXPECT_EQ(launch(k, {1}, {32}, 0, foreign, foreign, 32),
            CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_NE(report().find("belongs to no allocation of this context"),
            std::string::npos);
  EXPECT_EQ(api().cuCtxDestroy_v2(other), CUDA_ERROR_ILLEGAL_ADDRESS);
  // The first context is not hurt.
  ASSERT_EQ(api().cuCtxSetCurrent(context), CUDA_SUCCESS);
  EXPECT_EQ(api().cuCtxSynchronize(), CUDA_SUCCESS);
  EXPECT_EQ(download<int>(foreign, 1)[0], 0);
}

TEST_F(CheckTest, HostMustNotFollowDevicePointers) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  CUdeviceptr a = upload(std::vector<int>(4));
  EXPECT_DEATH(*reinterpret_cast<volatile int *>(a) = 1, "");
  int value = 0;
  EXPECT_EQ(api().cuMemcpyDtoH_v2(reinterpret_cast<void *>(a), a, 4),
            CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(api().cuMemcpyHtoD_v2(CUdeviceptr(&value), &value, 4),
            CUDA_ERROR_INVALID_VALUE);
}

TEST_F(CheckTest, Leaks) {
  CUcontext other = nullptr;
  ASSERT_EQ(api().cuCtxCreate_v2(&other, 0, 0), CUDA_SUCCESS);
  CUdeviceptr address;
  CUevent event;
  ASSERT_EQ(api().cuMemAlloc_v2(&address, 12), CUDA_SUCCESS);
  ASSERT_EQ(api().cuEventCreate(&event, 0), CUDA_SUCCESS);
  ASSERT_EQ(api().cuCtxDestroy_v2(other), CUDA_SUCCESS);
  EXPECT_EQ(statistics().leaks, 2u);
  EXPECT_NE(report().find("leak: an allocation of 12 bytes"), std::string::npos)
      << report();
  EXPECT_NE(report().find("leak: an event"), std::string::npos) << report();
  api().fakecudaResetStatistics();
  ASSERT_EQ(api().cuCtxSetCurrent(context), CUDA_SUCCESS);
}

} // namespace
