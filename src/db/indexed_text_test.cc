#include "db/indexed_text.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/value_codec.h"
#include "query/filter/filter_path.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

IndexedText field_at(const char* path) {
  IndexedText field{.name = path};
  if (field.name != "text") field.path = query::parse_path(path).value();
  field.analyzer =
      std::make_shared<const text::Analyzer>(text::Analyzer::make(Value("simple")).value());
  return field;
}

std::vector<std::string> both_ways(const IndexedText& field, const Record& record) {
  Bytes metadata;
  if (!record.metadata.empty()) encode_object(record.metadata, metadata);
  Strings stored, given;
  std::optional<std::string_view> text;
  if (record.text) text = *record.text;
  strings_of(field, text, metadata, stored);
  strings_of(field, record, given);
  EXPECT_EQ(stored, given) << field.name;
  return {stored.begin(), stored.end()};
}

using List = std::vector<std::string>;

TEST(IndexedText, finds_the_strings_of_text_keys_positions_and_lists) {
  Record record{.id = "a", .text = "of the record"};
  record.metadata =
      Metadata{{"title", "one"},
               {"tags", vecstore::List{"x", 3, "y", vecstore::List{"deeper"}}},
               {"text", "of the metadata"},
               {"year", 2020},
               {"book", Object{{"chapters", vecstore::List{Object{{"name", "first"}}, Object{}}}}}};
  EXPECT_EQ(both_ways(field_at("text"), record), (List{"of the record"}));
  EXPECT_EQ(both_ways(field_at("$.text"), record), (List{"of the metadata"}));
  EXPECT_EQ(both_ways(field_at("title"), record), (List{"one"}));
  EXPECT_EQ(both_ways(field_at("tags"), record), (List{"x", "y"}));
  EXPECT_EQ(both_ways(field_at("tags[2]"), record), (List{"y"}));
  EXPECT_EQ(both_ways(field_at("book.chapters[0].name"), record), (List{"first"}));
  for (const char* none : {"year", "title.a", "title[0]", "tags[9]", "tags.a", "book", "missing",
                           "book.chapters[1].name", "book.chapters[7].name"})
    EXPECT_TRUE(both_ways(field_at(none), record).empty()) << none;
  EXPECT_TRUE(both_ways(field_at("title"), {.id = "b"}).empty());
  EXPECT_TRUE(both_ways(field_at("text"), {.id = "b"}).empty());
}

TEST(IndexedText, damaged_metadata_has_no_strings_or_some) {
  Random random(5);
  const Metadata metadata{{"tags", vecstore::List{"x", "y"}}, {"title", "one"}};
  const IndexedText field = field_at("tags");
  Bytes good;
  encode_object(metadata, good);
  for (int i = 0; i < 2000; ++i) {
    Bytes bad = good;
    bad[random.below(bad.size())] = static_cast<std::byte>(random.below(256));
    Strings strings;
    strings_of(field, {}, bad, strings);
    EXPECT_LE(strings.size(), 2u);
  }
}

TEST(IndexedText, strings_of_a_list_are_too_far_apart_for_a_phrase) {
  const IndexedText field = field_at("tags");
  const Record record{.id = "a", .metadata = {{"tags", vecstore::List{"a b", "", "b"}}}};
  const auto terms = terms_of({&field, 1}, record);
  ASSERT_EQ(terms.size(), 1u);
  EXPECT_EQ(terms[0].length(), 3u);
  text::RowTermReader reader(terms[0]);
  std::size_t found = 0;
  while (reader.next()) {
    if (reader.term() != "b") continue;
    EXPECT_EQ(reader.frequency(), 2u);
    EXPECT_GT(reader.posting().size(), 4u) << "the second position takes more than a byte";
    ++found;
  }
  EXPECT_EQ(found, 1u);
}

TEST(IndexedText, a_text_that_no_collection_takes_is_left_to_the_check) {
  const IndexedText field = field_at("text");
  const Record record{.id = "a", .text = std::string(kMaxTextBytes + 1, 'x')};
  EXPECT_TRUE(terms_of({&field, 1}, record).empty());
}

}  // namespace
}  // namespace vecstore::db
