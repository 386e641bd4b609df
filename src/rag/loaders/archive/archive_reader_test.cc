#include "rag/loaders/archive/archive_reader.h"

#include <gmock/gmock.h>

#include "rag/loaders/archive/test_zip.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> names_in(std::string_view bytes, ArchiveForm form) {
  ArchiveReader reader = ArchiveReader::open(bytes, form).value();
  std::vector<std::string> names;
  for (auto member = reader.next().value(); member; member = reader.next().value()) {
    names.push_back(member->name);
  }
  return names;
}

Result<std::string> first_content(std::string_view bytes, ArchiveForm form, LoadBudget& budget,
                                  std::string_view password = {}) {
  VECSTORE_ASSIGN(ArchiveReader reader, ArchiveReader::open(bytes, form, password));
  VECSTORE_ASSIGN(auto member, reader.next());
  return reader.read(budget);
}

TEST(ArchiveReader, members_of_zip_and_tar_come_in_order) {
  const std::vector<TestMember> members = {{"b.txt", "two"}, {"a/c.txt", "three"}};
  EXPECT_THAT(names_in(make_zip(members), ArchiveForm::kZip), ElementsAre("b.txt", "a/c.txt"));
  const std::string tar = make_archive(members, {.format = ARCHIVE_FORMAT_TAR_PAX_RESTRICTED});
  EXPECT_THAT(names_in(tar, ArchiveForm::kTar), ElementsAre("b.txt", "a/c.txt"));
}

TEST(ArchiveReader, the_form_shows_in_the_first_bytes) {
  EXPECT_EQ(archive_form(make_zip({{"a", "1"}})), ArchiveForm::kZip);
  EXPECT_EQ(archive_form(make_zip({})), ArchiveForm::kZip);
  EXPECT_EQ(archive_form(pack("x", ARCHIVE_FILTER_GZIP)), ArchiveForm::kGzip);
  EXPECT_EQ(archive_form(pack("x", ARCHIVE_FILTER_BZIP2)), ArchiveForm::kBzip2);
  EXPECT_EQ(archive_form(pack("x", ARCHIVE_FILTER_XZ)), ArchiveForm::kXz);
  EXPECT_EQ(archive_form(pack("x", ARCHIVE_FILTER_ZSTD)), ArchiveForm::kZstd);
  for (int format :
       {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FORMAT_TAR_GNUTAR}) {
    EXPECT_EQ(archive_form(make_archive({{"a", "1"}}, {.format = format})), ArchiveForm::kTar);
  }
  EXPECT_EQ(archive_form(std::string(1024, 'x')), std::nullopt);
  EXPECT_EQ(archive_form(std::string(1024, '\0')), std::nullopt);
  EXPECT_EQ(archive_form(""), std::nullopt);
}

TEST(ArchiveReader, a_tar_of_before_the_mark_is_known_by_its_checksum) {
  std::string tar = make_archive({{"a", "1"}}, {.format = ARCHIVE_FORMAT_TAR_USTAR});
  unsigned sum = 0;
  for (std::size_t i = 257; i < 265; ++i) tar[i] = '\0';
  for (std::size_t i = 148; i < 156; ++i) tar[i] = ' ';
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[i]);
  char octal[8];
  std::snprintf(octal, sizeof octal, "%06o", sum);
  tar.replace(148, 7, octal, 7);
  EXPECT_EQ(archive_form(tar), ArchiveForm::kTar);
  EXPECT_THAT(names_in(tar, ArchiveForm::kTar), ElementsAre("a"));
}

TEST(ArchiveReader, what_was_packed_is_unpacked) {
  for (int filter :
       {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD}) {
    const std::string packed = pack("some text", filter);
    LoadBudget budget;
    EXPECT_EQ(first_content(packed, *archive_form(packed), budget).value(), "some text");
  }
}

