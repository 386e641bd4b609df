// Reads texts, writes their vectors by a transformer: for tests/models/vectors.py and bench/models.
//
// usage: embed_vectors FOLDER float|int8|LIBRARY THREADS REPEATS < TEXTS > VECTORS
//
// With the file of ONNX Runtime's library, that runs the model.
// TEXTS holds each text as a u32 length and its bytes, VECTORS a row of floats for each, all
// little-endian. On stderr, as JSON: milliseconds to load, the shortest of REPEATS runs over all
// texts in seconds of wall and of CPU, the most memory the process had in MB, and that of weights.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "base/coding.h"
#include "embed/load_embedder.h"
#include "embed/onnxruntime/onnx_embedder.h"

namespace vecstore {
namespace {

struct Times {
  double wall, cpu;
};

Times now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return {std::chrono::duration<double>(since).count(),
          seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

std::vector<std::string> read_texts(std::istream& in) {
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::string> texts;
  for (std::size_t at = 0; at + 4 <= all.size();) {
    const std::size_t size = load_u32(reinterpret_cast<const std::byte*>(all.data()) + at);
    texts.push_back(all.substr(at + 4, size));
    at += 4 + size;
  }
  return texts;
}

// The most memory this process had. (getrusage's would be that of who started it, if that had
// more.)
double most_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kb = 0;
    if (word == "VmHWM:" && status >> kb) return kb / 1024;
  }
  return 0;
}

struct Loaded {
  std::shared_ptr<const Embedder> embedder;
  std::size_t weight_bytes = 0;
};

Result<Loaded> load(const std::string& folder, const std::string& how, int threads) {
  if (how != "float" && how != "int8") {
    VECSTORE_ASSIGN(auto made, load_onnx_embedder(folder, {.library = how, .threads = threads}));
    return Loaded{std::move(made)};
  }
  TransformerOptions options;
  if (how == "int8") options.precision = Precision::kInt8;
  options.threads = threads;
  VECSTORE_ASSIGN(auto made, load_transformer_embedder(folder, options));
  const std::size_t bytes = made->memory_bytes();
  return Loaded{std::move(made), bytes};
}

int run(const std::string& folder, const std::string& how, int threads, int repeats) {
  const std::vector<std::string> texts = read_texts(std::cin);
  const Times start = now();
  const auto model = load(folder, how, threads);
  const Times loaded = now();
  if (!model.ok()) {
    std::cerr << model.status().to_string() << "\n";
    return 1;
  }
  std::vector<float> rows;
  Times best = {1e9, 1e9};
  for (int i = 0; i < repeats; ++i) {
    const Times before = now();
    auto made = model->embedder->embed_batch(texts);
    const Times after = now();
    if (!made.ok()) {
      std::cerr << made.status().to_string() << "\n";
      return 1;
    }
    rows = *std::move(made);
    best.wall = std::min(best.wall, after.wall - before.wall);
    best.cpu = std::min(best.cpu, after.cpu - before.cpu);
  }
  std::cout.write(reinterpret_cast<const char*>(rows.data()),
                  static_cast<std::streamsize>(rows.size() * sizeof(float)));
  std::fprintf(stderr,
               "{\"load_ms\": %.1f, \"load_cpu_ms\": %.1f, \"wall_s\": %.6f, \"cpu_s\": %.6f, "
               "\"most_mb\": %.1f, \"weights_mb\": %.1f, \"dimension\": %zu}\n",
               (loaded.wall - start.wall) * 1e3, (loaded.cpu - start.cpu) * 1e3, best.wall,
               best.cpu, most_mb(), static_cast<double>(model->weight_bytes) * 1e-6,
               model->embedder->info().dimension);
  return 0;
}

}  // namespace
}  // namespace vecstore

int main(int count, char** words) {
  if (count != 5) {
    std::cerr
        << "usage: embed_vectors FOLDER float|int8|LIBRARY THREADS REPEATS < TEXTS > VECTORS\n";
    return 2;
  }
  return vecstore::run(words[1], words[2], std::atoi(words[3]), std::atoi(words[4]));
}
