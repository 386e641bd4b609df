// What is configured, and by whom: flag over environment over file over default.
//
// The file is .vecstore.toml in the current folder or the nearest one above, else in the home
// folder. A key is SECTION.OPTION ("database.threads", "collection.docs.metric"); its environment
// variable is VECSTORE_SECTION_OPTION, and VECSTORE_DB stands for database.path. The options of the
// structs keep their names.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/options.h"
#include "vecstore/value.h"

namespace vecstore {

struct Setting {
  std::string key = {};
  Value value = {};
  std::string origin = {};  // "default", the file, the variable, or the flag
};

struct SettingsSources {
  std::optional<std::string> config_file = {};  // this one instead of a search
  std::string folder = {};                      // where the search begins
  std::string home = {};
  std::string collection = {};  // whose [collection.NAME] has defaults
  std::function<const char*(const char*)> environment = {};
};

class Settings {
 public:
  // An unknown key is an error that names the nearest known one, a value of another type one that
  // says which is wanted. A relative database.path, those of ingest.paths and the files of
  // [server], in a file, are meant from that file's folder.
  static Result<Settings> load(const SettingsSources& sources);

  // The key must be one of known; a collection without settings has the defaults.
  const Value& value(std::string_view key) const;
  const std::string& text(std::string_view key) const { return *value(key).as_string(); }
  std::int64_t integer(std::string_view key) const { return *value(key).as_int(); }
  std::vector<std::string> texts(std::string_view key) const;

  void set_by_flag(std::string_view key, Value value, std::string flag);
  // Of what a flag gives as text: read as an environment variable is, but that a list gets one more
  // element and has no commas.
  Status set_text_by_flag(const std::string& key, const std::string& text, const std::string& flag);
  // False while the default holds.
  bool is_set(std::string_view key) const;
  std::span<const Setting> all() const { return settings_; }

  Result<DatabaseOptions> database_options() const;
  // As for a new collection of that name.
  Result<CollectionOptions> collection_options(const std::string& name) const;

 private:
  const Setting* find(std::string_view key) const;
  Setting* find(std::string_view key);
  void add_defaults(const std::string& models, const std::string& grammars);
  void add_collection(const std::string& name);
  Status read_file(const std::string& path);
  Status read_section(const std::string& section, const Value& content, const std::string& path);
  bool has_section(const std::string& section) const;
  Status set(const std::string& key, const Value& value, const std::string& origin);
  Status read_environment(const std::function<const char*(const char*)>& environment);

  std::vector<Setting> settings_;
};

}  // namespace vecstore
