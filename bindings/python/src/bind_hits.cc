// Answers as lists, arrays and Hit objects.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "python/src/answers.h"
#include "python/src/errors.h"
#include "python/src/explanations.h"
#include "python/src/handles.h"
#include "python/src/registry.h"
#include "python/src/values.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

nb::object optional_text(const std::optional<std::string>& text) {
  return text ? from_text(*text) : nb::object(nb::none());
}

nb::tuple from_highlight(const Highlight& highlight) {
  return nb::make_tuple(from_text(highlight.field), highlight.item, highlight.offset,
                        highlight.length);
}

nb::object ids_of(const Hits& hits) {
  const nb::object ids = nb::steal(PyList_New(static_cast<Py_ssize_t>(hits.size())));
  if (!ids.is_valid()) throw nb::python_error();
  for (std::size_t i = 0; i < hits.size(); ++i)
    PyList_SetItem(ids.ptr(), static_cast<Py_ssize_t>(i), from_text(hits[i].id).release().ptr());
  return ids;
}

template <typename Number>
nb::object numbers_of(const Answer& answer, Number number) {
  std::vector<double> numbers;
  numbers.reserve(answer.hits->size());
  for (const Hit& hit : *answer.hits) numbers.push_back(number(hit));
  return double_array(std::move(numbers));
}

// (queries, k); where a query has fewer hits the rest is NaN.
template <typename Number>
nb::object table_of(const Answers& answers, Number number) {
  std::vector<double> numbers(answers.hits->size() * answers.k, kNone);
  for (std::size_t i = 0; i < answers.hits->size(); ++i) {
    const Hits& hits = (*answers.hits)[i];
    for (std::size_t j = 0; j < hits.size(); ++j) numbers[i * answers.k + j] = number(hits[j]);
  }
  return double_array(std::move(numbers), answers.k);
}

double score_of(const Hit& hit) { return hit.score; }
double distance_of(const Hit& hit) { return hit.distance.value_or(kNone); }

// Into an array of objects that are None, of shape (queries, k): lists that numpy looks through
// itself cost as much again as the ids.
void fill_ids(const Answers& answers, nb::handle table) {
  Py_buffer view;
  if (PyObject_GetBuffer(table.ptr(), &view, PyBUF_CONTIG | PyBUF_FORMAT) != 0)
    throw nb::python_error();
  const std::unique_ptr<Py_buffer, void (*)(Py_buffer*)> released(&view, PyBuffer_Release);
  const std::size_t cells = answers.hits->size() * answers.k;
  if (view.format == nullptr || std::string_view(view.format) != "O" ||
      static_cast<std::size_t>(view.len) != cells * sizeof(PyObject*))
    raise_wrong_type("an array of objects of shape (queries, k) is expected");
  PyObject** row = static_cast<PyObject**>(view.buf);
  for (const Hits& hits : *answers.hits) {
    for (std::size_t j = 0; j < std::min(hits.size(), answers.k); ++j) {
      PyObject* const before = std::exchange(row[j], from_text(hits[j].id).release().ptr());
      Py_XDECREF(before);
    }
    row += answers.k;
  }
}

nb::object counts_of(const Answers& answers) {
  std::vector<std::int64_t> counts;
  for (const Hits& hits : *answers.hits) counts.push_back(static_cast<std::int64_t>(hits.size()));
  return int_array(std::move(counts));
}

nb::dict facts_of(const Answer& answer) {
  nb::dict facts;
  facts["partial"] = answer.hits->partial;
  facts["rows_scanned"] = answer.hits->rows_scanned;
  facts["distances_computed"] = answer.hits->distances;
  facts["segments_walked"] = answer.hits->segments_walked;
  facts["took_ms"] = answer.hits->took_ms;
  return facts;
}

nb::object explanation_of(const Answer& answer) {
  if (!answer.hits->explanation) return nb::none();
  return nb::make_tuple(from_explanation(*answer.hits->explanation),
                        from_text(answer.hits->explanation->to_string()));
}

}  // namespace

nb::object from_hit(const Hit& hit) {
  nb::list arms, highlights;
  for (const ArmScore& arm : hit.arms) arms.append(nb::make_tuple(arm.rank, arm.score, arm.share));
  for (const Highlight& highlight : hit.highlights) highlights.append(from_highlight(highlight));
  return registry().make_hit(
      from_text(hit.id), hit.score,
      hit.distance ? nb::object(nb::float_(*hit.distance)) : nb::object(nb::none()),
      from_metadata(hit.metadata), optional_text(hit.text),
      hit.vector ? from_vector(*hit.vector) : nb::object(nb::none()), arms, highlights,
      hit.passage ? nb::object(from_highlight(*hit.passage)) : nb::object(nb::none()),
      hit.group ? from_value(*hit.group) : nb::object(nb::none()));
}

Hit to_hit(nb::handle object) {
  Hit hit;
  hit.id = to_text(object.attr("id"), "the id of a hit");
  hit.score = nb::cast<double>(object.attr("score"));
  if (const nb::object distance = object.attr("distance"); !distance.is_none())
    hit.distance = nb::cast<double>(distance);
  hit.metadata = to_metadata(object.attr("metadata"), {.key = "metadata"});
  if (const nb::object text = object.attr("text"); !text.is_none())
    hit.text = to_text(text, "the text of a hit");
  if (const nb::object vector = object.attr("vector"); !vector.is_none()) {
    const bool rows = nb::hasattr(vector, "ndim") && nb::cast<int>(vector.attr("ndim")) == 2;
    hit.vector = to_vector(vector, rows ? VectorKind::kMulti : VectorKind::kDense);
  }
  return hit;
}

void bind_hits(nb::module_& module) {
  nb::class_<Answer>(module, "Answer")
      .def("__len__", [](const Answer& a) { return a.hits->size(); })
      .def("ids", [](const Answer& a) { return ids_of(*a.hits); })
      .def("scores", [](const Answer& a) { return numbers_of(a, score_of); })
      .def("distances", [](const Answer& a) { return numbers_of(a, distance_of); })
      .def("hits",
           [](const Answer& a) {
             nb::list list;
             for (const Hit& hit : *a.hits) list.append(from_hit(hit));
             return list;
           })
      .def("facts", facts_of)
      .def("explanation", explanation_of);
  nb::class_<Answers>(module, "Answers")
      .def("__len__", [](const Answers& a) { return a.hits->size(); })
      .def(
          "at", [](const Answers& a, std::size_t i) { return a.at(i); }, nb::arg("i"))
      .def("k", [](const Answers& a) { return a.k; })
      .def("fill_ids", fill_ids, nb::arg("table"))
      .def("scores", [](const Answers& a) { return table_of(a, score_of); })
      .def("distances", [](const Answers& a) { return table_of(a, distance_of); })
      .def("counts", counts_of);
}

}  // namespace vecstore::python
