// Any bytes as the payload of an upsert or an update in the log are refused, or give views whose
// parts decode, and that are encoded to the same bytes again.
#include <cstdint>
#include <cstdlib>

#include "base/value_codec.h"
#include "db/segment/record_codec.h"

namespace {

using namespace vecstore;
using namespace vecstore::db;

Schema every_kind() {
  CollectionOptions options{.dimension = 2};
  options.fields = {{"words", VectorKind::kSparse, 100, Metric::kDot, ElementType::kF32},
                    {"bits", VectorKind::kBinary, 12, Metric::kHamming, ElementType::kF32},
                    {"tokens", VectorKind::kMulti, 2, Metric::kCosine, ElementType::kF32},
                    {"small", VectorKind::kDense, 4, Metric::kEuclidean, ElementType::kI8}};
  return Schema::from_options(options).value();
}

void decode_all(const Schema& schema, const std::vector<VectorBytes>& vectors) {
  for (const VectorBytes& one : vectors)
    if (!one.bytes.empty())
      static_cast<void>(decode_vector(schema.fields.at(one.field), one.bytes).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Schema kSchema = every_kind();
  const ByteView payload(reinterpret_cast<const std::byte*>(data), size);
  if (const Result<RecordView> view = decode_record(kSchema, payload); view.ok()) {
    decode_all(kSchema, view->vectors);
    static_cast<void>(decode_object(view->metadata).ok());
    Bytes again;
    encode_view(*view, again);
    const Result<RecordView> second = decode_record(kSchema, again);
    if (!second.ok() || second->id != view->id || second->text != view->text) std::abort();
  }
  if (const Result<UpdateView> view = decode_update(kSchema, payload); view.ok()) {
    decode_all(kSchema, view->vectors);
    if (view->metadata) static_cast<void>(decode_object(*view->metadata).ok());
    if (view->patch) static_cast<void>(decode_object(*view->patch).ok());
  }
  return 0;
}
