#include "python/src/models.h"

#include <nanobind/stl/string.h>

#include "python/src/call.h"
#include "python/src/errors.h"
#include "python/src/values.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {

PythonEmbedder::PythonEmbedder(EmbedderInfo info, nb::handle embed, nb::handle embed_queries)
    : info_(std::move(info)),
      embed_(shared_object(embed)),
      embed_queries_(shared_object(embed_queries)) {}

Result<std::vector<float>> PythonEmbedder::call(const nb::object& function,
                                                std::span<const std::string> texts) const {
  const nb::gil_scoped_acquire locked;
  try {
    nb::list list;
    for (const std::string& text : texts) list.append(from_text(text));
    const nb::object matrix = function(list);
    const auto view = FloatView::of(matrix, 2);
    const std::size_t found = view ? view->values().size() : 0;
    if (!view || view->size_of(0) != texts.size() || view->size_of(1) != info_.dimension) {
      return invalid_argument("the embedder '" + info_.name + "' gave " + std::to_string(found) +
                              " numbers for " + std::to_string(texts.size()) +
                              " texts of dimension " + std::to_string(info_.dimension));
    }
    return std::vector<float>(view->values().begin(), view->values().end());
  } catch (nb::python_error& error) {
    raised_.push_back(error);
    return cancelled("the embedder raised an exception");
  }
}

void PythonEmbedder::rethrow() const {
  if (raised_.empty()) return;
  nb::python_error error = std::move(raised_.front());
  raised_.pop_front();
  throw error;
}

void PythonEmbedder::rethrow_and_forget() const {
  while (raised_.size() > 1) raised_.pop_back();
  rethrow();
}

EmbedderInfo to_info(const nb::dict& given) {
  return {nb::cast<std::string>(given["name"]), nb::cast<std::size_t>(given["dimension"]),
          nb::cast<std::string>(given["pooling"]), nb::cast<std::string>(given["checksum"])};
}

Loaded to_loaded(nb::handle embedder) {
  if (nb::isinstance<Model>(embedder)) return *nb::cast<Model&>(embedder);
  auto python = std::make_shared<const PythonEmbedder>(to_info(nb::cast<nb::dict>(embedder[0])),
                                                       embedder[1], embedder[2]);
  return {.embedder = python, .python = python};
}

}  // namespace vecstore::python
