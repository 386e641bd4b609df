// How a collection's texts are analysed: what may be asked for, and how it is stored.
#pragma once

#include <string_view>
#include <vector>

#include "db/indexed_text.h"
#include "vecstore/options.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore::db {

// The text fields, without their analyzers; none for analyzer "none".
Result<std::vector<IndexedText>> indexed_texts(const TextOptions& options);
// Gives each its analyzer. The first error of one that stays without: kInvalidArgument for a name
// that nothing has, kUnimplemented for a language that this build lacks.
Status set_analyzers(const TextOptions& options, std::vector<IndexedText>& texts);

// Ok when what `wanted` sets is what is stored; the error names both.
Status check_same_text(std::string_view collection, const TextOptions& stored,
                       const TextOptions& wanted);

Object text_object(const TextOptions& options);
// From the object of a collection; stores older than the option have its default.
Result<TextOptions> text_from(const Object& collection);

}  // namespace vecstore::db
