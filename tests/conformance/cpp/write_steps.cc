// Verbs that change records.
#include <algorithm>
#include <chrono>

#include "conformance/cpp/answers.h"
#include "conformance/cpp/surface.h"

namespace vecstore::conformance {
namespace {

Answer wrote(const Result<WriteResult>& result) {
  VECSTORE_TRY(result.status());
  return write_json(*result);
}

Result<Record> record_of(const Arguments& arguments, std::size_t i) {
  VECSTORE_ASSIGN(const Value json, arguments.value(i));
  return Record::from_json(json);
}

Result<WriteCondition> condition_of(const Object& json) {
  WriteCondition condition;
  if (const Value* absent = json.find("if_absent"))
    condition.if_absent = absent->as_bool() && *absent->as_bool();
  const Value* version = json.find("if_version");
  if (version && !version->as_int()) return invalid_argument("if_version is an integer");
  if (version) condition.if_version = static_cast<std::uint64_t>(*version->as_int());
  return condition;
}

// What an update shares with a record is read as a record is.
Result<Update> update_of(const Object& json) {
  Object as_record = json;
  Update update;
  if (const Value* patch = json.find("patch")) {
    if (!patch->as_object()) return invalid_argument("patch must be an object");
    update.metadata_patch = *patch->as_object();
    as_record.erase("patch");
  }
  if (const Value* remove = json.find("remove_text")) {
    update.remove_text = remove->as_bool() && *remove->as_bool();
    as_record.erase("remove_text");
  }
  if (!json.find("id")) as_record["id"] = "-";
  VECSTORE_ASSIGN(const Record record, Record::from_json(as_record));
  if (json.find("id")) update.id = record.id;
  if (json.find("metadata")) update.metadata = record.metadata;
  if (json.find("expires_at")) update.expires_at = record.expires_at;
  update.text = record.text;
  update.vectors = record.vectors;
  if (!record.vector.empty()) update.vectors.push_back({kDefaultField, record.vector});
  const Value* named = json.find("vectors");  // null removes a vector
  for (const Object::Member& one : named ? *named->as_object() : Object())
    if (one.value.is_null()) update.vectors.push_back({one.key, {}});
  return update;
}

Answer upsert(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const Record record, record_of(arguments, 1));
  VECSTORE_ASSIGN(const Object json, arguments.object(2));
  VECSTORE_ASSIGN(const WriteCondition condition, condition_of(json));
  return wrote(collection.upsert(record, condition));
}

Answer upsert_many(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const Value json, arguments.value(1));
  if (!json.as_list()) return invalid_argument("expected a list of records");
  std::vector<Record> records;
  for (const Value& each : *json.as_list()) {
    VECSTORE_ASSIGN(records.emplace_back(), Record::from_json(each));
  }
  return wrote(collection.upsert_many(records));
}

Answer update(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const Object change, arguments.object(1));
  VECSTORE_ASSIGN(const Update update, update_of(change));
  VECSTORE_ASSIGN(const Object json, arguments.object(2));
  VECSTORE_ASSIGN(const WriteCondition condition, condition_of(json));
  return wrote(collection.update(update, condition));
}

Answer update_where(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const Filter filter, arguments.filter(1));
  VECSTORE_ASSIGN(const Object change, arguments.object(2));
  VECSTORE_ASSIGN(const Update update, update_of(change));
  return wrote(collection.update_where(filter, update));
}

Answer remove(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string id, arguments.text(1));
  VECSTORE_ASSIGN(const Object json, arguments.object(2));
  VECSTORE_ASSIGN(const WriteCondition condition, condition_of(json));
  return wrote(collection.remove(id, condition));
}

Answer remove_many(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::vector<std::string> ids, arguments.texts(1));
  return wrote(collection.remove_many(ids));
}

Answer remove_where(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const Filter filter, arguments.filter(1));
  return wrote(collection.remove_where(filter));
}

// {"upsert": RECORD}, {"update": CHANGE}, {"remove": ID}, {"soft_delete": ID} or {"restore": ID},
// with a condition beside it.
Result<BatchOperation> operation_of(const Value& json) {
  const Object* object = json.as_object();
  if (!object || object->empty()) return invalid_argument("expected an operation");
  const auto& [kind, what] = *object->begin();
  BatchOperation operation;
  if (kind == "upsert") {
    VECSTORE_ASSIGN(operation.record, Record::from_json(what));
  } else if (kind == "update") {
    if (!what.as_object()) return invalid_argument("expected a change");
    operation.kind = BatchOperation::Kind::kUpdate;
    VECSTORE_ASSIGN(operation.update, update_of(*what.as_object()));
  } else {
    VECSTORE_ASSIGN(operation.id, text_of(what));
    operation.kind = kind == "remove"        ? BatchOperation::Kind::kRemove
                     : kind == "soft_delete" ? BatchOperation::Kind::kSoftDelete
                                             : BatchOperation::Kind::kRestore;
  }
  VECSTORE_ASSIGN(operation.condition, condition_of(*object));
  return operation;
}

Answer apply(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string mode, arguments.text(1));
  VECSTORE_ASSIGN(const Value json, arguments.value(2));
  if (!json.as_list()) return invalid_argument("expected a list of operations");
  std::vector<BatchOperation> operations;
  for (const Value& each : *json.as_list()) {
    VECSTORE_ASSIGN(operations.emplace_back(), operation_of(each));
  }
  VECSTORE_ASSIGN(
      const BatchResult result,
      collection.apply(operations, mode == "atomic" ? BatchMode::kAtomic : BatchMode::kEach));
  return batch_json(result);
}

template <typename Call>
Answer on_id(Surface& surface, const Arguments& arguments, const Call& call) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string id, arguments.text(1));
  return wrote(call(collection, id));
}

Answer upsert_with_ttl(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const Record record, record_of(arguments, 1));
  VECSTORE_ASSIGN(const std::int64_t ms, arguments.integer(2));
  return wrote(collection.upsert_with_ttl(record, std::chrono::milliseconds(ms)));
}

Answer set_ttl(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const std::int64_t ms, arguments.integer(2));
  return on_id(surface, arguments, [ms](Collection& to, const std::string& id) {
    return to.set_ttl(id, std::chrono::milliseconds(ms));
  });
}

Answer purge(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  return wrote(collection.purge());
}

using S = Surface;
using A = Arguments;
using C = Collection;
using N = const std::string;
constexpr NamedVerb kVerbs[] = {
    {"upsert", upsert},
    {"upsert_many", upsert_many},
    {"update", update},
    {"update_where", update_where},
    {"remove", remove},
    {"remove_many", remove_many},
    {"remove_where", remove_where},
    {"apply", apply},
    {"upsert_with_ttl", upsert_with_ttl},
    {"set_ttl", set_ttl},
    {"purge", purge},
    {"clear_ttl",
     [](S& s, const A& a) { return on_id(s, a, [](C& in, N& id) { return in.clear_ttl(id); }); }},
    {"soft_delete",
     [](S& s, const A& a) { return on_id(s, a, [](C& in, N& id) { return in.soft_delete(id); }); }},
    {"restore",
     [](S& s, const A& a) { return on_id(s, a, [](C& in, N& id) { return in.restore(id); }); }}};

}  // namespace

Verb find_write_verb(std::string_view name) {
  const auto* found = std::ranges::find(kVerbs, name, &NamedVerb::name);
  return found == std::end(kVerbs) ? nullptr : found->run;
}

}  // namespace vecstore::conformance
