#include "rag/ingest/ingest.h"

#include <filesystem>
#include <set>

#include "base/clock.h"
#include "rag/ingest/embedding_model.h"
#include "rag/ingest/file_memory.h"
#include "rag/ingest/file_writer.h"
#include "rag/ingest/read_ahead.h"
#include "rag/ingest/sources.h"
#include "rag/splitters/make_splitter.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

constexpr double kSilenceMs = 500;  // the least between two reports of the model's work

using Memory = std::map<std::string, FileMemory>;

// A root goes by its name alone. The folder that went by it before may have moved here; if it is
// still where it was, they are two.
Status check_roots(const Sources& sources, const Memory& memory) {
  for (const auto& [source, file] : memory) {
    for (const SourceRoot& root : sources.roots) {
      std::error_code error;
      if (file.root == root.folder || !source.starts_with(root.name + "/")) continue;
      if (!fs::is_directory(file.root, error)) continue;
      return failed_precondition("the collection keeps '" + file.root + "' as '" + root.name +
                                 "'; '" + root.folder +
                                 "' of the same name needs another collection");
    }
  }
  return {};
}

// The collection, made when absent; none for a dry run that would make it.
Result<std::optional<Collection>> open_collection(Database& database, std::string_view name,
                                                  const EmbedderInfo& model, bool dry_run) {
  Result<Collection> found = database.collection(name);
  if (!found.ok() && found.status().code() != Code::kNotFound) return found.status();
  if (!found.ok() && dry_run) return std::optional<Collection>();
  if (!found.ok()) {
    VECSTORE_ASSIGN(Collection made, database.get_or_create(name, options_for(model)));
    return std::optional<Collection>(std::move(made));
  }
  VECSTORE_TRY(check_model(*found, model));
  return std::optional<Collection>(*std::move(found));
}

// Of `below`, which begins with a slash: nothing is there, or a folder. Where a link leads nowhere
// (a disk that is not mounted) the file is out of reach, not gone.
bool is_gone(const std::string& folder, const std::string& below) {
  std::error_code error;
  const fs::file_type type = fs::status(folder + below, error).type();
  if (type == fs::file_type::directory) return true;
  if (type != fs::file_type::not_found) return false;
  for (std::size_t end = below.find('/', 1);; end = below.find('/', end + 1)) {
    const std::string part = folder + below.substr(0, end);
    if (fs::is_symlink(part, error) && !fs::exists(part, error)) return false;
    if (end == below.npos) return true;
  }
}

class Ingest {
 public:
  Ingest(const IngestOptions& options, const Sources& sources, const Memory& memory)
      : options_(options), sources_(sources), memory_(memory) {
    for (const SourceFile& file : sources_.files) progress_.bytes_total += file.bytes;
    report_.problems = sources_.problems;
    report_.skips = sources_.skips;
    report_.failed = sources_.problems.size();
    report_.skipped = sources_.skips.size();
    report_.files = report_.failed + report_.skipped;
    progress_.files_done = report_.files;
    progress_.files_total = report_.files + sources_.files.size();
  }

  // `collection` is null in a dry run.
  Result<IngestReport> run(Collection* collection, const Embedder& embedder,
                           const FileReader& reader) {
    std::optional<FileWriter> writer;
    if (collection) {
      FileWriter::Options writing{options_.batch_size, options_.cancel, {}, {}, {}};
      writing.done = [this](const WrittenFile& file) { settle(file); };
      writing.part = [this](const std::string& source, std::size_t chunks) {
        tell(source, report_.chunks_written + chunks);
      };
      writing.embedded = [this](const std::string& source, std::size_t chunks) {
        progress_.chunks_embedded += chunks;
        if (monotonic_ms() - told_ms_ > kSilenceMs) tell(source, progress_.chunks_written);
      };
      writer.emplace(*collection, embedder, std::move(writing));
    }
    Status status = take_files(writer ? &*writer : nullptr, reader);
    if (status.ok()) status = remove_vanished(writer ? &*writer : nullptr);
    if (status.code() == Code::kCancelled) {
      report_.cancelled = true;
    } else if (!status.ok()) {
      return status;
    }
    report_.seconds = seconds();
    return std::move(report_);
  }

 private:
  double seconds() const { return (monotonic_ms() - started_ms_) / 1000; }
  bool cancelled() const { return options_.cancel && options_.cancel->cancelled(); }

  std::size_t chunks_before(const std::string& source) const {
    auto known = memory_.find(source);
    return known == memory_.end() ? 0 : known->second.chunks;
  }

  Status take_files(FileWriter* writer, const FileReader& reader) {
    ReadAhead files(sources_.files.size(), [&](std::size_t i) { return reader.read(i); });
    for (const SourceFile& source : sources_.files) {
      std::optional<FileChunks> file = files.next();
      if (cancelled()) return vecstore::cancelled("the ingest was cancelled");
      VECSTORE_TRY(take(writer, *std::move(file), source));
    }
    return writer ? writer->flush() : Status();
  }

