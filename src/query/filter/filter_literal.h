// Values in filter text: numbers, strings, TRUE, FALSE, NULL, [lists], times and :parameters.
//
//   value = number | string | TRUE | FALSE | NULL | "[" [value {"," value}] "]" | ":" name
//         | TIMESTAMP string | "now" "(" ")" [("+" | "-") INTERVAL string]
#pragma once

#include <cstddef>
#include <vector>

#include "query/filter/filter_cursor.h"
#include "vecstore/value.h"

namespace vecstore::query {

class LiteralReader {
 public:
  // Both must outlive the reader.
  LiteralReader(FilterCursor& cursor, const Object& parameters)
      : at_(cursor), parameters_(parameters), used_(parameters.size()) {}

  // The value at the cursor, which is left behind it. NULL is read too: what takes it, others know.
  Result<Value> value() { return value(0); }

  // The parameter at the cursor.
  Result<Value> parameter();

  // An error naming a parameter that was never asked for.
  Status all_used() const;

 private:
  Result<Value> value(std::size_t depth);
  Result<Value> word();
  Result<Value> list(std::size_t depth);
  Result<Value> instant();
  Result<Value> moving_instant();

  FilterCursor& at_;
  const Object& parameters_;
  std::vector<bool> used_;
};

}  // namespace vecstore::query
