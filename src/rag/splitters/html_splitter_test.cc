#include "rag/splitters/html_splitter.h"

#include <gtest/gtest.h>

#include "rag/loaders/html_loader.h"
#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

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

void add_lines(const std::string& text, Texts& out) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line(strip(text, {begin, end}).of(text));
    if (!line.empty()) out.push_back(line.starts_with("- ") ? line.substr(2) : line);
    begin = end + 1;
  }
}

std::vector<Section> split(const SplitterOptions& options, const std::string& page) {
  const Document document = HtmlLoader().load({page, "page.html"}).value()[0];
  const auto chunks = make_splitter("html", options).value()->split(document).value();
  std::vector<Section> out;
  for (const Chunk& chunk : chunks) {
    out.push_back({{}, chunk.headings});
    add_lines(text_of(document, chunk), out.back().lines);
  }
  return out;
}

constexpr const char* kPage =
    "<p>Before.<h1>Top</h1><h2>One</h2><p>First.<p>Second.<h3>Deep</h3><p>Third.<h2>Two</h2>";

TEST(HtmlSplitter, gives_sections_below_their_headings) {
  SplitterOptions options;
  EXPECT_EQ(split(options, kPage),
            (std::vector<Section>{{{"Before."}, {}},
                                  {{"Top", "One", "First.", "Second."}, {"Top", "One"}},
                                  {{"Deep", "Third."}, {"Top", "One", "Deep"}},
                                  {{"Two"}, {"Top", "Two"}}}));
  options.split_headings = {"h1", "h2"};
  options.strip_headings = true;
  EXPECT_EQ(split(options, kPage),
            (std::vector<Section>{{{"Before."}, {}},
                                  {{"First.", "Second.", "Deep", "Third."}, {"Top", "One"}}}));
  options.each_line = true;
  EXPECT_EQ(split(options, kPage)[1], (Section{{"First."}, {"Top", "One"}}));
}

TEST(HtmlSplitter, cuts_long_sections_and_keeps_their_headings) {
  SplitterOptions options;
  options.chunk_size = 8;
  options.chunk_overlap = 0;
  EXPECT_EQ(split(options, "<h1>A</h1><p>one two three"),
            (std::vector<Section>{{{"A"}, {"A"}}, {{"one two"}, {"A"}}, {{"three"}, {"A"}}}));
}

std::string random_page(Random& random) {
  static constexpr std::array<std::string_view, 6> kWords = {"tide",      "naïve", "漢字",
                                                             "moon 🤖", "a. B",  "x"};
  std::string page = "<html><body>";
  int number = 0;
  for (std::uint64_t n = 1 + random.below(25); n > 0; --n) {
    const std::string text =
        std::string(kWords[random.below(kWords.size())]) + " " + std::to_string(++number);
    const std::string level = std::to_string(1 + random.below(5));
    switch (random.below(4)) {
      case 0:
        page += "<h" + level + ">" + text + "</h" + level + ">";
        break;
      case 1:
        page += "<ul><li>" + text + "</li><li>item</li></ul>";
        break;
      default:
        page += "\n<p>" + text + "</p>\n";
    }
  }
  return page + "</body></html>";
}

// LangChain gives each heading as a chunk of its own; the lines below the same headings are what is
// compared.
std::vector<Section> joined(const std::vector<Section>& sections) {
  std::vector<Section> out;
  for (const Section& one : sections) {
    if (out.empty() || out.back().headings != one.headings) out.push_back({{}, one.headings});
    out.back().lines.insert(out.back().lines.end(), one.lines.begin(), one.lines.end());
  }
  return out;
}

// A heading without text of its own stands with the section below it.
std::vector<Section> without_bare_headings(std::vector<Section> sections) {
  for (std::size_t i = 0; i + 1 < sections.size(); ++i) {
    Section &here = sections[i], &next = sections[i + 1];
    const bool bare = !here.headings.empty() && here.headings.size() < next.headings.size() &&
                      here.lines.back() == here.headings.back();
    if (!bare) continue;
    here.lines.insert(here.lines.end(), next.lines.begin(), next.lines.end());
    here.headings = next.headings;
    sections.erase(sections.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    --i;
  }
  return sections;
}

TEST(HtmlSplitter, sections_equal_those_of_langchain_on_random_pages) {
  if (!have_reference()) GTEST_SKIP() << "no reference packages: run tools/setup test";
  Random random(20261130);
  std::vector<Value> questions;
  for (int i = 0; i < 10'000; ++i) {
    List headings;
    for (const char* tag : {"h1", "h2", "h3", "h4"}) {
      if (random.below(4) != 0) headings.emplace_back(tag);
    }
    if (headings.empty()) headings.emplace_back("h1");
    questions.push_back(
        Object{{"splitter", "html"}, {"headings", headings}, {"text", random_page(random)}});
  }
  const std::vector<Value> answers = reference_answers(questions);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    std::vector<Section> expected;
    for (const Value& one : *answers[i].as_list()) {
      const List& pair = *one.as_list();
      expected.push_back({{}, texts_in(pair[1])});
      add_lines(*pair[0].as_string(), expected.back().lines);
    }
    SplitterOptions options;
    options.chunk_size = 1'000'000;
    const Object& question = *questions[i].as_object();
    options.split_headings = texts_in(*question.find("headings"));
    ASSERT_EQ(joined(split(options, *question.find("text")->as_string())),
              without_bare_headings(joined(expected)))
        << questions[i].to_json();
  }
}

}  // namespace
}  // namespace vecstore
