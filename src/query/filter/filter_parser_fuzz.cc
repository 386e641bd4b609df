// Any text is refused with a column or gives a tree within the limits that prints, parses back to
// itself and can be evaluated.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/value_codec.h"
#include "query/filter/filter_eval.h"
#include "query/filter/filter_parser.h"
#include "query/filter/filter_printer.h"
#include "query/filter/filter_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using vecstore::List;
  using vecstore::Object;
  static const Object kRecord = {
      {"a", 1}, {"b", "xyx"}, {"c", List{1, 2.5, "x"}}, {"d", Object{{"a", true}}}};
  const auto tree = vecstore::query::parse_filter({reinterpret_cast<const char*>(data), size});
  if (!tree.ok()) {
    if (tree.status().message().find("filter") == std::string::npos) std::abort();
    return 0;
  }
  if (!vecstore::query::check_filter(*tree).ok()) std::abort();
  const auto again = vecstore::query::parse_filter(vecstore::query::print_filter(*tree));
  if (!again.ok() || !(*again == *tree)) std::abort();
  vecstore::Bytes metadata;
  vecstore::encode_object(kRecord, metadata);
  const auto filter = vecstore::query::BoundFilter::bind(*tree, 1'714'521'600'000);
  if (!filter.ok()) std::abort();
  const vecstore::query::FilterRow row{metadata, "id", "some text", 5, 1'714'521'600'000};
  if (!vecstore::query::evaluate(filter->root(), row).ok()) std::abort();
  return 0;
}
