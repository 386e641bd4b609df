// Which text fields a query searches, and what it looks for in them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "db/schema.h"
#include "text/search/plan.h"
#include "text/search/text_query.h"
#include "vecstore/query.h"

namespace vecstore::db {

struct SearchedFields {
  std::vector<std::uint32_t> numbers = {};  // in the schema, which must outlive this
  std::vector<text::TextField> fields = {};
};

// kFailedPrecondition when the collection's texts are not analysed, kUnimplemented when this build
// cannot, kInvalidArgument for a name that no field has.
Result<SearchedFields> searched_fields(const Schema& schema, std::string_view collection,
                                       const Query& query);

// kInvalidArgument names the column.
Result<text::TextQuery> read_text_query(const Query& query);

}  // namespace vecstore::db
