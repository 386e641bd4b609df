#include "query/filter/filter_pattern.h"

#include <gtest/gtest.h>

#include <chrono>
#include <regex>
#include <string>

#include "base/random.h"

namespace vecstore::query {
namespace {

bool found(std::string_view pattern, std::string_view text) {
  const Result<Pattern> compiled = Pattern::compile(pattern);
  EXPECT_TRUE(compiled.ok()) << pattern << ": " << compiled.status().message();
  return compiled.ok() && compiled->found_in(text);
}

std::string problem(std::string_view pattern) {
  return Pattern::compile(pattern).status().message();
}

// The texts of `all` in which the pattern is found.
std::string among(std::string_view pattern, std::vector<std::string> all) {
  std::string result;
  for (const std::string& text : all) {
    if (found(pattern, text)) result += (result.empty() ? "" : " ") + text;
  }
  return result;
}

TEST(FilterPattern, is_found_anywhere_unless_anchored) {
  EXPECT_EQ(among("b", {"a", "b", "abc"}), "b abc");
  EXPECT_EQ(among("^b", {"ab", "bc"}), "bc");
  EXPECT_EQ(among("b$", {"ab", "bc", "b\n"}), "ab");
  EXPECT_EQ(among("^ab$", {"ab", "aab", "abb"}), "ab");
  EXPECT_TRUE(found("", ""));
  EXPECT_TRUE(found("", "x"));
  EXPECT_TRUE(found("^$", ""));
  EXPECT_FALSE(found("^$", "x"));
  EXPECT_TRUE(found("\\Aab\\z", "ab"));
}

TEST(FilterPattern, repeats_and_choices) {
  EXPECT_EQ(among("^ab*c$", {"ac", "abc", "abbbc", "abb"}), "ac abc abbbc");
  EXPECT_EQ(among("^ab+c$", {"ac", "abc", "abbbc"}), "abc abbbc");
  EXPECT_EQ(among("^ab?c$", {"ac", "abc", "abbc"}), "ac abc");
  EXPECT_EQ(among("^a{2}$", {"a", "aa", "aaa"}), "aa");
  EXPECT_EQ(among("^a{2,}$", {"a", "aa", "aaa"}), "aa aaa");
  EXPECT_EQ(among("^a{1,2}$", {"a", "aa", "aaa"}), "a aa");
  EXPECT_EQ(among("^a{0}b$", {"b", "ab"}), "b");
  EXPECT_EQ(among("^a{0,1}$", {"x", "a", "aa"}), "a");
  EXPECT_EQ(among("^(ab|c)+$", {"ab", "cab", "abb"}), "ab cab");
  EXPECT_EQ(among("^(?:a|b|)$", {"a", "b", "c"}), "a b");
  EXPECT_EQ(among("cat|dog", {"cats", "hotdog", "cow"}), "cats hotdog");
  EXPECT_EQ(among("^a+?b*?c??d{1,2}?$", {"abcd", "add", "a"}), "abcd add");
  EXPECT_TRUE(found("^(a*)*$", "aaa"));
  EXPECT_TRUE(found("^(|a)*b$", "aab"));
  EXPECT_TRUE(found("^(^a)*$", ""));
}

TEST(FilterPattern, classes_and_escapes) {
  EXPECT_EQ(among("^[a-c]$", {"a", "c", "d", "-"}), "a c");
  EXPECT_EQ(among("^[^a-c]$", {"a", "d", "-"}), "d -");
  EXPECT_EQ(among("^[]a]$", {"]", "a", "b"}), "] a");
  EXPECT_EQ(among("^[a-]$", {"-", "a", "b"}), "- a");
  EXPECT_EQ(among("^[\\d_]$", {"1", "_", "a"}), "1 _");
  EXPECT_EQ(among("^[^\\d]$", {"1", "a"}), "a");
  EXPECT_EQ(among("^[\\-\\]\\\\]$", {"-", "]", "\\", "a"}), "- ] \\");
  EXPECT_EQ(among("^\\d\\D\\w\\W$", {"1aa-", "aaaa", "1aaa"}), "1aa-");
  EXPECT_EQ(among("^a\\sb\\Sc$", {"a b.c", "a\tb.c", "a.b.c"}), "a b.c a\tb.c");
  EXPECT_EQ(among("^\\.\\*\\{$", {".*{", "abc"}), ".*{");
  EXPECT_EQ(among("^\\x41\\u00e9\\x{1f600}$", {"Aé😀", "Ae"}), "Aé😀");
  EXPECT_EQ(among("^a.b$", {"axb", "aéb", "a\nb", "ab"}), "axb aéb");
  EXPECT_TRUE(found("a\\nb", "a\nb"));
  EXPECT_EQ(among("\\bcat\\b", {"cat", "a cat.", "cats", "tomcat", "écaté"}), "cat a cat. écaté");
  EXPECT_EQ(among("\\Bcat", {"cat", "tomcat"}), "tomcat");
}

TEST(FilterPattern, characters_are_code_points) {
  EXPECT_TRUE(found("^.{3}$", "日本語"));
  EXPECT_TRUE(found("^[あ-ん]+$", "ひらがな"));
  EXPECT_FALSE(found("^[あ-ん]+$", "カタカナ"));
  EXPECT_TRUE(found("é+$", "caféé"));
  EXPECT_TRUE(found("^.$", "\xff")) << "bytes that are not UTF-8 are one character each";
  EXPECT_TRUE(found("\\x{fffd}", "a\xff"));
}

TEST(FilterPattern, flags_stand_at_the_beginning) {
  EXPECT_EQ(among("(?i)^straße$", {"Straße", "STRAßE", "Strasse"}), "Straße STRAßE");
  EXPECT_EQ(among("(?i)^[a-c]x$", {"Bx", "bX", "dx"}), "Bx bX");
  EXPECT_EQ(among("(?i)[^a]", {"A", "a", "b"}), "b");
  EXPECT_TRUE(found("(?s)^a.b$", "a\nb"));
  EXPECT_TRUE(found("(?m)^b$", "a\nb\nc"));
  EXPECT_FALSE(found("^b$", "a\nb\nc"));
  EXPECT_TRUE(found("(?im)^B", "a\nb"));
}

TEST(FilterPattern, what_cannot_be_read_is_refused_with_its_position) {
  const std::vector<std::pair<std::string, std::string>> kWrong = {
      {"a)", "2: ')' without '('"},
      {"é(a", "2: the closing ')' is missing"},
      {"[a", "1: the closing ']' is missing"},
      {"*a", "1: nothing to repeat before '*'; the character is written \\*"},
      {"a|+", "3: nothing to repeat before '+'; the character is written \\+"},
      {"a**", "3: a repeat of '*': put what repeats in (?:..)"},
      {"a++", "3: a repeat of '+': put what repeats in (?:..)"},
      {"a{2", "4: expected '}', as in {2,5}; a brace is written \\{"},
      {"a{x}", "3: expected a number, as in {2,5}; a brace is written \\{"},
      {"a{3,2}", "2: {3,2} is from more to less"},
      {"a{1001}", "3: more than 1000 repeats"},
      {"a{99999999999}", "3: more than 1000 repeats"},
      {"(a)\\1", "4: '\\1' refers back, which takes time without bounds"},
      {"\\q", "1: unknown escape '\\q'"},
      {"a\\", "2: a lone backslash at the end"},
      {"[\\", "2: a lone backslash at the end"},
      {"[b-a]", "2: a range from more to less"},
      {"[a-", "2: a range without an end"},
      {"[[:alpha:]]", "2: named classes are \\d, \\w and \\s"},
      {"\\x4", "3: expected hexadecimal digits, as in \\x41, \\u00e9, \\x{1f600}"},
      {"\\x{110000}", "4: no character has this number"},
      {"\\ud800", "3: no character has this number"},
      {"a(?=b)", "2: only (?:..) and, at the beginning, the flags i, m and s as in (?i)"},
      {"(?x)a", "1: only (?:..) and, at the beginning, the flags i, m and s as in (?i)"},
      {"(?P<n>a)", "1: only (?:..) and, at the beginning, the flags i, m and s as in (?i)"},
      {"(?i", "1: the closing ')' is missing"},
      {"a\xff", "2: invalid UTF-8"},
  };
  for (const auto& [pattern, message] : kWrong)
    EXPECT_EQ(problem(pattern), "pattern position " + message) << pattern;
}

TEST(FilterPattern, sizes_have_limits) {
  EXPECT_EQ(problem(std::string(1025, 'a')), "a pattern of 1025 bytes, the limit is 1024");
  EXPECT_TRUE(Pattern::compile(std::string(1024, 'a')).ok());
  const std::string message = "a pattern needs more than 2000 states: fewer or smaller repeats";
  EXPECT_EQ(problem("(a{1000}){1000}"), message);
  EXPECT_EQ(problem("((((((a{1000}){1000}){1000}){1000}){1000}){1000}){1000}"), message);
  EXPECT_TRUE(Pattern::compile("(((((){1000}){1000}){1000}){1000}){1000}").ok()) << "empty parts";
  EXPECT_EQ(problem("((|){1000}){1000}"), message);
  EXPECT_EQ(problem(std::string(200, '(') + std::string(200, ')')),
            "pattern position 101: more than 100 groups inside one another");
}

TEST(FilterPattern, patterns_that_explode_elsewhere_take_linear_time) {
  const std::string text(20'000, 'a');
  const auto begin = std::chrono::steady_clock::now();
  for (const char* pattern : {"(a+)+$b", "(a|a)*b", "(a|aa)+b", "(.*a){10}b", "(x+x+)+y",
                              "^(([a-z])+.)+[A-Z]([a-z])+$", "a{200}b", "(a?){200}a{200}b"})
    EXPECT_FALSE(found(pattern, text)) << pattern;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(took.count(), 5.0) << "8 patterns of at most 800 states on 20,000 characters";
}

// std::regex as the oracle, on short texts, where it can do no harm.
std::string random_pattern(Random& random, int depth) {
  static const std::vector<std::string> kAtoms = {
      "a", "b", "c", ".", "[ab]", "[^a]", "\\d", "\\w", "[a-c]", "\\b", "\\B", "^", "$"};
  std::string out;
  for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
    const bool group = depth > 0 && random.below(3) == 0;
    const std::string atom =
        group ? "(" + random_pattern(random, depth - 1) + ")" : kAtoms[random.below(kAtoms.size())];
    const bool edge =
        !group && (atom[0] == '^' || atom[0] == '$' || atom == "\\b" || atom == "\\B");
    static const std::vector<std::string> kRepeats = {"",  "",    "",      "*", "+",
                                                      "?", "{2}", "{1,2}", "*?"};
    out += atom + (edge ? "" : kRepeats[random.below(kRepeats.size())]);
  }
  if (random.below(4) == 0) out += "|" + random_pattern(random, 0);
  return out;
}

TEST(FilterPattern, finds_what_another_engine_finds) {
  Random random(5);
  int hits = 0;
  for (int round = 0; round < 3'000; ++round) {
    const std::string pattern = random_pattern(random, 2);
    const Result<Pattern> ours = Pattern::compile(pattern);
    ASSERT_TRUE(ours.ok()) << pattern << ": " << ours.status().message();
    const std::regex other(pattern);
    for (int i = 0; i < 10; ++i) {
      std::string text;
      for (auto n = random.below(7); n > 0; --n) text += "abcd1 "[random.below(6)];
      const bool wanted = std::regex_search(text, other);
      hits += wanted ? 1 : 0;
      ASSERT_EQ(ours->found_in(text), wanted) << pattern << " in '" << text << "'";
    }
  }
  EXPECT_GT(hits, 5'000);
}

}  // namespace
}  // namespace vecstore::query
