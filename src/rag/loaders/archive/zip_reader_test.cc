#include "rag/loaders/archive/zip_reader.h"

#include <gmock/gmock.h>

#include "rag/loaders/archive/test_raw_zip.h"
#include "rag/loaders/archive/test_zip.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = ArchiveMember::Kind;

// "name=content" of files, "name/" of folders, "name>" of links, "name?" of the rest; at the end
// the error that ended it.
std::vector<std::string> list(std::string_view bytes, std::string_view password = {}) {
  Result<ZipReader> reader = ZipReader::open(bytes, password);
  if (!reader.ok()) return {"error: " + reader.status().message()};
  std::vector<std::string> out;
  LoadBudget budget;
  for (;;) {
    const auto member = reader->next();
    if (!member.ok()) out.push_back("error: " + member.status().message());
    if (!member.ok() || !*member) return out;
    std::string what = (*member)->name;
    if ((*member)->kind == Kind::kLink) what += ">";
    if ((*member)->kind == Kind::kOther) what += "?";
    if ((*member)->kind == Kind::kFile) {
      const Result<std::string> content = reader->read(budget);
      what += content.ok() ? "=" + *content : " cannot be read: " + content.status().message();
    }
    out.push_back(what);
  }
}

TEST(ZipReader, what_libarchive_writes_is_read) {
  const std::vector<TestMember> members = {{"a", "one"},
                                           {"d/", "", AE_IFDIR},
                                           {"d/f", std::string(70'000, 'x')},
                                           {"l", "", AE_IFLNK, "a"}};
  const auto expected = ElementsAre("a=one", "d/", "d/f=" + std::string(70'000, 'x'), "l>");
  for (const char* options : {"compression=store", "compression=deflate", "zip:zip64"}) {
    EXPECT_THAT(list(make_archive(members, {.options = options})), expected) << options;
  }
  for (const char* way : {"zipcrypt", "aes128", "aes256"}) {
    const std::string zip = make_archive(
        members, {.options = std::string("zip:encryption=") + way, .password = "pass"});
    EXPECT_THAT(list(zip, "pass"), expected) << way;
    EXPECT_EQ(list(zip, "wrong")[0],
              "a cannot be read: encrypted, and the password does not open it");
    EXPECT_EQ(list(zip)[0], "a cannot be read: encrypted, and no password was given");
  }
}

TEST(ZipReader, bzip2_xz_and_zstd_are_read_and_other_ways_are_named) {
  const auto member = [](std::uint16_t method, std::string packed) {
    return make_raw_zip(
        {{.packed = std::move(packed), .method = method, .size = 4, .crc = crc_of_raw("text")}});
  };
  EXPECT_THAT(list(member(12, pack("text", ARCHIVE_FILTER_BZIP2))), ElementsAre("a=text"));
  EXPECT_THAT(list(member(93, pack("text", ARCHIVE_FILTER_ZSTD))), ElementsAre("a=text"));
  EXPECT_THAT(list(member(95, pack("text", ARCHIVE_FILTER_XZ))), ElementsAre("a=text"));
  for (auto [method, name] :
       {std::pair{9, "Deflate64"}, {14, "LZMA"}, {98, "PPMd"}, {6, "method 6"}}) {
    EXPECT_THAT(
        list(member(static_cast<std::uint16_t>(method), "text")),
        ElementsAre("a cannot be read: packed by " + std::string(name) + ", which is not read"));
  }
}

TEST(ZipReader, sizes_and_places_of_64_bits_are_read) {
  EXPECT_THAT(
      list(make_raw_zip({{.packed = "one"}, {.name = "b", .packed = "two", .in_64_bits = true}})),
      ElementsAre("a=one", "b=two"));
  std::string zip = make_raw_zip({{.packed = "one", .in_64_bits = true}});
  zip[zip.find("PK\x06\x06")] = 'x';
  EXPECT_THAT(list(zip)[0], HasSubstr("its directory of 64 bits is not where it is said to be"));
}

TEST(ZipReader, a_program_before_it_and_a_comment_after_it_do_not_matter) {
  const std::string zip =
      make_raw_zip({{.packed = "one"}, {.name = "b", .packed = "two"}},
                   std::string("PK\x05\x06 is in the comment ") + std::string(100, 'x'));
  EXPECT_THAT(list(zip), ElementsAre("a=one", "b=two"));
  EXPECT_THAT(list(std::string(1000, 'p') + zip), ElementsAre("a=one", "b=two"));
}

TEST(ZipReader, the_kind_is_that_of_the_attributes) {
  const auto unix_file = [](std::string name, std::uint32_t mode) {
    return RawZipMember{.name = std::move(name), .host = 3, .attributes = mode << 16};
  };
  EXPECT_THAT(list(make_raw_zip({unix_file("f", 0100644),
                                 unix_file("d", 0040755),
                                 unix_file("l", 0120777),
                                 unix_file("p", 0010644),
                                 unix_file("n", 0),
                                 {.name = "m", .attributes = 0120777U << 16}})),
              ElementsAre("f=", "d", "l>", "p?", "n=", "m="));
}

TEST(ZipReader, a_name_in_unicode_counts_if_it_is_of_the_same_file) {
  const auto extra = [](std::string_view of) {
    std::string content = "\1";
    put(content, crc_of_raw(of));
    content += "Gr\u00f6\u00dfe";
    std::string out;
    put<std::uint16_t>(out, 0x7075);
    put(out, static_cast<std::uint16_t>(content.size()));
    return out + content;
  };
  EXPECT_THAT(list(make_raw_zip({{.name = "Gr\x94\xe1"
                                          "e",
                                  .extra = extra("Gr\x94\xe1"
                                                 "e")}})),
              ElementsAre("Gr\u00f6\u00dfe="));
  EXPECT_THAT(list(make_raw_zip({{.name = "other",
                                  .extra = extra("Gr\x94\xe1"
                                                 "e")}})),
              ElementsAre("other="));
}

TEST(ZipReader, what_is_not_as_the_directory_says_is_an_error_of_that_member) {
  EXPECT_THAT(list(make_raw_zip({{.packed = "one", .crc = 7}, {.name = "b", .packed = "two"}})),
              ElementsAre("a cannot be read: a checksum is wrong", "b=two"));
  EXPECT_THAT(list(make_raw_zip({{.packed = "one", .size = 4}})),
              ElementsAre("a cannot be read: a member is not as long as it is said to be"));
  std::string zip = make_raw_zip({{.packed = "one"}, {.name = "b", .packed = "two"}});
  zip[0] = 'x';
  EXPECT_THAT(list(zip),
              ElementsAre("a cannot be read: a member is not where it is said to be", "b=two"));
  EXPECT_THAT(list(make_raw_zip({{.flags = 1 | 1 << 6}}), "pass")[0],
              HasSubstr("strong encryption"));
  EXPECT_THAT(list(make_raw_zip({{.method = 99, .flags = 1}}), "pass")[0],
              HasSubstr("how it is encrypted is missing"));
  EXPECT_THAT(list(make_raw_zip({{.packed = "short", .flags = 1}}), "pass")[0],
              HasSubstr("it ends too early"));
}

// As the bombs that hold one packed file many times: each would be unpacked anew.
TEST(ZipReader, members_that_lie_over_one_another_are_refused) {
  std::vector<RawZipMember> members = {{.packed = std::string(1000, 'x')}};
  for (int i = 0; i < 10; ++i)
    members.push_back({.packed = std::string(1000, 'x'), .lies_over_first = true});
  const std::vector<std::string> listed = list(make_raw_zip(members));
  EXPECT_EQ(listed[0], "a=" + std::string(1000, 'x'));
  EXPECT_EQ(listed.back(), "a cannot be read: its members lie over one another");
}

TEST(ZipReader, every_cut_and_every_changed_byte_is_an_error_or_an_archive) {
  const std::string zip =
      make_archive({{"a", std::string(300, 'x')}, {"b", "two"}}, {.options = "zip:zip64"});
  for (std::size_t i = 0; i < zip.size(); ++i) {
    EXPECT_THAT(list(zip.substr(0, i))[0], HasSubstr("error: ")) << i;
    for (char flip : {'\x01', '\x80', '\xff'}) {
      std::string changed = zip;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      list(changed, "pass");
    }
  }
}

TEST(ZipReader, content_counts_against_the_budget) {
  const std::string zip = make_raw_zip({{.packed = std::string(1000, 'x')}});
  ZipReader reader = ZipReader::open(zip).value();
  ASSERT_TRUE(reader.next().ok());
  LoadBudget budget({.unpacked_bytes = 999});
  EXPECT_EQ(reader.read(budget).status().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace vecstore
