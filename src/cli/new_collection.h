// The options with which a collection is made: flags over the section [collection.NAME].
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/session.h"

namespace vecstore {

struct NewCollection {
  std::optional<std::int64_t> dimension = {};
  std::optional<std::string> metric = {};
  std::optional<std::string> storage = {};
  std::optional<std::string> kind = {};
  std::optional<std::string> index = {};
  std::optional<std::string> quantization = {};
  std::optional<std::string> analyzer = {};
  std::optional<std::string> metadata_schema = {};
  std::optional<std::string> partition_key = {};
  std::optional<std::int64_t> keep_versions = {};
  std::vector<std::string> text_fields = {};
  std::optional<std::int64_t> m = {}, ef_construction = {}, ef_search = {};
};

std::vector<Option> new_collection_arguments(NewCollection& to);
Result<CollectionOptions> new_collection_options(const Session& session,
                                                 const NewCollection& given);

// What create_collection() would say, tried where nothing is made.
Status check_new_collection(const std::string& name, const CollectionOptions& options);

// Each as the option --text-field says it.
std::vector<std::string> text_fields_of(const TextOptions& options);

// The session's collection, made when absent. What is stored beats the configuration; a flag that
// differs from it is an error that names both values.
Result<Collection> open_or_make(Database& database, const Session& session,
                                const NewCollection& given);

}  // namespace vecstore
