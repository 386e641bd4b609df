#include "rag/loaders/archive/tar_reader.h"

#include <gmock/gmock.h>

#include "rag/loaders/archive/test_tar.h"
#include "rag/loaders/archive/test_zip.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = ArchiveMember::Kind;

// "name=content" of files, "name/" of folders, "name>" of links, "name?" of the rest; at the end
// the error that ended it.
std::vector<std::string> list(std::string_view bytes) {
  TarReader reader(bytes);
  std::vector<std::string> out;
  LoadBudget budget;
  for (;;) {
    const auto member = reader.next();
    if (!member.ok()) out.push_back("error: " + member.status().message());
    if (!member.ok() || !*member) return out;
    std::string what = (*member)->name;
    if ((*member)->kind == Kind::kLink) what += ">";
    if ((*member)->kind == Kind::kOther) what += "?";
    if ((*member)->kind == Kind::kFile) {
      const Result<std::string> content = reader.read(budget);
      what += content.ok() ? "=" + *content : " cannot be read: " + content.status().message();
    }
    out.push_back(what);
  }
}

TEST(TarReader, what_libarchive_writes_is_read_in_every_form) {
  const std::string longer(150, 'n'), very_long = std::string(180, 'd') + "/" + longer;
  for (int format : {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_TAR, ARCHIVE_FORMAT_TAR_GNUTAR,
                     ARCHIVE_FORMAT_TAR_PAX_RESTRICTED}) {
    std::vector<TestMember> members = {{"a", "one"},
                                       {"d/", "", AE_IFDIR},
                                       {"d/" + std::string(99, 'e') + "/f", std::string(512, 'x')},
                                       {"l", "", AE_IFLNK, "a"},
                                       {"p", "", AE_IFIFO}};
    std::vector<std::string> expected = {
        "a=one", "d/", "d/" + std::string(99, 'e') + "/f=" + std::string(512, 'x'), "l>", "p?"};
    if (format != ARCHIVE_FORMAT_TAR_USTAR) {
      members.push_back({very_long, "two"});
      expected.push_back(very_long + "=two");
    }
    EXPECT_EQ(list(make_archive(members, {.format = format})), expected) << format;
  }
}

TEST(TarReader, pax_says_path_and_size) {
  const std::string pax =
      make_tar_member({.type = 'x'}, pax_record("path=docs/Gr\u00f6\u00dfe") +
                                         pax_record("mtime=1.5") + pax_record("size=3"));
  const std::string tar = pax + make_tar_head({.size = "00000000000"}) + "two" +
                          std::string(509, '\0') + make_tar_member({.name = "c"}, "three");
  EXPECT_THAT(list(tar), ElementsAre("docs/Gr\u00f6\u00dfe=two", "c=three"));
}

TEST(TarReader, a_global_pax_head_names_nothing) {
  EXPECT_THAT(list(make_tar_member({.type = 'g'}, pax_record("path=wrong")) +
                   make_tar_member({.name = "a"}, "one")),
              ElementsAre("a=one"));
}

