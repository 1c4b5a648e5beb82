//===- OrderCheckTest.cpp - Races and barriers ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests the checks of order between threads: races, barriers that not
// all threads reach, collectives, and kernels that do not end.

#include "Tests/Check.h"

using namespace gpu;

namespace {

class OrderCheckTest : public CheckTest {};

TEST_F(OrderCheckTest, SharedRace) {
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

TEST_F(OrderCheckTest, SharedRaceOfAReaderAndAWriter) {
  std::string body = slot + "st.shared.u32 [%r5], %r4;\n bar.sync 0;\n" +
                     neighbour + "ld.shared.u32 %r9, [%r8];\n";
  expectClean(body + "bar.sync 0;\n st.shared.u32 [%r5], %r9;", sharedWords);
  restart();
  expectFault(body + "st.shared.u32 [%r5], %r9;", CUDA_ERROR_LAUNCH_FAILED,
              {"race in shared memory: this store and a load"}, sharedWords);
}

TEST_F(OrderCheckTest, WarpBarrierOrdersTheWarp) {
  expectClean(slot + "st.shared.u32 [%r5], %r4;\n bar.warp.sync -1;\n" +
                  neighbour + "ld.shared.u32 %r9, [%r8];",
              sharedWords);
}

TEST_F(OrderCheckTest, WarpCollectivesOrderOnRequest) {
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

TEST_F(OrderCheckTest, SameValueOnRequest) {
  std::string body =
      "mov.u32 %r5, s;\n mov.u32 %r6, 7;\n st.shared.u32 [%r5], %r6;";
  option("RACES", "same-value");
  expectClean(body, sharedWords);
  restart();
  expectFault(body, CUDA_ERROR_LAUNCH_FAILED,
              {"race in shared memory: this store and a store"}, sharedWords);
}

TEST_F(OrderCheckTest, RaceBetweenBlocks) {
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

TEST_F(OrderCheckTest, RaceOfBytesIsExact) {
  // Neighbouring bytes of a word belong to different threads.
  expectClean("cvt.u64.u32 %rd6, %r2;\n add.s64 %rd7, %rd2, %rd6;\n "
              "cvt.u16.u32 %rs1, %r4;\n"
              "st.global.u8 [%rd7], %rs1;\n ld.global.u8 %rs2, [%rd7];");
}

TEST_F(OrderCheckTest, AtomicsDoNotRaceWithEachOther) {
  expectClean("red.global.add.u32 [%rd2], %r4;");
  EXPECT_EQ(words[0], 2 * 31 * 16);
  restart();
  expectFault("red.global.add.u32 [%rd2], %r4;\n ld.global.u32 %r5, [%rd2];",
              CUDA_ERROR_LAUNCH_FAILED,
              {"race in global memory: this load and a store"});
}

TEST_F(OrderCheckTest, LaunchesAreOrdered) {
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

TEST_F(OrderCheckTest, NonCoherentLoadOfWhatTheKernelWrites) {
  expectFault("st.global.u32 [%rd4], %r4;\n ld.global.nc.u32 %r5, [%rd4];",
              CUDA_ERROR_LAUNCH_FAILED,
              {"non-coherent load of what the same launch has written"});
}

TEST_F(OrderCheckTest, DivergentBarrier) {
  expectFault("setp.lt.s32 %p1, %r4, 16;\n @%p1 bra L;\n bar.sync 0;\n bra "
              "M;\nL:\n bar.sync 0;\nM:",
              CUDA_ERROR_LAUNCH_FAILED, {"divergent barrier", "waits at line"});
}

TEST_F(OrderCheckTest, BarrierWithoutAThread) {
  expectFault("setp.eq.s32 %p1, %r4, 9;\n @%p1 exit;\n bar.sync 0;",
              CUDA_ERROR_LAUNCH_FAILED,
              {"divergent barrier: thread (9,0,0) has exited without it"});
}

// Lanes that took two ways meet before the barrier.
TEST_F(OrderCheckTest, BarrierAfterABranch) {
  expectClean(
      "setp.lt.s32 %p1, %r4, 16;\n @%p1 bra L;\n mov.u32 %r5, 1;\n bra M;\nL:\n"
      "mov.u32 %r5, 2;\nM:\n bar.sync 0;\n st.global.u32 [%rd4], %r5;");
  EXPECT_EQ(words[15], 2);
  EXPECT_EQ(words[16], 1);
}

TEST_F(OrderCheckTest, CollectiveWithoutALane) {
  expectFault("setp.ge.s32 %p1, %r4, 16;\n @%p1 bra L;\n"
              "shfl.sync.idx.b32 %r5, %r4, 0, 31, -1;\n ret;\nL:\n bar.sync 0;",
              CUDA_ERROR_LAUNCH_FAILED,
              {"divergent collective: waits for thread (16,0,0)"});
}

TEST_F(OrderCheckTest, CollectiveOutsideOfItsMembers) {
  expectFault("vote.sync.ballot.b32 %r5, %p1, 255;", CUDA_ERROR_LAUNCH_FAILED,
              {"not in the member mask", "thread (8,0,0)"});
}

TEST_F(OrderCheckTest, TrapAndTimeout) {
  expectFault("trap;", CUDA_ERROR_LAUNCH_FAILED, {"the kernel trapped"});
  restart();
  option("INSTRUCTIONS", "2000000");
  expectFault("L:\n add.s32 %r1, %r1, 1;\n bra L;", CUDA_ERROR_LAUNCH_TIMEOUT,
              {"ran for more than 2000000 instructions"});
}

// One lane holds a lock that the others of its warp wait for.
TEST_F(OrderCheckTest, LockWithinAWarp) {
  expectClean(
      "L:\n atom.global.cas.b32 %r5, [%rd2], 0, 1;\n setp.ne.s32 %p1, %r5, 0;\n"
      "@%p1 bra L;\n atom.global.add.u32 %r6, [%rd2+4], 1;\n"
      "atom.global.exch.b32 %r7, [%rd2], 0;");
  EXPECT_EQ(words[1], 64);
}

} // namespace
