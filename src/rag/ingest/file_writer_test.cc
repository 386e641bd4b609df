#include "rag/ingest/file_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "rag/ingest/word_embedder.h"
#include "vecstore/database.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;

class FileWriterTest : public ::testing::Test {
 protected:
  static FileChunks file(const std::string& source, std::size_t chunks,
                         const std::string& text = "word", const std::string& hash = "h") {
    FileChunks out;
    out.source = source;
    out.hash = hash;
    for (std::size_t n = 0; n < chunks; ++n) {
      Record record;
      record.id = chunk_id(source, n);
      record.text = text + " " + std::to_string(n);
      out.inputs.push_back(*record.text);
      out.records.push_back(std::move(record));
    }
    if (chunks > 0) {
      out.records[0].metadata = {{kHashKey, hash}, {kChunksKey, static_cast<std::int64_t>(chunks)}};
    }
    return out;
  }

  FileWriter writer(std::size_t batch_size = 4) {
    return FileWriter(docs_, embedder_,
                      {batch_size,
                       cancel_,
                       [this](const WrittenFile& written) { done_.push_back(written); },
                       {},
                       [this](const std::string& source, std::size_t chunks) {
                         embedded_.emplace_back(source, chunks);
                       }});
  }

  std::uint64_t count() { return docs_.count().value(); }
  FileMemory memory(const std::string& source) { return read_file_memory(docs_).value()[source]; }

  Database database_ = Database::in_memory().value();
  Collection docs_ = database_.get_or_create("docs").value();
  WordEmbedder embedder_;
  CancelToken cancel_;
  std::vector<WrittenFile> done_;
  std::vector<std::pair<std::string, std::size_t>> embedded_;
};

TEST_F(FileWriterTest, files_wait_for_each_other_and_are_embedded_together) {
  FileWriter w = writer(4);
  ASSERT_TRUE(w.add(file("r/a", 1), 0).ok());
  ASSERT_TRUE(w.add(file("r/b", 2), 0).ok());
  EXPECT_EQ(count(), 0u);
  ASSERT_TRUE(w.add(file("r/c", 3), 0).ok());
  EXPECT_EQ(count(), 6u);
  ASSERT_TRUE(w.add(file("r/d", 1), 0).ok());
  ASSERT_TRUE(w.flush().ok());
  EXPECT_EQ(count(), 7u);
  EXPECT_EQ(embedder_.texts(), 7u);
  ASSERT_EQ(done_.size(), 4u);
  EXPECT_EQ(done_[2].source, "r/c");
  EXPECT_EQ(done_[2].chunks, 3u);
  EXPECT_EQ(docs_.get("r/c#2").value().vector, Vector(embedder_.embed("word 2").value()));
}

// A part's vector: where it begins and ends in the text, and how long lead and text are.
class PartEmbedder final : public WordEmbedder {
 public:
  PartEmbedder() { info_.dimension = 4; }
  const EmbedderInfo& info() const override { return info_; }
  Result<std::vector<float>> embed_parts(const TextParts& of, const CancelToken&) const override {
    if (!is_valid_utf8(of.text)) return invalid_argument("a character is cut");
    std::vector<float> rows;
    for (const TextParts::Part& part : of.parts)
      for (const std::size_t number : {part.begin, part.end, of.lead.size(), of.text.size()})
        rows.push_back(static_cast<float>(number));
    return rows;
  }

 private:
  EmbedderInfo info_ = {"parts", 4, "mean", ""};
};

