// Walks through JSON text without making values of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rag/splitters/text_span.h"

namespace vecstore {

// One value in JSON text.
struct JsonValue {
  TextSpan span = {};
  std::size_t size = 0;  // characters of it as Python's json.dumps writes it, numbers as they stand
};

// The first byte at or after `at` that is not white space; text.size() when there is none.
std::size_t skip_json_space(std::string_view text, std::size_t at);

// The value that begins at `begin`, which is inside the text. Believes that it is valid where it
// is; of other text some run, at least one byte long. With `lists_as_objects` lists count as
// objects with the keys "0", "1", ...
JsonValue scan_json_value(std::string_view text, std::size_t begin, bool lists_as_objects);

// A member of an object, or an element of a list, which has no key.
struct JsonMember {
  TextSpan span = {};        // with its key
  TextSpan key = {};         // with its quotes
  std::size_t key_size = 0;  // as JsonValue::size
  JsonValue value = {};
};

// The members of the object or list that begins at `begin`, which is valid JSON.
class JsonMembers {
 public:
  JsonMembers(std::string_view text, std::size_t begin, bool lists_as_objects);

  bool next(JsonMember& member);

 private:
  std::string_view text_;
  std::size_t at_;
  std::size_t index_ = 0;
  bool list_;
  bool lists_as_objects_;
};

// Characters of the decimal digits of an index.
std::size_t index_digits(std::size_t index);

}  // namespace vecstore
