// backup and restore.
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/session.h"

namespace vecstore {
namespace {

struct BackupArguments {
  std::string destination = {};
  std::optional<std::string> base = {};
  bool single_file = false;
};

// To write where that can be, so that what is only in the log becomes files of the database; else
// what a reader sees is copied.
Result<Database> open_to_copy(const Session& session) {
  Result<Database> writer = session.open_to_write();
  const Code code = writer.status().code();
  if (code != Code::kUnavailable && code != Code::kPermissionDenied) return writer;
  session.out.note("the database cannot be written now (" + writer.status().message() +
                   "): what is acknowledged by now is copied as a reader sees it");
  return session.open_to_read();
}

Status backup(Session& session, const BackupArguments& given) {
  VECSTORE_TRY(check_outside(given.destination, session.database_path()));
  VECSTORE_ASSIGN(Database database, open_to_copy(session));
  BackupOptions options;
  options.single_file = given.single_file;
  options.base = given.base.value_or("");
  options.cancel = watch_interrupts();
  VECSTORE_ASSIGN(const BackupReport report, database.backup(given.destination, options));
  session.out.print_object({{"backup", given.destination},
                            {"sequence", number(report.sequence)},
                            {"files", number(report.files)},
                            {"bytes", number(report.bytes)},
                            {"copied_files", number(report.copied_files)},
                            {"copied_bytes", number(report.copied_bytes)}});
  return database.close();
}

Status restore(Session& session, const std::vector<std::string>& backups) {
  VECSTORE_TRY(session.refuse_snapshot());
  VECSTORE_ASSIGN(const BackupReport report,
                  Database::restore(backups, session.database_path(), watch_interrupts()));
  session.out.print_object({{"database", session.database_path()},
                            {"sequence", number(report.sequence)},
                            {"files", number(report.files)},
                            {"bytes", number(report.bytes)}});
  return {};
}

}  // namespace

Command backup_command() {
  auto to = std::make_shared<BackupArguments>();
  return {
      .name = "backup",
      .summary = "copy the database elsewhere, verified to the last byte",
      .description =
          "A folder is a database that opens by itself; a single file opens as it is, to read.\n"
          "With --base only what that backup lacks is copied.\n\n"
          "Examples:\n"
          "  vecstore backup copies/monday\n"
          "  vecstore backup copies/tuesday --base copies/monday\n"
          "  vecstore backup notes.vsb --single-file",
      .options = {{"destination", &to->destination, "where nothing is yet", "", {}, true},
                  {"--base", &to->base, "an earlier backup to stand on", "PATH"},
                  {"--single-file", &to->single_file, "one file instead of a folder"}},
      .run = [to](Session& session) { return backup(session, *to); }};
}

Command restore_command() {
  auto backups = std::make_shared<std::vector<std::string>>();
  return {.name = "restore",
          .summary = "make the database of --db, which must not exist, from a backup",
          .description =
              "The last backup is restored; those that it stands on are given before it.\n\n"
              "Examples:\n"
              "  vecstore --db again.db restore copies/monday\n"
              "  vecstore --db again.db restore copies/monday copies/tuesday",
          .options = {{"backup", backups.get(), "folders or single files", "", {}, true}},
          .run = [backups](Session& session) { return restore(session, *backups); }};
}

}  // namespace vecstore
