// What the same queries cost in C++: overhead.py runs this beside its own.
//   overhead DATABASE QUESTIONS DIMENSION BATCH [ROUNDS]     questions: float32, one after the
//   other
// Prints microseconds: of one query, and of one of a batch; each the least of several rounds. With
// ROUNDS it only asks so many batches.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "vecstore/vecstore.h"

namespace {

std::vector<float> read_floats(const char* path) {
  std::vector<float> values;
  std::FILE* file = std::fopen(path, "rb");
  float buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, sizeof(float), 4096, file)) > 0;)
    values.insert(values.end(), buffer, buffer + n);
  std::fclose(file);
  return values;
}

template <typename Work>
double least_us(std::size_t calls, Work work) {
  double least = 1e18;
  for (int round = 0; round < 15; ++round) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begun;
    least = std::min(least, took.count() / static_cast<double>(calls));
  }
  return least;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) return 2;
  auto db = vecstore::Database::open(argv[1], {.read_only = true}).value();
  auto rows = db.collection("rows").value();
  const std::vector<float> all = read_floats(argv[2]);
  const auto dimension = static_cast<std::size_t>(std::atoi(argv[3]));
  const auto batch = static_cast<std::size_t>(std::atoi(argv[4]));
  const auto question = [&](std::size_t i) {
    return std::span(all).subspan(i * dimension, dimension);
  };
  std::vector<vecstore::Hits> answers;  // those of a batch live until the next has its own
  const auto ask_batch = [&] {
    answers = rows.query_many(std::span(all).first(batch * dimension), dimension, {}).value();
  };
  if (argc == 6) {
    for (int round = std::atoi(argv[5]); round > 0; --round) ask_batch();
    return 0;
  }
  const std::size_t count = std::min<std::size_t>(all.size() / dimension, 1000);
  const double one = least_us(count, [&] {
    for (std::size_t i = 0; i < count; ++i)
      (void)rows.query({.vector = question(i), .k = 10}).value().size();
  });
  std::printf("%.3f %.3f\n", one, least_us(batch, ask_batch));
}
