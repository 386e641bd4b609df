// How a collection's texts are analysed: what may be asked for, and how it is stored.
#pragma once

#include <memory>
#include <string_view>

#include "text/analysis/analyzer.h"
#include "vecstore/options.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore::db {

// Null for "none". kInvalidArgument for a name that nothing has, kUnimplemented for a language that
// this build lacks.
Result<std::shared_ptr<const text::Analyzer>> make_analyzer(const TextOptions& options);

// Ok when what `wanted` sets is what is stored; the error names both.
Status check_same_text(std::string_view collection, const TextOptions& stored,
                       const TextOptions& wanted);

Object text_object(const TextOptions& options);
// From the object of a collection; stores older than the option have its default.
Result<TextOptions> text_from(const Object& collection);

}  // namespace vecstore::db