  Status take(FileWriter* writer, FileChunks file, const SourceFile& source) {
    report_.bytes_read += file.bytes;
    if (!file.status.ok()) return refuse(file, source), Status();
    if (file.unchanged) {
      ++report_.unchanged;
      progress_.bytes_unchanged += file.bytes;
      return count(file.source, file.bytes), Status();
    }
    if (file.replaced > 0) {
      report_.remarks.push_back(
          {file.source, invalid_argument(std::to_string(file.replaced) +
                                         " invalid byte sequences were replaced by U+FFFD")});
    }
    for (std::string& remark : file.remarks) {
      report_.remarks.push_back({file.source, invalid_argument(std::move(remark))});
    }
    std::size_t before = chunks_before(file.source), chunks = file.records.size();
    if (writer) return writer->add(std::move(file), before);
    settle({file.source, {}, file.bytes, before, chunks});
    return {};
  }

  // Folders hold pictures and programs beside documents; a file that was asked for by name should
  // have been one.
  void refuse(const FileChunks& file, const SourceFile& source) {
    bool binary = file.status.code() == Code::kUnimplemented && !source.named;
    ++(binary ? report_.skipped : report_.failed);
    (binary ? report_.skips : report_.problems).push_back({file.source, file.status});
    count(file.source, source.bytes);
  }

  void settle(const WrittenFile& file) {
    if (!file.status.ok()) {
      ++report_.failed;
      report_.problems.push_back({file.source, file.status});
    } else {
      ++(file.chunks == 0 ? report_.empty : file.before == 0 ? report_.added : report_.changed);
      report_.chunks_written += file.chunks;
      if (file.before > file.chunks) report_.chunks_removed += file.before - file.chunks;
    }
    count(file.source, file.bytes);
  }

  void count(std::string_view source, std::size_t bytes) {
    ++report_.files;
    ++progress_.files_done;
    progress_.bytes_done += bytes;
    tell(source, report_.chunks_written);
  }

  void tell(std::string_view source, std::uint64_t chunks) {
    progress_.chunks_written = chunks;
    progress_.seconds = seconds();
    progress_.source = source;
    told_ms_ = monotonic_ms();
    if (options_.progress) options_.progress(progress_);
  }

  // What was ingested from a folder that was named, was not found in it, and is not there or no
  // text any more: a file that is merely excluded or out of reach stays.
  Status remove_vanished(FileWriter* writer) {
    std::set<std::string_view> found(sources_.left.begin(), sources_.left.end()), skipped;
    for (const SourceFile& file : sources_.files) found.insert(file.source);
    for (const IngestNote& skip : report_.skips) skipped.insert(skip.source);
    for (const auto& [source, file] : memory_) {
      const SourceRoot* root = whole_root_of(source);
      if (!root) continue;
      if (!skipped.contains(source)) {
        if (found.contains(source)) continue;
        if (!is_gone(root->folder, source.substr(root->name.size()))) continue;
      }
      if (cancelled()) return vecstore::cancelled("the ingest was cancelled");
      if (writer) VECSTORE_TRY(writer->remove(source, file.chunks));
      ++report_.removed;
      report_.chunks_removed += file.chunks;
    }
    return {};
  }

  const SourceRoot* whole_root_of(const std::string& source) const {
    for (const SourceRoot& root : sources_.roots) {
      if (root.whole && source.starts_with(root.name + "/")) return &root;
    }
    return nullptr;
  }

  const IngestOptions& options_;
  const Sources& sources_;
  const Memory& memory_;
  double started_ms_ = monotonic_ms();
  double told_ms_ = started_ms_;
  IngestProgress progress_;
  IngestReport report_;
};

Status check_late_chunking(const Embedder& embedder) {
  const TextParts::Part part = {0, 1};
  return embedder.embed_parts({.text = "a", .parts = {&part, 1}}, CancelToken()).status();
}

Result<std::unique_ptr<Splitter>> splitter_of(const Embedder& embedder,
                                              const IngestOptions& options) {
  SplitterOptions splitting = options.splitting;
  if (!splitting.embedder) splitting.embedder = &embedder;
  if (options.cancel) splitting.cancel = *options.cancel;
  return make_splitter(options.splitter, splitting);
}

}  // namespace

Status check_ingest(const Embedder& embedder, const IngestOptions& options) {
  VECSTORE_TRY(check_paths(options));
  VECSTORE_TRY(splitter_of(embedder, options).status());
  return options.late_chunking ? check_late_chunking(embedder) : Status();
}

Result<IngestReport> ingest(Database& database, std::string_view collection,
                            const Embedder& embedder, const IngestOptions& options) {
  VECSTORE_ASSIGN(const std::unique_ptr<Splitter> splitter, splitter_of(embedder, options));
  if (options.late_chunking) VECSTORE_TRY(check_late_chunking(embedder));
  VECSTORE_ASSIGN(Sources sources, list_sources(options));
  VECSTORE_ASSIGN(std::optional<Collection> target,
                  open_collection(database, collection, embedder.info(), options.dry_run));
  Memory memory;
  if (target) {
    VECSTORE_ASSIGN(memory, read_file_memory(*target));
  }
  VECSTORE_TRY(check_roots(sources, memory));
  LoaderRegistry loaders;
  FileReader reader(sources, memory, loaders, *splitter, options);
  return Ingest(options, sources, memory)
      .run(options.dry_run || !target ? nullptr : &*target, embedder, reader);
}

}  // namespace vecstore
