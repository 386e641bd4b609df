#include "query/filter/filter_eval.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/test_share.h"
#include "base/value_codec.h"
#include "query/filter/filter_parser.h"
#include "query/filter/filter_printer.h"
#include "query/filter/test_filter_samples.h"
#include "query/filter/test_naive_filter.h"

namespace vecstore::query {
namespace {

Object json(const std::string& text) { return *Value::parse_json(text).value().as_object(); }

constexpr TimeMs kNow = 1'714'521'600'000;  // 2024-05-01

Bytes encoded(const Object& metadata) {
  Bytes bytes;
  if (!metadata.empty()) encode_object(metadata, bytes);
  return bytes;
}

Truth evaluated(const FilterNode& node, const naive::Subject& subject) {
  const Result<BoundFilter> filter = BoundFilter::bind(node, kNow);
  EXPECT_TRUE(filter.ok()) << filter.status().message();
  const Bytes metadata = encoded(subject.metadata);
  const Result<Truth> truth = evaluate(
      filter->root(), {metadata, subject.id, subject.text, subject.created_at, subject.updated_at});
  EXPECT_TRUE(truth.ok()) << truth.status().message();
  return *truth;
}

// By both evaluators.
Truth truth(const std::string& filter, naive::Subject subject) {
  const Result<FilterNode> node = parse_filter(filter);
  EXPECT_TRUE(node.ok()) << node.status().message();
  if (!node.ok()) return Truth::kUnknown;
  subject.now = kNow;
  const Truth naive = naive::evaluate(*node, subject);
  EXPECT_EQ(evaluated(*node, subject), naive) << filter;
  return naive;
}

// T, F or U for each filter on one document.
std::string truths(const std::string& document, const std::vector<std::string>& filters) {
  const Object metadata = json(document);
  std::string result;
  for (const std::string& filter : filters)
    result += "FUT"[static_cast<int>(truth(filter, {metadata}))];
  return result;
}

TEST(FilterEval, a_missing_field_and_null_make_comparisons_unknown) {
  const std::vector<std::string> filters = {"a = 1",
                                            "a != 1",
                                            "a < 1",
                                            "a IN (1)",
                                            "a IN ()",
                                            "a NOT IN (1)",
                                            "a BETWEEN 1 AND 2",
                                            "a CONTAINS 'x'",
                                            "a LIKE '%'",
                                            "NOT a = 1",
                                            "a = [1]"};
  EXPECT_EQ(truths("{}", filters), "UUUUUUUUUUU");
  EXPECT_EQ(truths(R"({"a": null})", filters), "UUUUUUUUUUU");
}

TEST(FilterEval, is_null_is_true_for_missing_and_null_alone) {
  const std::vector<std::string> filters = {"a IS NULL", "a IS NOT NULL", "EXISTS(a)",
                                            "NOT EXISTS(a)"};
  EXPECT_EQ(truths("{}", filters), "TFFT");
  EXPECT_EQ(truths(R"({"a": null})", filters), "TFFT");
  EXPECT_EQ(truths(R"({"a": 0})", filters), "FTTF");
  EXPECT_EQ(truths(R"({"a": []})", filters), "FTTF");
  EXPECT_EQ(truths(R"({"a": {}})", filters), "FTTF");
}

TEST(FilterEval, unknown_follows_the_three_valued_tables) {
  const std::string document = R"({"t": 1, "f": 0})";
  EXPECT_EQ(truths(document, {"t=1 AND u=1", "f=1 AND u=1", "u=1 AND u=2", "u=1 AND t=1"}), "UFUU");
  EXPECT_EQ(truths(document, {"t=1 OR u=1", "f=1 OR u=1", "u=1 OR u=2", "u=1 OR t=1"}), "TUUT");
  EXPECT_EQ(truths(document, {"NOT u=1", "NOT t=1", "NOT f=1", "TRUE", "FALSE"}), "UFTTF");
}

TEST(FilterEval, only_true_passes) {
  const Object empty;
  EXPECT_EQ(truth("a IS NULL", {empty}), Truth::kTrue);
  EXPECT_NE(truth("a != 1", {empty}), Truth::kTrue);
  EXPECT_NE(truth("NOT a = 1", {empty}), Truth::kTrue);
}

TEST(FilterEval, integers_and_doubles_compare_exactly) {
  EXPECT_EQ(truths(R"({"a": 9007199254740993})",
                   {"a = 9007199254740992.0", "a > 9007199254740992.0", "a = 9007199254740993"}),
            "FTT");
  EXPECT_EQ(truths(R"({"a": 9007199254740992.0})",
                   {"a = 9007199254740993", "a < 9007199254740993", "a = 9007199254740992"}),
            "FTT");
  EXPECT_EQ(truths(R"({"a": 9223372036854775807})",
                   {"a = 9223372036854775807.0", "a < 9223372036854775808.0"}),
            "FT");
  EXPECT_EQ(truths(R"({"a": 1})", {"a = 1.0", "a IN (1.0)", "a BETWEEN 0.5 AND 1.0", "a < 1.5"}),
            "TTTT");
  EXPECT_EQ(truths(R"({"a": 0.0})", {"a = -0.0", "a = 0"}), "TT");
}

TEST(FilterEval, types_never_coerce) {
  const std::vector<std::string> filters = {"a = '1'",        "a != '1'",   "a < '2'",   "a = TRUE",
                                            "a CONTAINS '1'", "a LIKE '1'", "a IN ('1')"};
  EXPECT_EQ(truths(R"({"a": 1})", filters), "FTUFFFF");
  EXPECT_EQ(truths(R"({"a": true})", {"a = 1", "a = 'true'", "a > 0", "a = TRUE", "a > FALSE"}),
            "FFUTT");
  EXPECT_EQ(truths(R"({"a": {"b": 1}})", {"a = 1", "a != 1", "a < 1", "a CONTAINS 'b'", "a = [1]"}),
            "FTUFF");
  EXPECT_EQ(truths(R"({"a": "2024-05-01"})", {"a = 1714521600000", "a < '2024-06'"}), "FT")
      << "metadata strings are no times";
}

TEST(FilterEval, strings_compare_by_bytes) {
  EXPECT_EQ(truths(R"({"a": "b"})", {"a < 'c'", "a > 'B'", "a < 'ba'", "a = 'B'", "a < 'é'"}),
            "TTTFT");
  EXPECT_EQ(truths(R"({"a": "naïve café"})", {"a CONTAINS 'ïve'", "a STARTSWITH 'naï'",
                                              "a ENDSWITH 'fé'", "a LIKE 'na_ve%'"}),
            "TTTT");
  EXPECT_EQ(truths(R"({"a": "x"})",
                   {"a CONTAINS ''", "a STARTSWITH 'xx'", "a ENDSWITH 'xx'", "a CONTAINS 5"}),
            "TFFF");
}

TEST(FilterEval, a_field_on_an_array_matches_when_any_element_does) {
  const std::string document = R"({"a": [1, 5, "xy"]})";
  EXPECT_EQ(truths(document,
                   {"a = 5", "a = 2", "a > 4", "a IN (7, 5)", "a LIKE 'x_'", "a STARTSWITH 'x'"}),
            "TFTTTT");
  EXPECT_EQ(truths(document, {"a BETWEEN 2 AND 4", "a BETWEEN 5 AND 9"}), "UT")
      << "one element must lie between; 'xy' has no order";
  EXPECT_EQ(truths(R"({"a": [1, 9]})", {"a BETWEEN 2 AND 8", "NOT a > 10"}), "FT");
  EXPECT_EQ(truths(R"({"a": []})", {"a = 1", "a != 1", "a < 1"}), "FTF");
  EXPECT_EQ(truths(R"({"a": [null, 1]})", {"a = 1", "a = 2", "a != 2"}), "TUU");
  EXPECT_EQ(truths(R"({"a": [[1]]})", {"a = 1", "a[0] = 1"}), "FT") << "one level only";
}

TEST(FilterEval, not_equal_and_not_in_are_the_negations_on_arrays_too) {
  EXPECT_EQ(
      truths(R"({"a": ["x", "y"]})", {"a != 'x'", "a != 'z'", "a NOT IN ('x')", "a NOT IN ('z')"}),
      "FTFT");
}

TEST(FilterEval, contains_asks_a_list_for_an_element_and_a_string_for_a_part) {
  EXPECT_EQ(truths(R"({"a": ["xy", 2]})",
                   {"a CONTAINS 'xy'", "a CONTAINS 'x'", "a CONTAINS 2.0", "a CONTAINS 3"}),
            "TFTF");
  EXPECT_EQ(truths(R"({"a": "xy"})", {"a CONTAINS 'xy'", "a CONTAINS 'x'"}), "TT");
}

TEST(FilterEval, a_list_literal_is_compared_whole) {
  EXPECT_EQ(
      truths(R"({"a": ["x", 1]})", {"a = ['x', 1.0]", "a = ['x']", "a != ['x']", "a = [1, 'x']"}),
      "TFTF");
  EXPECT_EQ(truths(R"({"a": [null]})", {"a = [NULL]", "a = []"}), "TF");
  EXPECT_EQ(truths(R"({"a": "x"})", {"a = ['x']", "a != ['x']"}), "FT");
}

TEST(FilterEval, paths_reach_into_objects_and_lists) {
  const std::string document = R"({"a": {"b": [{"c": 1}, {"c": 2}], "odd key": 3}})";
  EXPECT_EQ(truths(document, {"a.b[0].c = 1", "$.a.b[1].c = 1", "a.`odd key` = 3",
                              "a.b[2].c IS NULL", "a[0] IS NULL", "a.b.x IS NULL"}),
            "TFTTTT");
}

TEST(FilterEval, a_key_asked_of_a_list_is_asked_of_its_elements) {
  const std::string document = R"({"items": [{"price": 5}, {"price": [7, 8]}, {"name": "x"}, 3]})";
  EXPECT_EQ(truths(document, {"items.price = 5", "items.price = 8", "items.price = 9",
                              "items.name = 'x'", "items.none IS NULL"}),
            "TTUTT");
  EXPECT_EQ(truths(R"({"items": []})", {"items.price = 5", "items.price IS NULL", "items IS NULL"}),
            "UTF");
  EXPECT_EQ(truths(R"({"items": [{"tags": ["a", "b"]}]})",
                   {"items.tags CONTAINS 'b'", "items.tags = ['a', 'b']"}),
            "TT");
}

TEST(FilterEval, the_records_own_fields_are_not_metadata) {
  const Object metadata = json(R"({"id": "meta", "$id": "meta"})");
  const naive::Subject subject{metadata, "record", "some text", 1000, 2000};
  EXPECT_EQ(truth("$id = 'record'", subject), Truth::kTrue);
  EXPECT_EQ(truth("$id IN ('x', 'record')", subject), Truth::kTrue);
  EXPECT_EQ(truth("$id STARTSWITH 'rec'", subject), Truth::kTrue);
  EXPECT_EQ(truth("id = 'meta'", subject), Truth::kTrue);
  EXPECT_EQ(truth("$text CONTAINS 'me te'", subject), Truth::kTrue);
  EXPECT_EQ(truth("$text LIKE 'some%'", subject), Truth::kTrue);
  EXPECT_EQ(truth("$text IS NULL", {metadata}), Truth::kTrue);
  EXPECT_EQ(truth("$text = 'x'", {metadata}), Truth::kUnknown);
  EXPECT_EQ(truth("$id IS NOT NULL AND $created_at IS NOT NULL", subject), Truth::kTrue);
}

TEST(FilterEval, times_compare_as_instants) {
  const Object none;
  const naive::Subject subject{none, "a", {}, 1'714'557'600'000, 1'714'557'600'123};
  for (const char* filter :
       {"$created_at = 1714557600000", "$created_at = '2024-05-01T10:00:00Z'",
        "$created_at = '2024-05-01T12:00+02:00'", "$created_at > '2024-05-01'",
        "$created_at < '2024-05-02'", "$created_at BETWEEN '2024-05-01' AND 1714557600000",
        "$created_at IN (5, '2024-05-01 10:00')", "$created_at != '2024-05-01'",
        "$updated_at > '2024-05-01T10:00:00.122999999Z'",
        "$updated_at < '2024-05-01T10:00:00.123000001Z'",
        "$updated_at != '2024-05-01T10:00:00.123000001Z'"}) {
    EXPECT_EQ(truth(filter, subject), Truth::kTrue) << filter;
  }
}

TEST(FilterEval, any_and_all_ask_the_elements_of_a_list) {
  const std::string document =
      R"({"t": ["x", "y"], "n": [1, 5], "s": "x", "e": [], "u": [1, null]})";
  EXPECT_EQ(truths(document, {"ANY(t) = 'x'", "ANY(t) != 'x'", "ALL(t) != 'z'", "ALL(t) = 'x'"}),
            "TTTF");
  EXPECT_EQ(truths(document, {"ALL(n) >= 1", "ALL(n) > 1", "ANY(n) > 4", "ANY(n) BETWEEN 2 AND 4"}),
            "TFTF");
  EXPECT_EQ(truths(document, {"ANY(t) NOT IN ('x')", "ALL(t) IN ('x', 'y')", "ALL(t) LIKE '_'",
                              "ANY(t) CONTAINS 'x'"}),
            "TTTT");
  EXPECT_EQ(truths(document, {"ANY(s) = 'x'", "ALL(s) = 'x'", "ANY(s) != 'x'"}), "TTF")
      << "what is no list is its own element";
  EXPECT_EQ(truths(document, {"ANY(e) = 1", "ALL(e) = 1", "ANY(e) IS NULL", "ALL(e) IS NULL"}),
            "FTFT");
  EXPECT_EQ(truths(document, {"ANY(u) = 1", "ALL(u) = 1", "ALL(u) = 2", "ANY(u) IS NULL",
                              "ALL(u) IS NOT NULL", "ANY(u) != 1"}),
            "TUFTFU");
  EXPECT_EQ(truths(document, {"ANY(m) = 1", "ALL(m) = 1", "ALL(m) != 1", "ANY(m) IS NULL"}),
            "UUUT");
  EXPECT_EQ(truths(R"({"i": [{"p": 5}, {"p": [7, 8]}, {}]})",
                   {"ALL(i.p) > 4", "ANY(i.p) = 8", "ALL(i.p) > 5", "ANY(i.p) IS NULL"}),
            "UTFT");
}

TEST(FilterEval, len_counts_elements_and_characters) {
  const std::string document = R"({"t": ["x", null], "s": "é日𝄞", "e": [], "n": 5, "o": {"a": 1}})";
  EXPECT_EQ(truths(document, {"LEN(t) = 2", "LEN(s) = 3", "LEN(e) = 0", "LEN(t) > 1.5",
                              "LEN(t) IN (1, 2)", "LEN(t) BETWEEN 3 AND 4", "LEN(t) != 2"}),
            "TTTTTFF");
  EXPECT_EQ(truths(document, {"LEN(n) = 1", "LEN(o) = 1", "LEN(m) = 0", "LEN(n) IS NULL"}), "UUUT");
  const Object none;
  EXPECT_EQ(truth("LEN($id) = 2 AND LEN($text) IS NULL", {none, "é1"}), Truth::kTrue);
  EXPECT_EQ(truth("LEN($text) = 4", {none, "a", "four"}), Truth::kTrue);
}

TEST(FilterEval, contains_any_and_all_are_several_contains) {
  const std::string document = R"({"t": ["x", "y", 2], "s": "xyz", "u": ["x", null], "n": 1})";
  EXPECT_EQ(truths(document, {"t CONTAINS_ANY ('a', 'x')", "t CONTAINS_ALL ('x', 2.0)",
                              "t CONTAINS_ALL ('x', 'a')", "t CONTAINS_ANY ['a']"}),
            "TTFF");
  EXPECT_EQ(truths(document, {"s CONTAINS_ANY ('a', 'yz')", "s CONTAINS_ALL ('x', 'z')",
                              "s CONTAINS_ALL ('x', 'a')", "s CONTAINS_ALL ('x', 1)"}),
            "TTFF");
  EXPECT_EQ(truths(document, {"t CONTAINS_ANY ()", "t CONTAINS_ALL ()", "m CONTAINS_ALL ()"}),
            "FTU");
  EXPECT_EQ(truths(document, {"u CONTAINS_ALL ('x', 'a')", "u CONTAINS_ANY ('a')",
                              "u CONTAINS_ANY ('x')", "n CONTAINS_ANY (1)"}),
            "UUTF");
}

TEST(FilterEval, matches_finds_a_pattern_in_strings) {
  EXPECT_EQ(truths(R"({"a": "v2.10", "t": ["a1", "b"], "n": 5})",
                   {"a MATCHES '^v\\d+\\.\\d+$'", "a MATCHES '3'", "t MATCHES '^b$'",
                    "n MATCHES '5'", "m MATCHES '.'", "ALL(t) MATCHES '\\d'"}),
            "TFTFUF");
}

TEST(FilterEval, strings_compare_with_times_as_the_instants_they_write) {
  const std::string document =
      R"({"d": "2024-05-01T12:00+02:00", "x": "soon", "n": 1714557600000, "l": ["2023", "2024-06-01"]})";
  EXPECT_EQ(truths(document, {"d = TIMESTAMP '2024-05-01T10:00Z'", "d > TIMESTAMP '2024-05-01'",
                              "d < TIMESTAMP '2024-05-01T10:00:00.000000001'",
                              "d BETWEEN TIMESTAMP '2024-05-01' AND TIMESTAMP '2024-05-02'",
                              "d IN ('x', TIMESTAMP '2024-05-01 10:00')"}),
            "TTTTT");
  EXPECT_EQ(truths(document, {"x = TIMESTAMP '2024-05-01'", "x != TIMESTAMP '2024-05-01'",
                              "x < TIMESTAMP '2024-05-01'", "n > TIMESTAMP '2024-05-01'",
                              "m > TIMESTAMP '2024-05-01'"}),
            "FTUUU");
  EXPECT_EQ(truths(document, {"l > TIMESTAMP '2024-05-01'", "ALL(l) > TIMESTAMP '2024-05-01'"}),
            "TU");
  EXPECT_EQ(truths(document, {"d = '2024-05-01T10:00Z'"}), "F") << "text is text";
}

TEST(FilterEval, now_is_the_query_s_instant) {
  EXPECT_EQ(truths(R"({"d": "2024-05-01", "e": "2024-04-24T00:00:00Z"})",
                   {"d = now()", "e = now() - INTERVAL '7 days'", "e > now() - INTERVAL '1 week'",
                    "d < now() + INTERVAL '1 millisecond'", "e > now() - INTERVAL '1 month'"}),
            "TTFTT");
  const Object none;
  EXPECT_EQ(truth("$created_at >= now() - INTERVAL '1 hour'", {none, "a", {}, kNow - 3'600'000}),
            Truth::kTrue);
  EXPECT_EQ(truth("$created_at > now() - INTERVAL '1 hour'", {none, "a", {}, kNow - 3'600'000}),
            Truth::kFalse);
}

TEST(FilterEval, bytes_that_are_no_metadata_are_data_loss_where_a_leaf_meets_them) {
  const FilterNode node = *parse_filter("z = 1");
  const BoundFilter filter = *BoundFilter::bind(node, kNow);
  const Bytes bytes = encoded({{"a", "text"}, {"b", List{1, 2}}, {"c", 1.5}});
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const Result<Truth> truth = evaluate(filter.root(), {.metadata = ByteView(bytes).first(size)});
    EXPECT_EQ(truth.status().code(), Code::kDataLoss) << size;
  }
}

TEST(FilterEval, agrees_with_the_naive_evaluator_on_a_million_random_pairs) {
  Random random(2025);
  std::vector<Object> documents;
  std::vector<Bytes> bytes;
  for (int i = 0; i < 200; ++i) {
    documents.push_back(samples::document(random));
    bytes.push_back(encoded(documents.back()));
  }
  std::size_t counts[3] = {};
  for (std::size_t round = 0; round < 6'000 / kShare; ++round) {
    const FilterNode tree = samples::filter(random, 1 + static_cast<int>(random.below(4)), false);
    const Result<BoundFilter> filter = BoundFilter::bind(tree, kNow);
    ASSERT_TRUE(filter.ok()) << print_filter(tree);
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const Truth wanted = naive::evaluate(tree, {documents[i], "xy", "y", 0, 0, kNow});
      const Result<Truth> truth = evaluate(filter->root(), {bytes[i], "xy", "y"});
      ASSERT_TRUE(truth.ok() && *truth == wanted)
          << print_filter(tree) << " on " << Value(documents[i]).to_json();
      ++counts[static_cast<int>(wanted)];
    }
  }
  for (const std::size_t seen : counts) EXPECT_GT(seen, 150'000u / kShare);
}

}  // namespace
}  // namespace vecstore::query
