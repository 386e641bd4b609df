#include "text/index/field_view.h"

#include <gtest/gtest.h>

#include <set>

#include "text/index/encode_field.h"
#include "text/index/naive_field_test.h"

namespace vecstore::text {
namespace {

std::set<std::string> terms_of(const FieldView& view, std::string_view prefix) {
  std::set<std::string> terms;
  EXPECT_TRUE(
      view.for_each_term(prefix, [&](std::string_view term, std::uint32_t) { terms.emplace(term); })
          .ok());
  return terms;
}

TEST(FieldView, a_prefix_lists_the_same_terms_from_memory_and_file) {
  Random random(1);
  MemoryField memory;
  for (Row row = 0; row < 200; ++row) append(memory, row, random_tokens(random, 20, 500));
  const FieldView in_memory(memory, 200);
  const FieldSource source = {in_memory, {}};
  const EncodedField encoded = encode_field({&source, 1}, 200, 0).value();
  const FieldReader reader = FieldReader::open(parts_of(encoded), 0).value();
  for (const char* prefix : {"", "w", "w1", "w12", "w999", "x"}) {
    const auto terms = terms_of(in_memory, prefix);
    EXPECT_EQ(terms, terms_of(FieldView(reader), prefix));
    for (const std::string& term : terms) EXPECT_TRUE(term.starts_with(prefix));
  }
  EXPECT_GT(terms_of(in_memory, "w1").size(), 10u);
}

TEST(FieldView, a_segment_without_the_field_is_empty) {
  expect_same(FieldView(), NaiveField());
  EXPECT_EQ(FieldView().bound(), 0u);
}

}  // namespace
}  // namespace vecstore::text
