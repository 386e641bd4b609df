// A service that may be stopped, fed nonsense and left alone: settings that are checked, a store
// that is verified before it is used, documents that vanished brought back by a snapshot, threads
// with limits and deadlines, backups of which the oldest leave, and Ctrl-C that ends it in order.
//   10_production SETTINGS < questions
// A line of standard input is a question, and its answer a line of JSON; what there is to know
// besides goes to standard error. production_settings.h says what SETTINGS has.
#include <fcntl.h>
#include <unistd.h>
#include <vecstore/rag.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <mutex>
#include <thread>

#include "console.h"
#include "production_questions.h"
#include "production_settings.h"
#include "production_upkeep.h"

namespace {

using production::Settings;
using vecstore::Database;
using vecstore::Object;
using vecstore::Rag;
using vecstore::Status;

vecstore::CancelToken stopping;
const int nothing = open("/dev/null", O_RDONLY);

// Ends what takes long, and the input: the line that is waited for will not come.
void stop(int) {
  stopping.cancel();
  dup2(nothing, STDIN_FILENO);
}

Object answer(const Rag& rag, const Settings& settings, const std::string& question) {
  const auto most = static_cast<std::size_t>(settings.max_question_bytes);
  if (question.size() > most) return {{"error", "the question is too long"}};
  vecstore::RagRetrieveOptions options;
  options.passages = static_cast<std::size_t>(settings.passages);
  options.timeout = std::chrono::milliseconds(settings.timeout_ms);
  options.cancel = stopping;
  const auto hits = rag.retrieve(question, options);
  if (!hits.ok()) return {{"question", question}, {"error", hits.status().message()}};
  vecstore::List passages;
  for (const vecstore::Hit& hit : *hits)
    passages.emplace_back(Object{{"id", hit.id}, {"score", hit.score}, {"text", *hit.text}});
  return {{"question", question}, {"partial", hits->partial}, {"passages", std::move(passages)}};
}

void serve(const Rag& rag, const Settings& settings) {
  production::Questions questions;
  std::mutex output;
  std::atomic<std::uint64_t> answered = 0;
  const auto work = [&] {
    while (const std::optional<std::string> question = questions.take()) {
      const std::string line = vecstore::Value(answer(rag, settings, *question)).to_json();
      const std::lock_guard lock(output);
      std::printf("%s\n", line.c_str());
      std::fflush(stdout);
      ++answered;
    }
  };
  std::vector<std::jthread> threads;
  for (std::int64_t i = 0; i < settings.threads; ++i) threads.emplace_back(work);
  for (std::string line; std::getline(std::cin, line);) questions.put(line);
  for (std::size_t i = 0; i < threads.size(); ++i) questions.put(std::nullopt);
  threads.clear();  // joined
  std::fprintf(stderr, "%llu questions answered\n", static_cast<unsigned long long>(answered));
}

Status run(const std::string& path) {
  VECSTORE_ASSIGN(const auto settings, production::read_settings(path));
  VECSTORE_TRY(production::verify(settings, stopping));
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(settings.model));
  vecstore::DatabaseOptions options;
  options.log = [](vecstore::LogLevel, std::string_view what) {
    std::fprintf(stderr, "store: %.*s\n", static_cast<int>(what.size()), what.data());
  };
  VECSTORE_ASSIGN(auto db, Database::open(settings.database, options));
  VECSTORE_ASSIGN(auto rag, Rag::open(db, "documents", embedder));
  VECSTORE_TRY(production::refresh(db, rag, settings, stopping));
  serve(rag, settings);
  VECSTORE_TRY(production::back_up(db, settings));
  VECSTORE_ASSIGN(const auto stats, db.stats());
  std::fprintf(stderr, "stopped%s; %llu bytes on the disk\n",
               stopping.cancelled() ? " as asked" : "",
               static_cast<unsigned long long>(stats.file_bytes));
  return db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: 10_production SETTINGS\n");
    return 2;
  }
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  return console::end(run(argv[1]));
}
