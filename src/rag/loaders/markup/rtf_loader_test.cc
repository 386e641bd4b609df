#include "rag/loaders/markup/rtf_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

using testing::ElementsAre;

Document load(std::string_view rtf) {
  auto documents = RtfLoader().load({rtf, "a.rtf", {}});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  if (!documents.ok()) return {};
  EXPECT_EQ(broken_invariant(documents->front()), "");
  return std::move(documents)->front();
}

std::string text_of(const std::string& body) { return load("{\\rtf1\\ansi " + body + "}").text; }

constexpr std::string_view kReport = R"({\rtf1\ansi\ansicpg1252\deff0
{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fswiss\fcharset204{\*\panose 02}Arial;}}
{\colortbl;\red0\green0\blue0;}
{\stylesheet{\ql Normal;}{\s1\sb240\outlinelevel0 Title One;}{\s2 heading 2;}{\*\cs10 Default;}}
{\info{\title Annual report}{\author Ann}{\creatim\yr2020\mo1\dy2\hr3\min4}{\*\company X}}
{\header Page header\par}
\pard\s1 The \b year\b0  in review\par
\pard Caf\'e9 and \u8364 ?uro, \f1 \'cf\'f0\'e8\'e2\'e5\'f2\f0 .\line New line\par
\pard\s2 Numbers\par
\trowd\cellx100\cellx200\pard\intbl Name\cell Sum\cell\row
\trowd\cellx100\cellx200\pard\intbl Apples\par and pears\cell 4\cell\row
\pard{\listtext\bullet\tab}One\par
{\listtext\bullet\tab}Two\par
\pard {\field{\*\fldinst{HYPERLINK "http://x"}}{\fldrslt a link}} {\pict\pngblip 89504e47}{\v hidden}
{\footnote A note.} end\par
})";

TEST(RtfLoader, a_report_becomes_its_text) {
  Document document = load(kReport);
  EXPECT_EQ(document.text,
            "The year in review\n\n"
            "Café and €uro, Привет.\nNew line\n\n"
            "Numbers\n\n"
            "Name | Sum\nApples and pears | 4\n"
            "• One\n• Two\n"
            "a link [A note.] end");
  ASSERT_EQ(document.headings.size(), 2u);
  EXPECT_EQ(document.headings[0].title, "The year in review");
  EXPECT_EQ(document.headings[0].level, 1);
  EXPECT_EQ(document.headings[1].level, 2);
  EXPECT_EQ(document.headings[1].begin, document.text.find("Numbers"));
  EXPECT_EQ(document.metadata, (Metadata{{"title", "Annual report"},
                                         {"author", "Ann"},
                                         {"created", "2020-01-02T03:04:00"}}));
  EXPECT_THAT(document.remarks, ElementsAre("1 pictures left out"));
}

TEST(RtfLoader, the_fallback_of_a_code_point_is_passed_over) {
  EXPECT_EQ(text_of("\\u228\\'e4x"), "äx");
  EXPECT_EQ(text_of("\\uc2\\u228 aexyz"), "äxyz");
  EXPECT_EQ(text_of("\\uc0\\u228 x"), "äx");
  EXPECT_EQ(text_of("{\\uc0 a}\\u228 ?x"), "aäx");
  EXPECT_EQ(text_of("\\u-10179?\\u-8704?"), "😀");
  EXPECT_EQ(text_of("\\u-8704?x"), "\xef\xbf\xbdx");
  EXPECT_EQ(text_of("\\u228}x"), "ä");
}

TEST(RtfLoader, double_byte_characters_may_end_in_a_plain_byte) {
  EXPECT_EQ(load("{\\rtf1\\ansicpg932 \\'83\\'5c\\'83X}").text, "ソス");
}

TEST(RtfLoader, binary_data_is_passed_over) { EXPECT_EQ(text_of("a{\\pict\\bin5 }{}\\}}b"), "ab"); }

TEST(RtfLoader, unknown_groups_and_words_are_passed_over) {
  EXPECT_EQ(text_of("{\\*\\unknown no{ no}}\\unknown yes\\~x\\_y\\-z\\{\\}\\\\"), "yes x-yz{}\\");
}

TEST(RtfLoader, numbers_beyond_measure_do_no_harm) {
  EXPECT_EQ(
      text_of(
          "{\\stylesheet{\\s1\\outlinelevel99999999999 x;}}\\s1 a\\uc-5\\u-99999999999 b\\f-1 c"),
      "abc");
}

TEST(RtfLoader, text_after_a_table_is_outside_it) {
  EXPECT_EQ(text_of("\\trowd\\pard\\intbl a\\cell b\\cell \\pard c\\par d"), "a | b\nc\n\nd");
}

TEST(RtfLoader, what_is_no_rtf_is_an_error) {
  EXPECT_EQ(RtfLoader().load({"{\\rt", {}, {}}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(RtfLoader().load({std::string(2000, '{').insert(0, "{\\rtf"), {}, {}}).status().code(),
            Code::kInvalidArgument);
  EXPECT_EQ(load("{\\rtf1 cut \\'").text, "cut");
  EXPECT_EQ(load("{\\rtf1 cut}} more").text, "cut");
}

TEST(RtfLoader, ten_megabytes_of_changes_take_a_moment) {
  std::string rtf = "{\\rtf1{\\fonttbl{\\f1\\fcharset204 x;}}";
  while (rtf.size() < (10u << 20)) rtf += "\\f1 \\'cf{\\f0 x}\\u8364?";
  EXPECT_GT(load(rtf + "}").text.size(), 1u << 20);
}

}  // namespace
}  // namespace vecstore
