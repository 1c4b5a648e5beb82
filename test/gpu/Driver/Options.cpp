//===- Options.cpp - What the environment asks for --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file reads options. A value that is not understood ends the program: a
// test that asked for a check has to get it.

#include "Driver/Options.h"
#include "Driver/FakeCuda.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <sstream>

using namespace fakecuda;

static const char *const names[] = {"SCHEDULE",     "RACES",   "INIT", "STATS",
                                    "QUIET",        "VERSION", "SM",   "MEMORY",
                                    "INSTRUCTIONS", "FAIL"};

static bool number(const std::string &text, uint64_t &value) {
  auto [end, status] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc() && end == text.data() + text.size();
}

static bool setRaces(Options &options, const std::string &value) {
  Options next = options;
  next.raceShared = next.raceGlobal = true;
  next.warpOrders = next.sameValue = false;
  std::stringstream stream(value);
  for (std::string word; std::getline(stream, word, ',');) {
    if (word == "off")
      next.raceShared = next.raceGlobal = false;
    else if (word == "shared")
      next.raceGlobal = false;
    else if (word == "warp")
      next.warpOrders = true;
    else if (word == "same-value")
      next.sameValue = true;
    else if (word != "strict")
      return false;
  }
  options = next;
  return true;
}

/// "name:n" or "name:n:status", several with commas between.
static bool setFailures(Options &options, const std::string &value) {
  std::map<std::string, Options::Failure, std::less<>> failures;
  std::stringstream stream(value);
  for (std::string item; std::getline(stream, item, ',');) {
    size_t first = item.find(':'), second = item.find(':', first + 1);
    if (first == item.npos)
      return false;
    uint64_t call = 0, status = CUDA_ERROR_UNKNOWN;
    if (!number(item.substr(first + 1,
                            second == item.npos ? second : second - first - 1),
                call) ||
        (second != item.npos && !number(item.substr(second + 1), status)) ||
        !call)
      return false;
    failures[item.substr(0, first)] = {call, CUresult(status)};
  }
  options.failures = std::move(failures);
  return true;
}

static bool set(Options &options, const std::string &name,
                const std::string &value) {
  if (name == "RACES")
    return setRaces(options, value);
  if (name == "FAIL")
    return setFailures(options, value);
  uint64_t amount = 0;
  if (!number(value, amount))
    return false;
  if (name == "SCHEDULE")
    options.schedule = amount;
  else if (name == "INIT")
    options.initialised = amount;
  else if (name == "STATS")
    options.stats = amount;
  else if (name == "QUIET")
    options.quiet = amount;
  else if (name == "VERSION")
    options.version = amount;
  else if (name == "SM")
    options.chip = amount;
  else if (name == "MEMORY")
    options.memory = amount;
  else if (name == "INSTRUCTIONS")
    options.instructions = amount;
  else
    return false;
  return true;
}

static std::mutex &optionsMutex() {
  static std::mutex mutex;
  return mutex;
}

static Options &theOptions() {
  // Never destroyed: statistics are printed when the program ends.
  static Options &options = *new Options([] {
    Options result;
    for (const char *name : names) {
      const char *value =
          std::getenv((std::string("FAKECUDA_") + name).c_str());
      if (!value || set(result, name, value))
        continue;
      std::fprintf(stderr, "fakecuda: bad value '%s' of FAKECUDA_%s\n", value,
                   name);
      std::_Exit(1);
    }
    return result;
  }());
  return options;
}

Options fakecuda::currentOptions() {
  std::lock_guard lock(optionsMutex());
  return theOptions();
}

bool fakecuda::setOption(const std::string &name, const std::string &value) {
  std::lock_guard lock(optionsMutex());
  return set(theOptions(), name, value);
}

extern "C" __attribute__((visibility("default"))) int
fakecudaSetOption(const char *name, const char *value) {
  return name && value && setOption(name, value) ? 0 : 1;
}
