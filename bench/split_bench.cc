// A file cut by a splitter, timed: the seconds of CPU of the best round, as a line of JSON. Loading
// it is not counted. The chunks go to a file, with a zero byte behind each.
//
//   split_bench SPLITTER SIZE OVERLAP FILE CHUNKS ROUNDS [OPTION=VALUE...]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "base/clock.h"
#include "rag/loaders/loader_registry.h"
#include "rag/splitters/make_splitter.h"
#include "rag/splitters/splitter_options.h"

namespace vecstore {
namespace {

struct Task {
  std::string splitter, file, chunks;
  SplitterOptions options = {};
  int rounds = 1;
};

// Of an option that is a list its only element.
Value value_of(const std::string& name, const std::string& text) {
  Value value = text;
  for_each_splitter_option([&](const std::string& one, const Value& otherwise) {
    if (one == name && otherwise.as_list()) value = List{Value(text)};
  });
  return value;
}

Result<Task> parse(int count, char** words) {
  if (count < 7) return invalid_argument("six arguments are needed");
  Task task{words[1], words[4], words[5]};
  task.options.chunk_size = std::strtoull(words[2], nullptr, 10);
  task.options.chunk_overlap = std::strtoull(words[3], nullptr, 10);
  task.rounds = std::max(1, std::atoi(words[6]));
  for (int i = 7; i < count; ++i) {
    const std::string option = words[i];
    const std::size_t sign = option.find('=');
    if (sign == option.npos) return invalid_argument("OPTION=VALUE, not '" + option + "'");
    VECSTORE_TRY(set_splitter_option(task.options, option.substr(0, sign),
                                     value_of(option.substr(0, sign), option.substr(sign + 1))));
  }
  return task;
}

Result<Document> load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.empty()) return not_found("nothing in " + path);
  LoadInput input{bytes, path};
  input.budget = std::make_shared<LoadBudget>();
  VECSTORE_ASSIGN(std::vector<Document> documents, LoaderRegistry().load(input));
  return std::move(documents.at(0));
}

Status run(int count, char** words) {
  VECSTORE_ASSIGN(const Task task, parse(count, words));
  VECSTORE_ASSIGN(const Document document, load(task.file));
  VECSTORE_ASSIGN(const auto splitter, make_splitter(task.splitter, task.options));
  std::vector<Chunk> chunks;
  double best_ms = 1e300;
  for (int round = 0; round < task.rounds; ++round) {
    const double begun = thread_cpu_ms();
    VECSTORE_ASSIGN(chunks, splitter->split(document));
    best_ms = std::min(best_ms, thread_cpu_ms() - begun);
  }
  std::ofstream out(task.chunks, std::ios::binary);
  for (const Chunk& chunk : chunks)
    out << document.text.substr(chunk.begin, chunk.end - chunk.begin) << '\0';
  if (!out.flush()) return Status(Code::kUnknown, "cannot write " + task.chunks);
  std::printf("{\"chunks\": %zu, \"bytes\": %zu, \"cpu_seconds\": %.6f}\n", chunks.size(),
              document.text.size(), best_ms / 1000);
  return {};
}

}  // namespace
}  // namespace vecstore

int main(int count, char** words) {
  const vecstore::Status status = vecstore::run(count, words);
  if (!status.ok()) std::fprintf(stderr, "split_bench: %s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}
