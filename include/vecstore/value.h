// Metadata values: JSON with exact types. An int64 stays an int64, a double a double; objects keep the order of their keys.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

class Value;
using List = std::vector<Value>;

// A JSON object: keys are unique, their order is kept, equality ignores it. Lookup is linear: objects are small.
class Object {
 public:
  struct Member;  // {key, value}

  Object();
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();
  // A key given twice keeps the last value.
  Object(std::initializer_list<Member> members);
  // The same for many members: n log n, where setting them one by one is quadratic.
  static Object from_members(std::vector<Member> members);

  bool empty() const;
  std::size_t size() const;
  const Member* begin() const;
  const Member* end() const;

  // The value at `key`, or nullptr. The pointer lives until the object changes.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);

  // The value at `key`, made null when absent.
  Value& operator[](std::string_view key);

  // True when there was such a key.
  bool erase(std::string_view key);

  bool operator==(const Object& other) const;

 private:
  std::vector<Member> members_;
};

// What a record carries beside its vectors: `Metadata{{"year", 2024}, {"tags", List{"x", "y"}}}`.
using Metadata = Object;

class Value {
 public:
  enum class Kind { kNull, kBool, kInt, kDouble, kString, kList, kObject };

  Value() = default;
  Value(std::nullptr_t) {}
  Value(std::same_as<bool> auto value) : data_(value) {}
  Value(std::signed_integral auto value) : data_(static_cast<std::int64_t>(value)) {}
  // 64-bit unsigned values may lie beyond int64 and are not accepted: cast after checking.
  template <std::unsigned_integral T>
    requires(sizeof(T) < 8 && !std::same_as<T, bool>)
  Value(T value) : data_(static_cast<std::int64_t>(value)) {}
  Value(std::floating_point auto value) : data_(static_cast<double>(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(List value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_number() const { return kind() == Kind::kInt || kind() == Kind::kDouble; }

  // The content when the value is of that kind, else nullptr.
  const bool* as_bool() const { return std::get_if<bool>(&data_); }
  const std::int64_t* as_int() const { return std::get_if<std::int64_t>(&data_); }
  const double* as_double() const { return std::get_if<double>(&data_); }
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const List* as_list() const { return std::get_if<List>(&data_); }
  const Object* as_object() const { return std::get_if<Object>(&data_); }
  List* as_list() { return std::get_if<List>(&data_); }
  Object* as_object() { return std::get_if<Object>(&data_); }

  // Same kind and content: 1 and 1.0 differ here (filters compare them as numbers).
  bool operator==(const Value& other) const = default;

  // JSON text on one line: integers as digits, doubles shortest and always with a point or exponent, strings escaped as needed.
  std::string to_json() const;

  // Reads one JSON text (RFC 8259): depth at most kMaxMetadataDepth, unique keys, numbers in the int64 or finite double range, valid
  // UTF-8. An error names line and column.
  static Result<Value> parse_json(std::string_view text);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Object> data_;
};

struct Object::Member {
  std::string key;
  Value value;
};

inline Object::Object() = default;
inline Object::Object(const Object&) = default;
inline Object::Object(Object&&) noexcept = default;
inline Object& Object::operator=(const Object&) = default;
inline Object& Object::operator=(Object&&) noexcept = default;
inline Object::~Object() = default;
inline bool Object::empty() const { return members_.empty(); }
inline std::size_t Object::size() const { return members_.size(); }
inline const Object::Member* Object::begin() const { return members_.data(); }
inline const Object::Member* Object::end() const { return members_.data() + members_.size(); }

// a then b: less, equal or greater as a total order over all values (null < false < true < numbers < strings < lists < objects).
int compare_values(const Value& a, const Value& b);

// RFC 7396: members of `patch` replace those of `target`, objects merge, null deletes.
void merge_patch(Object& target, const Object& patch);

}  // namespace vecstore