TEST(TarReader, sizes_in_base_256_are_read) {
  using namespace std::string_literals;
  const std::string tar = make_tar_head({.size = "\x80\0\0\0\0\0\0\0\0\0\0\3"s}) + "two";
  EXPECT_THAT(list(tar), ElementsAre("a.txt=two"));
  for (const std::string& size :
       {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe"s, "\x80\0\0\1\0\0\0\0\0\0\0\0"s}) {
    EXPECT_THAT(list(make_tar_head({.size = size})),
                ElementsAre("error: a size that is no number"));
  }
  EXPECT_THAT(list(make_tar_head({.size = "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"s})),
              ElementsAre("a.txt cannot be read: it ends within this file"));
}

TEST(TarReader, the_prefix_counts_where_there_is_one) {
  EXPECT_THAT(list(make_tar_head({.prefix = "d"})), ElementsAre("d/a.txt="));
  EXPECT_THAT(list(make_tar_head({.magic = std::string("ustar  \0", 8), .prefix = "d"})),
              ElementsAre("a.txt="));
}

TEST(TarReader, links_hold_nothing_whatever_size_they_say) {
  const std::string after = make_tar_member({.name = "b"}, "two");
  for (char type : {'1', '2', '5'}) {
    const std::string tar = make_tar_head({.name = "l", .type = type, .size = "00000001000"});
    EXPECT_EQ(list(tar + after).back(), "b=two") << type;
  }
  EXPECT_THAT(list(make_tar_member({.name = "l", .type = '1'}, "content") + after),
              ElementsAre("l>", "b=two"));
}

TEST(TarReader, sparse_files_are_named_and_not_read) {
  const std::string after = make_tar_member({.name = "b"}, "two");
  const std::string refused =
      " cannot be read: a sparse file, of which an archive has pieces: not read";
  EXPECT_THAT(list(make_tar_member({.type = 'S'}, "piece") + after),
              ElementsAre("a.txt" + refused, "b=two"));
  std::string with_map = make_tar_member({.type = 'S'}, "piece");
  with_map[482] = 1;  // two blocks of map follow the head
  mend_tar_head(with_map);
  std::string map(1024, '\0');
  map[504] = 1;
  EXPECT_THAT(list(with_map.insert(512, map) + after), ElementsAre("a.txt" + refused, "b=two"));
  const std::string pax = make_tar_member(
      {.type = 'x'}, pax_record("GNU.sparse.major=1") + pax_record("GNU.sparse.name=big") +
                         pax_record("path=GNUSparseFile.7/big"));
  EXPECT_THAT(list(pax + make_tar_member({}, "piece") + after),
              ElementsAre("big" + refused, "b=two"));
}

TEST(TarReader, damage_is_an_error_and_what_came_before_is_read) {
  const std::string first = make_tar_member({.name = "a"}, "one");
  std::string wrong = make_tar_member({.name = "b"}, "two");
  wrong[0] = 'c';
  EXPECT_THAT(list(first + wrong), ElementsAre("a=one", "error: the checksum of a head is wrong"));
  EXPECT_THAT(list(first + std::string(100, 'x')),
              ElementsAre("a=one", "error: it ends within a head"));
  EXPECT_THAT(list(first.substr(0, 514)),
              ElementsAre("a cannot be read: it ends within this file"));
  EXPECT_THAT(list(first + make_tar_head({.type = 'L', .size = "00000001000"})),
              ElementsAre("a=one", "error: it ends within a head"));
  EXPECT_THAT(list(make_tar_head({.size = "12x"})), ElementsAre("error: a size that is no number"));
}

TEST(TarReader, pax_records_that_are_none_are_errors) {
  for (std::string_view records :
       {"x", "5", "99 path=a\n", "2 path=a\n", "11 path=abc", "8 patha\n", "0 a=b\n",
        "99999999999999999999 a=b\n", "10 size=-1\n", "29 size=99999999999999999999\n", "-5 a=b\n",
        "11 size=0x1\n"}) {
    const std::vector<std::string> listed =
        list(make_tar_member({.type = 'x'}, records) + make_tar_member({}, ""));
    ASSERT_EQ(listed.size(), 1U) << records;
    EXPECT_THAT(listed[0], HasSubstr("error: a pax")) << records;
  }
}

// A record whose length leads to a line feed of the next member.
TEST(TarReader, pax_records_end_within_their_head) {
  EXPECT_THAT(list(make_tar_member({.type = 'x'}, "1028 path=b") + make_tar_member({}, "one\n")),
              ElementsAre("error: a pax head that is no list of records"));
}

TEST(TarReader, heads_that_describe_one_another_take_linear_time) {
  std::string tar;
  for (int i = 0; i < 20'000; ++i) tar += make_tar_member({.type = 'L'}, "name");
  EXPECT_TRUE(list(tar).empty());
}

TEST(TarReader, content_counts_against_the_budget) {
  const std::string tar = make_tar_member({}, std::string(1000, 'x'));
  TarReader reader(tar);
  ASSERT_TRUE(reader.next().ok());
  LoadBudget budget({.unpacked_bytes = 999});
  EXPECT_EQ(reader.read(budget).status().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace vecstore
