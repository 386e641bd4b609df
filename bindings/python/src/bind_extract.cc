// What ingest reads out of a file.
#include <nanobind/stl/string.h>

#include <memory>

#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/values.h"
#include "rag/loaders/loader_registry.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

nb::dict from_document(const Document& document) {
  nb::list headings, places, remarks;
  for (const Heading& heading : document.headings)
    headings.append(nb::make_tuple(heading.level, from_text(heading.title), heading.begin));
  for (const PlaceBegin& place : document.places)
    places.append(nb::make_tuple(place.number, place.begin));
  for (const std::string& remark : document.remarks) remarks.append(from_text(remark));
  nb::dict dict;
  dict["text"] = from_text(document.text);
  dict["kind"] = from_text(document.kind);
  dict["metadata"] = from_metadata(document.metadata);
  dict["headings"] = headings;
  dict["place"] = from_text(document.place);
  dict["places"] = places;
  dict["remarks"] = remarks;
  dict["replaced"] = document.replaced;
  dict["file_offset"] = document.file_offset ? nb::cast(*document.file_offset) : nb::none();
  return dict;
}

// What the work of extract() refers to: it may outlive the call, which cannot be called off.
struct File {
  std::string path, bytes, password;
};

nb::list extract(const std::string& path, const nb::bytes& content, const std::string& password,
                 std::uint64_t max_unpacked_bytes, std::size_t max_members, std::size_t max_depth) {
  auto file = std::make_shared<const File>(
      File{path, std::string(content.c_str(), content.size()), password});
  const LoadLimits limits{max_unpacked_bytes, max_members, max_depth};
  auto work = [file, limits]() -> Result<std::vector<Document>> {
    LoadInput input{file->bytes, file->path, file->password};
    input.budget = std::make_shared<LoadBudget>(limits);
    Result<std::vector<Document>> documents = LoaderRegistry().load(input);
    if (!documents.ok()) return documents.status().with_context(file->path);
    return documents;
  };
  nb::list list;
  for (const Document& document : take(watched(std::move(work), nullptr)))
    list.append(from_document(document));
  return list;
}

}  // namespace

void bind_extract(nb::module_& module) {
  module.def("extract", extract, nb::arg("path"), nb::arg("content"), nb::arg("password"),
             nb::arg("max_unpacked_bytes"), nb::arg("max_members"), nb::arg("max_depth"));
}

}  // namespace vecstore::python
