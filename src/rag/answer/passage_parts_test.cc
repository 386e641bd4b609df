#include "rag/answer/passage_parts.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kDocument = "0123456789abcdefghijklmnopqrstuvwxyz";

Hit passage(std::int64_t start, std::size_t size) {
  Hit hit{.id = "a", .text = std::string(kDocument.substr(static_cast<std::size_t>(start), size))};
  hit.metadata = {{"start", start}, {"end", start + static_cast<std::int64_t>(size)}};
  return hit;
}

PassagePart part(std::size_t start, std::size_t size) {
  return {static_cast<std::int64_t>(start), std::string(kDocument.substr(start, size))};
}

// Every byte of every part is where the hit says it is.
void expect_true_offsets(const Hit& hit) {
  std::size_t at = 0;
  for (const PassagePart& one : parts_of(hit)) {
    for (std::size_t i = 0; i < one.text.size(); ++i, ++at)
      EXPECT_EQ(kDocument.at(static_cast<std::size_t>(document_offset(hit, at))), (*hit.text)[at]);
    EXPECT_EQ(document_offset(hit, at), one.end());
    at += 2;
  }
  EXPECT_EQ(at, hit.text->size() + 2);
}

TEST(PassageParts, a_passage_is_one_part) {
  const Hit hit = passage(10, 5);
  ASSERT_EQ(parts_of(hit).size(), 1u);
  EXPECT_EQ(document_offset(hit, 3), 13);
  expect_true_offsets(hit);
  EXPECT_TRUE(parts_of(Hit{.id = "none"}).empty());
}

TEST(PassageParts, what_touches_or_overlaps_is_one_and_the_rest_is_told) {
  Hit hit = passage(10, 5);
  hit.highlights = {{"text", 0, 1, 2}};
  hit.passage = Highlight{"text", 0, 1, 2};
  set_parts(hit, {part(20, 3), part(10, 5), part(12, 6), part(18, 1), part(11, 2), part(30, 1)});
  EXPECT_EQ(hit.text, "abcdefghi\n\nklm\n\nu");
  EXPECT_EQ(Value(hit.metadata).to_json(),
            R"({"start":10,"end":31,"text_parts":[[10,19],[20,23],[30,31]]})");
  EXPECT_TRUE(hit.highlights.empty());
  EXPECT_FALSE(hit.passage);
  expect_true_offsets(hit);
  set_parts(hit, {part(10, 5)});
  EXPECT_EQ(Value(hit.metadata).to_json(), R"({"start":10,"end":15})");
}

TEST(PassageParts, spans_are_kept_and_again_those_of_what_was_kept) {
  Hit hit = passage(10, 20);
  keep_spans(hit, {{0, 4}, {6, 8}, {15, 20}});
  EXPECT_EQ(hit.text, "abcd\n\ngh\n\npqrst");
  expect_true_offsets(hit);
  keep_spans(hit, {{2, 7}, {11, 13}});
  EXPECT_EQ(hit.text, "cd\n\ng\n\nqr") << "a span across a gap keeps what is on both sides";
  expect_true_offsets(hit);
  Hit one = passage(10, 20);
  keep_spans(one, {{2, 5}});
  EXPECT_EQ(Value(one.metadata).to_json(), R"({"start":12,"end":15,"text_parts":[[12,15]]})");
  expect_true_offsets(one);
  keep_spans(hit, {});
  EXPECT_EQ(hit.text, "cd\n\ng\n\nqr") << "nothing is no passage";
}

TEST(PassageParts, without_a_start_offsets_are_of_the_text_that_was) {
  Hit hit{.id = "a", .text = "0123456789"};
  keep_spans(hit, {{2, 5}});
  EXPECT_EQ(hit.text, "234");
  EXPECT_EQ(Value(hit.metadata).to_json(), R"({"text_parts":[[2,5]]})");
  EXPECT_EQ(document_offset(hit, 1), 3);
}

TEST(PassageParts, that_do_not_fit_the_text_are_somebody_elses) {
  for (const char* parts :
       {"[[1,3],[5,7]]", "[[1,3]]", "[[3,1]]", "[[1,\"a\"]]", "[7]", "7", "[]", "[[0,4],[6,12]]",
        "[[-2,9]]", "[[0,9223372036854775807]]", "[[0,11],[12,13]]"}) {
    Hit hit = passage(10, 11);
    hit.metadata[kTextPartsKey] = Value::parse_json(parts).value();
    EXPECT_EQ(parts_of(hit).size(), 1u) << parts;
    EXPECT_EQ(document_offset(hit, 2), 12) << parts;
  }
}

}  // namespace
}  // namespace vecstore
