// A metadata schema made ready: paths read, patterns compiled, records checked.
#pragma once

#include <memory>
#include <string_view>

#include "vecstore/metadata_schema.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore::db {

// A value; copies share what was compiled. Safe from many threads.
class MetadataRules {
 public:
  MetadataRules() = default;  // allows everything
  // kInvalidArgument for rules that cannot be meant: a path with positions, a field given twice,
  // bounds that are no numbers or crossed, a pattern that does not compile.
  static Result<MetadataRules> make(MetadataSchema schema);

  bool empty() const { return compiled_ == nullptr; }
  const MetadataSchema& schema() const;

  // The first rule that is broken: "metadata field 'year' is "x", expected an integer".
  Status check(const Object& metadata) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

// As options store it and as metadata_schema_from_json reads it.
Object metadata_schema_object(const MetadataSchema& schema);
Result<MetadataSchema> metadata_schema_from(const Value& value);

}  // namespace vecstore::db
