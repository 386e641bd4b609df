// versions and rollback: older states of records.
#include <memory>

#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"

namespace vecstore {
namespace {

struct VersionsArguments {
  std::string id = {};
  bool records = false;
};

Result<Object> version_row(const RecordVersion& version, bool records) {
  Object row{{"sequence", number(version.sequence)},
             {"written_at", version.written_at},
             {"current", version.current},
             {"deleted", version.deleted}};
  if (!records) return row;
  if (version.record) {
    VECSTORE_ASSIGN(row["record"], Value::parse_json(version.record->to_json()));
  } else {
    row["record"] = Value();
  }
  return row;
}

Status run_versions(Session& session, const VersionsArguments& given) {
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(const auto versions, open.collection.versions(given.id, given.records));
  if (versions.empty())
    return not_found("nothing is known of record '" + given.id + "' in collection '" +
                     open.collection.name() + "'");
  std::vector<Object> rows;
  for (const RecordVersion& version : versions) {
    VECSTORE_ASSIGN(rows.emplace_back(), version_row(version, given.records));
  }
  session.out.print_list("versions", rows);
  return {};
}

struct RollbackArguments {
  std::string id = {};
  std::optional<std::int64_t> to = {};
};

Status run_rollback(Session& session, const RollbackArguments& given) {
  if (!given.to || *given.to < 1)
    return invalid_argument("--to is the sequence of a version, as vecstore versions lists them");
  VECSTORE_ASSIGN(OpenCollection open, write_collection(session));
  VECSTORE_ASSIGN(const WriteResult result,
                  open.collection.rollback(given.id, static_cast<std::uint64_t>(*given.to)));
  if (session.out.is_json()) {
    session.out.print_object({{"sequence", number(result.sequence)}});
  } else if (result.sequence == 0) {
    session.out.note("'" + printable(given.id) + "' is so already");
  } else {
    session.out.note("'" + printable(given.id) + "' is as version " + std::to_string(*given.to) +
                     " again, as version " + std::to_string(result.sequence));
  }
  return open.database.close();
}

}  // namespace

Command versions_command() {
  auto to = std::make_shared<VersionsArguments>();
  return {.name = "versions",
          .summary = "what writes made of a record, newest first",
          .description =
              "As many as the collection's option keep_versions says; none are kept without it.\n\n"
              "Examples:\n"
              "  vecstore collection set docs --keep-versions 5\n"
              "  vecstore -c docs versions a\n"
              "  vecstore -c docs versions a --records -o jsonl",
          .options = {{"id", &to->id, "its id", "", {}, true},
                      {"--records", &to->records, "with what each was"}},
          .run = [to](Session& session) { return run_versions(session, *to); }};
}

Command rollback_command() {
  auto to = std::make_shared<RollbackArguments>();
  return {.name = "rollback",
          .summary = "write an older version of a record anew",
          .description =
              "History stays as it is: what is written is the newest version.\n\n"
              "Example:\n"
              "  vecstore rollback a --to 12",
          .options = {{"id", &to->id, "its id", "", {}, true},
                      {"--to", &to->to, "the sequence of the version", "SEQUENCE", {}, true}},
          .run = [to](Session& session) { return run_rollback(session, *to); }};
}

}  // namespace vecstore
