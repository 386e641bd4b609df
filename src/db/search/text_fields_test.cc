// Several text fields: scored by BM25F, by the book, through updates, seals and reopenings.
#include "db/search/text_fields.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/random.h"
#include "db/test_database.h"

namespace vecstore {
namespace {

const TextOptions kOptions{.analyzer = "simple",
                           .fields = {{.name = "title", .boost = 3},
                                      {.name = "text"},
                                      {.name = "info.tags", .analyzer = "whitespace"}}};

Collection things_of(TestDatabase& test) { return test.things({.text = kOptions}); }

Record book(const std::string& id, const std::string& title, const std::string& text,
            const List& tags = {}) {
  Record record{.id = id};
  record.metadata = Metadata{{"title", title}, {"info", Object{{"tags", tags}}}};
  if (!text.empty()) record.text = text;
  return record;
}

Ids found(const Collection& things, const Query& query) {
  Ids ids;
  const Hits hits = things.query(query).value();
  for (const Hit& hit : hits) ids.push_back(hit.id);
  return ids;
}

TEST(TextFields, are_searched_together_or_as_the_query_says) {
  TestDatabase test;
  Collection things = things_of(test);
  ASSERT_TRUE(things.upsert(book("a", "green whale", "a red boat", {"Sea"})).ok());
  ASSERT_TRUE(things.upsert(book("b", "red boat", "green whale, green whale")).ok());
  for (const bool sealed : {false, true}) {
    ASSERT_TRUE(!sealed || things.compact().ok());
    EXPECT_EQ(found(things, {.text = "whale"}), (Ids{"a", "b"})) << "a title counts three times";
    EXPECT_EQ(found(things, {.text = "whale", .text_fields = {"text"}}), (Ids{"b"}));
    EXPECT_EQ(found(things, {.text = "whale", .text_fields = {"text^9", "title^0.1"}}),
              (Ids{"b", "a"}));
    EXPECT_EQ(found(things, {.text = "title:whale", .text_syntax = TextSyntax::kQuery}),
              (Ids{"a"}));
    EXPECT_EQ(found(things, {.text = "+text:boat -title:boat", .text_syntax = TextSyntax::kQuery}),
              (Ids{"a"}));
    EXPECT_EQ(found(things, {.text = "Sea"}), (Ids{"a"}));
    EXPECT_EQ(found(things, {.text = "sea"}), Ids()) << "whitespace keeps capitals";
  }
}

TEST(TextFields, unknown_ones_are_named_with_the_nearest) {
  TestDatabase test;
  Collection things = things_of(test);
  ASSERT_TRUE(things.upsert(book("a", "green whale", "a red boat")).ok());
  EXPECT_EQ(message_of(things.query({.text = "x", .text_fields = {"titel^2"}})),
            "collection 'things' has no text field 'titel'; did you mean 'title'?");
  EXPECT_EQ(message_of(things.query({.text = "titel:x", .text_syntax = TextSyntax::kQuery})),
            "no text field 'titel' is searched; did you mean 'title'?");
  EXPECT_EQ(code_of(things.query(
                {.text = "text:x", .text_syntax = TextSyntax::kQuery, .text_fields = {"title"}})),
            Code::kInvalidArgument);
  for (const char* bad :
       {"title^0", "title^-1", "title^", "title^x", "title^101", "title^nan", "", "^2"})
    EXPECT_EQ(code_of(things.query({.text = "x", .text_fields = {bad}})), Code::kInvalidArgument)
        << bad;
  EXPECT_EQ(message_of(things.query({.text = "x", .text_fields = {"title", "title^2"}})),
            "text field 'title' is given twice");
  EXPECT_EQ(message_of(things.query({.text_fields = {"title"}})), "text_fields is for a text");
}

TEST(TextFields, of_a_query_that_asks_for_nothing_or_too_much) {
  TestDatabase test;
  Collection things = things_of(test);
  Collection english = test.db->get_or_create("english").value();
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "a" + std::to_string(i) + " ";
  ASSERT_TRUE(things.upsert(book("a", "the title", many)).ok());
  ASSERT_TRUE(english.upsert(book("a", "", "the whale and the boat")).ok());
  const auto ask = [&](const std::string& text) {
    return things.query({.text = text, .text_syntax = TextSyntax::kQuery});
  };
  EXPECT_EQ(found(english, {.text = "the and of"}), Ids()) << "stop words";
  EXPECT_EQ(found(english, {.text = "+the -of \"and the\"", .text_syntax = TextSyntax::kQuery}),
            Ids());
  EXPECT_EQ(found(things, {.text = " \t...!? "}), Ids());
  EXPECT_EQ(ask("text:a*").value().size(), 1u) << "20,000 words begin so";
  std::string prefixes;
  for (int i = 0; i < 40; ++i) prefixes += "a" + std::to_string(i) + "* ";
  EXPECT_EQ(code_of(ask(prefixes)), Code::kInvalidArgument);
  std::string words;
  for (int i = 0; i < 2000; ++i) words += "w" + std::to_string(i) + " ";
  EXPECT_EQ(code_of(ask(words)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(ask(std::string(100, '('))), Code::kInvalidArgument);
}

TEST(TextFields, follow_updates_of_metadata) {
  TestDatabase test;
  Collection things = things_of(test);
  ASSERT_TRUE(things.upsert(book("a", "green whale", "text", {"one", "two"})).ok());
  ASSERT_TRUE(things.update({.id = "a", .metadata_patch = Metadata{{"title", "blue"}}}).ok());
  EXPECT_EQ(found(things, {.text = "whale"}), Ids());
  EXPECT_EQ(found(things, {.text = "blue"}), (Ids{"a"}));
  EXPECT_EQ(found(things, {.text = "two"}), (Ids{"a"}));
  ASSERT_TRUE(things.compact().ok());
  ASSERT_TRUE(things.update({.id = "a", .metadata = Metadata{}}).ok());
  EXPECT_EQ(found(things, {.text = "blue two"}), Ids());
  EXPECT_EQ(found(things, {.text = "text"}), (Ids{"a"}));
}

TEST(TextFields, a_phrase_does_not_reach_from_one_string_of_a_list_to_the_next) {
  TestDatabase test;
  Collection things = things_of(test);
  ASSERT_TRUE(things.upsert(book("a", "", "", {"open file", "close door"})).ok());
  const auto ask = [&](const char* text) {
    return found(things, {.text = text, .text_syntax = TextSyntax::kQuery});
  };
  EXPECT_EQ(ask("\"close door\""), (Ids{"a"}));
  EXPECT_EQ(ask("\"file close\""), Ids());
  EXPECT_EQ(ask("\"file close\"~1000"), Ids());
}

struct Book {
  std::map<std::string, std::vector<std::string>> words;  // by field
};

// BM25F by the book (Zaragoza et al. 2004), k1 1.2 and b 0.75; numbers of deleted rows count, so
// there must be none.
class NaiveBooks {
 public:
  std::map<std::string, Book> books;

  double score(const std::string& id, const std::vector<std::string>& terms) const {
    double sum = 0;
    for (const std::string& term : terms) {
      double weighed = 0, most_rows = 0, most_with = 0;
      for (const auto& [field, boost] : kBoosts) {
        const auto [rows, length, with] = numbers(field, term);
        most_rows = std::max(most_rows, rows);
        most_with = std::max(most_with, with);
        const auto& words = books.at(id).words.at(field);
        const auto often = static_cast<double>(std::ranges::count(words, term));
        if (often == 0) continue;
        weighed +=
            boost * often / (0.25 + 0.75 * static_cast<double>(words.size()) / (length / rows));
      }
      const double idf = std::log(1 + (most_rows - most_with + 0.5) / (most_with + 0.5));
      sum += idf * weighed / (weighed + 1.2);
    }
    return sum;
  }

 private:
  struct Numbers {
    double rows, length, with;
  };
  static inline const std::map<std::string, double> kBoosts = {
      {"title", 3}, {"text", 1}, {"info.tags", 1}};

  Numbers numbers(const std::string& field, const std::string& term) const {
    Numbers sum{0, 0, 0};
    for (const auto& [id, one] : books) {
      const auto& words = one.words.at(field);
      sum.rows += words.empty() ? 0 : 1;
      sum.length += static_cast<double>(words.size());
      sum.with += std::ranges::count(words, term) > 0 ? 1 : 0;
    }
    return sum;
  }
};

TEST(TextFields, are_scored_by_the_book_in_memory_and_in_files) {
  Random random(11);
  TestDatabase test;
  std::optional<Collection> things(things_of(test));
  NaiveBooks naive;
  const auto words = [&](std::uint64_t most) {
    std::vector<std::string> made(random.below(most + 1));
    for (std::string& word : made) {
      word.assign(1, 'w');
      word += std::to_string(random.below(15));
    }
    return made;
  };
  const auto spoken = [](const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& word : all) text += word + " ";
    return text;
  };
  for (int i = 0; i < 120; ++i) {
    Book one{{{"title", words(4)}, {"text", words(20)}, {"info.tags", words(3)}}};
    const std::string id = "id" + std::to_string(1000 + i);
    List tags;
    for (const std::string& tag : one.words["info.tags"]) tags.emplace_back(tag);
    ASSERT_TRUE(
        things->upsert(book(id, spoken(one.words["title"]), spoken(one.words["text"]), tags)).ok());
    naive.books[id] = std::move(one);
    ASSERT_TRUE(i % 40 != 30 || things->flush().ok());
  }
  for (int round = 0; round < 3; ++round) {
    for (int ask = 0; ask < 10; ++ask) {
      std::vector<std::string> terms = words(3);
      std::ranges::sort(terms);
      terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
      if (terms.empty()) continue;
      const Hits hits = things->query({.text = spoken(terms), .k = 200}).value();
      std::size_t matches = 0;
      for (const auto& [id, one] : naive.books) matches += naive.score(id, terms) > 0 ? 1 : 0;
      ASSERT_EQ(hits.size(), matches);
      for (const Hit& hit : hits) ASSERT_NEAR(hit.score, naive.score(hit.id, terms), 1e-6);
    }
    ASSERT_TRUE(round != 0 || things->compact().ok());
    if (round != 1) continue;
    things.reset();
    test.open();
    things.emplace(test.db->collection("things").value());
    EXPECT_EQ(things->options().text, kOptions);
  }
}

// As a build without its language sees it: kept, and not searched unless all others are named.
TEST(TextFields, one_that_this_build_cannot_analyze_is_named_by_a_search_of_all) {
  db::Schema schema = db::Schema::from_options({.text = kOptions}).value();
  schema.texts[1].analyzer = nullptr;
  schema.text.fields[1].analyzer = "of another build";
  EXPECT_TRUE(db::searched_fields(schema, "things", {.text_fields = {"title"}}).ok());
  for (const std::vector<std::string>& fields : {std::vector<std::string>(), {"text"}}) {
    const Status status = db::searched_fields(schema, "things", {.text_fields = fields}).status();
    EXPECT_NE(status.message().find("of another build"), std::string::npos) << status.to_string();
  }
}

}  // namespace
}  // namespace vecstore
