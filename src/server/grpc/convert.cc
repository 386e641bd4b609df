#include "server/grpc/convert.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/utf8.h"
#include "server/grpc/message_value.h"
#include "vecstore/limits.h"
#include "vecstore/query_json.h"

namespace vecstore {
namespace {

template <typename T>
std::vector<T> copy_of(const google::protobuf::RepeatedField<T>& from) {
  return {from.begin(), from.end()};
}

template <typename T>
void copy_to(const std::vector<T>& from, google::protobuf::RepeatedField<T>* to) {
  to->Add(from.begin(), from.end());
}

Result<List> list_from(const v1::List& message) {
  VECSTORE_TRY(check_known(message));
  List list;
  list.reserve(static_cast<std::size_t>(message.values_size()));
  for (const v1::Value& one : message.values()) {
    VECSTORE_ASSIGN(Value value, value_from(one));
    list.push_back(std::move(value));
  }
  return list;
}

// In the order of their names: a map has none.
template <typename Map>
auto sorted(const Map& map) {
  std::vector<const typename Map::value_type*> entries;
  for (const auto& entry : map) entries.push_back(&entry);
  std::ranges::sort(entries, {},
                    [](const auto* entry) -> const std::string& { return entry->first; });
  return entries;
}

template <typename Map>
Status read_vectors(const Map& from, std::vector<NamedVector>& to) {
  for (const auto* entry : sorted(from)) {
    Result<Vector> vector = vector_from(entry->second);
    VECSTORE_TRY(vector.status().with_context(shorten(entry->first)));
    to.push_back({entry->first, *std::move(vector)});
  }
  return {};
}

Result<Query> read_query(const v1::Query& message, std::size_t depth) {
  if (depth > kMaxStageDepth)
    return invalid_argument("stages are at most " + std::to_string(kMaxStageDepth) + " deep");
  using Fields = v1::Query;
  VECSTORE_ASSIGN(const Object plain,
                  object_of(message, {Fields::kVectorFieldNumber, Fields::kPrefetchFieldNumber}));
  VECSTORE_ASSIGN(Query query, query_from_json(Value(plain).to_json()));
  Result<Vector> vector = vector_from(message.vector());
  VECSTORE_TRY(vector.status().with_context("query: vector"));
  query.vector = *std::move(vector);
  for (const v1::Query& stage : message.prefetch()) {
    Result<Query> read = read_query(stage, depth + 1);
    VECSTORE_TRY(
        read.status().with_context("prefetch [" + std::to_string(query.prefetch.size()) + "]"));
    query.prefetch.push_back(*std::move(read));
  }
  return query;
}

}  // namespace

Result<Value> value_from(const v1::Value& message) {
  VECSTORE_TRY(check_known(message));
  switch (message.kind_case()) {
    case v1::Value::kBoolValue:
      return Value(message.bool_value());
    case v1::Value::kIntValue:
      return Value(message.int_value());
    case v1::Value::kDoubleValue:
      if (!std::isfinite(message.double_value()))
        return invalid_argument("expected a finite number");
      return Value(message.double_value());
    case v1::Value::kStringValue:
      return Value(message.string_value());
    case v1::Value::kListValue: {
      VECSTORE_ASSIGN(List list, list_from(message.list_value()));
      return Value(std::move(list));
    }
    case v1::Value::kObjectValue: {
      VECSTORE_ASSIGN(Object object, object_from(message.object_value()));
      return Value(std::move(object));
    }
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return Value();
}

Result<Object> object_from(const v1::Object& message) {
  VECSTORE_TRY(check_known(message));
  std::vector<Object::Member> members;
  for (const auto* entry : sorted(message.members())) {
    Result<Value> value = value_from(entry->second);
    VECSTORE_TRY(value.status().with_context(shorten(entry->first)));
    members.push_back({entry->first, *std::move(value)});
  }
  return Object::from_members(std::move(members));
}

void to_message(const Value& value, v1::Value& to) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return to.clear_kind();
    case Value::Kind::kBool:
      return to.set_bool_value(*value.as_bool());
    case Value::Kind::kInt:
      return to.set_int_value(*value.as_int());
    case Value::Kind::kDouble:
      return to.set_double_value(*value.as_double());
    case Value::Kind::kString:
      return to.set_string_value(*value.as_string());
    case Value::Kind::kList:
      (void)to.mutable_list_value();  // also when it is empty
      for (const Value& one : *value.as_list())
        to_message(one, *to.mutable_list_value()->add_values());
      return;
    case Value::Kind::kObject:
      return to_message(*value.as_object(), *to.mutable_object_value());
  }
}

void to_message(const Object& object, v1::Object& to) {
  for (const Object::Member& member : object)
    to_message(member.value, (*to.mutable_members())[member.key]);
}

