// The C++ library as a surface of the corpus: each verb of a script is a call of the public
// interface.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conformance/cpp/arguments.h"
#include "vecstore/vecstore.h"

namespace vecstore::conformance {

// What a step answers, as JSON.
using Answer = Result<std::string>;

// One database in a folder of its own. Not safe from many threads.
class Surface {
 public:
  explicit Surface(std::string folder) : folder_(std::move(folder)) {}

  // kUnimplemented with the message "no such verb" when there is none.
  Answer run(std::string_view verb, const Arguments& arguments);

  // A new, empty database; the old one is gone.
  Answer open(const Object& options);
  // Closes the database and opens what it left.
  Answer reopen();
  // Goes on with what a backup of the database restores to.
  Answer through_backup();
  // Verifies every byte of the closed database.
  Answer check();
  // Has a step that reads read a snapshot.
  Answer at_snapshot(const Arguments& arguments);

  Database& database() { return *database_; }
  // The collection that the first argument names.
  Result<Collection> collection(const Arguments& arguments);

 private:
  std::string place() const { return folder_ + "/" + std::to_string(generation_); }
  Answer open_there();

  std::string folder_;
  int generation_ = 0;  // each database has a folder of its own
  DatabaseOptions options_;
  std::optional<Database> database_;
};

using Verb = Answer (*)(Surface& surface, const Arguments& arguments);
struct NamedVerb {
  std::string_view name;
  Verb run;
};

// Each looks among the verbs of one file; nullptr when it is of another.
Verb find_database_verb(std::string_view name);
Verb find_write_verb(std::string_view name);
Verb find_read_verb(std::string_view name);

}  // namespace vecstore::conformance
