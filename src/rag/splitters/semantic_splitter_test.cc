#include "rag/splitters/semantic_splitter.h"

#include <gtest/gtest.h>

#include "rag/ingest/word_embedder.h"
#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

// As ByteCounts of reference.py.
class ByteCounts : public Embedder {
 public:
  const EmbedderInfo& info() const override { return info_; }
  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override {
    std::vector<float> rows(texts.size() * 8);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      for (const char c : texts[i]) ++rows[i * 8 + static_cast<unsigned char>(c) % 8];
    }
    return rows;
  }

 private:
  EmbedderInfo info_ = {"bytes", 8, "sum", "1"};
};

SplitterOptions with(const Embedder& embedder) {
  SplitterOptions options;
  options.chunk_size = 1'000'000;
  options.chunk_overlap = 0;
  options.embedder = &embedder;
  return options;
}

constexpr const char* kStory =
    "Tea is brewed hot. Green tea is brewed hot too.  Hot tea is good.\nThe moon pulls the sea. "
    "The "
    "sea follows the moon. Moon and sea are old.";

TEST(SemanticSplitter, cuts_where_the_words_change) {
  const WordEmbedder words;
  SplitterOptions options = with(words);
  options.buffer_size = 0;
  options.number_of_chunks = 2;
  EXPECT_EQ(split_by("semantic", options, kStory),
            (Texts{"Tea is brewed hot. Green tea is brewed hot too.  Hot tea is good.",
                   "The moon pulls the sea. The sea follows the moon. Moon and sea are old."}));
  EXPECT_EQ(split_by("semantic", options, "One."), (Texts{"One."}));
  EXPECT_EQ(split_by("semantic", options, " \n"), Texts{});
}

TEST(SemanticSplitter, long_chunks_are_cut_and_small_ones_go_with_the_next) {
  const WordEmbedder words;
  SplitterOptions options = with(words);
  options.number_of_chunks = 6;
  options.buffer_size = 0;
  EXPECT_EQ(split_by("semantic", options, kStory).size(), 5u);
  options.min_chunk_size = 1'000;
  EXPECT_EQ(split_by("semantic", options, kStory), (Texts{kStory}));
  options.chunk_size = 24;
  for (const std::string& text : split_by("semantic", options, kStory)) EXPECT_LE(text.size(), 24u);
}

TEST(SemanticSplitter, is_named_by_its_model) {
  const WordEmbedder words("words"), others("others");
  EXPECT_EQ(SemanticSplitter::create(with(words))->name(), "semantic:words:c0ffee");
  EXPECT_NE(SemanticSplitter::create(with(words))->name(),
            SemanticSplitter::create(with(others))->name());
}

TEST(SemanticSplitter, refuses_by_name) {
  const WordEmbedder words;
  const auto why = [](const SplitterOptions& o) {
    return SemanticSplitter::create(o).status().message();
  };
  EXPECT_EQ(why({}), "the splitter semantic needs an embedder");
  SplitterOptions options = with(words);
  options.buffer_size = 101;
  EXPECT_EQ(why(options), "buffer_size 101; the limit is 100");
  options = with(words);
  options.breakpoint_amount = 101;
  EXPECT_EQ(why(options), "breakpoint_amount 101.000000; a percentile is from 0 to 100");
  options.breakpoint = Breakpoint::kInterquartile;
  EXPECT_TRUE(SemanticSplitter::create(options).ok());
  options.breakpoint_amount = -2;
  EXPECT_EQ(why(options), "breakpoint_amount -2.000000 is less than 0");
}

TEST(SemanticSplitter, fails_when_the_embedder_does_and_when_it_is_called_off) {
  WordEmbedder words;
  words.fail_after(0);
  EXPECT_EQ(SemanticSplitter::create(with(words))->split(document_of(kStory)).status().code(),
            Code::kUnavailable);
  SplitterOptions options = with(words);
  options.cancel.cancel();
  EXPECT_EQ(SemanticSplitter::create(options)->split(document_of(kStory)).status().code(),
            Code::kCancelled);
}

constexpr std::array<std::string_view, 16> kPieces = {
    "One. ",
    "Two two? ",
    "Tea!\n",
    "漢字. ",
    "naïve.  ",
    "moon ",
    "and ",
    "sea. ",
    ".",
    " ",
    "\n",
    "\u3000",
    "A long sentence about nothing in particular. ",
    "x",
    "Moon! ",
    "🤖. "};

TEST(SemanticSplitter, chunks_equal_those_of_langchain_on_random_documents) {
  if (!have_reference()) GTEST_SKIP() << "no reference packages: run tools/setup test";
  constexpr std::array<const char*, 4> kWays = {"percentile", "standard_deviation", "interquartile",
                                                "gradient"};
  constexpr std::array<double, 8> kAmounts = {0, 0.5, 1, 1.5, 3, 50, 80, 95};
  const ByteCounts bytes;
  Random random(20261203);
  std::vector<Value> questions;
  std::vector<SplitterOptions> all;
  for (int i = 0; i < 10'000; ++i) {
    SplitterOptions options = with(bytes);
    options.breakpoint = static_cast<Breakpoint>(random.below(4));
    if (random.below(3) != 0) options.breakpoint_amount = kAmounts[random.below(kAmounts.size())];
    if (random.below(4) == 0) options.number_of_chunks = 1 + random.below(12);
    if (random.below(4) == 0) options.min_chunk_size = 1 + random.below(60);
    options.buffer_size = random.below(3);
    const auto given = [](std::size_t n) {
      return n > 0 ? Value(static_cast<std::int64_t>(n)) : Value();
    };
    questions.push_back(
        Object{{"splitter", "semantic"},
               {"breakpoint", kWays[static_cast<std::size_t>(options.breakpoint)]},
               {"amount", options.breakpoint_amount ? Value(*options.breakpoint_amount) : Value()},
               {"chunks", given(options.number_of_chunks)},
               {"least", given(options.min_chunk_size)},
               {"buffer", static_cast<std::int64_t>(options.buffer_size)},
               {"text", random_text(random, kPieces, i % 100 == 0 ? 600 : 60)}});
    all.push_back(options);
  }
  // LangChain's sentences stand one space apart.
  const Separator between = Separator::regex(R"((?<=[.?!])\s+)").value();
  const auto spaced = [&](const std::string& text) {
    std::string out;
    std::size_t done = 0;
    SeparatorSearch search(between, text);
    for (TextSpan blank; search.next(blank); done = blank.end) {
      out += text.substr(done, blank.begin - done) + " ";
    }
    out += text.substr(done);
    return std::string(strip(out, {0, out.size()}).of(out));
  };
  const std::vector<Value> answers = reference_answers(questions);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    Texts expected, got;
    for (const std::string& text : texts_in(answers[i])) {
      if (const std::string one = spaced(text); !one.empty()) expected.push_back(one);
    }
    for (const std::string& text :
         split_by("semantic", all[i], *questions[i].as_object()->find("text")->as_string())) {
      got.push_back(spaced(text));
    }
    ASSERT_EQ(got, expected) << questions[i].to_json();
  }
}

}  // namespace
}  // namespace vecstore