TEST(ArchiveReader, unpacking_ends_at_the_budget) {
  const std::string packed = pack(std::string(5'000'000, 'x'), ARCHIVE_FILTER_GZIP);
  LoadBudget budget({.unpacked_bytes = 1'000'000});
  const Status status = first_content(packed, ArchiveForm::kGzip, budget).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_TRUE(budget.exhausted());
  LoadBudget enough({.unpacked_bytes = 5'000'000});
  EXPECT_EQ(first_content(packed, ArchiveForm::kGzip, enough).value().size(), 5'000'000U);
}

TEST(ArchiveReader, packed_twice_is_unpacked_once) {
  const std::string once = pack("text", ARCHIVE_FILTER_GZIP);
  LoadBudget budget;
  EXPECT_EQ(first_content(pack(once, ARCHIVE_FILTER_GZIP), ArchiveForm::kGzip, budget).value(),
            once);
}

TEST(ArchiveReader, names_are_utf8_whatever_the_locale) {
  std::string zip = make_zip({{"Gr\u00f6\u00dfe/\u65e5\u672c.txt", "x"}});
  EXPECT_THAT(names_in(zip, ArchiveForm::kZip), ElementsAre("Gr\u00f6\u00dfe/\u65e5\u672c.txt"));
  zip[7] |= 8;  // says that names are UTF-8, in the file's own head and in the directory
  zip[zip.find("PK\1\2") + 9] |= 8;
  EXPECT_THAT(names_in(zip, ArchiveForm::kZip), ElementsAre("Gr\u00f6\u00dfe/\u65e5\u672c.txt"));
  EXPECT_THAT(names_in(make_zip({{"caf\xe9\n.txt", "x"}}), ArchiveForm::kZip),
              ElementsAre("caf\ufffd\ufffd.txt"));
}

TEST(ArchiveReader, encrypted_members_need_their_password) {
  for (const char* way : {"zip:encryption=zipcrypt", "zip:encryption=aes256"}) {
    const std::string zip = make_archive({{"a", "secret"}}, {.options = way, .password = "pass"});
    LoadBudget budget;
    EXPECT_EQ(first_content(zip, ArchiveForm::kZip, budget, "pass").value(), "secret") << way;
    const Status none = first_content(zip, ArchiveForm::kZip, budget).status();
    EXPECT_EQ(none.code(), Code::kPermissionDenied);
    EXPECT_EQ(none.message(), "encrypted, and no password was given");
    EXPECT_EQ(first_content(zip, ArchiveForm::kZip, budget, "wrong").status().message(),
              "encrypted, and the password does not open it");
  }
}

// As zip -Z lzma writes it.
TEST(ArchiveReader, members_packed_in_a_way_that_is_not_read_say_so) {
  std::string zip = make_archive({{"a", "\x09\x14\x05\x00\x5d\x00\x00\x00\x80..."}},
                                 {.options = "compression=store"});
  zip[8] = 14;  // the method, in the file's own head and in the directory
  zip[zip.find("PK\1\2") + 10] = 14;
  LoadBudget budget;
  const Status status = first_content(zip, ArchiveForm::kZip, budget).status();
  EXPECT_EQ(status.code(), Code::kUnimplemented);
  EXPECT_THAT(status.message(), HasSubstr("packed by LZMA"));
}

TEST(ArchiveReader, damaged_content_is_an_error) {
  std::string zip = make_archive({{"a", std::string(1000, 'x')}}, {.options = "compression=store"});
  zip[200] ^= 1;
  LoadBudget budget;
  const Status status = first_content(zip, ArchiveForm::kZip, budget).status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("a ZIP archive that is damaged"));
  const std::string packed = pack(std::string(1000, 'x'), ARCHIVE_FILTER_XZ);
  EXPECT_EQ(first_content(packed.substr(0, 40), ArchiveForm::kXz, budget).status().code(),
            Code::kDataLoss);
}

}  // namespace
}  // namespace vecstore
