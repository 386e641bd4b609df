#include "rag/splitters/json_splitter.h"

#include <gtest/gtest.h>

#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

SplitterOptions sized(std::size_t most, std::size_t least = 0) {
  SplitterOptions options;
  options.chunk_size = most;
  options.chunk_overlap = 0;
  options.min_chunk_size = least;
  return options;
}

struct Piece {
  std::string text;
  Texts keys;
  bool operator==(const Piece&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Piece& piece) {
  for (const std::string& key : piece.keys) out << key << " > ";
  return out << piece.text;
}

std::vector<Piece> split(const SplitterOptions& options, const std::string& text) {
  const Document document = document_of(text);
  const auto chunks = make_splitter("json", options).value()->split(document).value();
  std::vector<Piece> out;
  for (const Chunk& chunk : chunks) out.push_back({text_of(document, chunk), chunk.headings});
  return out;
}

TEST(JsonSplitter, keeps_what_fits_whole) {
  const std::string text = R"({"a": 1, "b": {"c": [1, 2]}})";
  EXPECT_EQ(split(sized(1000), " " + text + "\n"), (std::vector<Piece>{{text, {}}}));
  EXPECT_EQ(split(sized(1), "\"text\""), (std::vector<Piece>{{"\"text\"", {}}}));
  EXPECT_EQ(split(sized(1000), " "), std::vector<Piece>{});
  EXPECT_EQ(split(sized(1), "{}"), (std::vector<Piece>{{"{}", {}}}));  // where LangChain has none
}

TEST(JsonSplitter, enters_what_is_too_large_and_says_where) {
  EXPECT_EQ(split(sized(20, 10),
                  R"({"a": 1, "b": {"c": "some text", "d": 2, "e": 3}, "f": [1, 2, 3, 4, 5]})"),
            (std::vector<Piece>{{R"("a": 1)", {}},
                                {R"("c": "some text")", {"b"}},
                                {R"("d": 2)", {"b"}},
                                {R"("e": 3)", {"b"}},
                                {R"("f": [1, 2, 3, 4, 5])", {}}}));
}

TEST(JsonSplitter, enters_lists_when_told_and_at_the_top) {
  EXPECT_EQ(split(sized(20, 10), R"([{"a": "one"}, {"a": "two"}])"),
            (std::vector<Piece>{{R"({"a": "one"})", {}}, {R"({"a": "two"})", {}}}));
  SplitterOptions options = sized(30, 10);
  options.split_lists = true;
  EXPECT_EQ(split(options, R"({"a": [1000000, 2000000, 3000000]})"),
            (std::vector<Piece>{{"1000000", {"a"}}, {"2000000", {"a"}}, {"3000000", {"a"}}}));
}

TEST(JsonSplitter, lines_of_json_are_a_list) {
  EXPECT_EQ(split(sized(40, 10), "{\"a\":1}\n{\"a\":2}\n{\"a\":3}"),
            (std::vector<Piece>{{"{\"a\":1}\n{\"a\":2}", {}}, {"{\"a\":3}", {}}}));
}

TEST(JsonSplitter, other_text_is_cut_as_text) {
  EXPECT_EQ(split(sized(8), "{no} json at all"),
            (std::vector<Piece>{{"{no}", {}}, {"json at", {}}, {"all", {}}}));
  std::string deep;
  for (int i = 0; i < 1'000; ++i) deep += "[";
  EXPECT_EQ(split(sized(1000), deep).size(), 1u);
}

TEST(JsonSplitter, refuses_by_name) {
  EXPECT_EQ(JsonSplitter::create(sized(10, 11)).status().message(),
            "min_chunk_size 11 is larger than chunk_size 10");
}

std::string random_json(Random& random, int depth, int& number) {
  static constexpr std::array<std::string_view, 6> kStrings = {"word",      "naïve",      "漢🤖",
                                                               "a\\n\\\"b", "\\u00e9\\/", ""};
  const std::uint64_t kind = random.below(depth > 0 ? 8 : 4);
  const auto blank = [&] { return std::string(random.below(5) == 0 ? " \n" : ""); };
  ++number;
  if (kind == 0) return std::to_string(number);
  if (kind == 1) return random.below(2) == 0 ? "null" : "true";
  if (kind < 4)
    return '"' + std::string(kStrings[random.below(kStrings.size())]) + std::to_string(number) +
           '"';
  const bool list = kind == 4;
  std::string out(list ? "[" : "{");
  const std::uint64_t members = random.below(7);
  for (std::uint64_t i = 0; i < members; ++i) {
    out += (i > 0 ? "," : "") + blank();
    if (!list) out += "\"k" + std::to_string(++number) + "\"" + blank() + ":" + blank();
    out += random_json(random, depth - 1, number) + blank();
  }
  return out + (list ? "]" : "}");
}

std::string random_object(Random& random) {
  int number = 0;
  for (;;) {
    std::string text = random_json(random, 5, number);
    if (text[0] == '{' && text[1] != '}') return text;
  }
}

// As reference.py has them.
void add_leaves(const Value& value, List& path, bool keys, Texts& out) {
  if (const Object* object = value.as_object(); object && !object->empty()) {
    for (const auto& [key, one] : *object) {
      path.emplace_back(key);
      add_leaves(one, path, keys, out);
      path.pop_back();
    }
  } else if (const List* list = value.as_list(); list && !list->empty()) {
    for (const Value& one : *list) add_leaves(one, path, keys, out);
  } else {
    out.push_back(
        Value(List{keys ? path : List{}, value.as_list() && !keys ? Value(Object{}) : value})
            .to_json());
  }
}

// Of a chunk, which is JSON in the brackets of what holds it.
Texts leaves_of(const Piece& piece, bool keys) {
  Texts out;
  List path(piece.keys.begin(), piece.keys.end());
  for (const auto& [open, close] : {std::pair{"{", "}"}, {"[", "]"}, {"", ""}}) {
    const auto value = Value::parse_json(open + piece.text + close);
    if (!value.ok()) continue;
    add_leaves(*value, path, keys, out);
    return out;
  }
  ADD_FAILURE() << "no JSON: " << piece.text;
  return out;
}

TEST(JsonSplitter, chunks_hold_what_those_of_langchain_hold_on_random_documents) {
  if (!have_reference()) GTEST_SKIP() << "no reference packages: run tools/setup test";
  Random random(20261201);
  std::vector<Value> questions;
  std::vector<SplitterOptions> options;
  for (int i = 0; i < 10'000; ++i) {
    options.push_back(sized(10 + random.below(300)));
    if (random.below(2) == 0)
      options.back().min_chunk_size = 1 + random.below(options.back().chunk_size);
    options.back().split_lists = random.below(2) == 0;
    questions.push_back(Object{{"splitter", "json"},
                               {"size", static_cast<std::int64_t>(options.back().chunk_size)},
                               {"least", static_cast<std::int64_t>(options.back().min_chunk_size)},
                               {"lists", options.back().split_lists},
                               {"text", random_object(random)}});
  }
  const std::vector<Value> answers = reference_answers(questions);
  std::size_t more = 0;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto pieces = split(options[i], *questions[i].as_object()->find("text")->as_string());
    auto piece = pieces.begin();
    for (const Value& answer : *answers[i].as_list()) {
      Texts expected, got;
      for (const std::string& leaf : texts_in(answer))
        expected.push_back(Value::parse_json(leaf)->to_json());
      for (; got.size() < expected.size() && piece != pieces.end(); ++piece, ++more) {
        const Texts leaves = leaves_of(*piece, !options[i].split_lists);
        got.insert(got.end(), leaves.begin(), leaves.end());
      }
      std::ranges::sort(expected);
      std::ranges::sort(got);
      ASSERT_EQ(got, expected) << questions[i].to_json();
      --more;
    }
    ASSERT_EQ(piece, pieces.end()) << questions[i].to_json();
  }
  std::printf("%zu chunks more than LangChain's\n", more);
}

TEST(JsonSplitter, only_punctuation_and_keys_are_left_out) {
  Random random(20261202);
  for (int i = 0; i < 3'000; ++i) {
    SplitterOptions options = sized(10 + random.below(100));
    options.split_lists = random.below(2) == 0;
    const Document document = document_of(random_object(random));
    const auto chunks = make_splitter("json", options).value()->split(document).value();
    expect_contract(document, chunks, [&](std::size_t at) {
      return std::string_view("{}[],:\"k0123456789").find(document.text[at]) !=
             std::string_view::npos;
    });
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << document.text;
  }
}

}  // namespace
}  // namespace vecstore