Result<Vector> vector_from(const v1::Vector& message) {
  VECSTORE_TRY(check_known(message));
  switch (message.kind_case()) {
    case v1::Vector::kDense:
      VECSTORE_TRY(check_known(message.dense()));
      return Vector(copy_of(message.dense().values()));
    case v1::Vector::kSparse: {
      const v1::SparseVector& sparse = message.sparse();
      VECSTORE_TRY(check_known(sparse));
      return Vector(
          SparseVector{sparse.dimension(), copy_of(sparse.indices()), copy_of(sparse.values())});
    }
    case v1::Vector::kBinary: {
      const v1::BinaryVector& binary = message.binary();
      VECSTORE_TRY(check_known(binary));
      return Vector(BinaryVector{binary.dimension(), {binary.bits().begin(), binary.bits().end()}});
    }
    case v1::Vector::kMulti:
      VECSTORE_TRY(check_known(message.multi()));
      return Vector(MultiVector{message.multi().dimension(), copy_of(message.multi().values())});
    case v1::Vector::KIND_NOT_SET:
      break;
  }
  return Vector();
}

void to_message(const Vector& vector, v1::Vector& to) {
  if (const DenseVector* dense = vector.dense()) {
    copy_to(*dense, to.mutable_dense()->mutable_values());
  } else if (const SparseVector* sparse = vector.sparse()) {
    to.mutable_sparse()->set_dimension(sparse->dimension);
    copy_to(sparse->indices, to.mutable_sparse()->mutable_indices());
    copy_to(sparse->values, to.mutable_sparse()->mutable_values());
  } else if (const BinaryVector* binary = vector.binary()) {
    to.mutable_binary()->set_dimension(binary->dimension);
    to.mutable_binary()->set_bits(std::string(binary->bytes.begin(), binary->bytes.end()));
  } else if (const MultiVector* multi = vector.multi()) {
    to.mutable_multi()->set_dimension(multi->dimension);
    copy_to(multi->values, to.mutable_multi()->mutable_values());
  }
}

Result<Record> record_from(const v1::Record& message) {
  VECSTORE_TRY(check_known(message));
  Record record;
  record.id = message.id();
  Result<Vector> vector = vector_from(message.vector());
  VECSTORE_TRY(vector.status().with_context("vector"));
  record.vector = *std::move(vector);
  VECSTORE_TRY(read_vectors(message.vectors(), record.vectors).with_context("vectors"));
  Result<Object> metadata = object_from(message.metadata());
  VECSTORE_TRY(metadata.status().with_context("metadata"));
  record.metadata = *std::move(metadata);
  if (message.has_text()) record.text = message.text();
  record.expires_at = message.expires_at();
  return record;
}

void to_message(const Record& record, v1::Record& to) {
  to.set_id(record.id);
  if (!record.vector.empty()) to_message(record.vector, *to.mutable_vector());
  for (const NamedVector& named : record.vectors)
    to_message(named.vector, (*to.mutable_vectors())[named.field]);
  if (!record.metadata.empty()) to_message(record.metadata, *to.mutable_metadata());
  if (record.text) to.set_text(*record.text);
  to.set_expires_at(record.expires_at);
  to.set_created_at(record.created_at);
  to.set_updated_at(record.updated_at);
  to.set_deleted_at(record.deleted_at);
  to.set_version(record.version);
}

Result<Update> update_from(const v1::UpdateRequest& message) {
  Update update;
  update.id = message.id();
  if (message.has_metadata()) {
    VECSTORE_ASSIGN(update.metadata, object_from(message.metadata()));
  }
  if (message.has_patch()) {
    VECSTORE_ASSIGN(update.metadata_patch, object_from(message.patch()));
  }
  VECSTORE_TRY(read_vectors(message.vectors(), update.vectors).with_context("vectors"));
  if (message.has_text()) update.text = message.text();
  update.remove_text = message.remove_text();
  if (message.has_expires_at()) update.expires_at = message.expires_at();
  return update;
}

Result<Query> query_from(const v1::Query& message) { return read_query(message, 0); }

void to_message(const Hit& hit, v1::Hit& to) {
  to.set_id(hit.id);
  to.set_score(hit.score);
  if (hit.distance) to.set_distance(*hit.distance);
  for (const ArmScore& arm : hit.arms) {
    v1::ArmScore& one = *to.add_arms();
    one.set_rank(static_cast<std::uint32_t>(arm.rank));
    one.set_score(arm.score);
    one.set_share(arm.share);
  }
  const auto set_highlight = [](const Highlight& from, v1::Highlight& highlight) {
    highlight.set_field(from.field);
    highlight.set_item(static_cast<std::uint32_t>(from.item));
    highlight.set_offset(from.offset);
    highlight.set_length(from.length);
  };
  if (hit.group) to_message(*hit.group, *to.mutable_group());
  if (hit.vector && !hit.vector->empty()) to_message(*hit.vector, *to.mutable_vector());
  if (hit.text) to.set_text(*hit.text);
  for (const Highlight& one : hit.highlights) set_highlight(one, *to.add_highlights());
  if (hit.passage) set_highlight(*hit.passage, *to.mutable_passage());
  if (!hit.metadata.empty()) to_message(hit.metadata, *to.mutable_metadata());
}

void summary_to_message(const Hits& hits, v1::Hits& to) {
  to.set_partial(hits.partial);
  to.set_took_ms(hits.took_ms);
  to.set_rows_scanned(hits.rows_scanned);
  to.set_distances(hits.distances);
  if (hits.explanation) to.set_explanation(hits.explanation->to_string());
}

}  // namespace vecstore
