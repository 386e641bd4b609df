#include "rag/splitters/markdown_splitter.h"

#include <gtest/gtest.h>

#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

// The lines of a chunk that have something to print, below its headings.
struct Section {
  Texts lines;
  Texts headings;
  bool operator==(const Section&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Section& section) {
  for (const std::string& heading : section.headings) out << heading << " > ";
  for (const std::string& line : section.lines) out << '"' << line << "\" ";
  return out;
}

// As LangChain has lines, of the texts made here.
Texts lines_of(const std::string& text) {
  Texts out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line(strip(text, {begin, end}).of(text));
    for (const std::string_view hidden : {"\u00a0", "\u3000", "\x1c", "\u200b", "\t"}) {
      for (std::size_t at; (at = line.find(hidden)) != line.npos;) line.erase(at, hidden.size());
    }
    line = std::string(strip(line, {0, line.size()}).of(line));
    if (!line.empty()) out.push_back(line);
    begin = end + 1;
  }
  return out;
}

SplitterOptions how(std::size_t size, bool strip = false, Texts headings = {}) {
  SplitterOptions options;
  options.chunk_size = size;
  options.chunk_overlap = 0;
  options.strip_headings = strip;
  options.split_headings = std::move(headings);
  return options;
}

std::vector<Section> split(const SplitterOptions& options, const std::string& text) {
  const Document document = document_of(text);
  const auto chunks = make_splitter("markdown", options).value()->split(document).value();
  std::vector<Section> out;
  for (const Chunk& chunk : chunks) {
    out.push_back({lines_of(text_of(document, chunk)), chunk.headings});
  }
  return out;
}

constexpr const char* kPage = "Intro\n# A\n## B\ntext\n\nmore\n```\n# code\n```\n# C\nend";

TEST(MarkdownSplitter, gives_sections_with_their_headings) {
  EXPECT_EQ(
      split(how(1000), kPage),
      (std::vector<Section>{{{"Intro"}, {}},
                            {{"# A", "## B", "text", "more", "```", "# code", "```"}, {"A", "B"}},
                            {{"# C", "end"}, {"C"}}}));
  EXPECT_EQ(split(how(1000, true), kPage),
            (std::vector<Section>{{{"Intro"}, {}},
                                  {{"text", "more", "```", "# code", "```"}, {"A", "B"}},
                                  {{"end"}, {"C"}}}));
}

TEST(MarkdownSplitter, cuts_at_the_levels_it_is_told) {
  EXPECT_EQ(split(how(1000, true, {"#"}), kPage)[1],
            (Section{{"## B", "text", "more", "```", "# code", "```"}, {"A"}}));
  SplitterOptions each = how(1000, true);
  each.each_line = true;
  EXPECT_EQ(split(each, kPage)[1], (Section{{"text"}, {"A", "B"}}));
}

TEST(MarkdownSplitter, cuts_long_sections_and_keeps_their_headings) {
  EXPECT_EQ(split(how(7), "# A\none two three"),
            (std::vector<Section>{
                {{"# A"}, {"A"}}, {{"one"}, {"A"}}, {{"two"}, {"A"}}, {{"three"}, {"A"}}}));
}

TEST(MarkdownSplitter, a_very_long_heading_is_text) {
  const std::string line = "# " + std::string(kMaxTitleBytes, 'a');
  EXPECT_EQ(split(how(1000), line), (std::vector<Section>{{{line}, {}}}));
}

constexpr std::array<std::string_view, 31> kLines = {"\n",
                                                     "\n",
                                                     "\n",
                                                     "\n",
                                                     "\n\n",
                                                     "\n\n",
                                                     "\n# One\n",
                                                     "\n# Uno\n",
                                                     "\n## Two\n",
                                                     "\n## Due\n",
                                                     "\n### Three\n",
                                                     "\n#### Four \n",
                                                     "\n#\n",
                                                     "\n  ## Two\n",
                                                     "\n#hash\n",
                                                     "\n```\n",
                                                     "\n~~~\n",
                                                     "\n``` py\n",
                                                     "\n``` ```\n",
                                                     "\n~~~~\n",
                                                     " word",
                                                     "text",
                                                     "naïve 漢字 🤖",
                                                     "\u00a0",
                                                     "\u3000",
                                                     "\x1c",
                                                     "\u200b",
                                                     "\t",
                                                     "# ",
                                                     "\n\u200b\n",
                                                     "\n- item\n"};

struct Case {
  SplitterOptions options;
  std::string text;
};

std::vector<Case> random_cases(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::vector<Case> cases;
  while (cases.size() < count) {
    Case one{how(1'000'000, random.below(2) == 0), random_text(random, kLines, 40)};
    one.options.each_line = random.below(3) == 0;
    for (const char* mark : {"#", "##", "###", "####"}) {
      if (random.below(4) != 0) one.options.split_headings.emplace_back(mark);
    }
    if (!one.options.split_headings.empty()) cases.push_back(std::move(one));
  }
  return cases;
}

// Two sections in a row below the same headings are one to LangChain.
std::vector<Section> joined(std::vector<Section> sections) {
  std::vector<Section> out;
  for (Section& one : sections) {
    if (out.empty() || out.back().headings != one.headings) {
      out.push_back(std::move(one));
    } else {
      out.back().lines.insert(out.back().lines.end(), one.lines.begin(), one.lines.end());
    }
  }
  return out;
}

TEST(MarkdownSplitter, sections_equal_those_of_langchain_on_random_documents) {
  if (!have_reference()) GTEST_SKIP() << "no reference packages: run tools/setup test";
  std::vector<Case> cases = random_cases(20261128, 10'000);
  for (const char* path :
       {"/README.md", "/CHANGELOG.md", "/docs/guide/ingest.md", "/CONTRIBUTING.md"}) {
    std::ifstream file(std::string(VECSTORE_SOURCE_DIR) + path);
    cases.push_back(
        {how(1'000'000, true, {"#", "##", "###"}), {std::istreambuf_iterator<char>(file), {}}});
    ASSERT_GT(cases.back().text.size(), 100u);
  }
  std::vector<Value> questions;
  for (const Case& c : cases) {
    const Texts& marks = c.options.split_headings;
    questions.push_back(Object{{"splitter", "markdown"},
                               {"headings", List(marks.begin(), marks.end())},
                               {"strip", c.options.strip_headings},
                               {"each_line", c.options.each_line},
                               {"text", c.text}});
  }
  const std::vector<Value> answers = reference_answers(questions);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::vector<Section> expected;
    for (const Value& one : *answers[i].as_list()) {
      const List& pair = *one.as_list();
      expected.push_back({lines_of(*pair[0].as_string()), texts_in(pair[1])});
    }
    std::vector<Section> got = split(cases[i].options, cases[i].text);
    const bool joins = cases[i].options.strip_headings && !cases[i].options.each_line;
    ASSERT_EQ(joins ? joined(got) : got, joins ? joined(expected) : expected)
        << questions[i].to_json();
  }
}

TEST(MarkdownSplitter, only_headings_are_left_out_and_only_when_told) {
  for (const Case& c : random_cases(20261129, 2'000)) {
    const Document document = document_of(c.text);
    const auto chunks = make_splitter("markdown", c.options).value()->split(document).value();
    expect_contract(document, chunks, [&](std::size_t at) {
      const std::size_t begin = document.text.rfind('\n', at) + 1;
      const Texts line =
          lines_of(document.text.substr(begin, document.text.find('\n', at) - begin));
      return line.empty() || (c.options.strip_headings && line[0].starts_with('#'));
    });
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << c.text;
  }
}

}  // namespace
}  // namespace vecstore
