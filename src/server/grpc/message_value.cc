#include "server/grpc/message_value.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "server/grpc/convert.h"

namespace vecstore {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

Result<Value> number_of(std::uint64_t number) {
  if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return invalid_argument("expected a smaller integer");
  return Value(static_cast<std::int64_t>(number));
}

// JSON has no form for what is not finite: it would come out as if it were not set.
Result<Value> finite(double number) {
  if (std::isfinite(number)) return Value(number);
  return invalid_argument("expected a finite number");
}

Result<Value> value_of_message(const Message& message) {
  if (message.GetDescriptor() == v1::Value::descriptor())
    return value_from(static_cast<const v1::Value&>(message));
  const Result<Object> object = message.GetDescriptor() == v1::Object::descriptor()
                                    ? object_from(static_cast<const v1::Object&>(message))
                                    : object_of(message);
  VECSTORE_TRY(object.status());
  return Value(*object);
}

// `at`: which one of a repeated field, -1 for a field that is single.
Result<Value> value_at(const Message& message, const FieldDescriptor* field, int at) {
  const Reflection& in = *message.GetReflection();
  const bool one = at < 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return Value(one ? in.GetBool(message, field) : in.GetRepeatedBool(message, field, at));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Value(one ? in.GetUInt32(message, field) : in.GetRepeatedUInt32(message, field, at));
    case FieldDescriptor::CPPTYPE_UINT64:
      return number_of(one ? in.GetUInt64(message, field)
                           : in.GetRepeatedUInt64(message, field, at));
    case FieldDescriptor::CPPTYPE_INT64:
      return Value(one ? in.GetInt64(message, field) : in.GetRepeatedInt64(message, field, at));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return finite(one ? in.GetDouble(message, field) : in.GetRepeatedDouble(message, field, at));
    case FieldDescriptor::CPPTYPE_STRING:
      return Value(one ? in.GetString(message, field) : in.GetRepeatedString(message, field, at));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return value_of_message(one ? in.GetMessage(message, field)
                                  : in.GetRepeatedMessage(message, field, at));
    default:
      return internal_error("no value is made of a field such as " + field->full_name());
  }
}

// Maps come in the order of their keys, which are strings.
Result<Value> value_of_field(const Message& message, const FieldDescriptor* field) {
  if (!field->is_repeated()) return value_at(message, field, -1);
  const int size = message.GetReflection()->FieldSize(message, field);
  if (!field->is_map()) {
    List list;
    for (int i = 0; i < size; ++i) {
      VECSTORE_ASSIGN(Value one, value_at(message, field, i));
      list.push_back(std::move(one));
    }
    return Value(std::move(list));
  }
  std::vector<Object::Member> members;
  for (int i = 0; i < size; ++i) {
    const Message& entry = message.GetReflection()->GetRepeatedMessage(message, field, i);
    const auto* key = field->message_type()->map_key();
    std::string name = entry.GetReflection()->GetString(entry, key);
    Result<Value> value = value_at(entry, field->message_type()->map_value(), -1);
    VECSTORE_TRY(value.status().with_context(name));
    members.push_back({std::move(name), *std::move(value)});
  }
  std::ranges::sort(members, {}, &Object::Member::key);
  return Value(Object::from_members(std::move(members)));
}

Status misfit(const FieldDescriptor* field) {
  return internal_error("the value of " + field->full_name() + " is of another kind");
}

Status set_message(const Value& from, const FieldDescriptor* field, Message& to) {
  if (to.GetDescriptor() == v1::Value::descriptor()) {
    to_message(from, static_cast<v1::Value&>(to));
    return {};
  }
  if (!from.as_object()) return misfit(field);
  if (to.GetDescriptor() != v1::Object::descriptor()) return set_fields(*from.as_object(), to);
  to_message(*from.as_object(), static_cast<v1::Object&>(to));
  return {};
}

Status set_number(const Value& from, const FieldDescriptor* field, Message& to) {
  const Reflection& in = *to.GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
    if (!from.is_number()) return misfit(field);
    in.SetDouble(&to, field,
                 from.as_int() ? static_cast<double>(*from.as_int()) : *from.as_double());
    return {};
  }
  if (!from.as_int()) return misfit(field);
  const std::int64_t number = *from.as_int();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT64)
    in.SetInt64(&to, field, number);
  else if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64)
    in.SetUInt64(&to, field, static_cast<std::uint64_t>(number));
  else if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32)
    in.SetUInt32(&to, field, static_cast<std::uint32_t>(number));
  else
    return misfit(field);
  return {};
}

Status set_single(const Value& from, const FieldDescriptor* field, Message& to) {
  const Reflection& in = *to.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!from.as_bool()) return misfit(field);
      in.SetBool(&to, field, *from.as_bool());
      return {};
    case FieldDescriptor::CPPTYPE_STRING:
      if (!from.as_string()) return misfit(field);
      in.SetString(&to, field, *from.as_string());
      return {};
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return set_message(from, field, *in.MutableMessage(&to, field));
    default:
      return set_number(from, field, to);
  }
}

Status add_one(const Value& from, const FieldDescriptor* field, Message& to) {
  const Reflection& in = *to.GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
    return set_message(from, field, *in.AddMessage(&to, field));
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING || !from.as_string())
    return misfit(field);
  in.AddString(&to, field, *from.as_string());
  return {};
}

Status set_map(const Value& from, const FieldDescriptor* field, Message& to) {
  if (!from.as_object()) return misfit(field);
  for (const Object::Member& member : *from.as_object()) {
    Message& entry = *to.GetReflection()->AddMessage(&to, field);
    entry.GetReflection()->SetString(&entry, field->message_type()->map_key(), member.key);
    VECSTORE_TRY(set_single(member.value, field->message_type()->map_value(), entry));
  }
  return {};
}

}  // namespace

Status check_known(const Message& message) {
  const auto& unknown = message.GetReflection()->GetUnknownFields(message);
  if (unknown.empty()) return {};
  return invalid_argument("this server knows no field " +
                          std::to_string(unknown.field(0).number()) + " of " +
                          message.GetDescriptor()->full_name());
}

Result<Object> object_of(const Message& message, std::initializer_list<int> without) {
  VECSTORE_TRY(check_known(message));
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  std::vector<Object::Member> members;
  for (const FieldDescriptor* field : fields) {
    if (std::ranges::find(without, field->number()) != without.end()) continue;
    Result<Value> value = value_of_field(message, field);
    VECSTORE_TRY(value.status().with_context(field->name()));
    members.push_back({field->name(), *std::move(value)});
  }
  return Object::from_members(std::move(members));
}

Status set_fields(const Object& from, Message& message) {
  for (const Object::Member& member : from) {
    if (member.value.is_null()) continue;
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(member.key);
    if (!field)
      return internal_error(message.GetDescriptor()->full_name() + " has no field '" + member.key +
                            "'");
    if (field->is_map()) {
      VECSTORE_TRY(set_map(member.value, field, message));
    } else if (field->is_repeated()) {
      if (!member.value.as_list()) return misfit(field);
      for (const Value& one : *member.value.as_list()) VECSTORE_TRY(add_one(one, field, message));
    } else {
      VECSTORE_TRY(set_single(member.value, field, message));
    }
  }
  return {};
}

}  // namespace vecstore
