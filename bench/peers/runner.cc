#include "bench/peers/runner.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace bench {
namespace {

constexpr std::size_t kFloorRows = 100;
constexpr std::size_t kFloorQueries = 200;
constexpr std::size_t kFloorBatches = 10;

double seconds(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double percentile(std::vector<double>& sorted_us, double share) {
  return sorted_us[std::min(
      sorted_us.size() - 1,
      static_cast<std::size_t>(share * static_cast<double>(sorted_us.size())))];
}

class Session {
 public:
  Session(Engine& engine, const Matrix& queries) : engine_(engine), queries_(queries) { all(); }

  void query(const Settings& settings) {
    const std::size_t k = number(settings, "k", 10);
    const std::size_t count = std::min(number(settings, "count", asked_.size()), asked_.size());
    engine_.set(settings);
    for (std::size_t i = 0; i < std::min(kWarmUp, count); ++i)
      engine_.ask(queries_.row(asked_[asked_.size() - 1 - i]), k);
    std::vector<std::int32_t> answers, found;
    Times times;
    for (std::size_t i = 0; i < count; ++i) {
      const double before = wall_seconds();
      engine_.ask(queries_.row(asked_[i]), k);
      times.add(wall_seconds() - before);
      found.clear();
      engine_.rows(found);
      found.resize(k, -1);
      answers.insert(answers.end(), found.begin(), found.end());
    }
    times.say();
    if (const auto file = settings.find("answers"); file != settings.end()) {
      std::ofstream(file->second, std::ios::binary)
          .write(reinterpret_cast<const char*>(answers.data()),
                 static_cast<std::streamsize>(answers.size() * sizeof(std::int32_t)));
    }
  }

  void filter(const std::string& path) {
    all();
    std::string json, rows;
    if (path != "-") {
      std::ifstream file(path);
      std::getline(file, json);
      std::getline(file, rows);
      asked_.clear();
      std::istringstream words(rows);
      for (std::size_t row = 0; words >> row;) asked_.push_back(row);
    }
    engine_.filter(json);
    std::printf("{\"queries\": %zu}\n", asked_.size());
  }

 private:
  void all() {
    asked_.resize(queries_.rows());
    for (std::size_t i = 0; i < asked_.size(); ++i) asked_[i] = i;
  }

  Engine& engine_;
  const Matrix& queries_;
  std::vector<std::size_t> asked_;
};

void build(Engine& engine, const Settings& settings, const Matrix& base) {
  const double wall = wall_seconds(), cpu = cpu_seconds();
  const auto metadata = settings.find("metadata");
  engine.build(base, metadata == settings.end() ? "" : metadata->second, settings.at("index"));
  std::printf("{\"build_seconds\": %.3f, \"build_cpu_seconds\": %.3f}\n", wall_seconds() - wall,
              cpu_seconds() - cpu);
}

void serve(Engine& engine, const Settings& settings, const Matrix& queries) {
  for (std::size_t i = 0; i < queries.rows(); ++i)
    (void)std::count(queries.row(i).begin(), queries.row(i).end(), 0.5f);  // maps them
  const std::int64_t before = resident_bytes();
  const double wall = wall_seconds();
  engine.open(settings.at("index"), queries.dimension());
  std::printf("{\"open_seconds\": %.6f}\n", wall_seconds() - wall);
  std::fflush(stdout);
  Session session(engine, queries);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb, rest;
    words >> verb;
    if (verb == "query") {
      session.query(parse_settings(words));
    } else if (verb == "filter") {
      words >> rest;
      session.filter(rest);
    } else if (verb == "memory") {
      std::printf("{\"resident_bytes\": %lld}\n",
                  static_cast<long long>(resident_bytes() - before));
    } else {
      fail("unknown command " + line);
    }
    std::fflush(stdout);
  }
}

void measure_floor(Engine& engine, const Settings& settings, Matrix base, const Matrix& queries) {
  base.keep_first(kFloorRows);
  engine.build(base, "", settings.at("index"));
  engine.open(settings.at("index"), base.dimension());
  engine.set({{"ef", "16"}});
  std::vector<std::int32_t> found;
  double least = 1e9;  // what else the machine does only adds
  for (std::size_t batch = 0; batch < kFloorBatches; ++batch) {
    std::vector<double> us;
    for (std::size_t i = 0; i < kFloorQueries; ++i) {
      const double before = wall_seconds();
      engine.ask(queries.row(i % queries.rows()), 10);
      us.push_back((wall_seconds() - before) * 1e6);
      engine.rows(found);
    }
    std::ranges::sort(us);
    least = std::min(least, percentile(us, 0.5));
  }
  std::printf("{\"floor_us\": %.2f}\n", least);
}

}  // namespace

