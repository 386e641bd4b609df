// What every runner in C++ shares: one engine in one process, obeying lines on its input.
//
//   RUNNER build|floor|serve base=FILE queries=FILE metric=NAME index=FOLDER [metadata=FILE] [m=16
//   ...]
//
// Files are .npy of f32. `build` makes the index and prints one JSON object. `floor` measures the
// cost of a call, in a collection of 100 rows. `serve` opens the index and then answers each line
// with one line of JSON:
//   query k=10 count=1000 answers=FILE ef=64 ...    asks the queries one by one; rows found are
//   written as i32, -1 where there are fewer filter FILE     every query from now on passes the
//   filter in the file's first line, and only the queries of its second line are asked filter - no
//   filter, all queries memory          how much resident memory has grown since before the index
//   was opened, mapped pages included
// The same protocol in Python: bench/peers/__main__.py.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bench {

using Settings = std::map<std::string, std::string>;

// Words of the form name=value.
Settings parse_settings(std::istream& words);
double wall_seconds();
double cpu_seconds();                 // of the process
std::int64_t resident_bytes();        // anonymous and mapped pages alike
constexpr std::size_t kWarmUp = 100;  // queries before those that are timed

// The times of single queries, and of all of them with what lay between.
class Times {
 public:
  Times() : begin_(wall_seconds()), begin_cpu_(cpu_seconds()) {}
  void add(double seconds) { us_.push_back(seconds * 1e6); }
  void say();

 private:
  double begin_ = 0;
  double begin_cpu_ = 0;
  std::vector<double> us_;
};

std::size_t number(const Settings& settings, const std::string& name, std::size_t otherwise);
// Stops the program with the JSON error that the harness shows.
[[noreturn]] void fail(const std::string& why);

// Rows of f32, mapped from a .npy file.
class Matrix {
 public:
  Matrix() = default;
  explicit Matrix(const std::string& path);

  std::size_t rows() const { return rows_; }
  std::size_t dimension() const { return dimension_; }
  std::span<const float> row(std::size_t i) const { return {values_ + i * dimension_, dimension_}; }
  std::span<const float> block(std::size_t first, std::size_t count) const {
    return {values_ + first * dimension_, count * dimension_};
  }
  void keep_first(std::size_t count) { rows_ = count < rows_ ? count : rows_; }

 private:
  const float* values_ = nullptr;
  std::size_t rows_ = 0;
  std::size_t dimension_ = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual void build(const Matrix& base, const std::string& metadata,
                     const std::string& folder) = 0;
  virtual void open(const std::string& folder, std::size_t dimension) = 0;
  // Once before queries with these settings, outside what is timed.
  virtual void set(const Settings& settings) = 0;
  virtual void filter(const std::string& json) = 0;  // empty: none
  virtual void ask(std::span<const float> query, std::size_t k) = 0;
  // Of the last ask(), outside what is timed; best first.
  virtual void rows(std::vector<std::int32_t>& found) = 0;
};

int run(int argc, char** argv, std::unique_ptr<Engine> (*make)(const Settings&));

}  // namespace bench
