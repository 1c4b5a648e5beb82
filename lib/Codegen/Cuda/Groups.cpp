//===- Groups.cpp - Which operations share a launch -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file decides which operations of a function run in one launch: those
// that each thread does for its own element, and little work side by side.

#include "Groups.h"
#include "RowPlan.h"

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

bool isFill(const Work &work) {
  return work.accesses.size() == 1 && work.accesses.front().writes;
}

bool touchesSame(const Group &group, const Work &work) {
  return llvm::any_of(group.works, [&](const Work *other) {
    return llvm::any_of(other->accesses, [&](const Access &x) {
      return llvm::any_of(work.accesses,
                          [&](const Access &y) { return x.root == y.root; });
    });
  });
}

/// Whether an operation of the group runs over as many elements in as many
/// rows.
bool hasSameTurns(const Group &group, const Work &work) {
  auto countTurns = [](const Work &work) {
    auto op = dyn_cast<linalg::GenericOp>(work.op);
    return op ? llvm::product_of(op.getStaticLoopRanges(), int64_t(1)) : 0;
  };
  return work.reduces && llvm::any_of(group.works, [&](const Work *other) {
           return other->reduces && other->points == work.points &&
                  countTurns(*other) == countTurns(work);
         });
}

/// Whether the operations, the last of which is not about initial values, go on
/// along the rows of the group.
bool canJoinRows(const Group &group, ArrayRef<Work *> works) {
  SmallVector<const Work *> all(group.works.begin(), group.works.end());
  size_t size = group.size;
  for (const Work *work : works) {
    all.push_back(work);
    size += getSize(*work);
  }
  return size <= kMaxKernelSize && RowPlan::make(all).has_value();
}

/// The first group from which on none conflicts with any of the operations.
size_t findFirstGroup(const std::deque<Group> &groups, ArrayRef<Work *> works) {
  size_t first = groups.size();
  while (first > 0 && llvm::none_of(works, [&](const Work *work) {
           return conflict(groups[first - 1], *work, /*acrossThreads=*/false);
         }))
    --first;
  return first;
}

void add(Group &group, Work &work) {
  group.works.push_back(&work);
  group.reduces |= work.reduces;
  group.size += getSize(work);
}

/// Puts operations on rows into the first group with these rows that touches
/// the same buffers, or else into the last one that has rows of this size;
/// false if there is none.
bool addToRows(std::deque<Group> &groups, ArrayRef<Work *> works) {
  size_t first = findFirstGroup(groups, works);
  auto candidates = llvm::drop_begin(groups, first ? first - 1 : 0);
  Group *target = nullptr;
  for (Group &group : candidates)
    if (!target && (group.reduces || works.back()->reduces) &&
        touchesSame(group, *works.back()) && canJoinRows(group, works))
      target = &group;
  for (Group &group : llvm::reverse(candidates))
    if (!target && hasSameTurns(group, *works.back()) &&
        canJoinRows(group, works))
      target = &group;
  if (!target)
    return false;
  for (Work *work : works)
    add(*target, *work);
  target->points = 0;
  target->alongRows = true;
  return true;
}

/// Puts an operation into the first group whose threads have its points; false
/// if there is none.
bool addToPoints(std::deque<Group> &groups, Work &work) {
  // It may move up to behind the last group that it conflicts with.
  size_t first = findFirstGroup(groups, {&work});
  for (size_t i = first ? first - 1 : 0; i < groups.size(); ++i)
    // A reduction would not find its initial value in a group of others.
    if (!(isFill(work) && i >= first) && canJoin(groups[i], work)) {
      add(groups[i], work);
      return true;
    }
  return false;
}

} // namespace

std::deque<Group> makeGroups(std::deque<Work> &works, bool fuseRows) {
  std::deque<Group> groups;
  SmallVector<Work *> next; // an operation, after its initial values
  for (Work &work : works) {
    next.push_back(&work);
    if (isFill(work) && &work != &works.back())
      continue;
    bool isAdded = next.size() == 1 && addToPoints(groups, work);
    if (!isAdded && !(fuseRows && addToRows(groups, next)))
      for (Work *each : next)
        if (!addToPoints(groups, *each)) {
          groups.emplace_back().points = each->points;
          add(groups.back(), *each);
        }
    next.clear();
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
