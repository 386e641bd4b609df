#include "rag/splitters/recursive_splitter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/random.h"
#include "base/test_folder.h"
#include "base/utf8.h"
#include "embed/reference.h"

namespace vecstore {
namespace {

using Texts = std::vector<std::string>;

RecursiveOptions options(std::size_t size, std::size_t overlap) {
  RecursiveOptions out;
  out.chunk_size = size;
  out.chunk_overlap = overlap;
  return out;
}

Texts split(std::string text, const RecursiveOptions& how) {
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
  RecursiveOptions how = options(4, 0);
  how.separators = {";"};
  EXPECT_EQ(split("ab;cd;efghijk;l", how), (Texts{"ab", ";cd", ";efghijk", ";l"}));
  how.separators = {};
  EXPECT_FALSE(RecursiveSplitter::create(how).ok());
}

TEST(RecursiveSplitter, white_space_alone_gives_no_chunks) {
  EXPECT_EQ(split("", options(10, 0)), Texts{});
  EXPECT_EQ(split(" \n\n \t ", options(10, 0)), Texts{});
}

TEST(RecursiveSplitter, chunks_carry_the_headings_that_are_open_where_they_begin) {
  Document document{"# A\ntext\n## B\nmore", "markdown", {}, {{1, "A", 0}, {2, "B", 9}}, 0};
  auto chunks = RecursiveSplitter::create(options(9, 0)).value().split(document).value();
  ASSERT_EQ(chunks.size(), 3u);
  EXPECT_EQ(chunks[0].headings, (Texts{"A"}));
  EXPECT_EQ(chunks[2].headings, (Texts{"A", "B"}));
}

std::string random_text(Random& random) {
  static constexpr std::array<std::string_view, 18> kPieces = {" ",
                                                               " ",
                                                               " ",
                                                               "\n",
                                                               "\n\n",
                                                               "\n\n\n",
                                                               "\t",
                                                               "\u00a0",
                                                               "\u3000",
                                                               "\x1c",
                                                               "\u200b",
                                                               "word",
                                                               "Sentence.",
                                                               "naïve",
                                                               "漢字",
                                                               "🤖",
                                                               "averyveryverylongword",
                                                               "x"};
  std::string text;
  for (std::uint64_t n = random.below(120); n > 0; --n)
    text += kPieces[random.below(kPieces.size())];
  return text;
}

struct Case {
  RecursiveOptions how;
  std::string text;
};

std::vector<Case> random_cases(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::vector<Case> cases;
  while (cases.size() < count) {
    std::size_t size = 1 + random.below(random.below(4) == 0 ? 200 : 30);
    cases.push_back({options(size, random.below(size + 1)), random_text(random)});
  }
  return cases;
}

// Everything but white space is in a chunk, and every chunk fits.
TEST(RecursiveSplitter, nothing_is_lost_and_nothing_too_long_on_random_texts) {
  constexpr std::uint64_t kSeed = 11;
  for (const Case& c : random_cases(kSeed, 2'000)) {
    Document document;
    document.text = c.text;
    auto chunks = RecursiveSplitter::create(c.how).value().split(document).value();
    std::vector<bool> covered(c.text.size());
    std::size_t last = 0;
    for (const Chunk& chunk : chunks) {
      ASSERT_LT(chunk.begin, chunk.end);
      ASSERT_LE(last, chunk.begin);
      last = chunk.begin;
      ASSERT_LE(chunk.end_char - chunk.begin_char, c.how.chunk_size);
      ASSERT_EQ(chunk.begin_char, count_code_points(c.text.substr(0, chunk.begin)));
      std::fill(covered.begin() + static_cast<std::ptrdiff_t>(chunk.begin),
                covered.begin() + static_cast<std::ptrdiff_t>(chunk.end), true);
    }
    for (std::size_t i = 0; i < c.text.size(); i += decode_utf8(c.text.substr(i)).size) {
      ASSERT_TRUE(covered[i] || is_space(decode_utf8(c.text.substr(i)).value)) << "seed " << kSeed;
    }
  }
}

TEST(RecursiveSplitter, chunks_equal_those_of_langchain_on_random_documents) {
  if (!std::filesystem::exists(reference_packages() / ".complete")) {
    GTEST_SKIP() << "no reference packages in " << reference_packages() << ": run tools/setup test";
  }
  constexpr std::uint64_t kSeed = 20261121;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::vector<Case> cases = random_cases(kSeed, 10'000);
  TestFolder folder;
  std::string lines;
  for (const Case& c : cases) {
    lines += Value(Object{{"size", static_cast<std::int64_t>(c.how.chunk_size)},
                          {"overlap", static_cast<std::int64_t>(c.how.chunk_overlap)},
                          {"text", c.text}})
                 .to_json() +
             "\n";
  }
  folder.write("cases", lines);
  std::string command = "'" + (reference_packages() / "bin/python").string() +
                        "' -B '" VECSTORE_SOURCE_DIR "/src/rag/splitters/reference.py' '" +
                        (folder / "cases").string() + "' '" + (folder / "answers").string() +
                        "' 2>/dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::ifstream answers(folder / "answers");
  std::string line;
  for (const Case& c : cases) {
    ASSERT_TRUE(std::getline(answers, line));
    Texts expected;
    Value answer = Value::parse_json(line).value();
    for (const Value& chunk : *answer.as_list()) expected.push_back(*chunk.as_string());
    ASSERT_EQ(split(c.text, c.how), expected)
        << "size " << c.how.chunk_size << " overlap " << c.how.chunk_overlap << " of "
        << Value(c.text).to_json();
  }
}

}  // namespace
}  // namespace vecstore
