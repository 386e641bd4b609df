// An ingest that is stopped again and again, between files and in the middle of them, with a model
// that costs something and the cache that remembers what it made.
#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "base/test_folder.h"
#include "embed/cache/cached_embedder.h"
#include "rag/ingest/ingest.h"
#include "rag/ingest/word_embedder.h"

namespace vecstore {
namespace {

// Takes texts one after the other, counts them, and cancels the call after `stop_after` of them.
class CountingEmbedder final : public WordEmbedder {
 public:
  SomeEmbedded embed_some(std::span<const std::string> texts,
                          const EmbedOptions& options) const override {
    SomeEmbedded some{.rows = std::vector<float>(texts.size() * info().dimension),
                      .done = std::vector<bool>(texts.size())};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CancelToken token = options.cancel;
      if (stop_after > 0 && --stop_after == 0) token.cancel();
      if (token.cancelled()) {
        some.status = Status(Code::kCancelled, "stopped");
        return some;
      }
      const auto row = embed_batch(texts.subspan(i, 1)).value();
      std::copy(row.begin(), row.end(),
                some.rows.begin() + static_cast<std::ptrdiff_t>(i * row.size()));
      some.done[i] = true;
      ++times[texts[i]];
    }
    return some;
  }

  mutable std::size_t stop_after = 0;  // 0: never
  mutable std::map<std::string, int> times;
};

TEST(ResumedIngest, embeds_every_passage_once_however_often_it_is_stopped) {
  constexpr std::uint64_t kSeed = 20261123;
  constexpr std::size_t kFiles = 40, kSections = 10'500;  // more than one batch of the store holds
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  TestFolder folder;
  std::size_t passages = kSections;
  for (std::size_t file = 0; file < kFiles; ++file) {
    std::string text;
    for (std::uint64_t section = random.below(9) + 1; section > 0; --section, ++passages)
      text += "# part " + std::to_string(section) + "\n\nof " + std::to_string(file) + "\n\n";
    folder.write("docs/" + std::to_string(file) + ".md", text);
  }
  std::string large;
  for (std::size_t i = 0; i < kSections; ++i)
    large += "# section " + std::to_string(i) + "\n\ntext\n\n";
  folder.write("docs/10-large.md", large);

  Database database = Database::in_memory().value();
  const auto model = std::make_shared<CountingEmbedder>();
  const auto cache = CachedEmbedder::open(database, model, {}).value();
  IngestOptions options{.paths = {(folder / "docs").string()}};
  std::size_t added = 0, stops = 0;
  for (bool again = true; again;) {
    options.cancel = CancelToken();
    model->stop_after = random.below(900) + 1;
    const Result<IngestReport> report = ingest(database, "docs", *cache, options);
    ASSERT_TRUE(report.ok()) << report.status().to_string();
    added += report->added + report->changed;
    again = report->cancelled;
    stops += again;
  }
  EXPECT_GT(stops, 10u);
  EXPECT_EQ(added, kFiles + 1);
  EXPECT_EQ(model->times.size(), passages);
  for (const auto& [text, times] : model->times) ASSERT_EQ(times, 1) << text;

  Collection docs = database.collection("docs").value();
  EXPECT_EQ(docs.count().value(), passages);
  Scan scan = docs.scan().value();
  for (const Record& record : scan.next(passages + 1).value())
    ASSERT_FALSE(record.vector.empty()) << record.id;
  options.cancel = CancelToken();
  model->stop_after = 1;  // it is not asked at all
  const IngestReport report = ingest(database, "docs", *cache, options).value();
  EXPECT_EQ(report.unchanged, kFiles + 1);
  EXPECT_FALSE(report.cancelled);
}

}  // namespace
}  // namespace vecstore
