// A random test that can go on for as long as it is asked to. In `make test` it makes a fixed
// number of trials with fixed seeds; in a long run (tools/soak) trials with new seeds until the
// time is over, and what was done stands in a file at every moment, so that a crash or Ctrl-C loses
// nothing:
//
//   Trials trials({.row = "kill", .mode = "full", .first_seed = 1, .usual = 2});
//   while (trials.next()) trials.count(kill_many(trials.seed()));
//
// The environment says so: VECSTORE_SOAK_SECONDS (of new trials; there is always one),
// VECSTORE_SOAK_SEED (of the first), VECSTORE_SOAK_REPORT (the file; without it nothing is
// written). With the seed of a failure and 0 seconds the trial that failed runs again. One thread.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

namespace vecstore {

struct TrialsOf {
  std::string row;
  std::string mode;
  std::uint64_t first_seed = 1;  // in make test, where the next are the numbers after it
  std::uint64_t usual = 1;       // how many trials there
};

class Trials {
 public:
  explicit Trials(TrialsOf what) : what_(std::move(what)) {
    const char* seconds = std::getenv("VECSTORE_SOAK_SECONDS");
    if (seconds == nullptr) return;
    soaking_ = true;
    until_ = Clock::now() +
             std::chrono::milliseconds(static_cast<std::int64_t>(1000 * std::atof(seconds)));
    if (const char* seed = std::getenv("VECSTORE_SOAK_SEED"))
      what_.first_seed = std::strtoull(seed, nullptr, 10);
    if (const char* path = std::getenv("VECSTORE_SOAK_REPORT")) report_ = std::fopen(path, "w");
  }
  ~Trials() {
    write("over");
    if (report_ != nullptr) std::fclose(report_);
    std::printf("%s, %s: seeds %s to %s, %llu counted\n", what_.row.c_str(), what_.mode.c_str(),
                std::to_string(what_.first_seed).c_str(), std::to_string(seed()).c_str(),
                static_cast<unsigned long long>(counted_));
  }
  Trials(const Trials&) = delete;
  Trials& operator=(const Trials&) = delete;

  // Is there to be another trial? Never after a failure.
  bool next() {
    if (testing::Test::HasFailure()) return false;
    if (begun_ > 0 && !(soaking_ ? going() : begun_ < what_.usual)) return false;
    ++begun_;
    write("running");
    return true;
  }
  std::uint64_t seed() const { return what_.first_seed + (begun_ > 0 ? begun_ - 1 : 0); }
  // What the trial did: stores damaged, operations failed, ... These are the N of the report.
  void count(std::uint64_t n) { counted_ += n; }
  std::uint64_t counted() const { return counted_; }
  // A long run, in which no expectation about how many there were makes sense.
  bool soaking() const { return soaking_; }
  // For one trial that fills all of a long run: there is time left.
  bool going() const { return soaking_ && Clock::now() < until_; }
  // A figure for the report.
  void measured(const std::string& name, std::int64_t value) { measured_[name] = value; }

 private:
  using Clock = std::chrono::steady_clock;

  // One line of JSON, always whole: it takes the place of the one before, and is padded to its
  // length.
  void write(const char* state) {
    if (report_ == nullptr) return;
    std::string line =
        "{\"row\": \"" + what_.row + "\", \"mode\": \"" + what_.mode + "\", \"state\": \"" + state +
        "\", \"seed\": " + std::to_string(seed()) + ", \"trials\": " + std::to_string(counted_) +
        ", \"failed\": " + (testing::Test::HasFailure() ? "true" : "false") + ", \"measured\": {";
    for (const auto& [name, value] : measured_)
      line += (line.back() == '{' ? "\"" : ", \"") + name + "\": " + std::to_string(value);
    line += "}}";
    if (line.size() < kLine) line.resize(kLine, ' ');
    std::rewind(report_);
    std::fwrite(line.data(), 1, line.size(), report_);
    std::fflush(report_);
  }

  static constexpr std::size_t kLine = 1000;
  TrialsOf what_;
  bool soaking_ = false;
  Clock::time_point until_{};
  std::uint64_t begun_ = 0;
  std::uint64_t counted_ = 0;
  std::map<std::string, std::int64_t> measured_;
  std::FILE* report_ = nullptr;
};

}  // namespace vecstore
