#include "rag/splitters/recursive_splitter.h"

#include <gtest/gtest.h>

#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

SplitterOptions options(std::size_t size, std::size_t overlap) {
  SplitterOptions out;
  out.chunk_size = size;
  out.chunk_overlap = overlap;
  return out;
}

Texts split(std::string text, const SplitterOptions& how) {
  Document document;
  document.text = std::move(text);
  Texts out;
  auto chunks = RecursiveSplitter::create(how).value().split(document).value();
  for (const Chunk& chunk : chunks) {
    out.push_back(document.text.substr(chunk.begin, chunk.end - chunk.begin));
  }
  return out;
}

TEST(RecursiveSplitter, paragraphs_are_kept_together_while_they_fit) {
  EXPECT_EQ(split("One two.\n\nThree.\n\nFour five six.", options(20, 0)),
            (Texts{"One two.\n\nThree.", "Four five six."}));
}

TEST(RecursiveSplitter, long_pieces_are_cut_at_finer_separators) {
  EXPECT_EQ(split("aaa bbb\nccc ddd\n\nabcdefghij", options(8, 0)),
            (Texts{"aaa bbb", "ccc ddd", "abcdefg", "hij"}));
}

// A piece counts with the separator before it: " c d" are four characters.
TEST(RecursiveSplitter, neighbours_overlap_by_whole_pieces) {
  EXPECT_EQ(split("a b c d e f", options(5, 2)), (Texts{"a b c", "c d", "d e", "e f"}));
}

TEST(RecursiveSplitter, sizes_count_characters_and_never_cut_one) {
  EXPECT_EQ(split("漢字漢字漢字", options(4, 0)), (Texts{"漢字漢字", "漢字"}));
}

TEST(RecursiveSplitter, other_separators_can_be_given) {
  SplitterOptions how = options(4, 0);
  how.separators = {";"};
  EXPECT_EQ(split("ab;cd;efghijk;l", how), (Texts{"ab", ";cd", ";efghijk", ";l"}));
  how.separators.assign(kMaxSeparators + 1, ";");
  EXPECT_EQ(RecursiveSplitter::create(how).status().message(), "101 separators; the limit is 100");
}

TEST(RecursiveSplitter, a_language_stands_for_its_separators) {
  SplitterOptions how = options(12, 0);
  how.language = "go";
  EXPECT_EQ(split("var a\nfunc b() {}", how), (Texts{"var a", "func b() {}"}));
  how.separators = {";"};
  EXPECT_EQ(RecursiveSplitter::create(how).status().message(),
            "separators or a language, not both");
}

TEST(RecursiveSplitter, white_space_alone_gives_no_chunks) {
  EXPECT_EQ(split("", options(10, 0)), Texts{});
  EXPECT_EQ(split(" \n\n \t ", options(10, 0)), Texts{});
}

TEST(RecursiveSplitter, chunks_carry_the_headings_that_are_open_where_they_begin) {
  Document document{"# A\ntext\n## B\nmore", "markdown", {}, {{1, "A", 0}, {2, "B", 9}}};
  auto chunks = RecursiveSplitter::create(options(9, 0)).value().split(document).value();
  ASSERT_EQ(chunks.size(), 3u);
  EXPECT_EQ(chunks[0].headings, (Texts{"A"}));
  EXPECT_EQ(chunks[2].headings, (Texts{"A", "B"}));
}

struct Case {
  SplitterOptions how;
  std::string text;
};

std::vector<Case> random_cases(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::vector<Case> cases;
  while (cases.size() < count) {
    std::size_t size = 1 + random.below(random.below(4) == 0 ? 200 : 30);
    cases.push_back({options(size, random.below(size + 1)), random_text(random, kWordPieces, 120)});
  }
  return cases;
}

TEST(RecursiveSplitter, no_chunk_is_too_long_on_random_texts) {
  for (const Case& c : random_cases(11, 2'000)) {
    const Document document = document_of(c.text);
    const auto chunks = RecursiveSplitter::create(c.how).value().split(document).value();
    expect_contract(document, chunks);
    for (const Chunk& chunk : chunks) {
      ASSERT_LE(chunk.end_char - chunk.begin_char, c.how.chunk_size);
    }
  }
}

Value case_value(const Case& c) {
  Object out{{"size", static_cast<std::int64_t>(c.how.chunk_size)},
             {"overlap", static_cast<std::int64_t>(c.how.chunk_overlap)},
             {"regex", c.how.regex_separators},
             {"text", c.text}};
  if (!c.how.separators.empty()) {
    out["separators"] = List(c.how.separators.begin(), c.how.separators.end());
  }
  if (c.how.keep_separator) {
    out["keep"] = c.how.keep_separator == KeepSeparator::kStart ? "start" : "end";
  }
  return out;
}

void expect_langchains(const std::vector<Case>& cases) {
  if (!have_reference()) GTEST_SKIP() << "no reference packages: run tools/setup test";
  std::vector<Value> questions;
  for (const Case& c : cases) questions.push_back(case_value(c));
  const std::vector<Value> answers = reference_answers(questions);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    ASSERT_EQ(split(cases[i].text, cases[i].how), texts_in(answers[i])) << questions[i].to_json();
  }
}

TEST(RecursiveSplitter, chunks_equal_those_of_langchain_on_random_documents) {
  expect_langchains(random_cases(20261121, 10'000));
}

TEST(RecursiveSplitter, chunks_equal_those_of_langchain_with_separators_of_all_kinds) {
  constexpr std::array<std::string_view, 12> kSeparators = {
      "\n\n", "\n", " ", "", "x", "word", "\\s+", "[.x]", "\n+", "(?=w)", "e\\.", "(?<=[a-d])"};
  Random random(20261124);
  std::vector<Case> cases = random_cases(20261125, 10'000);
  for (Case& c : cases) {
    c.how.regex_separators = random.below(2) == 0;
    c.how.keep_separator = random.below(2) == 0 ? KeepSeparator::kStart : KeepSeparator::kEnd;
    for (std::uint64_t n = 1 + random.below(5); n > 0; --n) {
      c.how.separators.emplace_back(kSeparators[random.below(kSeparators.size())]);
    }
  }
  expect_langchains(cases);
}

}  // namespace
}  // namespace vecstore
