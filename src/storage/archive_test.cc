#include "storage/archive.h"

#include <gtest/gtest.h>

#include "base/test_value_changes.h"
#include "base/value_codec.h"
#include "io/memory_file_system.h"
#include "storage/archive_file_system.h"
#include "storage/format_example.h"
#include "storage/sample_archive.h"

namespace vecstore::storage {
namespace {

Result<std::shared_ptr<const Archive>> open_around(const ArchiveContents& contents) {
  io::MemoryFileSystem files;
  VECSTORE_TRY(write_sample_archive(files, "b", encode_contents(contents)));
  return Archive::open(files, "b", io::Access::kRead);
}

TEST(Archive, its_files_read_as_if_they_lay_in_a_folder) {
  for (const io::Access access : {io::Access::kRead, io::Access::kMap}) {
    io::MemoryFileSystem files;
    ASSERT_TRUE(write_sample_archive(files, "x/b", encode_contents(sample_contents())).code() ==
                Code::kNotFound);
    ASSERT_TRUE(files.make_folder("x").ok());
    ASSERT_TRUE(write_sample_archive(files, "x/b", encode_contents(sample_contents())).ok());
    const auto archive = Archive::open(files, "x/b", access);
    ASSERT_TRUE(archive.ok()) << archive.status().to_string();
    EXPECT_EQ((*archive)->database(), kSampleBackup.database);
    EXPECT_EQ((*archive)->contents(), sample_contents());
    ArchiveFileSystem within("x/b", *archive);
    for (const auto& [name, content] : sample_files()) {
      const std::string path = "x/b/" + name;
      EXPECT_EQ(within.file_size(path).value(), content.size());
      EXPECT_TRUE(within.exists(path).value());
      const auto file = within.open(path, access).value();
      Bytes bytes(content.size());
      ASSERT_TRUE(file->read(0, bytes).ok());
      EXPECT_EQ(bytes, content);
      EXPECT_EQ(file->read(1, bytes).code(), Code::kDataLoss) << "beyond its end";
      if (access == io::Access::kMap) {
        EXPECT_TRUE(std::ranges::equal(file->mapped(), content));
      }
    }
    using Names = std::vector<std::string>;
    EXPECT_EQ(within.list("x/b").value(), (Names{"MANIFEST-1", "segments", "wal"}));
    EXPECT_EQ(within.list("x/b/segments").value(), (Names{"12.seg", "7.del"}));
    EXPECT_EQ(within.file_size("x/b/wal").status().code(), Code::kFailedPrecondition);
    EXPECT_EQ(within.open("x/b/segments/8.seg", access).status().code(), Code::kNotFound);
    EXPECT_EQ(within.create("x/b/new", io::Create::kNew).status().code(), Code::kPermissionDenied);
    EXPECT_EQ(within.remove("x/b/wal/1.log").code(), Code::kPermissionDenied);
  }
}

TEST(Archive, versions_are_required_where_there_are_files_of_them) {
  ArchiveContents contents = sample_contents();
  const auto features = [&] {
    return decode_object(encode_contents(contents))->find("required_features")->as_list()->size();
  };
  EXPECT_EQ(features(), 0u);
  contents.files.insert(contents.files.begin() + 1, {.name = "segments/1.old", .bytes = 3});
  EXPECT_EQ(features(), 1u);
  EXPECT_EQ(decode_contents(encode_contents(contents)).value(), contents);
  contents.base = {"monday", 7, 1'700'000'000'000};
  EXPECT_EQ(decode_contents(encode_contents(contents)).value(), contents);
}

TEST(Archive, only_what_lies_within_is_there) {
  io::MemoryFileSystem files;
  ArchiveContents contents = sample_contents();
  contents.files[1].place = Place::kBeside;
  ASSERT_TRUE(write_sample_archive(files, "b", encode_contents(contents)).ok());
  const auto archive = Archive::open(files, "b", io::Access::kRead).value();
  ArchiveFileSystem within("b", archive);
  const std::string beside = "b/" + contents.files[1].name;
  EXPECT_FALSE(within.exists(beside).value());
  EXPECT_FALSE(within.exists("b/wal/9.log").value());
  EXPECT_FALSE(within.exists("elsewhere").value());
  EXPECT_TRUE(within.exists("b").value());
  EXPECT_TRUE(within.exists("b/segments").value());
  for (const std::string& name : within.list("b/segments").value())
    EXPECT_NE("b/segments/" + name, beside);
  const auto file = within.open("b/MANIFEST-1", io::Access::kRead).value();
  std::byte one[1];
  EXPECT_EQ(file->read(file->size() + 1, one).code(), Code::kDataLoss);
}

TEST(Archive, a_footer_that_points_outside_the_file_is_damage) {
  io::MemoryFileSystem files;
  for (const auto& [offset, length] :
       {std::pair<std::uint64_t, std::uint64_t>{1 << 20, 1}, {0, 1 << 20}}) {
    Bytes bytes;
    encode_header_page(kSampleBackup, bytes);
    encode_block_footer({kSampleBackup, offset, length, 0}, bytes);
    ASSERT_TRUE(files.set_content("b", bytes).ok());
    const Status status = Archive::open(files, "b", io::Access::kRead).status();
    EXPECT_EQ(status.code(), Code::kDataLoss);
    EXPECT_NE(status.message().find("points outside"), std::string::npos) << status.to_string();
  }
}

TEST(Archive, whatever_is_missing_of_its_list_is_damage) {
  io::MemoryFileSystem files;
  auto writer = BlockFileWriter::create(files, "b", kSampleBackup).value();
  for (const auto& [name, content] : sample_files())
    ASSERT_TRUE(writer->add(name, BlockLayout::kPaged, content).ok());
  ASSERT_TRUE(writer->finish().ok());
  const Status status = Archive::open(files, "b", io::Access::kRead).status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_NE(status.message().find("'contents'"), std::string::npos) << status.to_string();
}

TEST(Archive, names_have_a_few_forms_and_none_leads_elsewhere) {
  for (const char* name : {"MANIFEST-1", "wal/1.log", "segments/0.seg", "segments/19.del",
                           "segments/9999999999999999999.idx", "segments/3.old"})
    EXPECT_TRUE(is_archive_name(name)) << name;
  for (const char* name : {"", "/etc/passwd", "../1.seg", "segments/../1.seg", "segments/01.seg",
                           "segments/.seg", "segments/1.seg/", "segments/1.exe", "segments/1a.seg",
                           "wal/-1.log", "wal/1.seg", "LOCK", "MANIFEST-", "MANIFEST-1.tmp",
                           "segments", "segments\\1.seg", "segments/10000000000000000000.seg"})
    EXPECT_FALSE(is_archive_name(name)) << name;
}

TEST(Archive, a_list_that_no_writer_wrote_is_damage) {
  using Change = void (*)(ArchiveContents&);
  const std::vector<Change> changes = {
      [](ArchiveContents& c) { c.files[0].name = "../../evil"; },
      [](ArchiveContents& c) {
        c.files[1].name = "segments/../../evil.seg";
        c.files[1].place = Place::kBeside;
      },
      [](ArchiveContents& c) { c.files[1].name = "segments/13.seg"; },  // not within
      [](ArchiveContents& c) { std::swap(c.files[1], c.files[2]); },
      [](ArchiveContents& c) { c.files[1] = c.files[2]; },
      [](ArchiveContents& c) { c.files[1].bytes += 1; },
      [](ArchiveContents& c) { c.files[1].bytes = UINT64_MAX; },
      [](ArchiveContents& c) { c.files.erase(c.files.begin()); },  // the manifest
      [](ArchiveContents& c) { c.files[1].name = "MANIFEST-2"; },
      [](ArchiveContents& c) { c.files[1].place = static_cast<Place>(3); },
  };
  EXPECT_TRUE(open_around(sample_contents()).ok());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    ArchiveContents contents = sample_contents();
    changes[i](contents);
    EXPECT_EQ(open_around(contents).status().code(), Code::kDataLoss) << i;
  }
}

TEST(Archive, a_list_that_lacks_or_changes_any_member_is_refused_or_read) {
  const Object whole = decode_object(encode_contents(sample_contents())).value();
  std::size_t refused = 0;
  for_each_change(Value(whole), [&](const Value& changed) {
    if (!changed.as_object()) return;
    Bytes bytes;
    encode_object(*changed.as_object(), bytes);
    const Status status = decode_contents(bytes).status();
    if (status.ok()) return;
    ++refused;
    EXPECT_TRUE(status.code() == Code::kDataLoss || status.code() == Code::kFailedPrecondition)
        << status.to_string();
  });
  EXPECT_GT(refused, 50u);
}

TEST(Archive, a_feature_from_the_future_is_refused_by_name) {
  Object object = decode_object(encode_contents(sample_contents())).value();
  object["required_features"] = List{"sealed"};
  Bytes bytes;
  encode_object(object, bytes);
  const Status status = decode_contents(bytes).status();
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_NE(status.message().find("'sealed'"), std::string::npos);
}

TEST(Archive, what_is_no_backup_is_told_from_a_damaged_one) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.set_content("text", as_bytes("some text that is no backup at all")).ok());
  ASSERT_TRUE(files.set_content("empty", {}).ok());
  ASSERT_TRUE(write_sample_blocks(files, "other").ok());
  for (const char* path : {"text", "empty", "other"})
    EXPECT_EQ(Archive::open(files, path, io::Access::kRead).status().code(),
              Code::kFailedPrecondition)
        << path;
  ASSERT_TRUE(write_sample_archive(files, "b", encode_contents(sample_contents())).ok());
  const Bytes whole = files.content("b").value();
  for (const std::size_t size : {whole.size() - 1, whole.size() / 2, std::size_t{8}}) {
    ASSERT_TRUE(files.set_content("cut", ByteView(whole).first(size)).ok());
    const Status status = Archive::open(files, "cut", io::Access::kRead).status();
    EXPECT_EQ(status.code(), Code::kDataLoss) << size;
    EXPECT_NE(status.message().find("cut"), std::string::npos);
  }
}

