#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/ingest_progress.h"
#include "cli/ingest_report.h"
#include "cli/ingest_settings.h"
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
#include "rag/watch/take_changes.h"

namespace vecstore {
namespace {

struct IngestArguments {
  std::vector<std::string> paths = {}, include = {}, exclude = {}, split_options = {};
  std::optional<std::string> model = {}, provider = {}, splitter = {}, tokenizer = {};
  std::optional<std::int64_t> chunk_size = {}, overlap = {};
  bool dry_run = false, no_gitignore = false, late_chunking = false, watch = false;
};

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
  if (given.late_chunking) settings.set_by_flag("ingest.late_chunking", true, "--late-chunking");
  if (given.no_gitignore) settings.set_by_flag("ingest.gitignore", false, "--no-gitignore");
  if (given.overlap) settings.set_by_flag("ingest.chunk_overlap", *given.overlap, "--overlap");
}

Result<IngestOptions> options_of(const Session& session, const IngestArguments& given) {
  VECSTORE_ASSIGN(IngestOptions options, ingest_options(session.settings));
  if (!given.paths.empty()) options.paths = given.paths;
  if (options.paths.empty())
    return invalid_argument("nothing is named to ingest: files and folders, or ingest.paths");
  if (!given.include.empty()) options.include = given.include;
  if (!given.exclude.empty()) options.exclude = given.exclude;
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

// All that does not depend on what is found.
struct Prepared {
  IngestOptions options = {};
  std::shared_ptr<const Embedder> embedder = {};
  std::optional<CollectionOptions> configured = {};
};

Result<Prepared> prepare(Session& session, const IngestArguments& given, Progress& progress) {
  Prepared prepared;
  apply_flags(session.settings, given);
  VECSTORE_TRY(apply_split_options(session.settings, given.split_options));
  VECSTORE_ASSIGN(prepared.options, options_of(session, given));
  note_patterns(session.out, prepared.options);
  progress.show("loading the model " + session.settings.text("embedding.model"), true);
  VECSTORE_ASSIGN(prepared.embedder, session.embedder());
  VECSTORE_TRY(check_ingest(*prepared.embedder, prepared.options));  // before a folder is made
  VECSTORE_ASSIGN(prepared.configured, configured_options(session, *prepared.embedder));
  return prepared;
}

// A watch has nothing to say of a look that found nothing.
bool is_news(const IngestReport& report) {
  return report.added + report.changed + report.removed + report.empty + report.failed > 0;
}

// `told`: the report is shown whatever is in it.
Result<IngestReport> ingest_once(Session& session, const Prepared& prepared, Progress& progress,
                                 bool told) {
  const double begun_ms = monotonic_ms();
  IngestOptions options = prepared.options;
  VECSTORE_ASSIGN(Database database, open_for(session, options.dry_run));
  const std::string& name = session.collection_name();
  const bool missing = database.collection(name).status().code() == Code::kNotFound;
  if (!options.dry_run && prepared.configured && missing)
    VECSTORE_TRY(database.create_collection(name, *prepared.configured).status());
  std::shared_ptr<const CachedEmbedder> cache;
  if (!options.dry_run) {
    VECSTORE_ASSIGN(cache, session.embedding_cache(database));
  }
  options.cancel = watch_interrupts();
  std::uint64_t written = 0;
  options.progress = [&](const IngestProgress& at) {
    progress.show(ingest_line(at));
    written = at.chunks_written;
  };
  Result<IngestReport> report =
      ingest(database, name, cache ? *cache : *prepared.embedder, options);
  progress.clear();
  if (!report.ok()) {
    if (written == 0) return report.status();
    return report.status().with_context("stopped after " + counted(written, "passage") +
                                        ", which are kept; the same command goes on from there");
  }
  const Status settled = settle_after(session, database, *report, options.dry_run);
  report->seconds = (monotonic_ms() - begun_ms) / 1000;
  if (told || is_news(*report)) show_report(session.out, *report, options.dry_run);
  if (cache && told) VECSTORE_TRY(note_cache(session.out, *cache));
  VECSTORE_TRY(settled);
  VECSTORE_TRY(database.close());
  return report;
}

// Until Ctrl-C. The database is held while something is written alone.
Status watch_and_ingest(Session& session, Prepared prepared, Progress& progress) {
  VECSTORE_ASSIGN(WatchMethod method, watch_method(session.settings));
  method.ignored = {session.database_path()};
  VECSTORE_ASSIGN(const auto watch, watch_paths(prepared.options.paths, method));
  bool first = true;
  const auto take = [&](const FolderChanges& changes) -> Status {
    prepared.options.changed = changes.everything ? std::set<std::string>() : changes.paths;
    Status status = ingest_once(session, prepared, progress, first).status();
    if (may_pass(status))
      session.out.warn("not now: " + printable(status.message()) + "; it is tried again");
    if (status.ok() && first)
      session.out.note("watching by " + std::string(watch->method()) + "; Ctrl-C ends it");
    first &= !status.ok();
    return status;
  };
  TakeOptions options;
  options.cancel = watch_interrupts();
  VECSTORE_TRY(take_changes(*watch, options, take));
  session.out.note("stopped; the same command goes on from here");
  return {};
}

Status run_ingest(Session& session, const IngestArguments& given) {
  if (given.watch && given.dry_run) return invalid_argument("--watch writes, --dry-run does not");
  Progress progress(!session.out.quiet());
  VECSTORE_ASSIGN(Prepared prepared, prepare(session, given, progress));
  if (given.watch) return watch_and_ingest(session, std::move(prepared), progress);
  VECSTORE_ASSIGN(const IngestReport report, ingest_once(session, prepared, progress, true));
  if (report.cancelled) {
    return cancelled("stopped; what is counted above is kept, the same command goes on from here");
  }
  if (report.failed > 0) {
    return Status(Code::kUnknown, counted(report.failed, "file") + " could not be ingested");
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
          "  vecstore ingest ~/notes --dry-run\n"
          "  vecstore ingest ~/notes --watch\n"
          "  vecstore --config manual.toml ingest",
      .options =
          {{"paths", &to->paths, "files and folders (ingest.paths)"},
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
           {"--late-chunking", &to->late_chunking,
            "vectors of passages as the model sees them within the whole document"},
           {"--include", &to->include, "only files that match; may be repeated", "GLOB"},
           {"--exclude", &to->exclude, "leave out what matches; may be repeated", "GLOB"},
           {"--no-gitignore", &to->no_gitignore, "also what .gitignore files leave out"},
           {"--watch", &to->watch, "go on with what changes, until Ctrl-C"},
           {"--dry-run", &to->dry_run, "say what would be done and change nothing"}},
      .run = [to](Session& session) { return run_ingest(session, *to); }};
}

}  // namespace vecstore
