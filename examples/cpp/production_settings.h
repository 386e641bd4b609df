// What 10_production is told by its settings: a file of JSON, of which every mistake is named.
//   {"model": "wordllama-256", "database": "notes.db", "documents": "notes", "backups": "backups"}
#pragma once

#include <vecstore/vecstore.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace production {

struct Settings {
  std::string model, database, documents, backups;  // folders
  std::int64_t threads = 2;                         // that answer
  std::int64_t timeout_ms = 200;                    // of one question
  std::int64_t max_question_bytes = 1000;
  std::int64_t passages = 3;
  std::int64_t keep_backups = 3;
};

inline vecstore::Result<Settings> read_settings(const std::string& path) {
  std::ifstream file(path);
  if (!file) return vecstore::not_found("cannot read " + path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = vecstore::Value::parse_json(text);
  if (!json.ok()) return json.status().with_context(path);
  if (!json->as_object()) return vecstore::invalid_argument(path + " is no JSON object");

  Settings settings;
  const std::map<std::string, std::string*> folders = {{"model", &settings.model},
                                                       {"database", &settings.database},
                                                       {"documents", &settings.documents},
                                                       {"backups", &settings.backups}};
  const std::map<std::string, std::int64_t*> numbers = {
      {"threads", &settings.threads},
      {"timeout_ms", &settings.timeout_ms},
      {"max_question_bytes", &settings.max_question_bytes},
      {"passages", &settings.passages},
      {"keep_backups", &settings.keep_backups}};
  for (const auto& [key, value] : *json->as_object()) {
    const std::string where = path + ": " + key;
    const auto folder = folders.find(key);
    const auto number = numbers.find(key);
    if (folder != folders.end()) {
      if (!value.as_string()) return vecstore::invalid_argument(where + " must be a folder's name");
      *folder->second = *value.as_string();
    } else if (number != numbers.end()) {
      if (!value.as_int() || *value.as_int() < 1 || *value.as_int() > 10'000)
        return vecstore::invalid_argument(where + " must be a number from 1 to 10000");
      *number->second = *value.as_int();
    } else {
      return vecstore::invalid_argument(where + " is not known");
    }
  }
  for (const auto& [key, folder] : folders)
    if (folder->empty()) return vecstore::invalid_argument(path + ": " + key + " is missing");
  return settings;
}

}  // namespace production
