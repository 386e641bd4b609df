#include "text/syntax/parse_query.h"

#include <gtest/gtest.h>

#include "text/search/corpus_test.h"

namespace vecstore::text {
namespace {

// The tree in brackets: clauses with their sign, then what is not usual about them.
std::string show(const TextQuery& query) {
  std::string out = query.field.empty() ? "" : query.field + ":";
  switch (query.kind) {
    case TextQuery::Kind::kWords:
      out += query.text;
      break;
    case TextQuery::Kind::kPhrase:
      out += "'" + query.text + "'";
      if (query.slop > 0) out += "~" + std::to_string(query.slop);
      break;
    case TextQuery::Kind::kPrefix:
      out += query.text + "*";
      break;
    case TextQuery::Kind::kFuzzy:
      out += query.text + "~" + std::to_string(query.edits);
      break;
    case TextQuery::Kind::kGroup:
      out += "[";
      for (const TextQuery& clause : query.clauses) {
        if (out.back() != '[') out += " ";
        out += clause.occur == Occur::kDemanded ? "+" : clause.occur == Occur::kExcluded ? "-" : "";
        out += show(clause);
      }
      out += "]";
  }
  if (query.boost != 1) out += "^" + std::to_string(query.boost).substr(0, 3);
  return out;
}

std::string read(std::string_view text) {
  const auto query = parse_text_query(text);
  return query.ok() ? show(*query) : query.status().message();
}

TEST(ParseQuery, words_and_phrases) {
  EXPECT_EQ(read("open"), "open");
  EXPECT_EQ(read(" open  file\t"), "[open file]");
  EXPECT_EQ(read("wi-fi C++ don't ümlaut a.b"), "[wi-fi C++ don't ümlaut a.b]");
  EXPECT_EQ(read("\"open the file\""), "'open the file'");
  EXPECT_EQ(read("\"a \\\"b\\\" c\"~3 d"), "['a \"b\" c'~3 d]");
  EXPECT_EQ(read(""), "[]");
  EXPECT_EQ(read(" \n "), "[]");
}

TEST(ParseQuery, signs_and_operators) {
  EXPECT_EQ(read("+must may -not"), "[+must may -not]");
  EXPECT_EQ(read("a AND b OR c"), "[[+a +b] c]");
  EXPECT_EQ(read("a b AND NOT c"), "[a [+b -c]]");
  EXPECT_EQ(read("a OR b"), "[a b]");
  EXPECT_EQ(read("a AND b AND c"), "[+a +b +c]");
  EXPECT_EQ(read("+(a OR b) -\"c d\""), "[+[a b] -'c d']");
  EXPECT_EQ(read("and or not android ORder"), "[and or not android ORder]");
  EXPECT_EQ(read("((a))"), "a");
  EXPECT_EQ(read("+a"), "[+a]");
}

TEST(ParseQuery, fields_prefixes_misspellings_and_boosts) {
  EXPECT_EQ(read("title:open body:\"a b\" x"), "[title:open body:'a b' x]");
  EXPECT_EQ(read("-title:(a OR b*) c"), "[-[title:a title:b*] c]");
  EXPECT_EQ(read("serach~ serach~2 op* op*^2 x~1^3"), "[serach~1 serach~2 op* op*^2.0 x~1^3.0]");
  EXPECT_EQ(read("a^2 \"b c\"^0.5 (d e)^3"), "[a^2.0 'b c'^0.5 [d e]^3.0]");
  EXPECT_EQ(read("(a^2)^3"), "a^6.0");
  EXPECT_EQ(read("a\\:b c\\* \\-d \\(e"), "[a:b c* -d (e]");
  EXPECT_EQ(read("wi-fi:x :y"), "[wi-fi:x :y]");
}

TEST(ParseQuery, what_cannot_be_read_is_refused_at_its_column) {
  const std::pair<const char*, const char*> refusals[] = {
      {"a (b", "3: there is no ')' for this '('"},
      {"a) b", "2: there is no '(' for this ')'"},
      {"ä \"b", "3: there is no second '\"' for this one"},
      {"a ()", "3: an empty group"},
      {"-a NOT b", "1: only exclusions: nothing is asked for"},
      {"a (-b)", "4: only exclusions: nothing is asked for"},
      {"a AND", "6: AND needs something on its right"},
      {"AND a", "1: an operator needs something on its left"},
      {"a OR OR b", "6: an operator needs something on its left"},
      {"a OR", "5: OR needs something on its right"},
      {"a - b", "3: - needs something on its right"},
      {"NOT  AND b", "1: NOT needs something on its right"},
      {"a *", "3: '*' needs a word before it"},
      {"a*b", "2: '*' stands at the end of a word only, else behind a \\"},
      {"a~3", "2: after a word's ~ stands a number of at most 2"},
      {"\"a b\"~x", "6: after a phrase's ~ stands a number of at most 1000"},
      {"a^", "2: after ^ stands a number above 0 and at most 100"},
      {"a^0", "2: after ^ stands a number above 0 and at most 100"},
      {"a^nan", "2: after ^ stands a number above 0 and at most 100"},
      {"((a)^90)^2", "1: boosts of more than 100 together"},
      {"note: this",
       "6: nothing to find in field 'note'; a ':' that means no field stands in quotes or behind a "
       "\\"},
      {"a:b:c", "5: field 'b' within field 'a'"},
  };
  for (const auto& [text, message] : refusals)
    EXPECT_EQ(read(text), std::string("text query, column ") + message) << text;
  EXPECT_EQ(read("a\xff"), "a text query that is not valid UTF-8 at byte 1");
}

TEST(ParseQuery, deep_and_long_texts_are_refused_or_read) {
  EXPECT_EQ(read(std::string(40, '(') + "a" + std::string(40, ')')),
            "text query, column 32: groups more than 32 deep");
  EXPECT_EQ(read(std::string(10'000, '(')), "text query, column 32: groups more than 32 deep");
  EXPECT_NE(read(std::string(65'536, 'a')), "");
  EXPECT_EQ(read(std::string(65'537, 'a')), "a text query of 65537 bytes; the limit is 65536");
  std::string fields;
  for (int i = 0; i < 30'000; ++i) fields += "a:";
  EXPECT_EQ(read(fields + "a"), "text query, column 5: field 'a' within field 'a'");
  std::string words;
  for (int i = 0; i < 30'000; ++i) words += "- "[i % 2];
  EXPECT_EQ(read(words), "text query, column 1: - needs something on its right");
}

TEST(ParseQuery, a_tree_finds_what_its_words_say) {
  Corpus corpus(1, 0, 1);
  MemoryField title, body;
  const char* const texts[][2] = {{"red fox", "the quick red fox"},
                                  {"blue fox", "the slow fox is blue"},
                                  {"red hen", "a hen lays eggs"}};
  Tokens tokens;
  for (Row row = 0; row < 3; ++row) {
    corpus.analyzer.analyze(texts[row][0], tokens);
    append(title, row, tokens);
    corpus.analyzer.analyze(texts[row][1], tokens);
    append(body, row, tokens);
  }
  TextSegment segment;
  segment.fields = {FieldView(title, 3), FieldView(body, 3)};
  const auto find = [&](std::string_view text) {
    const TextQuery query = parse_text_query(text).value();
    const TextAnswer answer = search_text(corpus.ask(query, 10), {&segment, 1}).value();
    std::string rows;
    for (const TextHit& hit : answer.hits) rows += std::to_string(hit.row);
    std::ranges::sort(rows);
    return rows;
  };
  EXPECT_EQ(find("red"), "02");
  EXPECT_EQ(find("red fox"), "012");
  EXPECT_EQ(find("+red fox"), "02");
  EXPECT_EQ(find("red AND fox"), "0");
  EXPECT_EQ(find("fox -blue"), "0");
  EXPECT_EQ(find("\"fox blue\""), "");
  EXPECT_EQ(find("\"fox blue\"~1"), "1");
  EXPECT_EQ(find("body:red"), "0");
  EXPECT_EQ(find("title:(red OR blue) NOT hen"), "01");
  EXPECT_EQ(find("e*"), "2");
  EXPECT_EQ(find("qiuck~"), "0");
  EXPECT_EQ(find("+nowhere fox"), "");
}

}  // namespace
}  // namespace vecstore::text
