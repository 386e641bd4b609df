#include "rag/loaders/archive/archive_loader.h"

#include <gmock/gmock.h>

#include "rag/loaders/archive/test_tar.h"
#include "rag/loaders/archive/test_zip.h"
#include "rag/loaders/loader_registry.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const TestArchive kTar = {.format = ARCHIVE_FORMAT_TAR_PAX_RESTRICTED};

Result<std::vector<Document>> load(std::string_view bytes, std::string_view path = "x.zip",
                                   LoadLimits limits = {}, std::string_view password = {}) {
  LoadInput input{bytes, path, password};
  input.budget = std::make_shared<LoadBudget>(limits);
  return LoaderRegistry().load(input);
}

std::vector<std::string> members_of(const std::vector<Document>& documents) {
  std::vector<std::string> out;
  for (const Document& document : documents) {
    out.push_back(*document.metadata.find("member")->as_string());
  }
  return out;
}

TEST(ArchiveLoader, files_within_become_documents_by_their_own_loaders) {
  const std::string zip = make_zip({{"docs/a.md", "# Hi\nthere"}, {"b.txt", "two"}});
  const auto documents = load(zip).value();
  EXPECT_THAT(members_of(documents), ElementsAre("docs/a.md", "b.txt"));
  EXPECT_EQ(documents[0].kind, "markdown");
  EXPECT_EQ(documents[1].text, "two");
}

TEST(ArchiveLoader, tar_is_read_as_it_is_and_packed) {
  const std::vector<TestMember> members = {{"a.txt", "one"}, {"b/c.html", "<p>two"}};
  EXPECT_THAT(members_of(load(make_archive(members, kTar), "x.tar").value()),
              ElementsAre("a.txt", "b/c.html"));
  for (auto [filter, path] : {std::pair{ARCHIVE_FILTER_GZIP, "x.tar.gz"},
                              {ARCHIVE_FILTER_GZIP, "x.tgz"},
                              {ARCHIVE_FILTER_BZIP2, "x.tar.bz2"},
                              {ARCHIVE_FILTER_XZ, "x.tar.xz"},
                              {ARCHIVE_FILTER_ZSTD, "x.tar.zst"},
                              {ARCHIVE_FILTER_ZSTD, "no_ending"}}) {
    TestArchive how = kTar;
    how.filter = filter;
    EXPECT_THAT(members_of(load(make_archive(members, how), path).value()),
                ElementsAre("a.txt", "b/c.html"))
        << path;
  }
}

TEST(ArchiveLoader, a_single_packed_file_is_read_under_its_own_name) {
  for (auto [filter, path] : {std::pair{ARCHIVE_FILTER_GZIP, "docs/a.md.gz"},
                              {ARCHIVE_FILTER_BZIP2, "a.md.bz2"},
                              {ARCHIVE_FILTER_XZ, "a.md.xz"},
                              {ARCHIVE_FILTER_ZSTD, "a.md.zst"}}) {
    const auto documents = load(pack("# Title\ntext", filter), path).value();
    EXPECT_THAT(members_of(documents), ElementsAre("a.md"));
    EXPECT_EQ(documents[0].kind, "markdown") << path;
  }
}

TEST(ArchiveLoader, archives_within_archives_are_read) {
  const std::string inner = make_zip({{"deep.txt", "deep"}});
  const std::string tar = make_archive({{"in/inner.zip", inner}, {"a.txt.gz", pack("z", 1)}}, kTar);
  EXPECT_THAT(members_of(load(tar, "x.tar").value()),
              ElementsAre("in/inner.zip/deep.txt", "a.txt.gz/a.txt"));
}

TEST(ArchiveLoader, paths_that_climb_are_only_names) {
  const auto documents =
      load(make_zip({{"../../etc/passwd", "one"}, {"/etc/shadow", "two"}, {"C:/boot", "three"}}))
          .value();
  EXPECT_THAT(members_of(documents), ElementsAre("../../etc/passwd", "/etc/shadow", "C:/boot"));
  EXPECT_EQ(documents[0].text, "one");
}

TEST(ArchiveLoader, links_and_devices_are_remarks) {
  const std::vector<TestMember> members = {
      {"a.txt", "text"},      {"link", "", AE_IFLNK, "/etc/passwd"},
      {"pipe", "", AE_IFIFO}, {"folder", "", AE_IFDIR},
      {".git/config", "x"},   {"__MACOSX/a.txt", "x"}};
  const auto documents = load(make_archive(members, kTar)).value();
  EXPECT_THAT(members_of(documents), ElementsAre("a.txt"));
  EXPECT_THAT(documents[0].remarks, ElementsAre("link: a link", "pipe: a device or pipe"));
  EXPECT_THAT(
      load(make_zip({{"a", "text"}, {"l", "", AE_IFLNK, "/etc/passwd"}})).value()[0].remarks,
      ElementsAre("l: a link"));
}

TEST(ArchiveLoader, the_password_opens_what_is_encrypted) {
  const std::string zip =
      make_archive({{"a.txt", "secret"}}, {.options = "zip:encryption=aes256", .password = "pass"});
  EXPECT_EQ(load(zip, "x.zip", {}, "pass").value()[0].text, "secret");
  const Status status = load(zip).status();
  EXPECT_EQ(status.code(), Code::kPermissionDenied);
  EXPECT_EQ(status.message(), "a.txt: encrypted, and no password was given");
}

