// Any text is refused with a column or gives a formula that prints, parses back to itself and gives
// a finite number or an error.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/value_codec.h"
#include "query/formula/formula_parser.h"
#include "vecstore/limits.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using vecstore::List;
  using vecstore::Object;
  static const Object kRecord = {
      {"a", 1}, {"b", "2024-05-01"}, {"c", List{1, 2.5, "x"}}, {"d", Object{{"a", true}}}};
  const auto formula = vecstore::query::parse_formula({reinterpret_cast<const char*>(data), size});
  if (!formula.ok()) {
    if (formula.status().message().find("formula") == std::string::npos) std::abort();
    return 0;
  }
  const std::string text = vecstore::query::print_formula(*formula);
  if (text.size() <= vecstore::kMaxFormulaBytes) {
    const auto again = vecstore::query::parse_formula(text);
    if (!again.ok() || !(*again == *formula)) std::abort();
  }
  vecstore::Bytes metadata;
  vecstore::encode_object(kRecord, metadata);
  const double stages[] = {0.5, 0};
  const auto result = formula->evaluate({.score = 0.7,
                                         .stages = stages,
                                         .row = {.metadata = metadata, .id = "id"},
                                         .now = 1'714'521'600'000});
  if (result.ok() && !std::isfinite(*result)) std::abort();
  return 0;
}
