//===- Functor.h - The reverse-derivative functor -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the functor R: it replaces each operation by its optic and
// keeps the wires. Composition, residual routing and accumulation live here and
// in the rule of copy; no other rule knows of them.

#ifndef CATGRAD_DIALECT_CATGRAD_TRANSFORMS_FUNCTOR_H
#define CATGRAD_DIALECT_CATGRAD_TRANSFORMS_FUNCTOR_H

#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Interfaces/DerivativeInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <map>

namespace catgrad {

class FunctorRegionOptic;

/// R within one module. Every function that it meets is in explicit wiring; the
/// functions that it makes are, too.
class Functor : public DerivativeContext {
public:
  Functor(mlir::ModuleOp module, ResidualPolicy policy,
          uint64_t maxOperations = kMaxOperations)
      : module(module), symbols(module), policy(policy),
        maxOperations(maxOperations) {}

  /// Makes `@name : (inputs.., cotangents of results..) -> (cotangents of the
  /// inputs listed in wrt..)`, the reverse derivative of `function`, before
  /// `user`, at which errors of the whole are reported.
  llvm::FailureOr<mlir::func::FuncOp>
  createReverse(mlir::FunctionOpInterface function, llvm::StringRef name,
                llvm::ArrayRef<int64_t> wrt, mlir::Operation *user);

  /// The optic of a function's body for the inputs asked for; null after an
  /// error, reported at `user`.
  std::unique_ptr<RegionOptic> derive(mlir::FunctionOpInterface function,
                                      const llvm::BitVector &active,
                                      mlir::Operation *user);

  /// Puts a function that was made in explicit wiring, and checks it.
  llvm::LogicalResult finish(mlir::FunctionOpInterface function);

  mlir::SymbolTable &getSymbols() { return symbols; }

  // DerivativeContext
  llvm::FailureOr<const DerivedFunction *>
  getOrCreate(mlir::FunctionOpInterface function, mlir::Operation *user,
              const llvm::BitVector &active) override;
  RegionOptic *derive(mlir::Region &region,
                      const llvm::BitVector &active) override;
  mlir::Operation *lookUp(mlir::StringAttr name) override {
    return symbols.lookup(name);
  }
  ResidualPolicy getPolicy() const override { return policy; }
  bool isActive(mlir::Value input) const override;
  mlir::Value createZero(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Type type) override;
  mlir::Value createSum(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value lhs, mlir::Value rhs) override;

private:
  friend class FunctorRegionOptic;

  /// Whether zeros and sums of tensors are operations of this dialect. A
  /// function of upstream operations has a derivative of upstream operations.
  bool prefersCatgrad(mlir::Region &region);

  /// Makes the two functions of a function's optic.
  llvm::LogicalResult create(DerivedFunction &derived,
                             mlir::FunctionOpInterface function,
                             mlir::Operation *user);
  /// Whether a function names its own optic by symbol.
  static bool hasCustomOptic(mlir::FunctionOpInterface function);
  /// That optic, as calls; null after an error.
  std::unique_ptr<RegionOptic> deriveCustom(mlir::FunctionOpInterface function,
                                            const llvm::BitVector &active,
                                            mlir::Operation *user);
  /// Takes the optic that a function names by symbol, and checks its types.
  llvm::LogicalResult takeCustom(DerivedFunction &derived,
                                 mlir::FunctionOpInterface function);
  /// Whether the derivatives may have so many more operations; reports at
  /// `user` if not.
  llvm::LogicalResult checkSize(mlir::Operation *user, uint64_t more);
  mlir::func::FuncOp createFunction(mlir::Operation *before,
                                    llvm::StringRef name,
                                    mlir::TypeRange inputs, bool isPrivate);

  mlir::ModuleOp module;
  mlir::SymbolTable symbols;
  ResidualPolicy policy;
  /// A derivative of a derivative and so on grows by a factor each time, so
  /// that a short module can ask for a derivative beyond all memory.
  uint64_t maxOperations, operations = 0;
  /// The optics made so far by function and active inputs.
  std::map<std::pair<mlir::Operation *, std::vector<int>>,
           std::unique_ptr<DerivedFunction>>
      derivedFunctions;
  /// The functions whose optics are being made, which is how recursion shows.
  llvm::SmallPtrSet<mlir::Operation *, 8> inProgress;
  /// The region whose rules are being run.
  FunctorRegionOptic *current = nullptr;
  /// What prefersCatgrad says of the function whose rules are being run.
  bool useCatgrad = true;
  /// Whether an operation of this dialect computes anywhere in the module.
  std::optional<bool> moduleUsesCatgrad;
};

/// Emits a call of the forward or reverse function of an optic.
void callForward(const DerivedFunction &derived, mlir::OpBuilder &builder,
                 mlir::Location loc, mlir::ValueRange operands,
                 llvm::SmallVectorImpl<mlir::Value> &results,
                 llvm::SmallVectorImpl<mlir::Value> &residuals);
llvm::LogicalResult
callReverse(const DerivedFunction &derived, DerivativeContext &context,
            mlir::OpBuilder &builder, mlir::Location loc,
            mlir::TypeRange operandTypes, mlir::ValueRange residuals,
            mlir::ValueRange cotangents,
            llvm::SmallVectorImpl<mlir::Value> &operandCotangents);

} // namespace catgrad

#endif // CATGRAD_DIALECT_CATGRAD_TRANSFORMS_FUNCTOR_H
