#include "python/src/registry.h"

#include "python/src/call.h"
#include "python/src/errors.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

void register_all(const nb::dict& errors, const nb::dict& python, unsigned long main_thread) {
  register_errors(errors);
  Registry& to = registry();
  to.make_record = python["make_record"];
  to.make_hit = python["make_hit"];
  to.sparse_vector = python["SparseVector"];
  to.binary_vector = python["BinaryVector"];
  to.ndarray = python["ndarray"];
  to.canonical_vector = python["canonical_vector"];
  to.plain_value = python["plain_value"];
  to.refused = python["REFUSED"];
  to.query = python["Query"];
  start_calls(main_thread);
}

// Where the engine would read the numbers of a matrix; None when they would be converted first.
nb::object address_read(nb::handle matrix) {
  const auto view = FloatView::of(matrix, 2);
  return view ? nb::object(nb::int_(reinterpret_cast<std::uintptr_t>(view->values().data())))
              : nb::object(nb::none());
}

}  // namespace

Registry& registry() {
  static auto* made = new Registry();
  return *made;
}

void bind_registry(nb::module_& module) {
  module.def("register_all", register_all, nb::arg("errors"), nb::arg("python"),
             nb::arg("main_thread"),
             "What the compiled part needs of the Python part; called once by the package.");
  module.def("address_read", address_read, nb::arg("matrix"));
}

}  // namespace vecstore::python
