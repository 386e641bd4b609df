#include "rag/ingest/file_chunks.h"

#include <gtest/gtest.h>

#include <array>

#include "base/test_folder.h"
#include "rag/splitters/make_splitter.h"

namespace vecstore {
namespace {

class FileChunksTest : public ::testing::Test {
 protected:
  FileChunks read(std::string_view name, std::string_view content) {
    folder_.write("docs/" + std::string(name), content);
    options_.paths = {(folder_ / "docs" / name).string()};
    Sources sources = list_sources(options_).value();
    auto splitter = make_splitter(options_.splitter, options_.splitting).value();
    return FileReader(sources, memory_, loaders_, *splitter, options_).read(0);
  }

  TestFolder folder_;
  IngestOptions options_;
  LoaderRegistry loaders_;
  std::map<std::string, FileMemory> memory_;
};

TEST_F(FileChunksTest, chunks_are_records_with_their_place) {
  FileChunks file = read("a.md", "\xef\xbb\xbf# Title\n\nIntro.\n\n## Part\n\nBödy.\n");
  ASSERT_TRUE(file.status.ok());
  ASSERT_EQ(file.records.size(), 2u);
  EXPECT_EQ(file.source, "docs/a.md");
  EXPECT_EQ(file.records[1].id, "docs/a.md#1");
  EXPECT_EQ(file.records[1].text, "## Part\n\nBödy.");
  EXPECT_EQ(file.records[1].metadata, (Metadata{{"source", "docs/a.md"},
                                                {"title", "Title"},
                                                {"headings", List{"Title", "Part"}},
                                                {"start", 20},
                                                {"end", 35}}));
  EXPECT_EQ(file.inputs[1], "Title › Part\n## Part\n\nBödy.");
}

TEST_F(FileChunksTest, chunk_zero_remembers_the_file) {
  FileChunks file = read("a.txt", "some text");
  ASSERT_EQ(file.records.size(), 1u);
  const Metadata& metadata = file.records[0].metadata;
  EXPECT_EQ(*metadata.find(kHashKey), Value(file.hash));
  EXPECT_EQ(*metadata.find(kChunksKey), Value(1));
  EXPECT_EQ(*metadata.find(kRootKey), Value((folder_ / "docs").string()));
  EXPECT_EQ(*metadata.find("title"), Value("a.txt"));
}

TEST_F(FileChunksTest, a_known_hash_is_unchanged_and_not_split) {
  memory_["docs/a.txt"] = {read("a.txt", "some text").hash, 1, ""};
  FileChunks file = read("a.txt", "some text");
  EXPECT_TRUE(file.unchanged);
  EXPECT_TRUE(file.records.empty());
  EXPECT_FALSE(read("a.txt", "other text").unchanged);
  EXPECT_TRUE(read("a.txt", "some text").unchanged);
  options_.splitting.chunk_size = 4;
  options_.splitting.chunk_overlap = 0;
  EXPECT_FALSE(read("a.txt", "some text").unchanged);
}

TEST_F(FileChunksTest, another_option_of_the_splitter_splits_anew) {
  memory_["docs/a.txt"] = {read("a.txt", "some text").hash, 1, ""};
  options_.splitting.separators = {"x"};
  EXPECT_FALSE(read("a.txt", "some text").unchanged);
}

TEST_F(FileChunksTest, late_chunks_lie_in_their_document) {
  const std::string text = "# Title\n\nIntro.\n\n## Part\n\nBödy.\n";
  const std::string alone = read("a.md", text).hash;
  options_.late_chunking = true;
  const FileChunks file = read("a.md", text);
  EXPECT_NE(file.hash, alone) << "vectors of another kind: the file is read again";
  EXPECT_TRUE(file.inputs.empty());
  ASSERT_EQ(file.late.size(), 1u);
  EXPECT_EQ(file.late[0].lead, "Title\n");
  ASSERT_EQ(file.late[0].parts.size(), file.records.size());
  for (std::size_t i = 0; i < file.records.size(); ++i) {
    const TextParts::Part part = file.late[0].parts[i];
    EXPECT_EQ(file.late[0].text.substr(part.begin, part.end - part.begin), file.records[i].text);
  }
}

TEST_F(FileChunksTest, the_json_splitter_gets_the_file_as_it_stands) {
  options_.splitter = "json";
  options_.splitting = {30, 0};
  options_.splitting.min_chunk_size = 10;
  const std::string text = R"({"a": {"b": "one two three", "x": [1, 2]}, "c": "four five six"})";
  FileChunks file = read("a.json", text);
  ASSERT_EQ(file.records.size(), 3u);
  EXPECT_EQ(file.records[0].text, R"("b": "one two three")");
  EXPECT_EQ(*file.records[0].metadata.find("headings"), Value(List{"a"}));
  EXPECT_EQ(*file.records[0].metadata.find("start"),
            Value(static_cast<std::int64_t>(text.find("\"b\""))));
}

// Pages of ten bytes, a remark, and a key of its own that pages take.
class PagesLoader : public Loader {
 public:
  std::string_view name() const override { return "pages"; }
  std::span<const std::string_view> extensions() const override {
    static constexpr std::array<std::string_view, 1> kExtensions = {"pages"};
    return kExtensions;
  }
  Result<std::vector<Document>> load(const LoadInput& input) const override {
    Document document;
    document.text = input.bytes;
    document.place = "page";
    for (std::size_t at = 10; at < input.bytes.size(); at += 10) {
      document.places.push_back({at, static_cast<std::int64_t>(at / 10)});
    }
    document.metadata = {{"page", "of its own"}};
    document.remarks = {"password: " + std::string(input.password),
                        "bytes: " + std::to_string(input.budget->bytes_left())};
    return std::vector<Document>{document};
  }
};

TEST_F(FileChunksTest, a_chunk_says_on_which_pages_it_lies) {
  loaders_.add(std::make_unique<PagesLoader>());
  options_.splitting.chunk_size = 10;
  options_.splitting.chunk_overlap = 0;
  options_.splitter = "recursive";
  options_.password = "open";
  options_.limits.unpacked_bytes = 77;
  FileChunks file = read("a.pages", "before it page one. on two and three");
  ASSERT_TRUE(file.status.ok());
  ASSERT_EQ(file.records.size(), 4u);
  const auto value = [&](std::size_t i, const char* key) {
    const Value* found = file.records[i].metadata.find(key);
    return found ? found->to_json() : "none";
  };
  EXPECT_EQ(value(0, "page"), "none");
  EXPECT_EQ(value(1, "page"), "1");
  EXPECT_EQ(value(1, "page_end"), "none");
  EXPECT_EQ(value(2, "page"), "2");
  EXPECT_EQ(value(2, "page_end"), "none");
  EXPECT_EQ(value(3, "page"), "2");
  EXPECT_EQ(value(3, "page_end"), "3");
  EXPECT_EQ(value(0, "doc_page"), "\"of its own\"");
  EXPECT_EQ(value(0, "text_hash").size(), 18u);
  EXPECT_EQ(file.remarks, (std::vector<std::string>{"password: open", "bytes: 77"}));
  options_.splitting.chunk_size = 100;
  file = read("a.pages", "before it page one. on two");
  EXPECT_EQ(value(0, "page"), "none");
  EXPECT_EQ(value(0, "page_end"), "2");
}

TEST_F(FileChunksTest, limits_and_a_password_have_a_file_read_again) {
  const std::string hash = read("a.txt", "some text").hash;
  options_.password = "open";
  EXPECT_NE(read("a.txt", "some text").hash, hash);
  options_.password = "";
  EXPECT_EQ(read("a.txt", "some text").hash, hash);
  options_.limits.depth = 1;
  EXPECT_NE(read("a.txt", "some text").hash, hash);
}

TEST_F(FileChunksTest, rows_are_numbered_through_the_file_and_keep_their_metadata) {
  FileChunks file = read("a.csv", "name,start,title\nAnn,5,Dr\nBob,6,\n");
  ASSERT_EQ(file.records.size(), 2u);
  EXPECT_EQ(file.records[1].id, "docs/a.csv#1");
  const Metadata& first = file.records[0].metadata;
  EXPECT_EQ(*first.find("doc_start"), Value(5));
  EXPECT_EQ(*first.find("start"), Value(0));
  EXPECT_EQ(*first.find("title"), Value("Dr"));
  EXPECT_EQ(*file.records[1].metadata.find("title"), Value("a.csv"));
  EXPECT_EQ(*file.records[1].metadata.find("row"), Value(3));
  EXPECT_EQ(*file.records[1].metadata.find("document"), Value(1));
}

TEST_F(FileChunksTest, a_title_that_is_no_string_makes_way) {
  FileChunks file = read("a.json", R"({"text": "t", "title": 5})");
  EXPECT_EQ(*file.records[0].metadata.find("doc_title"), Value(5));
  EXPECT_EQ(*file.records[0].metadata.find("title"), Value("a.json"));
}

TEST_F(FileChunksTest, a_file_that_cannot_be_used_says_why) {
  EXPECT_EQ(read("a.txt", std::string_view("\0\0", 2)).status.code(), Code::kUnimplemented);
  EXPECT_EQ(read("a.json", "{").status.code(), Code::kInvalidArgument);
  options_.max_file_bytes = 3;
  EXPECT_EQ(read("a.txt", "1234").status.code(), Code::kResourceExhausted);
}

TEST_F(FileChunksTest, large_metadata_is_not_repeated_without_bound) {
  options_.splitting.chunk_size = 5;
  options_.splitting.chunk_overlap = 0;
  std::string words;
  for (int i = 0; i < 3'000; ++i) words += "word ";
  FileChunks file =
      read("a.json", "{\"text\": \"" + words + "\", \"x\": \"" + std::string(100'000, 'x') + "\"}");
  EXPECT_EQ(file.status.code(), Code::kResourceExhausted);
  EXPECT_NE(file.status.message().find("for each of 3000 chunks"), std::string::npos)
      << file.status.message();
}

TEST_F(FileChunksTest, a_file_without_text_has_no_records) {
  FileChunks file = read("a.txt", " \n ");
  EXPECT_TRUE(file.status.ok());
  EXPECT_TRUE(file.records.empty());
}

TEST_F(FileChunksTest, replaced_bytes_are_counted) {
  EXPECT_EQ(read("a.txt", "é é\xff").replaced, 1u);
}

}  // namespace
}  // namespace vecstore
