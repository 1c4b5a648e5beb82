//===- Groups.cpp - Which operations share a launch -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file decides which operations of a function run in one launch: those
// that each thread does for its own element, and little work side by side.

#include "Groups.h"

using namespace mlir;

namespace catgrad {

void sinkFills(std::deque<Work> &works) {
  auto isFill = [](const Work &work) {
    return isa<linalg::GenericOp>(work.op) && work.accesses.size() == 1 &&
           work.accesses.front().writes;
  };
  std::deque<Work> sunk;
  llvm::MapVector<Value, Work> waiting;
  for (Work &work : works) {
    for (const Access &access : work.accesses)
      if (auto it = waiting.find(access.root); it != waiting.end()) {
        sunk.push_back(it->second);
        waiting.erase(it);
      }
    if (isFill(work))
      waiting.insert({work.accesses.front().root, work});
    else
      sunk.push_back(work);
  }
  for (auto &[root, work] : waiting)
    sunk.push_back(work);
  works = std::move(sunk);
}

namespace {

/// Larger kernels spill registers, and what they save is little by then.
constexpr size_t kMaxKernelSize = 256;

size_t getSize(const Work &work) {
  size_t size = work.scalars.size();
  work.op->walk([&](Operation *) { ++size; });
  return size;
}

/// Whether the order of the two operations matters, or also whether it does
/// for different threads.
bool conflict(const Work &a, const Work &b, bool acrossThreads) {
  for (const Access &x : a.accesses)
    for (const Access &y : b.accesses)
      if (x.root == y.root && (x.writes || y.writes) &&
          !(acrossThreads && x.atPoint && y.atPoint))
        return true;
  return false;
}

bool conflict(const Group &group, const Work &work, bool acrossThreads) {
  return llvm::any_of(group.works, [&](const Work *other) {
    return conflict(*other, work, acrossThreads);
  });
}

bool canJoin(const Group &group, const Work &work) {
  return work.points != 0 && group.points == work.points &&
         !(group.reduces && work.reduces) &&
         group.size + getSize(work) <= kMaxKernelSize &&
         !conflict(group, work, /*acrossThreads=*/true);
}

} // namespace

std::deque<Group> makeGroups(std::deque<Work> &works) {
  std::deque<Group> groups;
  for (Work &work : works) {
    bool isFill = work.accesses.size() == 1 && work.accesses.front().writes;
    // It may move up to behind the last group that it conflicts with.
    size_t first = groups.size();
    while (first > 0 &&
           !conflict(groups[first - 1], work, /*acrossThreads=*/false))
      --first;
    Group *target = nullptr;
    for (size_t i = first ? first - 1 : 0; i < groups.size() && !target; ++i)
      // A reduction would not find its initial value in a group of others.
      if (!(isFill && i >= first) && canJoin(groups[i], work))
        target = &groups[i];
    if (!target) {
      target = &groups.emplace_back();
      target->points = work.points;
    }
    target->works.push_back(&work);
    target->reduces |= work.reduces;
    target->size += getSize(work);
  }
  return groups;
}

namespace {

/// More sums than these keep a GPU busy without others beside them.
constexpr int64_t kManyTurns = int64_t(1) << 20;
/// Parts of a kernel: each block looks for its own.
constexpr size_t kMaxParts = 32;

/// Whether a group is so little work that its launch takes the time: updates of
/// parameters, and small sums.
bool isLight(const Group &group) {
  return llvm::all_of(group.works, [](const Work *work) {
    auto generic = dyn_cast<linalg::GenericOp>(work->op);
    return !work->reduces ||
           (generic && llvm::product_of(generic.getStaticLoopRanges(),
                                        int64_t(1)) <= kManyTurns);
  });
}

bool conflict(const Launch &launch, const Group &group) {
  return llvm::any_of(launch.groups, [&](const Group *other) {
    return llvm::any_of(group.works, [&](const Work *work) {
      return conflict(*other, *work, /*acrossThreads=*/false);
    });
  });
}

} // namespace

std::deque<Launch> makeLaunches(std::deque<Group> &groups) {
  std::deque<Launch> launches;
  for (Group &group : groups) {
    bool light = isLight(group);
    size_t i = launches.size();
    while (i > 0 && !conflict(launches[i - 1], group))
      --i;
    while (light && i < launches.size() &&
           !(launches[i].isLight && launches[i].groups.size() < kMaxParts))
      ++i;
    if (!light || i == launches.size())
      launches.push_back({{&group}, light});
    else
      launches[i].groups.push_back(&group);
  }
  return launches;
}

} // namespace catgrad
