// The arguments of a step, each a JSON text; an error names the argument that is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "vecstore/vecstore.h"

namespace vecstore::conformance {

class Arguments {
 public:
  explicit Arguments(std::vector<std::string> json) : json_(std::move(json)) {}

  std::size_t size() const { return json_.size(); }
  bool has(std::size_t i) const { return i < json_.size(); }
  // As it stands in the script, for calls that read JSON themselves.
  Result<std::string> json(std::size_t i) const;
  Result<Value> value(std::size_t i) const;
  Result<std::string> text(std::size_t i) const;
  Result<Object> object(std::size_t i) const;  // an argument left out is an empty object
  Result<std::int64_t> integer(std::size_t i) const;
  Result<std::vector<std::string>> texts(std::size_t i) const;
  Result<Filter> filter(std::size_t i) const;  // text or an object; left out, everything passes

  // The arguments from `i` on.
  Arguments after(std::size_t i) const;

 private:
  std::vector<std::string> json_;
};

Result<std::string> text_of(const Value& value);
Result<Filter> filter_of(const Value& value);

}  // namespace vecstore::conformance
