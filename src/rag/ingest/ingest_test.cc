#include "rag/ingest/ingest.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/random.h"
#include "base/test_folder.h"
#include "rag/ingest/file_memory.h"
#include "rag/ingest/word_embedder.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::string>;

class IngestTest : public ::testing::Test {
 protected:
  IngestTest() { options_.paths = {(folder_ / "docs").string()}; }

  void write(const std::string& name, std::string_view content) {
    folder_.write("docs/" + name, content);
  }

  Result<IngestReport> try_ingest() { return ingest(database_, "docs", embedder_, options_); }

  IngestReport run() {
    Result<IngestReport> report = try_ingest();
    EXPECT_TRUE(report.ok()) << report.status().to_string();
    IngestReport out = std::move(report).value_or({});
    EXPECT_EQ(out.files,
              out.added + out.changed + out.unchanged + out.empty + out.skipped + out.failed);
    return out;
  }

  Ids ids() {
    Ids out;
    Scan scan = database_.collection("docs").value().scan().value();
    auto records = scan.next(100'000).value();
    for (const Record& record : records) out.push_back(record.id);
    return out;
  }

  std::string text(const std::string& id) {
    return database_.collection("docs").value().get(id).value().text.value_or("");
  }

  TestFolder folder_;
  Database database_ = Database::in_memory().value();
  WordEmbedder embedder_;
  IngestOptions options_;
};

TEST_F(IngestTest, files_become_chunks_that_are_found) {
  write("log.md", "# Log\n\nThe write-ahead log keeps changes.\n\n## Size\n\nIt is small.\n");
  write("sub/page.html", "<title>Vacuum</title><h1>Vacuum</h1><p>Frees space of dead rows.");
  write("rows.csv", "name,year\nAnn,2024\nBob,2025\n");
  IngestReport report = run();
  EXPECT_EQ(report.added, 3u);
  EXPECT_EQ(report.chunks_written, 5u);
  EXPECT_EQ(ids(), (Ids{"docs/log.md#0", "docs/log.md#1", "docs/rows.csv#0", "docs/rows.csv#1",
                        "docs/sub/page.html#0"}));

  Query query;
  query.vector = embedder_.embed("dead rows").value();
  query.k = 1;
  Hits hits = database_.collection("docs").value().query(query).value();
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].id, "docs/sub/page.html#0");
  EXPECT_EQ(*hits[0].metadata.find("title"), Value("Vacuum"));
  query.filter = "year >= 2025";
  EXPECT_EQ(database_.collection("docs").value().query(query).value()[0].id, "docs/rows.csv#1");
}

TEST_F(IngestTest, offsets_lead_back_into_the_file) {
  std::string content = "# Töp\r\n\r\nFirst.\r\n\r\n## Two\r\n\r\nSecond.\r\n";
  write("a.md", content);
  run();
  Record record = database_.collection("docs").value().get("docs/a.md#1").value();
  auto start = static_cast<std::size_t>(*record.metadata.find("start")->as_int());
  auto end = static_cast<std::size_t>(*record.metadata.find("end")->as_int());
  EXPECT_EQ(content.substr(start, end - start), record.text);
}

TEST_F(IngestTest, a_second_run_does_only_what_changed) {
  write("a.txt", "one");
  write("b.txt", "two");
  write("c.txt", "three");
  run();
  std::size_t embedded = embedder_.texts();
  IngestReport again = run();
  EXPECT_EQ(again.unchanged, 3u);
  EXPECT_EQ(again.chunks_written, 0u);
  EXPECT_EQ(embedder_.texts(), embedded);

  write("b.txt", "two changed");
  write("d.txt", "four");
  folder_.remove("docs/c.txt");
  IngestReport third = run();
  EXPECT_EQ(third.unchanged, 1u);
  EXPECT_EQ(third.changed, 1u);
  EXPECT_EQ(third.added, 1u);
  EXPECT_EQ(third.removed, 1u);
  EXPECT_EQ(third.chunks_removed, 1u);
  EXPECT_EQ(ids(), (Ids{"docs/a.txt#0", "docs/b.txt#0", "docs/d.txt#0"}));
  EXPECT_EQ(text("docs/b.txt#0"), "two changed");
}

