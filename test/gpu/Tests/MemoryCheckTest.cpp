//===- MemoryCheckTest.cpp - Accesses that are wrong ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests the checks of memory and registers on a small kernel that
// breaks the rule, and next to it on one that keeps it.

#include "Tests/Check.h"

using namespace gpu;

namespace {

class MemoryCheckTest : public CheckTest {};

TEST_F(MemoryCheckTest, GlobalOutOfBounds) {
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

TEST_F(MemoryCheckTest, GlobalBeforeTheStart) {
  expectFault("st.global.u32 [%rd4-4], %r1;", CUDA_ERROR_ILLEGAL_ADDRESS,
              {"store", "thread (0,0,0)", "4 bytes before an allocation"});
}

TEST_F(MemoryCheckTest, NoAddress) {
  expectFault("mov.u64 %rd6, 0;\n ld.u32 %r5, [%rd6];",
              CUDA_ERROR_ILLEGAL_ADDRESS, {"is no device address"});
}

TEST_F(MemoryCheckTest, UseAfterFree) {
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

TEST_F(MemoryCheckTest, Misaligned) {
  expectFault("ld.global.u32 %r5, [%rd3+2];", CUDA_ERROR_MISALIGNED_ADDRESS,
              {"misaligned access of 4 bytes"});
}

TEST_F(MemoryCheckTest, MisalignedVector) {
  expectFault("setp.ne.s32 %p1, %r2, 1;\n @%p1 ret;\n ld.global.v2.u32 {%r5, "
              "%r6}, [%rd3];",
              CUDA_ERROR_MISALIGNED_ADDRESS,
              {"misaligned access of 8 bytes", "thread (1,0,0)"});
}

// A variable gets the alignment that it asks for and no more: a compiler that
// emits a vector load from it is found out although its index is right.
TEST_F(MemoryCheckTest, SharedAlignmentIsExact) {
  const char *body = "mov.u32 %r5, s;\n mov.u32 %r6, 0;\n setp.ne.s32 %p1, "
                     "%r4, 0;\n @%p1 ret;\n"
                     "st.shared.u32 [%r5], %r6;\n st.shared.u32 [%r5+4], %r6;\n"
                     "ld.shared.v2.u32 {%r7, %r8}, [%r5];";
  expectFault(body, CUDA_ERROR_MISALIGNED_ADDRESS,
              {"misaligned access of 8 bytes at shared"},
              ".shared .align 4 .b8 s[128];\n");
}

TEST_F(MemoryCheckTest, SharedAlignmentIsEnough) {
  expectClean("mov.u32 %r5, s;\n mov.u32 %r6, 0;\n setp.ne.s32 %p1, %r4, 0;\n "
              "@%p1 ret;\n"
              "st.shared.v2.u32 [%r5], {%r6, %r6};\n ld.shared.v2.u32 {%r7, "
              "%r8}, [%r5];",
              ".shared .align 8 .b8 s[128];\n");
}

TEST_F(MemoryCheckTest, SharedOutOfBounds) {
  expectFault(slot + "st.shared.u32 [%r5+4], %r4;", CUDA_ERROR_ILLEGAL_ADDRESS,
              {"out of bounds", "thread (31,0,0)",
               "'s' begins 128 bytes before it and has 128"},
              sharedWords);
}

TEST_F(MemoryCheckTest, LocalOutOfBounds) {
  expectFault(".local .align 4 .b8 l[16];\n mov.u32 %r5, l;\n st.local.u32 "
              "[%r5+16], %r4;",
              CUDA_ERROR_ILLEGAL_ADDRESS,
              {"out of bounds", "'l' begins 16 bytes before it"});
}

TEST_F(MemoryCheckTest, GenericAddresses) {
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

TEST_F(MemoryCheckTest, ParameterOutOfBounds) {
  EXPECT_EQ(load(kernel("ld.param.u64 %rd6, [n];")), CUDA_ERROR_INVALID_PTX);
  EXPECT_NE(report().find("out of bounds"), std::string::npos) << report();
}

TEST_F(MemoryCheckTest, UninitialisedGlobal) {
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

TEST_F(MemoryCheckTest, UninitialisedCopy) {
  CUdeviceptr a = allocate(8);
  ASSERT_EQ(api().cuMemsetD8_v2(a, 1, 6), CUDA_SUCCESS);
  uint64_t value = 0;
  EXPECT_EQ(api().cuMemcpyDtoH_v2(&value, a, 6), CUDA_SUCCESS);
  EXPECT_EQ(api().cuMemcpyDtoH_v2(&value, a, 8), CUDA_ERROR_INVALID_VALUE);
  EXPECT_NE(report().find("byte 6 of 8"), std::string::npos) << report();
}

TEST_F(MemoryCheckTest, UninitialisedShared) {
  expectFault(slot + "ld.shared.u32 %r9, [%r5];", CUDA_ERROR_LAUNCH_FAILED,
              {"load of uninitialised memory"}, sharedWords);
}

TEST_F(MemoryCheckTest, UninitialisedLocal) {
  expectFault(".local .align 4 .b8 l[16];\n st.local.u32 [l], %r1;\n "
              "ld.local.u32 %r5, [l+4];",
              CUDA_ERROR_LAUNCH_FAILED, {"load of uninitialised memory"});
}

TEST_F(MemoryCheckTest, UninitialisedRegister) {
  // Only lane 5 has no value.
  expectFault(
      "setp.ne.s32 %p1, %r4, 5;\n @%p1 mov.u32 %r5, 1;\n add.s32 %r6, %r5, 1;",
      CUDA_ERROR_LAUNCH_FAILED, {"read of register %r5", "thread (5,0,0)"});
}

TEST_F(MemoryCheckTest, UninitialisedPredicate) {
  expectFault("@%p1 mov.u32 %r5, 1;", CUDA_ERROR_LAUNCH_FAILED,
              {"read of register %p1"});
}

// Compilers move and choose undefined values, which is harmless.
TEST_F(MemoryCheckTest, UndefinedValuesMayMove) {
  expectClean("mov.u32 %r6, %r5;\n setp.eq.s32 %p1, %r4, %r4;\n selp.b32 %r7, "
              "%r4, %r6, %p1;\n"
              "st.global.u32 [%rd4], %r7;");
  restart();
  expectFault("mov.u32 %r6, %r5;\n st.global.u32 [%rd4], %r6;",
              CUDA_ERROR_LAUNCH_FAILED, {"read of register %r6"});
}

TEST_F(MemoryCheckTest, PointerOfAnotherContext) {
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

TEST_F(MemoryCheckTest, HostMustNotFollowDevicePointers) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  CUdeviceptr a = upload(std::vector<int>(4));
  EXPECT_DEATH(*reinterpret_cast<volatile int *>(a) = 1, "");
  int value = 0;
  EXPECT_EQ(api().cuMemcpyDtoH_v2(reinterpret_cast<void *>(a), a, 4),
            CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(api().cuMemcpyHtoD_v2(CUdeviceptr(&value), &value, 4),
            CUDA_ERROR_INVALID_VALUE);
}

TEST_F(MemoryCheckTest, Leaks) {
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
