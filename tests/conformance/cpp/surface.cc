#include "conformance/cpp/surface.h"

#include <filesystem>
#include <utility>

#include "conformance/cpp/answers.h"
#include "conformance/cpp/options_of.h"

namespace vecstore::conformance {

Answer Surface::run(std::string_view verb, const Arguments& arguments) {
  Verb found = find_database_verb(verb);
  if (!found) found = find_write_verb(verb);
  if (!found) found = find_read_verb(verb);
  if (found) return found(*this, arguments);
  return Status(Code::kUnimplemented, "no such verb");
}

Answer Surface::open(const Object& options) {
  VECSTORE_ASSIGN(options_, database_options_of(options));
  database_.reset();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  generation_ = 0;
  return open_there();
}

Answer Surface::open_there() {
  VECSTORE_ASSIGN(database_, Database::open(place(), options_));
  return std::string("null");
}

Answer Surface::reopen() {
  VECSTORE_TRY(database_->close());
  database_.reset();
  return open_there();
}

Answer Surface::through_backup() {
  const std::string file = folder_ + "/backup" + std::to_string(generation_);
  VECSTORE_TRY(database_->backup(file, {.single_file = true}).status());
  VECSTORE_TRY(database_->close());
  database_.reset();
  ++generation_;
  const std::string backups[] = {file};
  VECSTORE_TRY(Database::restore(backups, place()).status());
  return open_there();
}

Answer Surface::check() {
  VECSTORE_TRY(database_->close());
  database_.reset();
  VECSTORE_ASSIGN(const CheckReport report, Database::check(place(), true));
  VECSTORE_TRY(open_there().status());
  std::string damage = "[";
  for (const Damage& one : report.damage)
    damage += (damage.size() > 1 ? "," : "") + string_json(one.file + ": " + one.what);
  return damage + "]";
}

Answer Surface::at_snapshot(const Arguments& arguments) {
  VECSTORE_ASSIGN(const std::string name, arguments.text(0));
  VECSTORE_ASSIGN(const std::string verb, arguments.text(1));
  VECSTORE_ASSIGN(Database snapshot, database_->snapshot(name));
  std::optional<Database> present = std::exchange(database_, std::move(snapshot));
  const Verb read = find_read_verb(verb);
  Answer answer =
      read ? read(*this, arguments.after(2)) : Answer(invalid_argument("no verb that reads"));
  database_ = std::move(present);
  return answer;
}

Result<Collection> Surface::collection(const Arguments& arguments) {
  VECSTORE_ASSIGN(const std::string name, arguments.text(0));
  return database_->collection(name);
}

}  // namespace vecstore::conformance