double wall_seconds() { return seconds(CLOCK_MONOTONIC); }
double cpu_seconds() { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t size = 0, resident = 0;
  file >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

Settings parse_settings(std::istream& words) {
  Settings settings;
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) fail("expected name=value, found " + word);
    settings[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return settings;
}

void Times::say() {
  const double all_wall = wall_seconds() - begin_, cpu = cpu_seconds() - begin_cpu_;
  double sum = 0;
  for (const double x : us_) sum += x;
  std::ranges::sort(us_);
  std::printf(
      "{\"queries\": %zu, \"seconds\": %.6f, \"cpu_over_wall\": %.3f, \"p50_us\": %.2f, "
      "\"p95_us\": %.2f, \"p99_us\": %.2f}\n",
      us_.size(), sum * 1e-6, cpu / all_wall, percentile(us_, 0.5), percentile(us_, 0.95),
      percentile(us_, 0.99));
}

void fail(const std::string& why) {
  std::string safe;
  for (const char c : why) safe += c == '"' || c == '\\' || c < ' ' ? '\'' : c;
  std::printf("{\"error\": \"%s\"}\n", safe.c_str());
  std::fflush(stdout);
  std::_Exit(1);
}

std::size_t number(const Settings& settings, const std::string& name, std::size_t otherwise) {
  const auto found = settings.find(name);
  if (found == settings.end()) return otherwise;
  std::size_t value = 0;
  const char* end = found->second.data() + found->second.size();
  if (std::from_chars(found->second.data(), end, value).ptr != end)
    fail(name + " is not a number: " + found->second);
  return value;
}

Matrix::Matrix(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY);
  struct stat status {};
  if (file < 0 || ::fstat(file, &status) != 0) fail("cannot open " + path);
  const auto size = static_cast<std::size_t>(status.st_size);
  void* map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  ::close(file);
  if (map == MAP_FAILED || size < 10) fail("cannot map " + path);
  const char* bytes = static_cast<const char*>(map);
  const std::size_t start =
      10 + static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
  const std::string header(bytes + 10, std::min(start, size) - 10);
  const std::size_t shape = header.find("'shape': (");
  if (std::memcmp(bytes, "\x93NUMPY\x01", 7) != 0 || header.find("'<f4'") == header.npos ||
      header.find("False") == header.npos || shape == header.npos ||
      std::sscanf(header.c_str() + shape, "'shape': (%zu, %zu)", &rows_, &dimension_) != 2 ||
      size < start + rows_ * dimension_ * sizeof(float))
    fail(path + " is no .npy file of f32 rows");
  values_ = reinterpret_cast<const float*>(bytes + start);
}

int run(int argc, char** argv, std::unique_ptr<Engine> (*make)(const Settings&)) {
  if (argc < 3) {
    std::fprintf(
        stderr,
        "usage: RUNNER build|floor|serve base=FILE queries=FILE metric=NAME index=FOLDER ...\n");
    return 2;
  }
  std::string words;
  for (int i = 2; i < argc; ++i) words += std::string(argv[i]) + " ";
  std::istringstream stream(words);
  const std::string verb = argv[1];
  try {
    const Settings settings = parse_settings(stream);
    const std::unique_ptr<Engine> engine = make(settings);
    const Matrix queries(settings.at("queries"));
    if (verb == "build") build(*engine, settings, Matrix(settings.at("base")));
    if (verb == "floor") measure_floor(*engine, settings, Matrix(settings.at("base")), queries);
    if (verb == "serve") serve(*engine, settings, queries);
  } catch (const std::exception& error) {
    fail(error.what());
  }
  std::fflush(stdout);
  return 0;
}

}  // namespace bench
