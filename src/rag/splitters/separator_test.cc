#include "rag/splitters/separator.h"

#include <gtest/gtest.h>

#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

Texts matches(const Separator& separator, std::string_view text) {
  Texts out;
  SeparatorSearch search(separator, text);
  for (TextSpan match; search.next(match);) {
    out.push_back(std::to_string(match.begin) + ":" + std::string(match.of(text)));
  }
  EXPECT_TRUE(search.status().ok());
  return out;
}

Texts matches(std::string_view pattern, std::string_view text) {
  const auto separator = Separator::regex(pattern);
  EXPECT_TRUE(separator.ok()) << separator.status().to_string();
  return separator.ok() ? matches(*separator, text) : Texts();
}

TEST(Separator, literal_text_has_no_signs) {
  EXPECT_EQ(matches(Separator::literal("a.c"), "abca.ca.c"), (Texts{"3:a.c", "6:a.c"}));
}

TEST(Separator, the_first_alternative_and_the_longest_count_win_as_in_python) {
  EXPECT_EQ(matches("a|ab", "ab"), (Texts{"0:a"}));
  EXPECT_EQ(matches("ab|a", "ab"), (Texts{"0:ab"}));
  EXPECT_EQ(matches("a+", "caaa"), (Texts{"1:aaa"}));
  EXPECT_EQ(matches("a+?", "aa"), (Texts{"0:a", "1:a"}));
  EXPECT_EQ(matches("a{2,3}", "aaaaa"), (Texts{"0:aaa", "3:aa"}));
  EXPECT_EQ(matches("(?:ab)+c?", "ababcab"), (Texts{"0:ababc", "5:ab"}));
}

TEST(Separator, classes_places_and_escapes) {
  EXPECT_EQ(matches(R"([^a-c\s])", "ad e"), (Texts{"1:d", "3:e"}));
  EXPECT_EQ(matches(R"([]x-])", "x]-"), (Texts{"0:x", "1:]", "2:-"}));
  EXPECT_EQ(matches(R"(\s+)", "a \u3000\x1c b"), (Texts{"1: \u3000\x1c "}));
  EXPECT_EQ(matches(R"(\w+)", "né_1-漢"), (Texts{"0:né_1", "6:漢"}));
  EXPECT_EQ(matches(R"(\D)", "1漢"), (Texts{"1:漢"}));
  EXPECT_EQ(matches(R"(^a|a$)", "aaa\n"), (Texts{"0:a", "2:a"}));
  EXPECT_EQ(matches(R"(\ba)", "aa a"), (Texts{"0:a", "3:a"}));
  EXPECT_EQ(matches(R"(\.\x41\u6f22)", ".A漢"), (Texts{"0:.A漢"}));
  EXPECT_EQ(matches(R"(\{{x}.{2)", "{{x}y{2"), (Texts{"0:{{x}y{2"}));  // no counts
}

TEST(Separator, look_arounds_take_nothing) {
  EXPECT_EQ(matches(R"((?<=[.?!])\s+)", "A. B  C!  D"), (Texts{"2: ", "8:  "}));
  EXPECT_EQ(matches(R"((?<!\d),(?!\d))", "1,2,a b,c"), (Texts{"7:,"}));
  EXPECT_EQ(matches("(?=b)", "abb"), (Texts{"1:", "2:"}));
  EXPECT_TRUE(Separator::regex("(?=b)")->looks_around());
  EXPECT_FALSE(Separator::regex("(?:b|c)")->looks_around());
}

TEST(Separator, empty_matches_are_found_as_python_finds_them) {
  EXPECT_EQ(matches("a*", "baac"), (Texts{"0:", "1:aa", "3:", "4:"}));
  EXPECT_EQ(matches("", "ab"), Texts{});
}

TEST(Separator, what_is_not_understood_is_refused_by_name) {
  const auto why = [](std::string_view text) { return Separator::regex(text).status().message(); };
  EXPECT_EQ(why("(a)"),
            "separator '(a)': only the groups (?:, (?=, (?!, (?<= and (?<! are taken, not '(a)'");
  EXPECT_EQ(why("*a"), "separator '*a': there is nothing to repeat before '*a'");
  EXPECT_EQ(why("a**"), "separator 'a**': a count follows a count");
  EXPECT_EQ(why("(?:a*)*"), "separator '(?:a*)*': what may match nothing cannot be repeated");
  EXPECT_EQ(why("(?<=a+)"),
            "separator '(?<=a+)': a look-around may look at 256 characters, and this one at more");
  EXPECT_EQ(why("(?<=a|bc)"), "separator '(?<=a|bc)': what looks behind must have one length");
  EXPECT_EQ(why("a)"), "separator 'a)': ')' without '('");
  EXPECT_EQ(why("(?:a"), "separator '(?:a': '(' without ')'");
  EXPECT_EQ(why("[a"), "separator '[a': '[' without ']'");
  EXPECT_EQ(why("[b-a]"), "separator '[b-a]': a range in [] has no end above its begin");
  EXPECT_EQ(why("\\1"), "separator '\\1': '\\1' is not taken");
  EXPECT_EQ(why("a{1001}"),
            "separator 'a{1001}': a count must be from the smaller to the larger, at most 1000");
  EXPECT_EQ(why("(?:a{1000}){1000}"),
            "separator '(?:a{1000}){1000}': it is too long with all its counts");
  EXPECT_EQ(why("a\\"), "separator 'a\\': it ends in '\\'");
  EXPECT_EQ(why("\xff"), "separator '\xff': it is not UTF-8");
  EXPECT_EQ(Separator::regex(std::string(1001, 'a')).status().message(),
            "a separator of 1001 bytes; the limit is 1000");
  std::string deep;
  for (int i = 0; i < 51; ++i) deep += "(?:";
  EXPECT_NE(why(deep).find("nests deeper than 50 groups"), std::string::npos);
}

// Backtracking would take 2^n steps for the first, and matching all of the second n^2.
TEST(Separator, takes_no_longer_than_it_says) {
  const std::string text(200'000, 'a');
  EXPECT_EQ(matches("(?:a|aa)+b", text), Texts{});
  const Separator separator = Separator::regex("a(?:.*b)?").value();
  SeparatorSearch search(separator, text);
  for (TextSpan match; search.next(match);) {
  }
  EXPECT_EQ(search.status().message(),
            "the separator 'a(?:.*b)?' takes too long on a text of 200000 bytes");
}

}  // namespace
}  // namespace vecstore