TEST(ArchiveLoader, a_damaged_member_is_a_remark_and_the_others_are_read) {
  std::string zip = make_archive({{"a", std::string(1000, 'x')}, {"b", "text"}},
                                 {.options = "compression=store"});
  zip[200] ^= 1;
  const auto documents = load(zip).value();
  EXPECT_THAT(members_of(documents), ElementsAre("b"));
  ASSERT_EQ(documents[0].remarks.size(), 1U);
  EXPECT_THAT(documents[0].remarks[0], HasSubstr("a: a ZIP archive that is damaged"));
}

TEST(ArchiveLoader, a_name_that_comes_twice_is_read_twice_with_a_remark) {
  const auto documents = load(make_zip({{"a", "one"}, {"a", "two"}})).value();
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[1].text, "two");
  EXPECT_THAT(documents[0].remarks, ElementsAre("a: stands in the archive more than once"));
}

TEST(ArchiveLoader, an_archive_without_text_is_refused_as_binary) {
  const Status status = load(make_zip({{"a.png", "\x89PNG\r\n\x1a\n"}})).status();
  EXPECT_EQ(status.code(), Code::kUnimplemented);
  EXPECT_THAT(status.message(), HasSubstr("nothing in it has a loader: a.png: not text"));
  EXPECT_TRUE(load(make_zip({})).value().empty());
  EXPECT_TRUE(load(std::string(10240, '\0'), "x.tar").value().empty());
  EXPECT_EQ(load("no archive", "x.zip").status().code(), Code::kInvalidArgument);
}

TEST(ArchiveLoader, remarks_are_few) {
  std::vector<TestMember> members = {{"a", "text"}};
  for (std::size_t i = 0; i < kMaxArchiveRemarks + 5; ++i) {
    members.push_back({"l" + std::to_string(i), "", AE_IFLNK, "a"});
  }
  const auto documents = load(make_archive(members, kTar)).value();
  EXPECT_EQ(documents[0].remarks.size(), kMaxArchiveRemarks + 1);
  EXPECT_EQ(documents[0].remarks.back(), "and 5 more that were left out");
}

// As 42.zip: each level holds the one below several times over.
std::string bomb(int levels, std::size_t bytes) {
  std::string inner = make_zip({{"zeros.txt", std::string(bytes, 'x')}});
  for (int level = 0; level < levels; ++level) {
    std::vector<TestMember> members;
    for (int i = 0; i < 8; ++i) members.push_back({std::to_string(i) + ".zip", inner});
    inner = make_zip(members);
  }
  return inner;
}

TEST(ArchiveLoader, a_bomb_ends_at_the_limit_of_bytes) {
  const std::string zip = bomb(3, 10'000'000);  // 5 GB
  EXPECT_LT(zip.size(), 100'000U);
  const Status status = load(zip, "x.zip", {.unpacked_bytes = 50'000'000}).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_THAT(status.message(), HasSubstr("more than 50000000 (max_unpacked_bytes)"));
}

TEST(ArchiveLoader, a_bomb_of_files_ends_at_the_limit_of_files) {
  const Status status = load(bomb(3, 1), "x.zip", {.members = 500}).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_THAT(status.message(), HasSubstr("more than 500 (max_members)"));
}

TEST(ArchiveLoader, files_that_cannot_be_unpacked_count_too) {
  std::vector<TestMember> members;
  for (int i = 0; i < 20; ++i) members.push_back({std::to_string(i), "x"});
  const std::string zip =
      make_archive(members, {.options = "zip:encryption=aes256", .password = "pass"});
  EXPECT_EQ(load(zip, "x.zip", {.members = 10}).status().code(), Code::kResourceExhausted);
}

TEST(ArchiveLoader, archives_that_nest_without_end_stop_at_the_limit_of_depth) {
  std::string zip = make_zip({{"a", "x"}});
  for (int i = 0; i < 50; ++i) zip = make_zip({{"r.zip", zip}});
  const Status status = load(zip).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_THAT(status.message(), HasSubstr("files within files: more than 4 (max_depth)"));
  std::string packed = "text";
  for (int i = 0; i < 50; ++i) packed = pack(packed, ARCHIVE_FILTER_GZIP);
  EXPECT_EQ(load(packed, "a.gz").status().code(), Code::kResourceExhausted);
}

// A sparse file of 4 TB is a head and a map of what is not there.
TEST(ArchiveLoader, sparse_files_are_remarks) {
  const std::string tar = make_tar_member({.name = "sparse.txt", .type = 'S'}, "end") +
                          make_tar_member({.name = "a.txt"}, "text");
  const auto documents = load(tar, "x.tar").value();
  EXPECT_THAT(members_of(documents), ElementsAre("a.txt"));
  EXPECT_THAT(documents[0].remarks, ElementsAre(HasSubstr("sparse.txt: a sparse file")));
  EXPECT_EQ(load(tar.substr(0, 1024), "x.tar").status().code(), Code::kUnimplemented);
}

}  // namespace
}  // namespace vecstore
