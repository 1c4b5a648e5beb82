//===- PtxTest.cpp - Instructions, one by one -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests instructions that the kernels of Inputs/ do not have, against
// what the PTX manual says of them, and what makes a module unacceptable.

#include "Tests/Gpu.h"

#include <bit>
#include <cmath>
#include <functional>

using namespace gpu;

namespace {

class PtxTest : public GpuTest {
protected:
  /// Every thread computes %r10 by `body` from x = %r5 (1, 2, ..).
  void expect(const std::string &body,
              const std::function<uint32_t(uint32_t)> &reference,
              const std::string &declarations = "") {
    SCOPED_TRACE(body);
    restart();
    ASSERT_EQ(runKernel("ld.global.u32 %r5, [%rd3];\n" + body +
                            "\nst.global.u32 [%rd4], %r10;",
                        declarations),
              CUDA_SUCCESS)
        << report();
    for (uint32_t i = 0; i < words.size(); ++i)
      ASSERT_EQ(uint32_t(words[i]), reference(i + 1)) << "x = " << i + 1;
  }
  /// The same for f32 in %f10 from x = %f5.
  void expectFloat(const std::string &body,
                   const std::function<float(float)> &reference) {
    expect("cvt.rn.f32.u32 %f5, %r5;\n" + body + "\nmov.b32 %r10, %f10;",
           [&](uint32_t x) {
             return std::bit_cast<uint32_t>(reference(float(x)));
           });
  }
  void expectRefused(const std::string &text, CUresult status,
                     const std::string &why) {
    EXPECT_EQ(load(text), status);
    EXPECT_NE(report().find(why), std::string::npos)
        << "no '" << why << "' in: " << report();
    api().fakecudaClearReport();
  }
  void expectInvalid(const std::string &body, const std::string &why) {
    expectRefused(kernel(body), CUDA_ERROR_INVALID_PTX, why);
  }
};

using U = uint32_t;

TEST_F(PtxTest, Integers) {
  expect("mad24.lo.s32 %r10, %r5, -3, 7;", [](U x) { return -3 * x + 7; });
  expect("mul24.hi.u32 %r10, %r5, 0xff0000;",
         [](U x) { return uint64_t(x) * 0xff0000 >> 16; });
  expect("sad.s32 %r10, %r5, 20, 100;",
         [](U x) { return 100 + std::abs(int(x) - 20); });
  expect("add.sat.s32 %r10, %r5, 0x7ffffff0;",
         [](U x) { return std::min(0x7ffffff0u + x, 0x7fffffffu); });
  expect("sub.sat.s32 %r10, 0x80000010, %r5;",
         [](U x) { return x > 16 ? 0x80000000 : 0x80000010 - x; });
  expect("mul.hi.s32 %r10, %r5, -1;", [](U) { return ~0u; });
  expect("mad.hi.u32 %r10, %r5, 0x80000000, 1;", [](U x) { return x / 2 + 1; });
  expect("cvt.u16.u32 %rs1, %r5;\n mul.wide.u16 %r10, %rs1, 60000;",
         [](U x) { return x * 60000; });
  expect("cvt.u16.u32 %rs1, %r5;\n neg.s16 %rs2, %rs1;\n mad.wide.s16 %r10, "
         "%rs2, 1000, %r5;",
         [](U x) { return x - 1000 * x; });
  expect("div.u32 %r10, %r5, 0;", [](U) { return ~0u; });
  expect("rem.u32 %r10, 1000, %r5;", [](U x) { return 1000 % x; });
  expect("dp4a.s32.u32 %r10, 0xff02ff01, 0x05030201, %r5;",
         [](U x) { return x + 1 - 2 + 6 - 5; });
  expect("add.cc.u32 %r6, %r5, 0xfffffff0;\n addc.u32 %r10, 0, 0;",
         [](U x) { return U(x >= 16); });
  expect("sub.cc.u32 %r6, 16, %r5;\n subc.u32 %r10, 5, 0;",
         [](U x) { return x > 16 ? 4u : 5u; });
  expect("mad.lo.cc.u32 %r6, %r5, 0x10000000, 0;\n madc.hi.u32 %r10, %r5, "
         "0x10000000, 3;",
         [](U x) { return (x >> 4) + 3; });
  expect("min.s16x2 %r10, %r5, 0x00070007;\n",
         [](U x) { return std::min(x, 7u); });
  expect("sub.u16x2 %r10, 0x00010000, %r5;",
         [](U x) { return 0x10000 | (-x & 0xffff); });
}

TEST_F(PtxTest, Bits) {
  expect("bfe.s32 %r10, %r5, 2, 3;", [](U x) { return int(x << 27) >> 29; });
  expect("bfe.u32 %r10, %r5, 3, 40;", [](U x) { return x >> 3; });
  expect("bfe.s32 %r10, 0x80000000, %r5, 32;",
         [](U x) { return x < 32 ? int(0x80000000) >> x : ~0u; });
  expect("bfi.b32 %r10, %r5, 0xffffffff, 8, 4;",
         [](U x) { return 0xfffff0ff | (x & 15) << 8; });
  expect("bfind.u32 %r10, %r5;", [](U x) { return 31 - std::countl_zero(x); });
  expect("bfind.shiftamt.s32 %r10, %r5;",
         [](U x) { return std::countl_zero(x); });
  expect("bmsk.clamp.b32 %r10, %r5, 4;",
         [](U x) { return x < 32 ? 15u << x : 0; });
  expect("szext.clamp.s32 %r10, %r5, 3;",
         [](U x) { return int(x << 29) >> 29; });
  expect("prmt.b32.rc8 %r10, 0x44332211, 0, %r5;",
         [](U x) { return ((x & 3) + 1) * 0x11111111u; });
  expect("prmt.b32.f4e %r10, 0x33221100, 0x77665544, %r5;",
         [](U x) { return U(0x7766554433221100 >> 8 * (x & 3)); });
  expect("prmt.b32 %r10, 0x80, %r5, 0xccc8;",
         [](U x) { return 0xff | (x & 128 ? 0xffffff00 : 0); });
  expect("lop3.b32 %r10, %r5, 0xf0, 0xcc, 0xe8;",
         [](U x) { return (x & 0xf0) | (x & 0xcc) | (0xf0 & 0xcc); });
  expect("shf.l.clamp.b32 %r10, %r5, 1, %r5;", [](U x) {
    return x >= 32 ? x : U((uint64_t(1) << 32 | x) << x >> 32);
  });
  expect("shl.b32 %r10, %r5, %r5;", [](U x) { return x < 32 ? x << x : 0; });
  expect("shr.s32 %r10, 0x80000000, %r5;",
         [](U x) { return x < 32 ? int(0x80000000) >> x : ~0u; });
  expect("cnot.b32 %r6, %r5;\n not.b32 %r10, %r6;", [](U) { return ~0u; });
  expect("brev.b32 %r6, %r5;\n clz.b32 %r10, %r6;",
         [](U x) { return std::countr_zero(x); });
}

TEST_F(PtxTest, ComparisonsAndChoices) {
  expect("setp.lt.u32 %p1|%p2, %r5, 10;\n selp.u32 %r6, 1, 2, %p1;\n selp.u32 "
         "%r7, 10, 20, %p2;\n"
         "add.u32 %r10, %r6, %r7;",
         [](U x) { return x < 10 ? 21 : 12; });
  expect("setp.gt.u32 %p1, %r5, 5;\n setp.lt.and.u32 %p2, %r5, 10, !%p1;\n "
         "selp.u32 %r10, 1, 0, %p2;",
         [](U x) { return U(x <= 5); });
  expect("set.ge.u32.s32 %r10, %r5, 7;", [](U x) { return x >= 7 ? ~0u : 0; });
  expect("set.eq.f32.s32 %f1, %r5, 7;\n mov.b32 %r10, %f1;",
         [](U x) { return x == 7 ? 0x3f800000 : 0; });
  expect("sub.s32 %r6, %r5, 9;\n slct.u32.s32 %r10, 3, 4, %r6;",
         [](U x) { return x >= 9 ? 3 : 4; });
  expect("mov.f32 %f1, 0f7fffffff;\n setp.ltu.f32 %p1, %f1, %f1;\n setp.ne.f32 "
         "%p2, %f1, %f1;\n"
         "setp.nan.f32 %p3, %f1, 0f00000000;\n testp.notanumber.f32 %p4, %f1;\n"
         "testp.normal.f32 %p5, 0f00000001;\n not.pred %p5, %p5;\n"
         "selp.u32 %r6, 1, 0, %p1;\n selp.u32 %r7, 2, 0, %p2;\n selp.u32 %r8, "
         "4, 0, %p3;\n"
         "selp.u32 %r9, 8, 0, %p4;\n selp.u32 %r11, 16, 0, %p5;\n or.b32 %r10, "
         "%r6, %r7;\n"
         "or.b32 %r10, %r10, %r8;\n or.b32 %r10, %r10, %r9;\n or.b32 %r10, "
         "%r10, %r11;",
         [](U) { return 1 + 4 + 8 + 16; });
}

TEST_F(PtxTest, Floats) {
  expectFloat("add.rz.f32 %f10, %f5, 0f33ffffff;", [](float x) { return x; });
  expectFloat("add.rp.f32 %f10, %f5, 0f2f800000;",
              [](float x) { return std::nextafter(x, 1e9f); });
  expectFloat("div.rm.f32 %f10, %f5, 0f40400000;", [](float x) {
    float q = x / 3;
    return double(q) * 3 > x ? std::nextafter(q, 0.0f) : q;
  });
  expectFloat("fma.rn.sat.f32 %f10, %f5, 0f3d000000, 0fbf000000;",
              [](float x) { return std::clamp(x / 32 - 0.5f, 0.0f, 1.0f); });
  expectFloat("mul.ftz.f32 %f10, %f5, 0f00000001;", [](float) { return 0.0f; });
  expectFloat("mul.f32 %f10, %f5, 0f00000001;",
              [](float x) { return x * 0x1p-149f; });
  expectFloat("min.NaN.f32 %f10, %f5, 0f7fffffff;",
              [](float) { return std::bit_cast<float>(0x7fc00000); });
  expectFloat("min.f32 %f10, %f5, 0f7fffffff;", [](float x) { return x; });
  expectFloat("max.f32 %f10, 0f80000000, 0f00000000;",
              [](float) { return 0.0f; });
  expectFloat("copysign.f32 %f10, 0fbf800000, %f5;",
              [](float x) { return -x; });
  expectFloat("ex2.approx.f32 %f10, %f5;",
              [](float x) { return std::exp2(x); });
  expectFloat("lg2.approx.ftz.f32 %f10, %f5;",
              [](float x) { return float(std::log2(double(x))); });
  expectFloat("rcp.rn.f32 %f10, %f5;", [](float x) { return 1 / x; });
  expectFloat("tanh.approx.f32 %f10, %f5;",
              [](float x) { return float(std::tanh(double(x))); });
  expectFloat("mov.b64 %rd10, {%f5, %f5};\n add.rn.f32x2 %rd11, %rd10, %rd10;\n"
              "mov.b64 {%f6, %f10}, %rd11;",
              [](float x) { return x + x; });
  expectFloat("cvt.f64.f32 %fd1, %f5;\n sqrt.rn.f64 %fd2, %fd1;\n fma.rn.f64 "
              "%fd3, %fd2, %fd2, "
              "0d0000000000000000;\n cvt.rn.f32.f64 %f10, %fd3;",
              [](float x) { return x; });
}

TEST_F(PtxTest, Conversions) {
  expect("cvt.sat.u8.s32 %r10, %r5;", [](U x) { return std::min(x, 255u); });
  expect("neg.s32 %r6, %r5;\n cvt.sat.u32.s32 %r10, %r6;", [](U) { return 0; });
  expect("cvt.s8.s32 %r6, -200;\n add.s32 %r10, %r6, %r5;",
         [](U x) { return 56 + x; });
  expect("mov.f32 %f1, 0f7fffffff;\n cvt.rzi.s32.f32 %r10, %f1;",
         [](U) { return 0; });
  expect("mov.f32 %f1, 0f3f801fff;\n cvt.rna.tf32.f32 %r10, %f1;",
         [](U) { return 0x3f802000; });
  expect("mov.f32 %f1, 0f3f800000;\n cvt.rn.f32.u32 %f2, %r5;\n "
         "cvt.rn.bf16x2.f32 %r10, %f1, %f2;",
         [](U x) { return 0x3f800000 | std::bit_cast<U>(float(x)) >> 16; });
  expect("cvt.rn.f32.u32 %f2, %r5;\n neg.f32 %f2, %f2;\n cvt.rn.relu.f16.f32 "
         "%rs1, %f2;\n"
         "cvt.u32.u16 %r10, %rs1;",
         [](U) { return 0; });
  expect("cvt.rn.f32.u32 %f2, %r5;\n mul.f32 %f2, %f2, 0f3f000000;\n "
         "cvt.rni.f32.f32 %f3, %f2;\n"
         "cvt.rzi.u32.f32 %r10, %f3;",
         [](U x) { return U(std::nearbyint(x / 2.0)); });
  expect("cvt.rn.f32.u64 %f1, 0xffffffffffffffff;\n mov.b32 %r10, %f1;",
         [](U) { return 0x5f800000; });
  expect("cvt.rz.f32.u64 %f1, 0xffffffffffffffff;\n mov.b32 %r10, %f1;",
         [](U) { return 0x5f7fffff; });
}

TEST_F(PtxTest, Halves) {
  // 1 + 2^-11 + 2^-24 lies above the middle between two f16: one rounding, not
  // two.
  expect(
      "mov.b16 %rs1, 0x3c01;\n mov.b16 %rs2, 0x1000;\n mov.b16 %rs3, 0x0001;\n"
      "fma.rn.f16 %rs4, %rs2, %rs1, 0x3c00;\n cvt.u32.u16 %r10, %rs4;",
      [](U) { return 0x3c01; });
  expect("add.rn.f16x2 %r10, 0x3c004000, 0x3c003c00;",
         [](U) { return 0x40004200; });
  expect("mul.rn.bf16x2 %r10, 0x3f804000, 0x40404040;",
         [](U) { return 0x404040c0; });
  expect("max.NaN.f16x2 %r10, 0x7e003c00, 0x3c004000;",
         [](U) { return 0x7fff4000; });
  expect("fma.rn.relu.bf16 %rs1, 0xbf80, 0x3f80, 0x0000;\n cvt.u32.u16 %r10, "
         "%rs1;",
         [](U) { return 0; });
  expect("mov.b16 %rs1, 0x3c00;\n setp.gt.f16 %p1, %rs1, 0xbc00;\n selp.u32 "
         "%r10, 1, 0, %p1;",
         [](U) { return 1; });
  expect("abs.f16x2 %r6, 0xbc003c00;\n neg.bf16x2 %r10, %r6;",
         [](U) { return 0xbc00bc00; });
  expect("setp.lt.f16x2 %p1|%p2, 0x3c004000, 0x40003c00;\n selp.u32 %r6, 1, 0, "
         "%p1;\n"
         "selp.u32 %r7, 2, 0, %p2;\n add.u32 %r10, %r6, %r7;",
         [](U) { return 2; });
  expect("ex2.approx.f16 %rs1, 0x4000;\n cvt.u32.u16 %r10, %rs1;",
         [](U) { return 0x4400; });
}

TEST_F(PtxTest, Collectives) {
  expect("redux.sync.max.s32 %r10, %r5, -1;",
         [](U x) { return x <= 32 ? 32 : 64; });
  expect("redux.sync.xor.b32 %r10, %r5, -1;",
         [](U x) { return x <= 32 ? 32 : 96; });
  expect("match.all.sync.b32 %r6|%p1, %r1, -1;\n selp.u32 %r10, %r6, 0, %p1;",
         [](U) { return ~0u; });
  expect("match.all.sync.b32 %r6|%p1, %r5, -1;\n selp.u32 %r10, 1, %r6, %p1;",
         [](U) { return 0; });
  expect("elect.sync %r6|%p1, -1;\n selp.u32 %r10, 1, 0, %p1;",
         [](U x) { return U(x % 32 == 1); });
  expect("setp.gt.u32 %p1, %r5, 40;\n vote.sync.uni.pred %p2, %p1, -1;\n "
         "selp.u32 %r10, 1, 0, %p2;",
         [](U x) { return U(x <= 32); });
  expect(
      "setp.lt.u32 %p1, %r4, 8;\n mov.u32 %r10, 0;\n @%p1 activemask.b32 %r10;",
      [](U x) { return (x - 1) % 32 < 8 ? 255 : 0; });
  expect("setp.gt.u32 %p1, %r4, 4;\n bar.red.popc.u32 %r10, 0, %p1;",
         [](U) { return 27; });
  expect("setp.gt.u32 %p1, %r4, 4;\n bar.red.and.pred %p2, 0, !%p1;\n selp.u32 "
         "%r10, 1, 0, %p2;",
         [](U) { return 0; });
  expect(
      "shfl.sync.up.b32 %r6|%p1, %r5, 1, 0, -1;\n selp.u32 %r10, %r6, 0, %p1;",
      [](U x) { return x % 32 == 1 ? 0 : x - 1; });
}

TEST_F(PtxTest, AtomicsInShared) {
  const char *s = ".shared .align 8 .b8 s[16];\n";
  expect(
      "setp.eq.u32 %p1, %r4, 0;\n @%p1 st.shared.f32 [s], 0f00000000;\n "
      "bar.sync 0;\n"
      "atom.shared.add.f32 %f1, [s], 0f3f000000;\n bar.sync 0;\n ld.shared.f32 "
      "%f2, [s];\n"
      "mov.b32 %r10, %f2;",
      [](U) { return 0x41800000; }, s);
  expect(
      "setp.eq.u32 %p1, %r4, 0;\n @%p1 st.shared.b32 [s], 0;\n bar.sync 0;\n"
      "red.shared.add.noftz.f16x2 [s], 0x40003c00;\n bar.sync 0;\n "
      "ld.shared.b32 %r10, [s];",
      [](U) { return 0x54005000; }, s);
  expect(
      "setp.eq.u32 %p1, %r4, 0;\n mov.b64 %rd6, -1;\n @%p1 st.shared.b64 "
      "[s+8], %rd6;\n bar.sync 0;\n"
      "cvt.u64.u32 %rd7, %r4;\n add.s64 %rd7, %rd7, 3;\n "
      "red.relaxed.cta.shared.min.u64 [s+8], %rd7;\n"
      "bar.sync 0;\n ld.shared.u32 %r10, [s+8];",
      [](U) { return 3; }, s);
}

TEST_F(PtxTest, CallsAndTables) {
  expect("brx.idx %r4, T;\nT: .branchtargets A, B, A, B, A, B, A, B, A, B, A, "
         "B, A, B, A, B, A, B, "
         "A, B, A, B, A, B, A, B, A, B, A, B, A, B;\nA:\n mov.u32 %r10, 100;\n "
         "bra C;\nB:\n"
         "mov.u32 %r10, 200;\nC:",
         [](U x) { return x % 2 ? 100 : 200; });
  // Registers as parameters, an early return, a guard, and calls within calls.
  expect(
      "mov.u32 %r10, 0;\n setp.lt.u32 %p1, %r5, 50;\n @%p1 call (%r10), twice, "
      "(%r5);",
      [](U x) { return x >= 50  ? 0
                       : x > 20 ? 2 * x + 2
                                : 1; },
      ".func (.reg .u32 out) next(.reg .u32 in)\n{\n add.u32 out, in, 1;\n "
      "ret;\n}\n"
      ".func (.reg .u32 out) twice(.reg .u32 in)\n{\n .reg .pred small;\n .reg "
      ".u32 t;\n"
      "setp.le.u32 small, in, 20;\n mov.u32 out, 1;\n @small ret;\n"
      "call (t), next, (in);\n call (out), next, (t);\n add.u32 out, out, "
      "in;\n ret;\n}\n");
  // A struct by value, whose address is taken.
  expect(
      "{\n .param .align 8 .b8 arg[16];\n .param .b32 result;\n st.param.b32 "
      "[arg], %r5;\n"
      "st.param.b32 [arg+4], 7;\n call.uni (result), f, (arg);\n ld.param.b32 "
      "%r10, [result];\n}",
      [](U x) { return x + 7; },
      ".func (.param .b32 r) f(.param .align 8 .b8 p[16])\n{\n .reg .b32 "
      "%a<4>;\n"
      "ld.param.b32 %a1, [p];\n ld.param.b32 %a2, [p+4];\n add.u32 %a3, %a1, "
      "%a2;\n"
      "st.param.b32 [r], %a3;\n ret;\n}\n");
}

TEST_F(PtxTest, WhatIsUnknownIsRefused) {
  expectInvalid("frobnicate.u32 %r1, %r2;", "unknown instruction 'frobnicate'");
  expectInvalid("add.frob.u32 %r1, %r2, %r3;",
                "unknown modifier '.frob' of instruction 'add'");
  expectInvalid("add.f32 %r1, %f1, %f2;\n add.f64 %fd1, %f1, %f2;",
                "expected .f64 but got register '%f1'");
  expectInvalid("add.u32 %r1, %r2;", "expected 3 operands but got 2");
  expectInvalid("add.u32 %r1, %r2, %r99;", "unknown name '%r99'");
  expectInvalid("bra NOWHERE;", "unknown label 'NOWHERE'");
  expectInvalid("A:\nA:", "label 'A' is defined twice");
  expectInvalid("setp.hi.f32 %p1, %f1, %f2;\n mov.b32 %r1, 0f1;",
                "expected a number");
  expectInvalid("ld.shared.u32 %r1, [a];",
                "'a' is not in the state space of the access");
  expectInvalid("div.f32 %f1, %f2, %f3;", "expected a rounding");
  expectInvalid("cvt.f32.f64 %f1, %fd1;", "expected a rounding to .f32");
  expectInvalid("ld.global.v2.u32 {%r1}, [%rd3];",
                "expected 2 registers but got 1");
  expectInvalid("mov.u32 %r1, %r2; {", "expected an instruction");
  expectInvalid("wgmma.fence.sync.aligned;", "unknown instruction 'wgmma'");
  expectInvalid("call missing;", "unknown function 'missing'");
  expectRefused(kernel("call f;", ".extern .func f;\n"), CUDA_ERROR_INVALID_PTX,
                "unresolved extern function 'f'");
  expectRefused(kernel("call f;", ".func f() { call f; ret; }\n"),
                CUDA_ERROR_INVALID_PTX, "recursive function 'f'");
  expectRefused(kernel("", ".extern .global .b32 g;\n"), CUDA_ERROR_INVALID_PTX,
                "unresolved extern variable 'g'");
  // The line is the one in the text.
  expectRefused(
      ".version 7.0\n.target sm_80\n\n.visible .entry k() {\n  nothing;\n}\n",
      CUDA_ERROR_INVALID_PTX, "line 5: unknown instruction 'nothing'");
}

TEST_F(PtxTest, ImagesOfOtherKinds) {
  expectRefused("\x7f"
                "ELF and so on",
                CUDA_ERROR_NO_BINARY_FOR_GPU, "the double runs PTX text");
  expectRefused("hello", CUDA_ERROR_INVALID_IMAGE, "no PTX");
  option("VERSION", "11040");
  expectRefused(replaced(kernel(""), ".version 7.0", ".version 7.5"),
                CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "expected at most PTX 74");
  option("SM", "75");
  expectRefused(kernel(""), CUDA_ERROR_NO_BINARY_FOR_GPU,
                "expected at most sm_75 but got sm_80");
}

} // namespace
