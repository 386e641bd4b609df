#include "rag/loaders/json_document.h"

#include <string_view>

namespace vecstore {
namespace {

// Recursion is bounded: parse_json refuses what nests deeper than kMaxMetadataDepth.
void flatten(const Value& value, const std::string& path, std::string& out) {
  if (const std::string* text = value.as_string()) {
    if (text->empty()) return;
    if (!out.empty()) out += '\n';
    if (!path.empty()) out += path + ": ";
    out += *text;
  } else if (const List* list = value.as_list()) {
    for (const Value& element : *list) flatten(element, path, out);
  } else if (const Object* object = value.as_object()) {
    for (const auto& [key, member] : *object) {
      flatten(member, path.empty() ? key : path + "." + key, out);
    }
  }
}

bool take_text(Object& object, std::string& text) {
  for (std::string_view key : {"text", "content", "body"}) {
    const Value* value = object.find(key);
    if (!value || !value->as_string()) continue;
    text = *value->as_string();
    object.erase(key);
    return true;
  }
  return false;
}

}  // namespace

Document json_document(Value value) {
  Document document;
  Object* object = value.as_object();
  if (object && take_text(*object, document.text)) {
    document.metadata = std::move(*object);
    return document;
  }
  flatten(value, {}, document.text);
  if (!object || object->size() > kMaxFlatMembers) return document;
  for (const auto& [key, member] : *object) {
    if (member.to_json().size() <= kMaxMetadataBytesEach) document.metadata[key] = member;
  }
  return document;
}

}  // namespace vecstore
