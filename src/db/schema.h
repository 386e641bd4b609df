// Which vector fields a collection has, how they are stored, and what a vector must be to enter
// one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "db/indexed_text.h"
#include "db/metadata_rules.h"
#include "vecstore/options.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore::db {

// A field's position in Schema::fields is its number in logs and segments: fields are only ever
// added at the end.
struct Schema {
  std::vector<VectorField> fields;
  TextOptions text;
  // Of `text`, none when it says so. A field's position is its number in segments.
  std::vector<IndexedText> texts;
  MetadataRules metadata;
  std::string partition_key;
  query::Path partition_path;  // the same, read; empty: none
  std::uint32_t keep_versions = 0;
  std::string description;
  Object attributes;

  // Checks names, limits and which metric, storage and kind go together. The field "vector" is
  // there unless it was given no dimension.
  static Result<Schema> from_options(const CollectionOptions& options);
  CollectionOptions to_options() const;
  Object to_object() const;
  static Result<Schema> from_object(const Object& object);

  std::optional<std::uint32_t> find(std::string_view name) const;
};

// Within the limit.
Status check_keep_versions(std::uint64_t count);

// Ok when `wanted`'s set options equal the stored ones; the error names the option and both values.
Status check_same_options(std::string_view collection, const Schema& stored,
                          const CollectionOptions& wanted);

// Takes from `wanted`, which passed check_same_options, what the schema leaves open: dimensions.
Status adopt_options(Schema& schema, const CollectionOptions& wanted);

// Bytes per row of a dense field's column, a multiple of 16.
std::size_t dense_stride(const VectorField& field);
// True when rows carry norm and scale: cosine needs the first, kI8 both.
bool has_factors(const VectorField& field);

}  // namespace vecstore::db