TEST_F(IngestTest, of_what_changed_alone_nothing_else_is_read_or_removed) {
  write("a.md", "one");
  write("b.md", "two");
  write("sub/c.md", "three");
  run();
  write("a.md", "ONE");
  write("b.md", "TWO");
  fs::remove(folder_ / "docs/sub/c.md");
  const std::string root = fs::canonical(folder_ / "docs").string();
  options_.changed = {root + "/a.md", root + "/sub"};
  const IngestReport report = run();
  EXPECT_EQ(report.files, 1u);
  EXPECT_EQ(report.changed, 1u);
  EXPECT_EQ(report.removed, 1u);
  EXPECT_EQ(report.bytes_read, 3u);
  EXPECT_EQ(ids(), (Ids{"docs/a.md#0", "docs/b.md#0"}));
  EXPECT_EQ(text("docs/b.md#0"), "two");
  options_.changed = {};
  EXPECT_EQ(run().changed, 1u);
}

TEST_F(IngestTest, another_way_of_splitting_is_a_change) {
  write("a.txt", "one two three");
  run();
  options_.splitting.chunk_size = 7;
  options_.splitting.chunk_overlap = 0;
  EXPECT_EQ(run().changed, 1u);
  EXPECT_EQ(ids().size(), 2u);
  options_.splitter = "sentence";
  EXPECT_EQ(run().changed, 1u);
  EXPECT_EQ(run().unchanged, 1u);
}

TEST_F(IngestTest, late_chunking_needs_vectors_of_tokens_before_anything_is_made) {
  write("a.md", "some text");
  options_.late_chunking = true;
  const Status status = try_ingest().status();
  EXPECT_EQ(status.code(), Code::kUnimplemented);
  EXPECT_NE(status.message().find("model 'words' gives no vectors of tokens"), std::string::npos);
  EXPECT_EQ(database_.collection("docs").status().code(), Code::kNotFound);
}

TEST_F(IngestTest, what_no_file_can_mend_is_told_beforehand) {
  EXPECT_EQ(check_ingest(embedder_, options_).code(), Code::kNotFound);
  write("a.md", "some text");
  EXPECT_TRUE(check_ingest(embedder_, options_).ok());
  options_.late_chunking = true;
  EXPECT_EQ(check_ingest(embedder_, options_).code(), Code::kUnimplemented);
  options_.late_chunking = false;
  options_.splitter = "sentense";
  EXPECT_EQ(check_ingest(embedder_, options_).code(), Code::kInvalidArgument);
  options_.paths = {};
  EXPECT_EQ(check_ingest(embedder_, options_).code(), Code::kInvalidArgument);
}

TEST_F(IngestTest, the_semantic_splitter_asks_the_embedder_of_the_ingest) {
  write("a.txt", "Tea is hot. Green tea is hot too. The moon pulls the sea. The sea is old.");
  options_.splitter = "semantic";
  options_.splitting.buffer_size = 0;
  options_.splitting.number_of_chunks = 2;
  EXPECT_EQ(run().chunks_written, 2u);
  EXPECT_EQ(text("docs/a.txt#1"), "The moon pulls the sea. The sea is old.");
  EXPECT_EQ(embedder_.texts(), 4u + 2u);
}

TEST_F(IngestTest, a_file_that_lost_its_text_loses_its_chunks) {
  write("a.txt", "one");
  run();
  write("a.txt", " ");
  IngestReport report = run();
  EXPECT_EQ(report.empty, 1u);
  EXPECT_EQ(report.chunks_removed, 1u);
  EXPECT_TRUE(ids().empty());
  EXPECT_EQ(run().empty, 1u);
}

TEST_F(IngestTest, files_that_are_excluded_or_unreadable_keep_their_chunks) {
  write("a.txt", "one");
  write("b.md", "two");
  run();
  options_.include = {"*.md"};
  EXPECT_EQ(run().removed, 0u);
  options_.include = {};
  options_.max_file_bytes = 2;
  EXPECT_EQ(run().failed, 2u);
  EXPECT_EQ(text("docs/a.txt#0"), "one");
}

