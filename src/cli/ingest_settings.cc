#include "cli/ingest_settings.h"

#include <algorithm>
#include <filesystem>

#include "cli/embedding_settings.h"
#include "cli/loading_settings.h"
#include "cli/session.h"
#include "rag/splitters/splitter_options.h"

namespace vecstore {
namespace {

Result<std::size_t> size_setting(const Settings& settings, const char* key, std::int64_t least) {
  return count_argument(key, settings.integer(key), 0, 1'000'000, least);
}

constexpr std::size_t kTokensInChunk = 256;  // what small models take

// Of the splitter "token": the file that is set, else that of the model which embeds.
Result<std::string> tokenizer_file(const Settings& settings) {
  const std::string& named = settings.text("ingest.tokenizer");
  if (!named.empty() || settings.text("ingest.splitter") != "token") return named;
  if (!settings.text("embedding.provider").empty()) {
    return failed_precondition(
        "the splitter token needs ingest.tokenizer: a provider's is not known here");
  }
  VECSTORE_ASSIGN(const std::string folder, model_folder(settings));
  return (std::filesystem::path(folder) / "tokenizer.json").string();
}

Result<SplitterOptions> splitter_options(const Settings& settings) {
  SplitterOptions options;
  Status status;
  for_each_splitter_option([&](const std::string& name, const Value&) {
    const std::string key = "ingest." + name;
    const bool other = name == "grammars" && settings.text("ingest.splitter") != "code";
    if (other && !settings.is_set(key)) return;  // its default is for one splitter
    const Value& value = settings.value(key);
    if (status.ok()) status = set_splitter_option(options, name, value).with_context("ingest");
  });
  VECSTORE_TRY(std::move(status));
  VECSTORE_ASSIGN(options.chunk_size, size_setting(settings, "ingest.chunk_size", 1));
  if (settings.text("ingest.splitter") == "token" && !settings.is_set("ingest.chunk_size")) {
    options.chunk_size = kTokensInChunk;
  }
  VECSTORE_ASSIGN(options.tokenizer, tokenizer_file(settings));
  VECSTORE_ASSIGN(options.chunk_overlap, size_setting(settings, "ingest.chunk_overlap", 0));
  if (!settings.is_set("ingest.chunk_overlap")) {  // a default must fit any size
    options.chunk_overlap = std::min(options.chunk_overlap, options.chunk_size * 15 / 100);
  }
  return options;
}

}  // namespace

Result<IngestOptions> ingest_options(const Settings& settings) {
  IngestOptions options;
  options.paths = settings.texts("ingest.paths");
  options.include = settings.texts("ingest.include");
  options.exclude = settings.texts("ingest.exclude");
  options.gitignore = *settings.value("ingest.gitignore").as_bool();
  options.late_chunking = *settings.value("ingest.late_chunking").as_bool();
  options.splitter = settings.text("ingest.splitter");
  VECSTORE_ASSIGN(options.splitting, splitter_options(settings));
  VECSTORE_ASSIGN(const LoadingSettings loading, loading_settings(settings));
  options.max_file_bytes = loading.max_file_bytes;
  options.limits = loading.limits;
  options.password = loading.password;
  return options;
}

}  // namespace vecstore
