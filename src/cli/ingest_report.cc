#include "cli/ingest_report.h"

#include "base/utf8.h"
#include "cli/terminal.h"

namespace vecstore {
namespace {

constexpr std::size_t kShownNotes = 10;

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

}  // namespace

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

}  // namespace vecstore
