#include "service/tenancy/namespace_use.h"

#include "base/value_codec.h"
#include "service/tenancy/namespace_store.h"

namespace vecstore {
namespace {

std::uint64_t component_bytes(ElementType type) {
  if (type == ElementType::kF32) return 4;
  return type == ElementType::kI8 ? 1 : 2;
}

// docs/format: a scale before bytes, a count before what has no fixed length.
std::uint64_t vector_bytes(ElementType storage, const Vector& vector) {
  if (vector.empty()) return 0;
  const std::uint64_t each = component_bytes(storage);
  if (const DenseVector* dense = vector.dense())
    return dense->size() * each + (storage == ElementType::kI8 ? 4 : 0);
  if (const SparseVector* sparse = vector.sparse()) return 4 + 8 * sparse->indices.size();
  if (const BinaryVector* binary = vector.binary()) return binary->bytes.size();
  return 4 + vector.multi()->values.size() * each;
}

std::uint64_t metadata_bytes(const Metadata& metadata) {
  if (metadata.empty()) return 0;
  Bytes encoded;
  encode_object(metadata, encoded);
  return encoded.size();
}

// Of a field that there is not the write is refused by the engine.
ElementType storage_of(const CollectionOptions& options, std::string_view field) {
  for (const VectorField& one : options.fields)
    if (one.name == field) return one.storage;
  return options.storage;
}

std::uint64_t vectors_bytes(const CollectionOptions& options,
                            const std::vector<NamedVector>& vectors) {
  std::uint64_t bytes = 0;
  for (const NamedVector& named : vectors)
    bytes += vector_bytes(storage_of(options, named.field), named.vector);
  return bytes;
}

}  // namespace

Result<std::vector<std::string>> collections_of(const Database& database, std::string_view space) {
  VECSTORE_ASSIGN(std::vector<std::string> names, database.list_collections());
  std::erase_if(names, [&](const std::string& name) { return place_of(name).space != space; });
  return names;
}

Result<RoomUse> use_of(const Database& database, std::string_view space) {
  VECSTORE_ASSIGN(const std::vector<std::string> names, collections_of(database, space));
  RoomUse use;
  for (const std::string& name : names) {
    const Result<Collection> collection = database.collection(name);
    if (collection.status().code() == Code::kNotFound) continue;  // dropped meanwhile
    VECSTORE_TRY(collection.status());
    const Result<CollectionStats> stats = collection->stats();
    if (stats.status().code() == Code::kNotFound) continue;
    VECSTORE_TRY(stats.status());
    use.vectors += stats->records;
    use.bytes += stats->vector_bytes + stats->metadata_bytes + stats->text_bytes + stats->id_bytes +
                 stats->version_bytes;
  }
  return use;
}

std::uint64_t stored_bytes(const CollectionOptions& options, const Record& record) {
  return record.id.size() + metadata_bytes(record.metadata) +
         (record.text ? record.text->size() : 0) + vector_bytes(options.storage, record.vector) +
         vectors_bytes(options, record.vectors);
}

std::uint64_t most_stored_bytes(const CollectionOptions& options, const Record& record,
                                const Update& change) {
  std::uint64_t bytes = stored_bytes(options, record) + vectors_bytes(options, change.vectors);
  if (change.metadata) bytes += metadata_bytes(*change.metadata);
  if (change.metadata_patch) bytes += metadata_bytes(*change.metadata_patch);
  if (change.text) bytes += change.text->size();
  return bytes;
}

}  // namespace vecstore