TEST(Archive, files_of_one_name_are_told_apart_by_their_directories) {
  io::MemoryFileSystem files;
  const auto hash = [&](const char* content, BlockFileIdentity identity) {
    static_cast<void>(files.remove("f").ok());
    auto writer = BlockFileWriter::create(files, "f", identity).value();
    EXPECT_TRUE(writer->add("a", BlockLayout::kWhole, as_bytes(content)).ok());
    EXPECT_TRUE(writer->finish().ok());
    return hash_of_directory(*files.open("f", io::Access::kRead).value()).value();
  };
  BlockFileIdentity other = kSampleIdentity;
  other.number += 1;
  EXPECT_EQ(hash("hello", kSampleIdentity), hash("hello", kSampleIdentity));
  EXPECT_NE(hash("hello", kSampleIdentity), hash("hullo", kSampleIdentity));
  EXPECT_NE(hash("hello", kSampleIdentity), hash("hello", other));
}

TEST(Archive, the_format_page_shows_what_is_written) {
  ArchiveContents contents{.sequence = 9, .created_at = 1'700'000'000'000};
  contents.files = {{"MANIFEST-1", 4500, 1, 2, Place::kHere},
                    {"segments/4.seg", 9000, 3, 4, Place::kEarlier},
                    {"wal/1.log", 64, 5, 0, Place::kHere}};
  EXPECT_EQ(to_hex(format_example("archive.md", 0)), to_hex(encode_contents(contents)));
  EXPECT_EQ(decode_contents(encode_contents(contents)).value(), contents);
}

}  // namespace
}  // namespace vecstore::storage