TEST_F(FileWriterTest, late_chunks_are_embedded_with_what_stands_around_them) {
  PartEmbedder embedder;
  Collection docs = database_.get_or_create("late").value();
  const std::size_t around = 64 << 10;
  const auto embedded = [&](std::size_t before) {
    FileWriter w(docs, embedder, {.batch_size = 2});
    FileChunks late = file("r/a", 5);
    late.inputs.clear();
    late.late = {{"abc", "t\n", {{0, 1}, {1, 3}}},
                 {"", "", {}},
                 {"", "u", {{0, 3}, {2, 4}, {99'999, 200'000}}}};
    for (int i = 0; i < 100'000; ++i) late.late[2].text += "é";
    EXPECT_TRUE(w.add(std::move(late), before).ok());
    EXPECT_TRUE(w.flush().ok());
    std::vector<std::vector<std::size_t>> vectors;
    for (std::size_t n = 0; n < 5; ++n) {
      const Vector vector = docs.get(chunk_id("r/a", n)).value().vector;
      vectors.emplace_back(vector.dense()->begin(), vector.dense()->end());
    }
    return vectors;
  };
  EXPECT_THAT(embedded(0),
              ElementsAre(ElementsAre(0, 1, 2, 3), ElementsAre(1, 3, 2, 3),
                          ElementsAre(0, 3, 1, 4 + around), ElementsAre(2, 4, 1, 4 + around),
                          ElementsAre(around - 1, around + 100'000, 1, around + 100'000)));
  EXPECT_THAT(embedded(20'000),  // a large file, whose parts are written as they come
              ElementsAre(ElementsAre(0, 1, 2, 3), ElementsAre(1, 3, 2, 3),
                          ElementsAre(0, 3, 1, 2 + around), ElementsAre(2, 4, 1, 200'000),
                          ElementsAre(99'999, 200'000, 1, 200'000)));
}

TEST_F(FileWriterTest, a_model_without_vectors_of_tokens_is_told_by_name) {
  FileWriter w = writer();
  FileChunks late = file("r/a", 1);
  late.inputs.clear();
  late.late = {{"abc", "", {{0, 3}}}};
  ASSERT_TRUE(w.add(std::move(late), 0).ok());
  const Status status = w.flush();
  EXPECT_EQ(status.code(), Code::kUnimplemented);
  EXPECT_NE(status.message().find("no vectors of tokens"), std::string::npos);
}

TEST_F(FileWriterTest, each_call_of_the_model_is_told) {
  using Calls = std::vector<std::pair<std::string, std::size_t>>;
  FileWriter w = writer(4);
  ASSERT_TRUE(w.add(file("r/a", 3), 0).ok());
  ASSERT_TRUE(w.add(file("r/b", 3), 0).ok());
  EXPECT_EQ(embedded_, (Calls{{"r/b", 4}, {"r/b", 2}}));
}

TEST_F(FileWriterTest, a_shorter_file_loses_its_last_chunks) {
  FileWriter w = writer();
  ASSERT_TRUE(w.add(file("r/a", 5), 0).ok());
  ASSERT_TRUE(w.add(file("r/a", 2, "new", "h2"), 5).ok());
  ASSERT_TRUE(w.flush().ok());
  EXPECT_EQ(count(), 2u);
  EXPECT_EQ(docs_.get("r/a#1").value().text, "new 1");
  EXPECT_EQ(memory("r/a").hash, "h2");
  ASSERT_TRUE(w.add(file("r/a", 0), 2).ok());
  ASSERT_TRUE(w.flush().ok());
  EXPECT_EQ(count(), 0u);
}

TEST_F(FileWriterTest, text_without_words_is_kept_without_a_vector) {
  FileWriter w = writer();
  FileChunks ruled = file("r/a", 1);
  ruled.inputs[0] = "---";
  ASSERT_TRUE(w.add(std::move(ruled), 0).ok());
  ASSERT_TRUE(w.flush().ok());
  EXPECT_TRUE(docs_.get("r/a#0").value().vector.empty());
}

TEST_F(FileWriterTest, a_refused_file_stays_as_it_was_and_others_go_on) {
  FileWriter w = writer();
  ASSERT_TRUE(w.add(file("r/a", 1), 0).ok());
  ASSERT_TRUE(w.flush().ok());
  FileChunks bad = file("r/a", 3, "new");
  bad.records[2].id = std::string(2'000, 'x');
  ASSERT_TRUE(w.add(std::move(bad), 1).ok());
  ASSERT_TRUE(w.add(file("r/b", 1), 0).ok());
  ASSERT_TRUE(w.flush().ok());
  EXPECT_EQ(done_[1].status.code(), Code::kInvalidArgument);
  EXPECT_TRUE(done_[2].status.ok());
  EXPECT_EQ(docs_.get("r/a#0").value().text, "word 0");
  EXPECT_EQ(count(), 2u);
}

TEST_F(FileWriterTest, a_failing_embedder_ends_it_before_anything_is_written) {
  FileWriter w = writer();
  embedder_.fail_after(0);
  ASSERT_TRUE(w.add(file("r/a", 1), 0).ok());
  EXPECT_EQ(w.flush().code(), Code::kUnavailable);
  EXPECT_EQ(count(), 0u);
}

constexpr std::size_t kManyChunks = 12'000;  // more than one batch holds

TEST_F(FileWriterTest, a_large_file_is_written_in_parts) {
  FileWriter w = writer(1'000);
  ASSERT_TRUE(w.add(file("r/a", kManyChunks), 0).ok());
  EXPECT_EQ(count(), kManyChunks);
  EXPECT_EQ(memory("r/a").hash, "h");
  EXPECT_EQ(memory("r/a").chunks, kManyChunks);
  ASSERT_TRUE(w.add(file("r/a", 10, "new", "h2"), kManyChunks).ok());
  ASSERT_TRUE(w.flush().ok());
  EXPECT_EQ(count(), 10u);
  EXPECT_EQ(memory("r/a").hash, "h2");
  EXPECT_EQ(memory("r/a").chunks, 10u);
}

TEST_F(FileWriterTest, a_large_file_that_is_interrupted_is_known_to_be_unfinished) {
  embedder_.fail_after(10);
  EXPECT_EQ(writer(1'000).add(file("r/a", kManyChunks), 0).code(), Code::kUnavailable);
  EXPECT_GT(count(), 1u);
  EXPECT_LT(count(), kManyChunks);
  EXPECT_EQ(memory("r/a").hash, "");
  EXPECT_EQ(memory("r/a").chunks, kManyChunks);  // all that may be there
  FileWriter again = writer(1'000);
  ASSERT_TRUE(again.add(file("r/a", 3, "new"), kManyChunks).ok());
  ASSERT_TRUE(again.flush().ok());
  EXPECT_EQ(count(), 3u);
}

TEST_F(FileWriterTest, large_records_are_spread_over_batches) {
  FileWriter w = writer(1'000);
  ASSERT_TRUE(w.add(file("r/a", 10, std::string(9u << 20, 'x')), 0).ok());  // 90 MB
  ASSERT_TRUE(w.flush().ok());
  EXPECT_TRUE(done_.at(0).status.ok()) << done_[0].status.to_string();
  EXPECT_EQ(count(), 10u);
}

TEST_F(FileWriterTest, files_can_be_removed) {
  FileWriter w = writer(1'000);
  ASSERT_TRUE(w.add(file("r/a", kManyChunks), 0).ok());
  ASSERT_TRUE(w.add(file("r/b", 1), 0).ok());
  ASSERT_TRUE(w.flush().ok());
  ASSERT_TRUE(w.remove("r/a", kManyChunks).ok());
  EXPECT_EQ(count(), 1u);
}

TEST_F(FileWriterTest, cancelling_leaves_what_waits_unwritten) {
  FileWriter w = writer();
  ASSERT_TRUE(w.add(file("r/a", 1), 0).ok());
  cancel_.cancel();
  EXPECT_EQ(w.flush().code(), Code::kCancelled);
  EXPECT_EQ(count(), 0u);
}

// A model that is asked when the token is set: it has to look at it.
class SlowEmbedder : public WordEmbedder {
 public:
  explicit SlowEmbedder(CancelToken token) : token_(std::move(token)) {}
  SomeEmbedded embed_some(std::span<const std::string> texts,
                          const EmbedOptions& options) const override {
    token_.cancel();
    return WordEmbedder::embed_some(texts, options);
  }

 private:
  mutable CancelToken token_;
};

TEST_F(FileWriterTest, cancelling_ends_the_model_too) {
  const SlowEmbedder embedder(cancel_);
  FileWriter w(docs_, embedder, {.batch_size = 1, .cancel = cancel_});
  EXPECT_EQ(w.add(file("r/a", 1), 0).code(), Code::kCancelled);
  EXPECT_EQ(embedder.texts(), 0u);
  EXPECT_EQ(count(), 0u);
}

}  // namespace
}  // namespace vecstore
