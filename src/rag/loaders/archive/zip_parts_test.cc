#include "rag/loaders/archive/zip_parts.h"

#include <gmock/gmock.h>

#include "rag/loaders/archive/test_zip.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;

Result<ZipParts> read_xml(std::string_view bytes, LoadLimits limits = {}) {
  LoadInput input{bytes};
  input.budget = std::make_shared<LoadBudget>(limits);
  return ZipParts::read(input, [](std::string_view name) { return name.ends_with(".xml"); });
}

TEST(ZipParts, what_is_wanted_is_unpacked_and_the_rest_only_named) {
  const ZipParts parts =
      read_xml(
          make_zip({{"a.xml", "one"}, {"big.png", std::string(1000, 'x')}, {"d/B.xml", "two"}}),
          {.unpacked_bytes = 10})
          .value();
  EXPECT_EQ(*parts.find("/a.xml"), "one");
  EXPECT_EQ(*parts.find("D/b.XML"), "two");
  EXPECT_EQ(parts.find("big.png"), nullptr);
  EXPECT_THAT(parts.names(), ElementsAre("a.xml", "big.png", "d/B.xml"));
}

TEST(ZipParts, the_budget_holds_for_parts_too) {
  const std::string zip = make_zip({{"a.xml", std::string(1'000'000, 'x')}});
  EXPECT_EQ(read_xml(zip, {.unpacked_bytes = 1000}).status().code(), Code::kResourceExhausted);
}

TEST(ZipParts, of_two_of_one_name_the_first_counts) {
  EXPECT_EQ(*read_xml(make_zip({{"a.xml", "one"}, {"a.xml", "two"}})).value().find("a.xml"), "one");
}

TEST(ZipParts, what_is_no_zip_is_refused) {
  EXPECT_EQ(read_xml("text").status().message(), "not the ZIP archive that such a file is");
  EXPECT_EQ(read_xml("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").status().message(),
            "an encrypted Office file, or one of before 2007");
  EXPECT_FALSE(read_xml(make_zip({{"a.xml", "one"}}).substr(0, 60)).ok());
}

TEST(ZipNames, names_are_found_without_unpacking) {
  const std::string zip =
      make_zip({{"pad", std::string(100, 'x')}, {"word/document.xml", std::string(100, 'y')}});
  EXPECT_TRUE(zip_names(zip, "word/document"));
  EXPECT_FALSE(zip_names(zip, "xl/workbook"));
  EXPECT_FALSE(zip_names("word/document", "word/document"));
}

TEST(ZipIs, the_first_member_says_what_a_file_is) {
  const auto stored = [](const std::vector<TestMember>& members) {
    return make_archive(members, {.options = "compression=store"});
  };
  EXPECT_TRUE(zip_is(stored({{"mimetype", "a/b+zip"}}), "a/b"));
  EXPECT_FALSE(zip_is(stored({{"other", "a/b+zip"}}), "a/b"));
  EXPECT_FALSE(zip_is(stored({{"mimetype", "a/c"}}), "a/b"));
  EXPECT_FALSE(zip_is("PK\x03\x04", "a/b"));
}

TEST(ResolvePart, paths_are_resolved_within_the_archive) {
  EXPECT_EQ(resolve_part("ppt/slides/a.xml", "../media/b.png"), "ppt/media/b.png");
  EXPECT_EQ(resolve_part("word/document.xml", "styles.xml"), "word/styles.xml");
  EXPECT_EQ(resolve_part("word/document.xml", "/word/styles.xml"), "word/styles.xml");
  EXPECT_EQ(resolve_part("", "word/document.xml"), "word/document.xml");
  EXPECT_EQ(resolve_part("a/b", "../../../etc/./passwd"), "etc/passwd");
}

}  // namespace
}  // namespace vecstore
