#include "rag/splitters/character_splitter.h"

#include <gtest/gtest.h>

#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

SplitterOptions at(std::string separator, std::size_t size, std::size_t overlap = 0) {
  SplitterOptions options;
  options.separators = {std::move(separator)};
  options.chunk_size = size;
  options.chunk_overlap = overlap;
  return options;
}

TEST(CharacterSplitter, joins_pieces_while_they_fit_and_leaves_long_ones_whole) {
  EXPECT_EQ(split_by("character", at(";", 4), "ab;c;defghi;j"), (Texts{"ab;c", "defghi", "j"}));
  EXPECT_EQ(split_by("character", at(";", 5, 2), "a;b;c;d"), (Texts{"a;b;c", "c;d"}));
}

TEST(CharacterSplitter, cuts_at_empty_lines_unless_told_otherwise) {
  SplitterOptions options;
  options.chunk_size = 3;
  options.chunk_overlap = 0;
  EXPECT_EQ(split_by("character", options, "a\nb\n\nc"), (Texts{"a\nb", "c"}));
}

TEST(CharacterSplitter, keeps_the_separator_where_it_is_told) {
  SplitterOptions options = at("[;,]", 2);
  options.regex_separators = true;
  EXPECT_EQ(split_by("character", options, "ab;cd,e"), (Texts{"ab", "cd", "e"}));
  options.keep_separator = KeepSeparator::kStart;
  EXPECT_EQ(split_by("character", options, "ab;cd,e"), (Texts{"ab", ";cd", ",e"}));
  options.keep_separator = KeepSeparator::kEnd;
  EXPECT_EQ(split_by("character", options, "ab;cd,e"), (Texts{"ab;", "cd,", "e"}));
}

TEST(CharacterSplitter, refuses_by_name) {
  SplitterOptions options = at("(", 10);
  EXPECT_TRUE(CharacterSplitter::create(options).ok());
  options.regex_separators = true;
  EXPECT_EQ(CharacterSplitter::create(options).status().code(), Code::kInvalidArgument);
  options.separators = {"a", "b"};
  EXPECT_EQ(CharacterSplitter::create(options).status().message(),
            "the splitter character takes one separator, not 2");
  options = at("a(?:.*b)?", 10);
  options.regex_separators = true;
  EXPECT_EQ(make_splitter("character", options)
                .value()
                ->split(document_of(std::string(99'999, 'a')))
                .status()
                .code(),
            Code::kResourceExhausted);
}

struct Case {
  SplitterOptions how;
  std::string text;
};

constexpr std::array<std::string_view, 8> kLiterals = {"\n\n", "\n", " ", "", "x", ".", "ab", "漢"};
constexpr std::array<std::string_view, 9> kPatterns = {
    R"(\s+)",    R"(\n\n+)", R"([.,;]\s*)",         R"((?<=[.?!])\s+)", R"((?=\n))",
    R"(\n|x+?)", R"(x{2,})", R"((?<!x)\s(?!\s|x))", R"((?:ab|a)c*)"};
constexpr std::array<std::string_view, 20> kPieces = {
    " ",  " ", "\n", "\n\n", ". ",   ".",          ", ",    "; ",   "x",    "xx",
    "ab", "a", "c",  "cc",   "word", "Sentence! ", "naïve", "漢字", "🤖", "\u3000"};

std::vector<Case> random_cases(std::uint64_t seed, std::size_t count, bool regex) {
  Random random(seed);
  std::vector<Case> cases;
  while (cases.size() < count) {
    Case one;
    one.how.chunk_size = 1 + random.below(random.below(4) == 0 ? 200 : 30);
    one.how.chunk_overlap = random.below(one.how.chunk_size + 1);
    one.how.regex_separators = regex;
    one.how.separators.emplace_back(regex ? kPatterns[random.below(kPatterns.size())]
                                          : kLiterals[random.below(kLiterals.size())]);
    one.how.keep_separator = static_cast<KeepSeparator>(random.below(3));
    one.text = random_text(random, kPieces, 80);
    cases.push_back(std::move(one));
  }
  return cases;
}

Value case_value(const Case& c, bool pieces) {
  constexpr std::array<const char*, 3> kKeeps = {"none", "start", "end"};
  return Object{{"splitter", "character"},
                {"size", static_cast<std::int64_t>(c.how.chunk_size)},
                {"overlap", static_cast<std::int64_t>(c.how.chunk_overlap)},
                {"separator", c.how.separators[0]},
                {"regex", c.how.regex_separators},
                {"keep", kKeeps[static_cast<std::size_t>(*c.how.keep_separator)]},
                {"pieces", pieces},
                {"text", c.text}};
}

// With one `mark` where several of what the separator matches stand between two pieces.
std::string marked(const Separator& separator, const std::string& text, const std::string& mark) {
  std::string out;
  std::size_t done = 0;
  SeparatorSearch search(separator, text);
  for (TextSpan match; search.next(match);) {
    out += text.substr(done, match.begin - done);
    if (match.begin > done || done == 0) out += mark;
    done = match.end;
  }
  out += text.substr(done);
  if (mark != std::string_view("\0", 1)) return out;
  // Blanks of the first and the last piece count as blanks of the chunk.
  for (std::string before; before != out;) {
    before = out;
    while (out.ends_with('\0')) out.pop_back();
    while (out.starts_with('\0')) out.erase(0, 1);
    out = std::string(strip(out, {0, out.size()}).of(out));
  }
  return out;
}

TEST(CharacterSplitter, chunks_equal_those_of_langchain_on_random_documents) {
  if (!have_reference()) GTEST_SKIP() << "no reference packages: run tools/setup test";
  for (const bool regex : {false, true}) {
    const std::vector<Case> cases = random_cases(20261123, 10'000, regex);
    std::vector<Value> questions;
    for (const Case& c : cases) {
      const bool left_out = c.how.keep_separator == KeepSeparator::kNone;
      questions.push_back(case_value(c, regex && left_out));
    }
    const std::vector<Value> answers = reference_answers(questions);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const Case& c = cases[i];
      Texts got = split_by("character", c.how, c.text);
      if (c.how.keep_separator == KeepSeparator::kNone) {
        const Separator separator = regex ? Separator::regex(c.how.separators[0]).value()
                                          : Separator::literal(c.how.separators[0]);
        const std::string mark = regex ? std::string(1, '\0') : c.how.separators[0];
        for (std::string& text : got) text = marked(separator, text, mark);
        std::erase(got, "");  // blanks on both sides of a separator
      }
      ASSERT_EQ(got, texts_in(answers[i])) << questions[i].to_json();
    }
  }
}

}  // namespace
}  // namespace vecstore