TEST_F(IngestTest, behind_a_link_that_leads_nowhere_the_chunks_stay) {
  folder_.write("disk/far.txt", "far");
  folder_.write("disk/sub/deep/b.txt", "deep");
  write("a.txt", "one");
  fs::create_symlink(folder_ / "disk/far.txt", folder_ / "docs/far.txt");
  fs::create_symlink(folder_ / "disk/sub", folder_ / "docs/sub");
  run();
  const Ids all = {"docs/a.txt#0", "docs/far.txt#0", "docs/sub/deep/b.txt#0"};
  ASSERT_EQ(ids(), all);
  fs::rename(folder_ / "disk", folder_ / "unmounted");
  IngestReport report = run();
  EXPECT_EQ(report.failed, 2u);
  EXPECT_EQ(report.removed, 0u);
  EXPECT_EQ(ids(), all);
  fs::remove(folder_ / "docs/sub");
  EXPECT_EQ(run().removed, 1u);
  EXPECT_EQ(ids(), (Ids{"docs/a.txt#0", "docs/far.txt#0"}));
}

TEST_F(IngestTest, what_is_no_text_any_more_loses_its_chunks) {
  write("binary", "one");
  write("folder", "two");
  write("pipe", "three");
  write("stays", "four");
  run();
  for (const char* name : {"docs/folder", "docs/pipe"}) folder_.remove(name);
  write("folder/below.txt", "five");
  ASSERT_EQ(::mkfifo((folder_ / "docs/pipe").c_str(), 0600), 0);
  write("binary", std::string_view("\0", 1));
  IngestReport report = run();
  EXPECT_EQ(report.skipped, 2u);
  EXPECT_EQ(report.removed, 3u);
  EXPECT_EQ(report.chunks_removed, 3u);
  EXPECT_EQ(ids(), (Ids{"docs/folder/below.txt#0", "docs/stays#0"}));
  EXPECT_EQ(run().removed, 0u);
}

TEST_F(IngestTest, a_folder_that_became_a_file_loses_the_chunks_below_it) {
  write("x/below.txt", "one");
  run();
  fs::remove_all(folder_ / "docs/x");
  write("x", "two");
  EXPECT_EQ(run().removed, 1u);
  EXPECT_EQ(ids(), (Ids{"docs/x#0"}));
}

TEST_F(IngestTest, a_single_file_removes_nothing_else) {
  write("a.txt", "one");
  write("b.txt", "two");
  run();
  folder_.remove("docs/b.txt");
  options_.paths = {(folder_ / "docs/a.txt").string()};
  EXPECT_EQ(run().unchanged, 1u);
  EXPECT_EQ(ids().size(), 2u);
}

