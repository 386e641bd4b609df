#include "rag/loaders/html_loader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/utf8.h"
#include "embed/reference.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

Document load(std::string_view page) {
  auto documents = HtmlLoader().load({page, "page.html"});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  return std::move(documents).value().at(0);
}

constexpr std::string_view kManualPage = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html><html lang="en"><head><title>25.1. Routine
 Vacuuming</title><meta name="author" content="The Group"></head>
<body><div class="navheader"><table><tr><td><a href="a">Prev</a></td><td><a href="u">Up</a></td>
<th>Chapter 25</th><td><a href="n">Next</a></td></tr></table><hr></div>
<div class="sect1"><div class="titlepage"><h2>25.1.&nbsp;Routine Vacuuming</h2></div>
<div class="toc"><dl><dt><a href="#b">25.1.1. Basics</a></dt></dl></div>
<p>Databases require periodic maintenance known as <em>vacuuming</em>.</p>
<div class="tip"><h3>Tip</h3><p>Plain VACUUM may be enough.</p></div>
<div class="sect2"><h3>25.1.1. Basics</h3><pre class="programlisting">
VACUUM  FULL;
</pre></div></div></body></html>)";

TEST(HtmlLoader, a_manual_page_becomes_its_reading_text) {
  Document document = load(kManualPage);
  EXPECT_EQ(document.text,
            "25.1. Routine Vacuuming\n\n"
            "Databases require periodic maintenance known as vacuuming.\n\n"
            "Tip\n\nPlain VACUUM may be enough.\n\n"
            "25.1.1. Basics\n\nVACUUM  FULL;");
  EXPECT_EQ(document.metadata, (Metadata{{"title", "25.1. Routine Vacuuming"},
                                         {"author", "The Group"},
                                         {"language", "en"}}));
  ASSERT_EQ(document.headings.size(), 2u);
  EXPECT_EQ(document.headings[1].title, "25.1.1. Basics");
  EXPECT_EQ(document.text.find("25.1.1. Basics"), document.headings[1].begin);
  EXPECT_EQ(document.file_offset, std::nullopt);
  EXPECT_EQ(document.kind, "html");
}

TEST(HtmlLoader, titles_beyond_measure_are_left_out) {
  std::string text(kMaxTitleBytes + 1, 'x');
  Document document = load("<title>" + text + "</title><h1>" + text + "</h1>");
  EXPECT_TRUE(document.metadata.empty());
  EXPECT_TRUE(document.headings.empty());
  EXPECT_EQ(document.text, text);
}

TEST(HtmlLoader, a_declared_latin_charset_is_read) {
  Document document = load("<meta charset='iso-8859-1'><p>caf\xe9");
  EXPECT_EQ(document.text, "café");
  EXPECT_EQ(*document.metadata.find("encoding"), Value("windows-1252"));
  EXPECT_EQ(load("<meta http-equiv=content-type content='text/html; charset=latin1'>\xe9").text,
            "é");
}

TEST(HtmlLoader, other_charsets_are_read_and_unknown_ones_refused) {
  EXPECT_EQ(load("<meta charset=koi8-r><p>\xf0\xf2").text, "ПР");
  auto documents = HtmlLoader().load({"<meta charset=x-klingon><p>\xf0\xf2", "x.html"});
  EXPECT_EQ(documents.status().code(), Code::kInvalidArgument);
}

TEST(HtmlLoader, pages_without_text_are_empty_and_no_error) {
  EXPECT_EQ(load("").text, "");
  EXPECT_EQ(load("<nav>only</nav>").text, "");
}

// The manuals that tools/setup fetches; pages of which nothing is left are indexes.
void check_manual(const std::string& name, std::size_t least_pages, const char* known_text) {
  fs::path folder = test_cache_folder() / "docs" / name;
  if (!fs::exists(folder)) GTEST_SKIP() << "no manual in " << folder << ": run tools/setup demo";
  std::size_t pages = 0, empty = 0, untitled = 0, with_menu = 0;
  bool found = false;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".html" || pages >= 400) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string page(std::istreambuf_iterator<char>(file), {});
    Document document = load(page);
    ++pages;
    empty += document.text.empty();
    found |= document.text.find(known_text) != document.text.npos;
    EXPECT_TRUE(is_valid_utf8(document.text)) << entry.path();
    untitled += document.metadata.find("title") == nullptr;
    with_menu += document.text.find("Small. Fast. Reliable.") != document.text.npos;
    EXPECT_EQ(document.text.find("toggle_div"), document.text.npos) << entry.path();
  }
  EXPECT_GE(pages, least_pages);
  EXPECT_LE(empty * 20, pages);
  EXPECT_LE(untitled * 50, pages);
  EXPECT_LE(with_menu * 50, pages);  // left-overs of older designs
  EXPECT_TRUE(found);
}

TEST(HtmlLoader, the_pages_of_the_sqlite_manual_are_read) {
  check_manual("sqlite", 200, "VACUUM command rebuilds the database file");
}

TEST(HtmlLoader, the_pages_of_the_postgresql_manual_are_read) {
  check_manual("postgresql", 400, "PostgreSQL");
}

}  // namespace
}  // namespace vecstore
