// Collection: what it is and holds, its codes and graphs, its files.
#include <nanobind/stl/string.h>

#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/options.h"
#include "python/src/reports.h"
#include "python/src/values.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

nb::dict stats(const CollectionHandle& of) {
  return from_stats(take(unlocked(of, [&](auto& engine) { return engine.stats(); })));
}

void set_quantization(const CollectionHandle& of, const std::string& field,
                      const std::string& name) {
  const Quantization quantization = take(parse_quantization(name));
  check(unlocked(of, [&](auto& engine) { return engine.set_quantization(field, quantization); }));
}

nb::dict quantization_report(const CollectionHandle& of, const std::string& field, std::size_t rows,
                             std::size_t queries, std::size_t k, std::uint64_t seed,
                             nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const QuantizationReportOptions options{
      .field = field, .rows = rows, .queries = queries, .k = k, .seed = seed, .cancel = token};
  return from_quantization(take(
      watched([&engine = *of, &options] { return engine.quantization_report(options); }, &token)));
}

nb::dict compact(const CollectionHandle& of, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  return from_compact(
      take(watched([&engine = *of, &token] { return engine.compact(token); }, &token)));
}

nb::dict tune(const CollectionHandle& of, const nb::dict& given, nb::handle questions,
              nb::handle cancel) {
  CancelToken token = token_of(cancel);
  TuneOptions options;
  options.field = nb::cast<std::string>(given["field"]);
  options.goal = take(parse_tune_goal(nb::cast<std::string>(given["goal"])));
  options.min_recall = nb::cast<double>(given["min_recall"]);
  options.max_latency_ms = nb::cast<double>(given["max_latency_ms"]);
  options.max_memory_bytes = nb::cast<std::uint64_t>(given["max_memory_bytes"]);
  options.k = nb::cast<std::size_t>(given["k"]);
  options.queries = nb::cast<std::size_t>(given["queries"]);
  options.seed = nb::cast<std::uint64_t>(given["seed"]);
  options.cancel = token;
  if (const auto rows = FloatView::of(questions, 2)) {
    const std::size_t columns = rows->size_of(1);
    for (std::size_t i = 0; i < rows->size_of(0); ++i) {
      const auto row = rows->values().subspan(i * columns, columns);
      options.questions.emplace_back(row.begin(), row.end());
    }
  }
  auto work = [shared = of.shared(), options = std::move(options)] {
    return shared->tune(options);
  };
  return from_tuning(take(watched(std::move(work), &token)));
}

}  // namespace

void bind_upkeep(CollectionClass& collection) {
  collection.def("name", [](const CollectionHandle& c) { return from_text(c->name()); })
      .def("options",
           [](const CollectionHandle& c) { return from_collection_options(c->options()); })
      .def("stats", stats)
      .def("set_quantization", set_quantization, nb::arg("field"), nb::arg("quantization"))
      .def("quantization_report", quantization_report, nb::arg("field"), nb::arg("rows"),
           nb::arg("queries"), nb::arg("k"), nb::arg("seed"), nb::arg("cancel").none())
      .def(
          "set_ef_search",
          [](const CollectionHandle& c, const std::string& field, std::uint32_t ef) {
            check(unlocked(c, [&](auto& engine) { return engine.set_ef_search(field, ef); }));
          },
          nb::arg("field"), nb::arg("ef_search"))
      .def("tune", tune, nb::arg("options"), nb::arg("questions").none(), nb::arg("cancel").none())
      .def("flush",
           [](const CollectionHandle& c) {
             check(watched([shared = c.shared()] { return shared->flush(); }, nullptr));
           })
      .def("compact", compact, nb::arg("cancel").none());
}

}  // namespace vecstore::python