TEST_F(IngestTest, odd_files_are_reported_and_do_not_stop_the_rest) {
  write("broken.json", "{\"a\": ");
  write("broken.jsonl", "{\"text\": \"x\"}\nnope\n");
  write("good.txt", "good");
  write("latin.txt", "caf\xe9");
  write("half.txt", "d\xc3\xa9j\xc3\xa0 \xff vu");
  write("image.png", std::string_view("\x89PNG\r\n\x1a\n\0", 9));
  write("large.txt", std::string(2'000, 'x'));
  options_.max_file_bytes = 1'000;
  fs::create_symlink("nowhere", folder_ / "docs/dangling.txt");
  fs::create_symlink("/dev/null", folder_ / "docs/device.txt");
  IngestReport report = run();
  EXPECT_EQ(report.added, 3u);
  EXPECT_EQ(report.skipped, 2u);
  EXPECT_EQ(report.failed, 4u);
  ASSERT_EQ(report.problems.size(), 4u);
  EXPECT_EQ(report.problems[0].source, "docs/dangling.txt");
  EXPECT_EQ(report.problems[1].source, "docs/broken.json");
  EXPECT_TRUE(report.problems[2].status.message().starts_with("line 2: "))
      << report.problems[2].status.message();
  EXPECT_EQ(report.problems[3].status.message(), "2000 bytes; the limit for one file is 1000");
  EXPECT_EQ(report.skips.at(0).source, "docs/device.txt");
  EXPECT_EQ(report.skips.at(1).source, "docs/image.png");
  EXPECT_EQ(report.remarks.at(0).source, "docs/half.txt");
  EXPECT_EQ(text("docs/latin.txt#0"), "café");
}

TEST_F(IngestTest, a_binary_file_that_was_named_is_a_failure) {
  write("image.png", std::string_view("\x89PNG\r\n\x1a\n\0", 9));
  options_.paths = {(folder_ / "docs/image.png").string()};
  IngestReport report = run();
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(report.problems.at(0).status.message(), "not text: a PNG image, which has no loader");
}

TEST_F(IngestTest, a_dry_run_tells_and_changes_nothing) {
  write("a.txt", "one");
  options_.dry_run = true;
  EXPECT_EQ(run().added, 1u);
  EXPECT_EQ(database_.collection("docs").status().code(), Code::kNotFound);
  EXPECT_EQ(embedder_.texts(), 0u);
  options_.dry_run = false;
  run();
  write("a.txt", "other");
  write("b.txt", "two");
  folder_.remove("docs/none");
  options_.dry_run = true;
  IngestReport report = run();
  EXPECT_EQ(report.changed, 1u);
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(text("docs/a.txt#0"), "one");
}

TEST_F(IngestTest, another_model_is_refused) {
  write("a.txt", "one");
  run();
  Status status = ingest(database_, "docs", WordEmbedder("other", 32), options_).status();
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_NE(status.message().find("'words'"), std::string::npos);
  EXPECT_NE(status.message().find("'other'"), std::string::npos);
}

TEST_F(IngestTest, another_folder_of_the_same_name_is_refused_while_the_first_is_there) {
  write("a.txt", "one");
  run();
  folder_.write("other/docs/b.txt", "two");
  options_.paths = {(folder_ / "other/docs").string()};
  Status status = try_ingest().status();
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_NE(status.message().find((folder_ / "docs").string()), std::string::npos);
  folder_.remove("docs");  // as if it had been moved
  EXPECT_EQ(run().added, 1u);
  EXPECT_EQ(ids(), (Ids{"docs/b.txt#0"}));
}

TEST_F(IngestTest, wrong_requests_are_refused_before_anything_happens) {
  write("a.txt", "one");
  options_.splitter = "magic";
  EXPECT_EQ(try_ingest().status().code(), Code::kInvalidArgument);
  options_.splitter = "heading";
  options_.splitting.chunk_overlap = 2'000;
  EXPECT_EQ(try_ingest().status().code(), Code::kInvalidArgument);
  options_.splitting.chunk_overlap = 0;
  options_.paths.push_back("/no/such/place");
  EXPECT_EQ(try_ingest().status().code(), Code::kNotFound);
  EXPECT_EQ(database_.collection("docs").status().code(), Code::kNotFound);
}

TEST_F(IngestTest, progress_is_told_after_every_file) {
  for (char c : {'a', 'b', 'c'}) write(std::string(1, c) + ".txt", std::string(10, c));
  write("d.png", std::string_view("\x89PNG\0", 5));
  std::vector<IngestProgress> seen;
  options_.progress = [&](const IngestProgress& progress) { seen.push_back(progress); };
  run();
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen.back().files_done, 4u);
  EXPECT_EQ(seen.back().files_total, 4u);
  EXPECT_EQ(seen.back().bytes_done, 35u);
  EXPECT_EQ(seen.back().bytes_total, 35u);
  EXPECT_EQ(seen.back().chunks_written, 3u);
}

TEST_F(IngestTest, within_a_large_file_progress_is_told_and_can_cancel) {
  std::string text;
  for (int i = 0; i < 12'000; ++i) text += "# " + std::to_string(i) + "\n\ntext\n\n";
  write("large.md", text);
  options_.cancel = CancelToken();
  std::vector<std::uint64_t> chunks;
  options_.progress = [&](const IngestProgress& progress) {
    EXPECT_EQ(progress.files_done, 0u);
    EXPECT_EQ(progress.source, "docs/large.md");
    const std::uint64_t before = chunks.empty() ? 0 : chunks.back();
    if (progress.chunks_written == before) return;  // told because a second passed meanwhile
    chunks.push_back(progress.chunks_written);
    if (chunks.size() == 2) options_.cancel->cancel();
  };
  EXPECT_TRUE(run().cancelled);
  EXPECT_EQ(chunks, (std::vector<std::uint64_t>{257, 513}));
  options_.cancel.reset();
  options_.progress = {};
  EXPECT_EQ(run().changed, 1u);
  EXPECT_EQ(ids().size(), 12'000u);
}

TEST_F(IngestTest, a_cancelled_run_keeps_what_is_done_and_the_next_goes_on) {
  for (int i = 0; i < 50; ++i) write("f" + std::to_string(i) + ".txt", "text " + std::to_string(i));
  options_.batch_size = 5;
  options_.cancel = CancelToken();
  options_.progress = [&](const IngestProgress& progress) {
    if (progress.files_done == 20) options_.cancel->cancel();
  };
  IngestReport report = run();
  EXPECT_TRUE(report.cancelled);
  EXPECT_EQ(report.added, 20u);
  EXPECT_EQ(ids().size(), 20u);
  options_.cancel.reset();
  options_.progress = {};
  report = run();
  EXPECT_EQ(report.unchanged, 20u);
  EXPECT_EQ(report.added, 30u);
}

TEST_F(IngestTest, a_failing_embedder_is_an_error_and_the_next_run_goes_on) {
  for (int i = 0; i < 20; ++i) write("f" + std::to_string(i) + ".txt", "text " + std::to_string(i));
  options_.batch_size = 5;
  embedder_.fail_after(2);
  EXPECT_EQ(try_ingest().status().code(), Code::kUnavailable);
  EXPECT_EQ(ids().size(), 10u);
  EXPECT_EQ(run().unchanged, 10u);
  EXPECT_EQ(ids().size(), 20u);
}

// Whatever happens to the files, what is kept is what the files are now.
TEST_F(IngestTest, the_collection_equals_a_fresh_one_after_random_changes) {
  constexpr std::uint64_t kSeed = 3;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  options_.splitting.chunk_size = 20;
  options_.splitting.chunk_overlap = 5;
  write("keep", "always here");
  for (int round = 0; round < 30; ++round) {
    for (int change = 0; change < 5; ++change) {
      std::string name = (random.below(2) ? "a/" : "") + std::to_string(random.below(8)) + ".txt";
      if (random.below(3) == 0) {
        folder_.remove("docs/" + name);
        continue;
      }
      std::string content;
      for (std::uint64_t n = random.below(30); n > 0; --n)
        content += std::to_string(random.below(100)) + " ";
      write(name, content);
    }
    if (random.below(4) == 0) {
      options_.batch_size = 1;
      embedder_.fail_after(static_cast<int>(random.below(4)));
      (void)try_ingest();
      embedder_.fail_after(-1);
      options_.batch_size = 256;
    }
    run();
    Database fresh = Database::in_memory().value();
    ASSERT_TRUE(ingest(fresh, "docs", embedder_, options_).ok());
    Scan mine = database_.collection("docs").value().scan().value();
    Scan theirs = fresh.collection("docs").value().scan().value();
    auto a = mine.next(10'000).value(), b = theirs.next(10'000).value();
    ASSERT_EQ(a.size(), b.size()) << "round " << round;
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_EQ(a[i].id, b[i].id);
      ASSERT_EQ(a[i].text, b[i].text);
      ASSERT_EQ(a[i].metadata, b[i].metadata);
      ASSERT_EQ(a[i].vector, b[i].vector);
    }
  }
}

}  // namespace
}  // namespace vecstore
