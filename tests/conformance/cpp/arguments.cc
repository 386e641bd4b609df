#include "conformance/cpp/arguments.h"

namespace vecstore::conformance {

Result<std::string> text_of(const Value& value) {
  if (value.as_string()) return *value.as_string();
  return invalid_argument("expected a string, not " + value.to_json());
}

Result<Filter> filter_of(const Value& value) {
  if (value.as_string()) return Filter::parse(*value.as_string());
  return Filter::from_json(value);
}

Result<std::string> Arguments::json(std::size_t i) const {
  if (has(i)) return json_[i];
  return invalid_argument("the step has " + std::to_string(size()) + " arguments, too few");
}

Result<Value> Arguments::value(std::size_t i) const {
  VECSTORE_ASSIGN(const std::string json, this->json(i));
  return Value::parse_json(json);
}

Result<std::string> Arguments::text(std::size_t i) const {
  VECSTORE_ASSIGN(const Value value, this->value(i));
  return text_of(value);
}

Result<Object> Arguments::object(std::size_t i) const {
  if (!has(i)) return Object();
  VECSTORE_ASSIGN(const Value value, this->value(i));
  if (value.as_object()) return *value.as_object();
  return invalid_argument("expected an object, not " + value.to_json());
}

Result<std::int64_t> Arguments::integer(std::size_t i) const {
  VECSTORE_ASSIGN(const Value value, this->value(i));
  if (value.as_int()) return *value.as_int();
  return invalid_argument("expected an integer, not " + value.to_json());
}

Result<std::vector<std::string>> Arguments::texts(std::size_t i) const {
  VECSTORE_ASSIGN(const Value value, this->value(i));
  if (!value.as_list()) return invalid_argument("expected a list, not " + value.to_json());
  std::vector<std::string> texts;
  for (const Value& each : *value.as_list()) {
    VECSTORE_ASSIGN(texts.emplace_back(), text_of(each));
  }
  return texts;
}

Result<Filter> Arguments::filter(std::size_t i) const {
  if (!has(i)) return Filter();
  VECSTORE_ASSIGN(const Value value, this->value(i));
  return filter_of(value);
}

Arguments Arguments::after(std::size_t i) const {
  return Arguments({json_.begin() + static_cast<std::ptrdiff_t>(i), json_.end()});
}

}  // namespace vecstore::conformance
