#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/session.h"
#include "cli/terminal.h"

namespace vecstore {
namespace {

struct SalvageArguments {
  std::string from;
  std::string into;
  std::optional<std::int64_t> findings;
};

Object finding_object(const SalvageFinding& finding) {
  return {{"file", finding.file},
          {"offset", number(finding.offset)},
          {"collection", finding.collection},
          {"id", finding.id},
          {"records", number(finding.records)},
          {"doubtful", finding.doubtful},
          {"reason", finding.reason}};
}

Object salvage_object(const SalvageReport& report) {
  List collections, findings, notes;
  for (const auto& [name, saved] : report.collections)
    collections.emplace_back(Object{{"name", name}, {"saved", number(saved)}});
  for (const SalvageFinding& one : report.findings) findings.emplace_back(finding_object(one));
  for (const std::string& note : report.notes) notes.emplace_back(note);
  return {{"saved", number(report.saved)},
          {"lost", number(report.lost)},
          {"doubtful", number(report.doubtful)},
          {"collections", std::move(collections)},
          {"findings", std::move(findings)},
          {"findings_in_all", number(report.findings_in_all)},
          {"notes", std::move(notes)}};
}

std::string finding_line(const SalvageFinding& finding) {
  std::string line = finding.doubtful ? "doubtful: " : "lost: ";
  line +=
      finding.id.empty() ? counted(finding.records, "record") : "'" + printable(finding.id) + "'";
  if (!finding.collection.empty()) line += " of " + printable(finding.collection);
  return line + ": " + printable(finding.file) + ": " + printable(finding.reason);
}

void print_salvage(const Output& out, const SalvageReport& report) {
  if (out.format() != OutputFormat::kTable) return out.print_object(salvage_object(report));
  for (const SalvageFinding& one : report.findings) out.print_line(finding_line(one));
  if (report.findings_in_all > report.findings.size())
    out.print_line("… and " + std::to_string(report.findings_in_all - report.findings.size()) +
                   " findings more; --findings shows them");
  for (const std::string& note : report.notes) out.note("note: " + printable(note));
  for (const auto& [name, saved] : report.collections)
    out.print_line(printable(name) + ": " + counted(saved, "record") + " saved");
  out.print_line(counted(report.saved, "record") + " saved, " + std::to_string(report.lost) +
                 " known to be lost, " + std::to_string(report.doubtful) + " doubtful");
}

Status run_salvage(Session& session, const SalvageArguments& arguments) {
  const std::string& from = arguments.from.empty() ? session.database_path() : arguments.from;
  VECSTORE_TRY(session.refuse_snapshot());
  VECSTORE_TRY(check_folder(from));
  VECSTORE_TRY(check_outside(arguments.into, from));
  constexpr std::size_t kMostFindings = 1'000'000'000;
  SalvageOptions options;
  VECSTORE_ASSIGN(options.findings, count_argument("--findings", arguments.findings,
                                                   options.findings, kMostFindings));
  options.cancel = watch_interrupts();
  VECSTORE_ASSIGN(const SalvageReport report, Database::salvage(from, arguments.into, options));
  print_salvage(session.out, report);
  if (report.lost == 0 && report.doubtful == 0 && report.findings_in_all == 0) return {};
  return data_loss(std::to_string(report.lost) + " records lost, " +
                   std::to_string(report.doubtful) + " doubtful");
}

Status run_repair(Session& session) {
  VECSTORE_TRY(session.refuse_snapshot());
  VECSTORE_TRY(check_folder(session.database_path()));
  VECSTORE_ASSIGN(const RepairReport report,
                  Database::repair(session.database_path(), watch_interrupts()));
  if (session.out.format() != OutputFormat::kTable) {
    List repaired, notes;
    for (const std::string& one : report.repaired) repaired.emplace_back(one);
    for (const std::string& one : report.notes) notes.emplace_back(one);
    session.out.print_object({{"repaired", std::move(repaired)}, {"notes", std::move(notes)}});
    return {};
  }
  for (const std::string& one : report.repaired)
    session.out.print_line("made anew: " + printable(one));
  for (const std::string& one : report.notes) session.out.note(printable(one));
  return {};
}

}  // namespace

Command salvage_command() {
  auto to = std::make_shared<SalvageArguments>();
  return {
      .name = "salvage",
      .summary = "save what is whole of a damaged database into a new one",
      .description =
          "The damaged database is only read; nobody may write it meanwhile. What a checksum\n"
          "does not confirm is not saved. Exit code 0 all saved, 4 something lost or doubtful.\n\n"
          "Examples:\n"
          "  vecstore salvage notes.db --into saved.db\n"
          "  vecstore salvage notes.db --into saved.db -o json",
      .options = {{"path", &to->from, "the damaged database; without it, that of --db"},
                  {"--into",
                   &to->into,
                   "the new database: a folder that is not there, or empty",
                   "PATH",
                   {},
                   true},
                  {"--findings", &to->findings, "how many losses are listed (10,000)", "N"}},
      .run = [to](Session& session) { return run_salvage(session, *to); }};
}

Command repair_command() {
  return {
      .name = "repair",
      .summary = "make graphs, text indexes and id maps anew where they are damaged",
      .description =
          "In place, and only what follows from other bytes that are whole; with anything else\n"
          "damaged nothing is changed (exit code 4): vecstore salvage saves what is whole.\n\n"
          "Examples:\n"
          "  vecstore repair\n"
          "  vecstore --db notes.db repair -o json",
      .run = run_repair};
}

}  // namespace vecstore
