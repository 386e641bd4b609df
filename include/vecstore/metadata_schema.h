// What the metadata of a collection's records must be: a write that breaks a rule is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore {

// kNumber: integers too. kDate: a string that is an ISO 8601 date or date-time, as in filters.
enum class MetadataType : unsigned char { kAny, kString, kInteger, kNumber, kBoolean, kDate, kList, kObject };
std::string_view metadata_type_name(MetadataType type);  // any, string, integer, number, boolean, date, list, object
Result<MetadataType> parse_metadata_type(std::string_view name);

// The rules for one field. Null counts as missing. `min` to `allowed` hold for the value, or for each element when it is a list; they
// refuse what they do not fit: a string has no `min`, a number no `pattern`.
struct MetadataField {
  std::string name = {};  // a path of keys: year, author.name
  MetadataType type = MetadataType::kAny;
  bool required = false;
  Value min = {};            // inclusive; numbers, or with kDate dates. Null: no bound
  Value max = {};
  std::string pattern = {};  // a regular expression, as after MATCHES, found in the string; empty: none
  List allowed = {};         // numbers, strings, booleans; empty: all. 1 and 1.0 are one number
  bool operator==(const MetadataField&) const = default;
};

struct MetadataSchema {
  std::vector<MetadataField> fields = {};  // at most kMaxMetadataRules
  bool strict = false;                     // keys that neither lead to a field's nor lie below one are refused
  bool operator==(const MetadataSchema&) const = default;
};

// {"strict": true, "fields": [{"name": "year", "type": "integer", "required": true, "min": 1900}]}; unknown members are refused.
Result<MetadataSchema> metadata_schema_from_json(std::string_view json);
std::string metadata_schema_to_json(const MetadataSchema& schema);

}  // namespace vecstore
