#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/read_file.h"
#include "cli/session.h"
#include "cli/terminal.h"

namespace vecstore {
namespace {

Object collection_object(const CollectionStats& stats) {
  return {{"name", stats.name},
          {"records", number(stats.records)},
          {"dimension", stats.options.dimension},
          {"metric", metric_name(stats.options.metric)},
          {"storage", element_type_name(stats.options.storage)},
          {"index", stats.index},
          {"quantization", quantization_name(stats.options.quantization)},
          {"indexed_rows", number(stats.indexed_rows)},
          {"coded_rows", number(stats.coded_rows)},
          {"soft_deleted", number(stats.soft_deleted)},
          {"expired", number(stats.expired)},
          {"dead_rows", number(stats.dead_rows)},
          {"segments", number(stats.segments)},
          {"memory_rows", number(stats.memory_rows)},
          {"vector_bytes", number(stats.vector_bytes)},
          {"metadata_bytes", number(stats.metadata_bytes)},
          {"text_bytes", number(stats.text_bytes)},
          {"id_bytes", number(stats.id_bytes)},
          {"index_bytes", number(stats.index_bytes)},
          {"version_rows", number(stats.version_rows)},
          {"version_bytes", number(stats.version_bytes)},
          {"file_bytes", number(stats.file_bytes)},
          {"sequence", number(stats.sequence)}};
}

Object database_object(const std::string& path, const DatabaseStats& stats) {
  return {{"path", path},
          {"collections", number(stats.collections)},
          {"file_bytes", number(stats.file_bytes)},
          {"log_bytes", number(stats.log_bytes)},
          {"segments", number(stats.segments)},
          {"snapshots", number(stats.snapshots)},
          {"snapshot_bytes", number(stats.snapshot_bytes)},
          {"manifest", number(stats.manifest)},
          {"sequence", number(stats.sequence)}};
}

Object table_row(const CollectionStats& stats) {
  return {{"collection", stats.name},
          {"records", number(stats.records)},
          {"dimension", stats.options.dimension},
          {"metric", metric_name(stats.options.metric)},
          {"vectors", format_bytes(stats.vector_bytes)},
          {"texts", format_bytes(stats.text_bytes)},
          {"metadata", format_bytes(stats.metadata_bytes)},
          {"index", stats.index},
          {"indexed", number(stats.indexed_rows)},
          {"files", format_bytes(stats.file_bytes)},
          {"segments", number(stats.segments)}};
}

Status run_stats(Session& session) {
  VECSTORE_ASSIGN(Database database, session.open_to_read());
  VECSTORE_ASSIGN(const DatabaseStats stats, database.stats());
  VECSTORE_ASSIGN(const std::vector<std::string> names, database.list_collections());
  List collections;
  std::vector<Object> rows;
  for (const std::string& name : names) {
    VECSTORE_ASSIGN(const Collection collection, database.collection(name));
    VECSTORE_ASSIGN(const CollectionStats one, collection.stats());
    collections.emplace_back(collection_object(one));
    rows.push_back(table_row(one));
  }
  Object object = database_object(session.database_path(), stats);
  if (session.out.format() == OutputFormat::kTable) {
    session.out.print_line(session.database_path() + ": " + format_bytes(stats.file_bytes) +
                           ", of these " + format_bytes(stats.log_bytes) + " log");
    if (!rows.empty()) session.out.print_list("collections", rows);
  } else {
    object["collections"] = std::move(collections);
    session.out.print_object(object);
  }
  return {};
}

struct CheckArguments {
  bool deep = false;
};

Object damage_object(const Damage& damage) {
  return {{"file", damage.file}, {"offset", number(damage.offset)}, {"what", damage.what}};
}

void print_check(const Output& out, const CheckReport& report, bool deep) {
  if (out.format() == OutputFormat::kTable) {
    for (const Damage& damage : report.damage) {
      out.print_line("damaged: " + printable(damage.file) + " at byte " +
                     std::to_string(damage.offset) + ": " + printable(damage.what));
    }
    for (const std::string& note : report.notes) out.note("note: " + printable(note));
    out.print_line(counted(report.files, "file") + ", " + format_bytes(report.bytes) +
                   (deep ? " verified byte by byte: " : " of structure verified: ") +
                   (report.damage.empty() ? "clean" : "damaged"));
    return;
  }
  List damage, notes;
  for (const Damage& one : report.damage) damage.emplace_back(damage_object(one));
  for (const std::string& note : report.notes) notes.emplace_back(note);
  out.print_object({{"clean", report.damage.empty()},
                    {"files", number(report.files)},
                    {"bytes", number(report.bytes)},
                    {"damage", std::move(damage)},
                    {"notes", std::move(notes)}});
}

// What the system does not let this user read is not damaged for that.
Status check_readable(const std::string& folder) {
  VECSTORE_TRY(check_folder(folder));
  namespace fs = std::filesystem;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; at != end; at.increment(error)) {
    const std::string path = at->path().string();
    if (::access(path.c_str(), R_OK) != 0 && errno == EACCES) return system_error("read", path);
  }
  if (error != std::errc::permission_denied) return {};
  return Status(Code::kPermissionDenied, "cannot read " + folder + ": " + error.message());
}

Status run_check(Session& session, bool deep) {
  VECSTORE_TRY(session.refuse_snapshot());
  const Status readable = check_readable(session.database_path());
  if (!readable.ok()) return unavailable(readable.message());
  Result<CheckReport> report = Database::check(session.database_path(), deep, watch_interrupts());
  if (!report.ok()) {
    const Code code = report.status().code();
    const bool told =
        code == Code::kNotFound || code == Code::kDataLoss || code == Code::kCancelled;
    if (told) return report.status();
    return unavailable("cannot check: " + report.status().message());
  }
  print_check(session.out, *report, deep);
  if (report->damage.empty()) return {};
  return data_loss(counted(report->damage.size(), "damaged place"));
}

Object pin_object(const Pin& pin) {
  return {{"kind", pin_kind_name(pin.kind)},
          {"name", pin.name},
          {"collection", pin.collection},
          {"dropped", pin.dropped},
          {"bytes", number(pin.bytes)}};
}

// "snapshot 'before' keeps 4.1 KiB of 'default'".
std::string pin_line(const Pin& pin) {
  const std::string of = pin.collection.empty() ? "" : " of '" + printable(pin.collection) + "'";
  const std::string dropped = pin.dropped ? ", a collection that was dropped" : "";
  switch (pin.kind) {
    case Pin::Kind::kSnapshot:
      return "snapshot '" + printable(pin.name) + "' keeps " + format_bytes(pin.bytes) + of +
             dropped;
    case Pin::Kind::kVersions:
      return "keep_versions keeps " + format_bytes(pin.bytes) + of;
    case Pin::Kind::kReader:
      return "readers of this program keep " + format_bytes(pin.bytes);
    case Pin::Kind::kBackup:
      return "a backup under way keeps " + format_bytes(pin.bytes);
  }
  return {};
}

Object compact_row(const std::string& name, const CompactResult& result) {
  return {{"collection", name},
          {"rows_dropped", number(result.rows_dropped)},
          {"bytes_before", number(result.bytes_before)},
          {"bytes_after", number(result.bytes_after)},
          {"pinned_bytes", number(result.pinned_bytes)},
          {"snapshot_bytes", number(result.snapshot_bytes)},
          {"version_bytes", number(result.version_bytes)},
          {"snapshots", List(result.snapshots.begin(), result.snapshots.end())}};
}

Status run_compact(Session& session) {
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  const Result<DatabaseCompactResult> compacted = database.compact(watch_interrupts());
  if (compacted.status().code() == Code::kCancelled)
    return cancelled("stopped; what was compacted stays, the same command goes on from here");
  VECSTORE_ASSIGN(const DatabaseCompactResult result, compacted);
  std::vector<Object> rows;
  for (const auto& [name, one] : result.collections) rows.push_back(compact_row(name, one));
  if (session.out.format() == OutputFormat::kJson) {
    List pins;
    for (const Pin& pin : result.pins) pins.emplace_back(pin_object(pin));
    session.out.print_object(
        {{"collections", List(rows.begin(), rows.end())}, {"pins", std::move(pins)}});
    return database.close();
  }
  session.out.print_list("collections", rows);
  for (const Pin& pin : result.pins) session.out.note(pin_line(pin));
  return database.close();
}

}  // namespace

Command stats_command() {
  return {.name = "stats",
          .summary = "what the database holds, counted",
          .description =
              "Examples:\n"
              "  vecstore stats\n"
              "  vecstore stats -o json",
          .run = run_stats};
}

Command check_command() {
  auto to = std::make_shared<CheckArguments>();
  return {.name = "check",
          .summary = "verify checksums and structure; also beside a writer",
          .description =
              "Exit code 0 clean, 3 no database, 4 damage found, 5 cannot be read.\n\n"
              "Examples:\n"
              "  vecstore check\n"
              "  vecstore --db notes.db check --deep",
          .options = {{"--deep", &to->deep, "every byte, not the structure alone"}},
          .run = [to](Session& session) { return run_check(session, to->deep); }};
}

Command compact_command() {
  return {.name = "compact",
          .summary = "merge files and drop dead rows now; it also happens by itself",
          .description =
              "Deleted bytes are gone from the folder then, unless something keeps them, which is\n"
              "said: a snapshot, the option keep_versions.\n\n"
              "Examples:\n"
              "  vecstore compact\n"
              "  vecstore compact -o json",
          .run = run_compact};
}

}  // namespace vecstore
