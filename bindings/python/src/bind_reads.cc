// Collection: records by id, counts, scans, facets.
#include <nanobind/stl/string.h>

#include "python/src/errors.h"
#include "python/src/filters.h"
#include "python/src/handles.h"
#include "python/src/values.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

struct ScanHandle : Walk<Scan> {
  explicit ScanHandle(Scan scan) : Walk(std::move(scan)) {}
};

// Of fewer records a look at all of them takes less than a thread and its end would add.
constexpr std::uint64_t kManyRecords = 20'000;

// A look at many records, which Ctrl-C ends by the token that `work` has.
template <typename Work>
auto over_many(const CollectionHandle& in, std::uint64_t records, CancelToken& token,
               const Work& work) {
  if (records <= kManyRecords) return unlocked(in, work);
  return watched([&engine = *in, &work] { return work(engine); }, &token);
}

std::uint64_t records_of(const CollectionHandle& in) {
  const Result<std::uint64_t> records = in->count();  // known, not counted
  return records.ok() ? *records : 0;
}

nb::object get(const CollectionHandle& from, nb::handle id) {
  const std::string key = to_text(id, "an id");
  return from_record(take(unlocked(from, [&](auto& engine) { return engine.get(key); })));
}

nb::list get_many(const CollectionHandle& from, nb::handle given, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const std::vector<std::string> ids = to_ids(given);
  const auto work = [&](const auto& engine) { return engine.get_many(ids, token); };
  return from_records(take(over_many(from, ids.size(), token, work)));
}

bool contains(const CollectionHandle& in, nb::handle id) {
  const std::string key = to_text(id, "an id");
  return take(unlocked(in, [&](auto& engine) { return engine.contains(key); }));
}

std::uint64_t count(const CollectionHandle& in, nb::handle given, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const Filter filter = to_filter(given);
  const auto work = [&](const auto& engine) { return engine.count(filter, token); };
  return take(over_many(in, given.is_none() ? 0 : records_of(in), token, work));
}

ScanHandle scan(const CollectionHandle& in, nb::handle filter, bool include_vectors,
                bool include_deleted, std::string after) {
  ScanOptions options;
  options.filter = to_filter(filter);
  options.include_vectors = include_vectors;
  options.include_deleted = include_deleted;
  options.after = std::move(after);
  return ScanHandle(take(unlocked(in, [&](auto& engine) { return engine.scan(options); })));
}

nb::list next(const ScanHandle& scan, std::size_t count, nb::handle cancel) {
  return from_records(scan.next(count, token_of(cancel)));
}

// The columns of a table instead of records: (ids, vectors, metadata, texts), the third and fourth
// as lists. Vectors are one array (n, dimension) when every record has a dense one of the same
// length, else a list.
nb::tuple next_columns(const ScanHandle& scan, std::size_t count, nb::handle cancel) {
  std::vector<Record> batch = scan.next(count, token_of(cancel));
  nb::list ids, vectors, metadata, texts;
  const std::size_t dimension = batch.empty() ? 0 : batch.front().vector.dimension();
  bool even = dimension > 0;
  std::vector<float> values;
  for (const Record& record : batch) {
    ids.append(from_text(record.id));
    metadata.append(from_metadata(record.metadata));
    texts.append(record.text ? from_text(*record.text) : nb::object(nb::none()));
    const DenseVector* dense = record.vector.dense();
    even = even && dense != nullptr && dense->size() == dimension;
    if (even) values.insert(values.end(), dense->begin(), dense->end());
  }
  if (even) return nb::make_tuple(ids, float_array(std::move(values), dimension), metadata, texts);
  for (Record& record : batch) vectors.append(from_vector(std::move(record.vector)));
  return nb::make_tuple(ids, vectors, metadata, texts);
}

nb::tuple facet(const CollectionHandle& in, const std::string& field, nb::handle given,
                std::size_t limit, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const Filter filter = to_filter(given);
  const auto work = [&](const auto& engine) { return engine.facet(field, filter, limit, token); };
  const Facet facet = take(over_many(in, records_of(in), token, work));
  nb::list values;
  for (const FacetCount& one : facet.values)
    values.append(nb::make_tuple(from_value(one.value), one.records));
  return nb::make_tuple(values, facet.different);
}

nb::dict summarize(const CollectionHandle& in, const std::string& field, nb::handle given,
                   nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const Filter filter = to_filter(given);
  const auto work = [&](const auto& engine) { return engine.summarize(field, filter, token); };
  const Summary summary = take(over_many(in, records_of(in), token, work));
  nb::dict dict;
  dict["count"] = summary.count;
  dict["min"] = from_value(summary.min);
  dict["max"] = from_value(summary.max);
  dict["sum"] = summary.sum;
  dict["mean"] = summary.mean;
  return dict;
}

nb::list list_deleted(const CollectionHandle& in, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const auto work = [&](const auto& engine) { return engine.list_deleted(token); };
  return from_records(take(over_many(in, records_of(in), token, work)));
}

}  // namespace

void bind_reads(CollectionClass& collection) {
  collection.def("get", get, nb::arg("id").none())
      .def("get_many", get_many, nb::arg("ids").none(), nb::arg("cancel").none())
      .def("contains", contains, nb::arg("id").none())
      .def("count", count, nb::arg("filter").none(), nb::arg("cancel").none())
      .def("scan", scan, nb::arg("filter").none(), nb::arg("include_vectors"),
           nb::arg("include_deleted"), nb::arg("after"))
      .def("facet", facet, nb::arg("field"), nb::arg("filter").none(), nb::arg("limit"),
           nb::arg("cancel").none())
      .def("summarize", summarize, nb::arg("field"), nb::arg("filter").none(),
           nb::arg("cancel").none())
      .def("list_deleted", list_deleted, nb::arg("cancel").none());
}

void bind_scan(nb::module_& module) {
  nb::class_<ScanHandle>(module, "Scan")
      .def("next", next, nb::arg("count"), nb::arg("cancel").none())
      .def("next_columns", next_columns, nb::arg("count"), nb::arg("cancel").none());
}

}  // namespace vecstore::python
