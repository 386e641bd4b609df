#include "rag/loaders/loader_registry.h"

#include <gtest/gtest.h>

#include <array>

#include "base/test_folder.h"

namespace vecstore {
namespace {

std::string chosen(std::string_view path, std::string_view bytes = "x") {
  return std::string(LoaderRegistry().choose({bytes, path}).name());
}

TEST(LoaderRegistry, the_extension_decides) {
  EXPECT_EQ(chosen("a/b.md"), "markdown");
  EXPECT_EQ(chosen("a/b.HTML"), "html");
  EXPECT_EQ(chosen("b.htm"), "html");
  EXPECT_EQ(chosen("b.json"), "json");
  EXPECT_EQ(chosen("b.jsonl"), "jsonl");
  EXPECT_EQ(chosen("b.tsv"), "csv");
  EXPECT_EQ(chosen("main.cc", "int main() {}"), "code");
  EXPECT_EQ(chosen("b.eml"), "mail");
  EXPECT_EQ(chosen("b.txt", "<html>"), "text");
}

TEST(LoaderRegistry, content_decides_where_the_extension_does_not) {
  EXPECT_EQ(chosen("page", "\xef\xbb\xbf \n<!DOCTYPE HTML><p>"), "html");
  EXPECT_EQ(chosen("page.xyz", "<html lang=en>"), "html");
  EXPECT_EQ(chosen("tool", "#!/bin/sh\n"), "code");
  EXPECT_EQ(chosen("letter", "{\\rtf1 x}"), "rtf");
  EXPECT_EQ(chosen("data", "{\"a\": 1}"), "json");
  EXPECT_EQ(chosen("template", "{\"a\": {{ name }} }"), "text");
  EXPECT_EQ(chosen("README"), "text");
  EXPECT_EQ(chosen("dir.md/README"), "text");
  EXPECT_EQ(chosen(".md"), "text");
  EXPECT_EQ(chosen("", ""), "text");
}

TEST(LoaderRegistry, binary_content_is_refused_whatever_its_name) {
  std::string_view png("\x89PNG\r\n\x1a\n\0\0", 10);
  for (const char* path : {"a.png", "a", "a.txt", "a.md", "a.html", "a.csv", "a.json", "a.jsonl"}) {
    Status status = LoaderRegistry().load({png, path}).status();
    EXPECT_EQ(status.code(), Code::kUnimplemented) << path;
    EXPECT_EQ(status.message(), "not text: a PNG image, which has no loader") << path;
  }
}

class ShoutLoader : public Loader {
 public:
  std::string_view name() const override { return "shout"; }
  std::span<const std::string_view> extensions() const override {
    static constexpr std::array<std::string_view, 2> kExtensions = {"shout", "txt"};
    return kExtensions;
  }
  Result<std::vector<Document>> load(const LoadInput&) const override {
    return std::vector<Document>(2);
  }
};

TEST(LoaderRegistry, loaders_can_be_added_before_the_others) {
  LoaderRegistry registry;
  registry.add(std::make_unique<ShoutLoader>());
  EXPECT_EQ(registry.load({"x", "a.txt"}).value().size(), 2u);
  EXPECT_EQ(registry.load({"x", "a.md"}).value().size(), 1u);
}

// "name:bytes name:bytes …", each a file within the file; name "!" counts its bytes as unpacked.
class BagLoader : public Loader {
 public:
  std::string_view name() const override { return "bag"; }
  std::span<const std::string_view> extensions() const override {
    static constexpr std::array<std::string_view, 1> kExtensions = {"bag"};
    return kExtensions;
  }
  bool recognises(std::string_view bytes) const override { return bytes.starts_with("BAG "); }
  Result<std::vector<Document>> load(const LoadInput& input) const override {
    std::vector<Document> documents(1);
    std::string_view rest = input.bytes;
    while (!rest.empty()) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
      const std::size_t colon = word.find(':');
      if (colon == word.npos) continue;
      VECSTORE_TRY(input.budget->unpack(word.size() - colon - 1));
      VECSTORE_TRY(load_member(input, std::string(word.substr(0, colon)), word.substr(colon + 1),
                               documents, documents.front().remarks));
    }
    return documents;
  }
};

LoaderRegistry with_bags() {
  LoaderRegistry registry;
  registry.add(std::make_unique<BagLoader>());
  return registry;
}

TEST(LoadMember, files_within_a_file_become_documents_that_say_where_they_lay) {
  const LoaderRegistry registry = with_bags();
  auto documents =
      registry.load({"BAG a.md:#Hi d/b.txt:two c.png:\x89PNG\r\n\x1a\n", "some"}).value();
  ASSERT_EQ(documents.size(), 3U);
  EXPECT_EQ(documents[1].kind, "markdown");
  EXPECT_EQ(*documents[1].metadata.find("member")->as_string(), "a.md");
  EXPECT_EQ(documents[2].text, "two");
  EXPECT_EQ(documents[2].file_offset, std::nullopt);  // its bytes are not the file's
  ASSERT_EQ(documents[0].remarks.size(), 1U);
  EXPECT_TRUE(documents[0].remarks[0].starts_with("c.png: not text")) << documents[0].remarks[0];
}

TEST(LoadMember, a_member_of_a_member_names_both) {
  const LoaderRegistry registry = with_bags();
  auto documents = registry.load({"in.bag:x:y", "some.bag"}).value();
  ASSERT_EQ(documents.size(), 3U);
  EXPECT_EQ(*documents[2].metadata.find("member")->as_string(), "in.bag/x");
}

TEST(LoadMember, limits_end_the_whole_file) {
  const LoaderRegistry registry = with_bags();
  const auto message = [&](LoadLimits limits) {
    LoadInput input{"in.bag:x:y a:b", "some.bag"};
    input.budget = std::make_shared<LoadBudget>(limits);
    return registry.load(input).status().message();
  };
  EXPECT_EQ(message({}), "");
  EXPECT_EQ(message({.unpacked_bytes = 3}),
            "in.bag: bytes unpacked from one file: more than 3 (max_unpacked_bytes)");
  EXPECT_EQ(message({.members = 1}), "in.bag: files within one file: more than 1 (max_members)");
  EXPECT_EQ(message({.depth = 1}), "in.bag: files within files: more than 1 (max_depth)");
}

TEST(ReadFile, files_up_to_the_limit_are_read) {
  TestFolder folder;
  folder.write("a", "12345");
  EXPECT_EQ(read_file((folder / "a").string(), 5).value(), "12345");
  folder.write("empty", "");
  EXPECT_EQ(read_file((folder / "empty").string(), 0).value(), "");
}

TEST(ReadFile, larger_ones_are_refused_with_both_numbers) {
  TestFolder folder;
  folder.write("a", std::string(200'000, 'x'));
  Status status = read_file((folder / "a").string(), 100'000).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_EQ(status.message(), "200000 bytes; the limit for one file is 100000");
}

TEST(ReadFile, what_is_no_file_is_refused) {
  TestFolder folder;
  EXPECT_EQ(read_file(folder.string(), 10).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(read_file("/dev/zero", 10).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(read_file((folder / "none").string(), 10).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace vecstore
