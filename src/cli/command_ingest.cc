#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/embedding_settings.h"
#include "cli/ingest_progress.h"
#include "cli/interrupt.h"
#include "cli/loading_settings.h"
#include "cli/new_collection.h"
#include "cli/session.h"
#include "cli/settle.h"
#include "cli/terminal.h"
#include "embed/cache/cached_embedder.h"
#include "rag/ingest/embedding_model.h"
#include "rag/ingest/ingest.h"
#include "rag/loaders/glob.h"
#include "rag/splitters/splitter_options.h"

namespace vecstore {
namespace {

constexpr std::size_t kShownNotes = 10;

struct IngestArguments {
  std::vector<std::string> paths = {}, include = {}, exclude = {}, split_options = {};
  std::optional<std::string> model = {}, provider = {}, splitter = {}, tokenizer = {};
  std::optional<std::int64_t> chunk_size = {}, overlap = {};
  bool dry_run = false, no_gitignore = false;
};

Result<std::size_t> size_setting(const Session& session, const char* key, std::int64_t least) {
  return count_argument(key, session.settings.integer(key), 0, 1'000'000, least);
}

// NAME=VALUE, as under [ingest].
Status apply_split_options(Settings& settings, const std::vector<std::string>& given) {
  for (const std::string& option : given) {
    const std::size_t sign = option.find('=');
    const std::string name = option.substr(0, sign);
    bool known = false;
    for_each_splitter_option([&](const std::string& one, const Value&) { known |= one == name; });
    if (!known || sign == option.npos) {
      std::string names;
      for_each_splitter_option([&](const std::string& one, const Value&) {
        names += (names.empty() ? "" : ", ") + one;
      });
      return invalid_argument("--split-option takes NAME=VALUE, not '" + option +
                              "'; the names are " + names);
    }
    VECSTORE_TRY(
        settings.set_text_by_flag("ingest." + name, option.substr(sign + 1), "--split-option"));
  }
  return {};
}

void apply_flags(Settings& settings, const IngestArguments& given) {
  if (given.model) settings.set_by_flag("embedding.model", *given.model, "--model");
  if (given.provider) settings.set_by_flag("embedding.provider", *given.provider, "--provider");
  if (given.splitter) settings.set_by_flag("ingest.splitter", *given.splitter, "--splitter");
  if (given.tokenizer) settings.set_by_flag("ingest.tokenizer", *given.tokenizer, "--tokenizer");
  if (given.chunk_size) {
    settings.set_by_flag("ingest.chunk_size", *given.chunk_size, "--chunk-size");
  }
  if (given.no_gitignore) settings.set_by_flag("ingest.gitignore", false, "--no-gitignore");
  if (given.overlap) settings.set_by_flag("ingest.chunk_overlap", *given.overlap, "--overlap");
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

Result<SplitterOptions> splitter_options(const Session& session) {
  const Settings& settings = session.settings;
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
  VECSTORE_ASSIGN(options.chunk_size, size_setting(session, "ingest.chunk_size", 1));
  if (settings.text("ingest.splitter") == "token" && !settings.is_set("ingest.chunk_size")) {
    options.chunk_size = kTokensInChunk;
  }
  VECSTORE_ASSIGN(options.tokenizer, tokenizer_file(settings));
  VECSTORE_ASSIGN(options.chunk_overlap, size_setting(session, "ingest.chunk_overlap", 0));
  if (!settings.is_set("ingest.chunk_overlap")) {  // a default must fit any size
    options.chunk_overlap = std::min(options.chunk_overlap, options.chunk_size * 15 / 100);
  }
  return options;
}

Result<IngestOptions> ingest_options(const Session& session, const IngestArguments& given) {
  IngestOptions options;
  options.paths = given.paths;
  options.include =
      given.include.empty() ? session.settings.texts("ingest.include") : given.include;
  options.exclude =
      given.exclude.empty() ? session.settings.texts("ingest.exclude") : given.exclude;
  options.gitignore = *session.settings.value("ingest.gitignore").as_bool();
  options.splitter = session.settings.text("ingest.splitter");
  VECSTORE_ASSIGN(options.splitting, splitter_options(session));
  VECSTORE_ASSIGN(const LoadingSettings loading, loading_settings(session.settings));
  options.max_file_bytes = loading.max_file_bytes;
  options.limits = loading.limits;
  options.password = loading.password;
  options.dry_run = given.dry_run;
  return options;
}

// Patterns choose within folders: who names a file gets it, and is told where that surprises.
void note_patterns(const Output& out, const IngestOptions& options) {
  for (const std::string& path : options.paths) {
    std::error_code error;
    const std::string name = std::filesystem::path(path).filename().string();
    const bool left_out = (!options.include.empty() && !any_glob_match(options.include, name)) ||
                          any_glob_match(options.exclude, name);
    if (!left_out || !std::filesystem::is_regular_file(path, error)) continue;
    out.note("note: " + printable(path) +
             " is named, so it is read: --include and --exclude choose within folders");
  }
}

void show_notes(const Output& out, const char* what, const std::vector<IngestNote>& notes,
                std::size_t most) {
  for (std::size_t i = 0; i < notes.size() && i < most; ++i) {
    out.warn(std::string(what) + " " + printable(notes[i].source) + ": " +
             printable(notes[i].status.message()));
  }
  if (notes.size() > most) {
    out.warn(std::string(what) + " " + format_count(notes.size() - most) +
             " more files; -o json lists them");
  }
}

// The name of a file may be any bytes; JSON is UTF-8.
std::string valid_text(std::string_view name) {
  std::string text;
  for (; !name.empty(); name.remove_prefix(decode_utf8(name).size)) {
    append_utf8(text, decode_utf8(name).value);
  }
  return text;
}

List note_list(const std::vector<IngestNote>& notes) {
  List list;
  for (const IngestNote& note : notes) {
    list.emplace_back(Object{{"source", valid_text(note.source)}, {"why", note.status.message()}});
  }
  return list;
}

Object report_object(const IngestReport& report) {
  const auto count = [](std::uint64_t n) { return Value(static_cast<std::int64_t>(n)); };
  return {{"files", count(report.files)},
          {"added", count(report.added)},
          {"changed", count(report.changed)},
          {"unchanged", count(report.unchanged)},
          {"empty", count(report.empty)},
          {"skipped", count(report.skipped)},
          {"failed", count(report.failed)},
          {"removed", count(report.removed)},
          {"chunks_written", count(report.chunks_written)},
          {"chunks_removed", count(report.chunks_removed)},
          {"bytes_read", count(report.bytes_read)},
          {"seconds", report.seconds},
          {"failures", note_list(report.problems)},
          {"skips", note_list(report.skips)},
          {"remarks", note_list(report.remarks)}};
}

std::string report_line(const IngestReport& report, bool dry_run) {
  std::string line = counted(report.files, "file") + ": " + format_count(report.added) +
                     " added, " + format_count(report.changed) + " changed, " +
                     format_count(report.unchanged) + " unchanged, " +
                     format_count(report.removed) + " removed";
  if (report.empty > 0) line += ", " + format_count(report.empty) + " empty";
  if (report.skipped > 0) line += ", " + format_count(report.skipped) + " skipped";
  if (report.failed > 0) line += ", " + format_count(report.failed) + " failed";
  return line + "; " + counted(report.chunks_written, "passage") +
         (dry_run ? " would be written, " : " written in ") +
         (dry_run ? "nothing was changed" : format_duration(report.seconds));
}

void show_report(const Output& out, const IngestReport& report, bool dry_run) {
  show_notes(out, "failed:", report.problems, SIZE_MAX);
  if (!out.quiet()) {
    show_notes(out, "skipped:", report.skips, kShownNotes);
    show_notes(out, "note:", report.remarks, kShownNotes);
  }
  if (report.files == 0 && !report.cancelled) out.note("there is no file to read");
  if (out.format() == OutputFormat::kTable) {
    out.print_line(report_line(report, dry_run));
  } else {
    out.print_object(report_object(report));
  }
}

// What would be done needs no lock, and no database.
Result<Database> open_for(const Session& session, bool dry_run) {
  if (!dry_run) return session.open_to_write(true);
  Result<Database> there = session.open_to_read();
  if (there.ok() || there.status().code() != Code::kNotFound) return there;
  return Database::in_memory();
}

// Of a collection that is configured, which is made here so that its storage and description hold;
// ingest() makes all others.
Result<std::optional<CollectionOptions>> configured_options(const Session& session,
                                                            const Embedder& embedder) {
  const std::string& name = session.collection_name();
  const std::string prefix = "collection." + name + ".";
  const bool configured = session.settings.is_set(prefix + "storage") ||
                          session.settings.is_set(prefix + "description") ||
                          session.settings.is_set(prefix + "index") ||
                          session.settings.is_set(prefix + "quantization") ||
                          session.settings.is_set(prefix + "m") ||
                          session.settings.is_set(prefix + "ef_construction") ||
                          session.settings.is_set(prefix + "ef_search");
  if (!configured) return std::optional<CollectionOptions>();
  VECSTORE_ASSIGN(const CollectionOptions wanted, session.settings.collection_options(name));
  CollectionOptions options = options_for(embedder.info());
  options.storage = wanted.storage;
  options.index = wanted.index;
  options.quantization = wanted.quantization;
  options.hnsw = wanted.hnsw;
  options.description = wanted.description;
  VECSTORE_TRY(check_new_collection(name, options));  // before a folder is made
  return std::optional(std::move(options));
}

Status settle_after(const Session& session, Database& database, const IngestReport& report,
                    bool dry_run) {
  if (dry_run || report.cancelled) return {};
  const std::uint64_t passages = report.chunks_written;
  return settle(session, database, passages,
                counted(passages, "passage") + (passages == 1 ? " is written" : " are written"));
}

// What the model was spared.
Status note_cache(const Output& out, const CachedEmbedder& cache) {
  VECSTORE_ASSIGN(const EmbeddingCacheStats stats, cache.stats());
  if (stats.hits + stats.misses > 0) {
    out.note(counted(stats.misses, "text") + " embedded, " + format_count(stats.hits) +
             " known from before");
  }
  return {};
}

Status run_ingest(Session& session, const IngestArguments& given) {
  const double begun_ms = monotonic_ms();
  apply_flags(session.settings, given);
  VECSTORE_TRY(apply_split_options(session.settings, given.split_options));
  VECSTORE_ASSIGN(IngestOptions options, ingest_options(session, given));
  note_patterns(session.out, options);
  Progress progress(!session.out.quiet());
  progress.show("loading the model " + session.settings.text("embedding.model"), true);
  VECSTORE_ASSIGN(const std::shared_ptr<const Embedder> embedder, session.embedder());
  VECSTORE_ASSIGN(const auto configured, configured_options(session, *embedder));
  VECSTORE_ASSIGN(Database database, open_for(session, given.dry_run));
  const std::string& name = session.collection_name();
  if (!given.dry_run && configured && database.collection(name).status().code() == Code::kNotFound)
    VECSTORE_TRY(database.create_collection(name, *configured).status());
  std::shared_ptr<const CachedEmbedder> cache;
  if (!given.dry_run) {
    VECSTORE_ASSIGN(cache, session.embedding_cache(database));
  }
  options.cancel = watch_interrupts();
  std::uint64_t written = 0;
  options.progress = [&](const IngestProgress& at) {
    progress.show(ingest_line(at));
    written = at.chunks_written;
  };
  Result<IngestReport> report =
      ingest(database, session.collection_name(), cache ? *cache : *embedder, options);
  progress.clear();
  if (!report.ok()) {
    if (written == 0) return report.status();
    return report.status().with_context("stopped after " + counted(written, "passage") +
                                        ", which are kept; the same command goes on from there");
  }
  const Status settled = settle_after(session, database, *report, given.dry_run);
  report->seconds = (monotonic_ms() - begun_ms) / 1000;
  show_report(session.out, *report, given.dry_run);
  if (cache) VECSTORE_TRY(note_cache(session.out, *cache));
  VECSTORE_TRY(settled);
  VECSTORE_TRY(database.close());
  if (report->cancelled) {
    return cancelled("stopped; what is counted above is kept, the same command goes on from here");
  }
  if (report->failed > 0) {
    return Status(Code::kUnknown, counted(report->failed, "file") + " could not be ingested");
  }
  return {};
}

}  // namespace

Command ingest_command() {
  auto to = std::make_shared<IngestArguments>();
  return {
      .name = "ingest",
      .summary = "files and folders into passages, embedded and searchable",
      .description =
          "Reads text, markup, mail, data and source code; docs/guide/ingest.md lists the "
          "formats.\n"
          "Run again, it writes only what changed and removes what is gone. Ctrl-C stops it; the\n"
          "same command goes on.\n\n"
          "Examples:\n"
          "  vecstore ingest ~/notes\n"
          "  vecstore ingest manual/ --include '*.html' --exclude 'old/*'\n"
          "  vecstore ingest README.md --splitter sentence --chunk-size 600\n"
          "  vecstore ingest ~/notes --dry-run",
      .options =
          {{"paths", &to->paths, "files and folders", "", {}, true},
           {"--model", &to->model, "folder of the embedding model, or a provider's name for it",
            "MODEL"},
           {"--provider", &to->provider, "who embeds instead of this computer", "NAME"},
           {"--splitter", &to->splitter,
            "character, code, heading, html, json, markdown, recursive, semantic, sentence, token",
            "NAME"},
           {"--split-option", &to->split_options,
            "an option of the splitter as under [ingest]; may be repeated", "NAME=VALUE"},
           {"--tokenizer", &to->tokenizer, "of token: a tokenizer.json, or an encoding of tiktoken",
            "FILE"},
           {"--chunk-size", &to->chunk_size,
            "characters of a passage (1000), of token tokens (256)", "N"},
           {"--overlap", &to->overlap,
            "characters that neighbours share (150, at most 15% of the size)", "N"},
           {"--include", &to->include, "only files that match; may be repeated", "GLOB"},
           {"--exclude", &to->exclude, "leave out what matches; may be repeated", "GLOB"},
           {"--no-gitignore", &to->no_gitignore, "also what .gitignore files leave out"},
           {"--dry-run", &to->dry_run, "say what would be done and change nothing"}},
      .run = [to](Session& session) { return run_ingest(session, *to); }};
}

}  // namespace vecstore
