#include "storage/block_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/coding.h"
#include "base/crc32c.h"
#include "base/test_share.h"
#include "io/fault_file_system.h"
#include "storage/format_example.h"
#include "storage/sample_blocks.h"

namespace vecstore::storage {
namespace {

using io::Access;

Result<std::shared_ptr<const BlockFile>> open_bytes(io::MemoryFileSystem& files, ByteView bytes,
                                                    Access access) {
  VECSTORE_TRY(files.set_content("file", bytes));
  return BlockFile::open(files, "file", access, kSampleIdentity);
}

struct Finding {
  std::uint64_t offset;
  std::string what;
};

std::vector<Finding> findings_of(const BlockFile& file) {
  std::vector<Finding> findings;
  Status status = file.verify([&](std::uint64_t offset, std::string what) {
    findings.push_back({offset, what});
  });
  EXPECT_TRUE(status.ok()) << status.to_string();
  return findings;
}

bool equal(ByteView view, const Bytes& content, std::size_t offset, std::size_t length) {
  return std::ranges::equal(view, ByteView(content).subspan(offset, length));
}

class BothAccesses : public testing::TestWithParam<Access> {};
INSTANTIATE_TEST_SUITE_P(BlockFile, BothAccesses, testing::Values(Access::kRead, Access::kMap));

TEST_P(BothAccesses, every_block_comes_back) {
  io::MemoryFileSystem files;
  auto file = open_bytes(files, sample_block_file(), GetParam());
  ASSERT_TRUE(file.ok()) << file.status().to_string();
  std::vector<std::string> names;
  for (const SampleBlock& sample : sample_blocks()) {
    names.push_back(sample.name);
    ASSERT_TRUE((*file)->has(sample.name));
    auto block = (*file)->block(sample.name);
    ASSERT_TRUE(block.ok());
    EXPECT_EQ(block->size(), sample.content.size());
    Bytes scratch;
    for (int twice = 0; twice < 2; ++twice) {
      auto all = block->all(scratch);
      ASSERT_TRUE(all.ok()) << all.status().to_string();
      EXPECT_TRUE(equal(*all, sample.content, 0, sample.content.size()));
    }
  }
  EXPECT_EQ((*file)->names(), names);
  EXPECT_EQ((*file)->size(), sample_block_file().size());
  EXPECT_EQ((*file)->path(), "file");
  EXPECT_TRUE(findings_of(**file).empty());
}

TEST_P(BothAccesses, every_range_comes_back_before_and_after_it_is_verified) {
  io::MemoryFileSystem files;
  const Bytes bytes = sample_block_file();
  for (const SampleBlock& sample : sample_blocks()) {
    for (std::size_t offset : {0u, 1u, 4095u, 4096u, 4097u, 8999u, 9000u}) {
      for (std::size_t length : {0u, 1u, 64u, 4096u, 4097u, 9000u}) {
        if (offset + length > sample.content.size()) continue;
        auto file = open_bytes(files, bytes, GetParam());
        ASSERT_TRUE(file.ok());
        auto block = (*file)->block(sample.name);
        ASSERT_TRUE(block.ok());
        Bytes scratch;
        for (int twice = 0; twice < 2; ++twice) {
          auto view = block->view(offset, length, scratch);
          ASSERT_TRUE(view.ok()) << view.status().to_string();
          EXPECT_TRUE(equal(*view, sample.content, offset, length)) << sample.name << offset;
          EXPECT_TRUE(block->all(scratch).ok());
        }
      }
    }
  }
}

TEST_P(BothAccesses, a_block_begins_on_64_bytes_in_memory) {
  io::MemoryFileSystem files;
  auto file = open_bytes(files, sample_block_file(), GetParam());
  ASSERT_TRUE(file.ok());
  for (const std::string& name : (*file)->names()) {
    Bytes scratch;
    auto view = (*file)->block(name)->all(scratch);
    ASSERT_TRUE(view.ok());
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view->data()) % 64, 0u) << name;
  }
}

TEST_P(BothAccesses, a_copy_is_verified) {
  io::MemoryFileSystem files;
  for (const bool damaged : {false, true}) {
    Bytes bytes = sample_block_file();
    for (const SampleBlock& sample : sample_blocks()) {
      if (sample.content.empty()) continue;
      const auto at =
          std::search(bytes.begin(), bytes.end(), sample.content.begin(), sample.content.end());
      ASSERT_NE(at, bytes.end());
      if (damaged) at[static_cast<std::ptrdiff_t>(sample.content.size()) - 1] ^= std::byte{1};
    }
    auto file = open_bytes(files, bytes, GetParam());
    ASSERT_TRUE(file.ok());
    for (const SampleBlock& sample : sample_blocks()) {
      const Block block = (*file)->block(sample.name).value();
      Bytes copy(sample.content.size());
      const Status status = block.copy_to(copy);
      if (damaged && !copy.empty()) {
        EXPECT_EQ(status.code(), Code::kDataLoss) << sample.name;
      } else {
        EXPECT_TRUE(status.ok()) << status.to_string();
        EXPECT_EQ(copy, sample.content) << sample.name;
      }
      copy.resize(copy.size() + 1);
      EXPECT_FALSE(block.copy_to(copy).ok());
    }
  }
}

TEST(BlockFile, a_map_is_not_copied) {
  io::MemoryFileSystem files;
  auto file = open_bytes(files, sample_block_file(), Access::kMap);
  ASSERT_TRUE(file.ok());
  for (const std::string& name : (*file)->names()) {
    Bytes scratch;
    ASSERT_TRUE((*file)->block(name)->all(scratch).ok());
    EXPECT_TRUE(scratch.empty()) << name;
  }
}

TEST_P(BothAccesses, a_range_outside_the_block_is_an_error) {
  io::MemoryFileSystem files;
  auto file = open_bytes(files, sample_block_file(), GetParam());
  ASSERT_TRUE(file.ok());
  for (const SampleBlock& sample : sample_blocks()) {
    auto block = (*file)->block(sample.name);
    std::uint64_t size = block->size();
    Bytes scratch;
    for (int verified = 0; verified < 2; ++verified) {
      EXPECT_EQ(block->view(0, size + 1, scratch).status().code(), Code::kDataLoss);
      EXPECT_FALSE(block->view(size + 1, 0, scratch).ok());
      EXPECT_FALSE(block->view(size, 1, scratch).ok());
      EXPECT_FALSE(block->view(UINT64_MAX, 1, scratch).ok());
      EXPECT_FALSE(block->view(1, UINT64_MAX, scratch).ok());
      EXPECT_TRUE(block->view(size, 0, scratch).ok());
      EXPECT_TRUE(block->all(scratch).ok());
    }
  }
}

TEST_P(BothAccesses, a_block_keeps_its_file_open) {
  io::MemoryFileSystem files;
  Block block;
  Bytes scratch;
  EXPECT_EQ(block.all(scratch).status().code(), Code::kInternal);
  {
    auto file = open_bytes(files, sample_block_file(), GetParam());
    ASSERT_TRUE(file.ok());
    block = *(*file)->block("paged9000");
  }
  ASSERT_TRUE(files.remove("file").ok());
  EXPECT_TRUE(block.all(scratch).ok());
}

// Opens, reads everything and compares: whatever is handed out must be right.
void read_all_or_fail(io::MemoryFileSystem& files, ByteView bytes, Access access, bool* failed) {
  *failed = false;
  auto file = open_bytes(files, bytes, access);
  if (!file.ok()) {
    ASSERT_TRUE(file.status().code() == Code::kDataLoss ||
                file.status().code() == Code::kFailedPrecondition);
    ASSERT_TRUE(file.status().message().starts_with("file at offset "));
    *failed = true;
    return;
  }
  for (const SampleBlock& sample : sample_blocks()) {
    auto block = (*file)->block(sample.name);
    ASSERT_TRUE(block.ok());
    Bytes scratch;
    auto view = block->all(scratch);
    if (!view.ok()) {
      ASSERT_EQ(view.status().code(), Code::kDataLoss);
      *failed = true;
      continue;
    }
    ASSERT_TRUE(equal(*view, sample.content, 0, sample.content.size())) << sample.name;
  }
}

TEST_P(BothAccesses, a_flipped_bit_anywhere_is_an_error_or_not_content_and_verify_finds_it) {
  io::MemoryFileSystem files;
  const Bytes bytes = sample_block_file();
  for (std::size_t at = 0; at < bytes.size(); at += kShare) {
    Bytes damaged = bytes;
    damaged[at] ^= std::byte{1} << (at / kShare % 8);
    bool failed = false;
    read_all_or_fail(files, damaged, GetParam(), &failed);
    if (HasFatalFailure()) return;
    auto file = BlockFile::open(files, "file", GetParam(), kSampleIdentity);
    if (!file.ok()) continue;
    std::vector<Finding> findings = findings_of(**file);
    ASSERT_EQ(findings.size(), 1u) << at;
    ASSERT_LE(findings[0].offset, at);
  }
}

TEST_P(BothAccesses, a_damaged_page_hurts_only_who_touches_it) {
  io::MemoryFileSystem files;
  Bytes bytes = sample_block_file();
  auto file = open_bytes(files, bytes, GetParam());
  ASSERT_TRUE(file.ok());
  // The second page of the last paged block.
  Bytes needle(random_bytes(1, 9000));
  auto at = std::search(bytes.begin(), bytes.end(), needle.begin(), needle.end()) - bytes.begin();
  bytes[static_cast<std::size_t>(at) + 5000] ^= std::byte{1};
  file = open_bytes(files, bytes, GetParam());
  ASSERT_TRUE(file.ok());
  auto block = (*file)->block("paged9000");
  Bytes scratch;
  for (int twice = 0; twice < 2; ++twice) {
    EXPECT_TRUE(block->view(0, 4096, scratch).ok());
    EXPECT_TRUE(block->view(8192, 808, scratch).ok());
    Status status = block->view(4000, 200, scratch).status();
    EXPECT_EQ(status.code(), Code::kDataLoss);
    EXPECT_EQ(status.message(), "file at offset " + std::to_string(at + 4096) +
                                    ": page 1 of block 'paged9000' is damaged");
  }
}

TEST_P(BothAccesses, damaged_page_checksums_are_told_from_damaged_pages) {
  io::MemoryFileSystem files;
  Bytes bytes = sample_block_file();
  const Bytes content = random_bytes(1, 9000);
  auto found = std::search(bytes.begin(), bytes.end(), content.begin(), content.end());
  auto checksums = align_up(static_cast<std::uint64_t>(found - bytes.begin()) + 9000, 64);
  bytes[static_cast<std::size_t>(checksums) + 5] ^= std::byte{1};
  auto file = open_bytes(files, bytes, GetParam());
  ASSERT_TRUE(file.ok());
  Bytes scratch;
  EXPECT_EQ((*file)->block("paged9000")->view(0, 1, scratch).status().message(),
            "file at offset " + std::to_string(checksums) +
                ": the page checksums of block 'paged9000' are damaged");
}

TEST_P(BothAccesses, swapped_pages_are_found) {
  io::MemoryFileSystem files;
  Bytes bytes = sample_block_file();
  const Bytes content = random_bytes(1, 9000);
  auto at = std::search(bytes.begin(), bytes.end(), content.begin(), content.end());
  std::swap_ranges(at, at + 4096, at + 4096);
  bool failed = false;
  read_all_or_fail(files, bytes, GetParam(), &failed);
  EXPECT_TRUE(failed);
}

TEST_P(BothAccesses, a_file_cut_off_anywhere_does_not_open) {
  io::MemoryFileSystem files;
  const Bytes bytes = sample_block_file();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto file = open_bytes(files, ByteView(bytes).first(size), GetParam());
    ASSERT_EQ(file.status().code(), Code::kDataLoss) << size;
  }
}

TEST(BlockFile, one_file_is_not_taken_for_another) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(write_sample_blocks(files, "file").ok());
  for (BlockFileIdentity wrong :
       {BlockFileIdentity{block_file_kind("MASK"), kSampleIdentity.database, 9},
        BlockFileIdentity{kSampleIdentity.kind, 1, 9},
        BlockFileIdentity{kSampleIdentity.kind, kSampleIdentity.database, 10}}) {
    auto file = BlockFile::open(files, "file", Access::kRead, wrong);
    EXPECT_EQ(file.status().code(), Code::kDataLoss);
    EXPECT_NE(file.status().message().find("is TEST 9 of database 72623859790382856, not "),
              std::string::npos)
        << file.status().message();
  }
}

TEST(BlockFile, a_missing_file_or_block_is_named) {
  io::MemoryFileSystem files;
  EXPECT_EQ(BlockFile::open(files, "none", Access::kRead, kSampleIdentity).status().code(),
            Code::kNotFound);
  auto file = open_bytes(files, sample_block_file(), Access::kRead);
  ASSERT_TRUE(file.ok());
  EXPECT_FALSE((*file)->has("nothing"));
  Status status = (*file)->block("nothing").status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_NE(status.message().find("there is no block 'nothing'"), std::string::npos);
}

// A file with a footer that verifies around any directory.
Bytes file_with_directory(const Bytes& directory, std::uint64_t offset, std::uint64_t length) {
  Bytes bytes;
  encode_header_page(kSampleIdentity, bytes);
  put_bytes(bytes, directory);
  encode_block_footer({kSampleIdentity, offset, length, crc32c(directory)}, bytes);
  return bytes;
}

TEST(BlockFile, a_directory_anywhere_but_before_the_footer_is_damage) {
  io::MemoryFileSystem files;
  EXPECT_TRUE(open_bytes(files, file_with_directory({}, 4096, 0), Access::kRead).ok());
  struct Place {
    std::uint64_t offset;
    std::uint64_t length;
  };
  for (Place place :
       {Place{0, 4096}, Place{4096, 1}, Place{4097, 0}, Place{4032, 64}, Place{UINT64_MAX, 4097},
        Place{4160, UINT64_MAX - 63}, Place{0, UINT64_MAX}}) {
    auto file =
        open_bytes(files, file_with_directory({}, place.offset, place.length), Access::kRead);
    EXPECT_EQ(file.status().code(), Code::kDataLoss) << place.offset;
  }
}

TEST(BlockFile, a_newer_entry_is_refused_by_name_and_place) {
  io::MemoryFileSystem files;
  Bytes directory;
  encode_block_entry({"a", BlockLayout::kWhole, 4096, 0, 0, 0}, directory);
  directory[1] = std::byte{3};
  auto file = open_bytes(files, file_with_directory(directory, 4096, 41), Access::kRead);
  EXPECT_EQ(file.status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(file.status().message(),
            "file at offset 4096: codec 3 of block 'a' is newer than this version");
}

TEST(BlockFile, the_format_page_shows_what_is_written) {
  io::MemoryFileSystem files;
  auto writer = BlockFileWriter::create(files, "file", kSampleIdentity);
  ASSERT_TRUE((*writer)->add("a", BlockLayout::kWhole, as_bytes("hello")).ok());
  ASSERT_TRUE((*writer)->finish().ok());
  const Bytes bytes = *files.content("file");
  const ByteView all(bytes);
  EXPECT_EQ(to_hex(format_example("block-file.md", 0)), to_hex(all.first(48)));
  EXPECT_EQ(to_hex(format_example("block-file.md", 1)), to_hex(all.subspan(4092, 4)));
  EXPECT_EQ(to_hex(format_example("block-file.md", 2)), to_hex(all.subspan(4096)));
}

TEST(BlockFile, reading_errors_pass_through) {
  io::MemoryFileSystem disk;
  ASSERT_TRUE(write_sample_blocks(disk, "file").ok());
  for (std::size_t n = 0;; ++n) {
    io::FaultFileSystem files(disk);
    files.fail({.at = n});
    auto read = [&]() -> Status {
      VECSTORE_ASSIGN(auto file, BlockFile::open(files, "file", Access::kRead, kSampleIdentity));
      for (const std::string& name : file->names()) {
        Bytes scratch;
        VECSTORE_ASSIGN(Block block, file->block(name));
        VECSTORE_TRY(block.all(scratch).status());
      }
      return file->verify([](std::uint64_t, std::string) {});
    };
    Status status = read();
    if (files.faults_hit() == 0) {
      EXPECT_TRUE(status.ok());
      EXPECT_GT(n, 20u);
      break;
    }
    EXPECT_EQ(status.code(), Code::kUnknown) << status.to_string();
  }
}

TEST_P(BothAccesses, many_threads_may_touch_a_page_first) {
  io::MemoryFileSystem files;
  const Bytes content = random_bytes(7, 300 * kPageBytes + 17);
  auto writer = BlockFileWriter::create(files, "big", kSampleIdentity);
  ASSERT_TRUE((*writer)->add("b", BlockLayout::kPaged, content).ok());
  ASSERT_TRUE((*writer)->finish().ok());
  auto file = BlockFile::open(files, "big", GetParam(), kSampleIdentity);
  ASSERT_TRUE(file.ok());
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      Random random(seed);
      Bytes scratch;
      Block block = *(*file)->block("b");
      for (int i = 0; i < 2000; ++i) {
        std::uint64_t offset = random.below(content.size());
        std::uint64_t length = random.below(std::min<std::uint64_t>(9000, content.size() - offset));
        auto view = block.view(offset, length, scratch);
        if (!view.ok() || !equal(*view, content, offset, length)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// Whichever byte of the footer it is: the directory is confirmed by what is left of it.
TEST(BlockFile, a_damaged_footer_is_told_from_the_rest) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(write_sample_blocks(files, "file").ok());
  const Bytes bytes = files.content("file").value();
  const BlockFileIdentity identity = identify_block_file(files, "file").value();
  for (std::size_t i = 1; i <= kFooterBytes; ++i) {
    Bytes damaged = bytes;
    damaged[damaged.size() - i] ^= std::byte{0x20};
    ASSERT_TRUE(files.set_content("file", damaged).ok());
    EXPECT_EQ(identify_block_file(files, "file").value(), identity) << i;
    const auto file = BlockFile::open_damaged(files, "file", identity);
    ASSERT_TRUE(file.ok()) << i << " " << file.status().to_string();
    for (const std::string& name : (*file)->names()) {
      Bytes scratch;
      EXPECT_TRUE((*file)->block(name)->all(scratch).ok()) << name;
    }
  }
}

TEST(BlockFile, a_directory_that_nothing_confirms_is_not_believed) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(write_sample_blocks(files, "file").ok());
  const Bytes bytes = files.content("file").value();
  const BlockFileIdentity identity = identify_block_file(files, "file").value();
  for (const std::size_t other : {kFooterBytes, kFooterBytes - 48}) {  // of the footer, damaged too
    Bytes damaged = bytes;
    damaged[damaged.size() - kFooterBytes - 2] ^= std::byte{1};  // a name
    damaged[damaged.size() - other] ^= std::byte{1};
    ASSERT_TRUE(files.set_content("file", damaged).ok());
    EXPECT_EQ(BlockFile::open_damaged(files, "file", identity).status().code(), Code::kDataLoss);
  }
  Bytes damaged = bytes;
  damaged.back() ^= std::byte{1};
  damaged[100] ^= std::byte{1};  // and the header page
  ASSERT_TRUE(files.set_content("file", damaged).ok());
  EXPECT_EQ(identify_block_file(files, "file").status().code(), Code::kDataLoss);
  EXPECT_EQ(BlockFile::open_damaged(files, "file", identity).status().code(), Code::kDataLoss);
}

TEST(BlockFile, kinds_that_are_no_letters_are_told_all_the_same) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(write_sample_blocks(files, "file").ok());
  for (const std::uint32_t kind : {0x01020304u, 0xff41ff41u}) {
    BlockFileIdentity other = kSampleIdentity;
    other.kind = kind;
    const Status status = BlockFile::open(files, "file", io::Access::kRead, other).status();
    EXPECT_EQ(status.code(), Code::kDataLoss);
    EXPECT_NE(status.message().find('?'), std::string::npos) << status.message();
  }
}

TEST(BlockFile, a_view_of_no_block_is_an_error) {
  Bytes scratch;
  EXPECT_EQ(Block().view(0, 1, scratch).status().code(), Code::kInternal);
  EXPECT_EQ(Block().copy_to(scratch).code(), Code::kInternal);
}

TEST(BlockFile, bytes_outside_a_block_are_not_asked_for) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(write_sample_blocks(files, "file").ok());
  const auto file = BlockFile::open(files, "file", io::Access::kMap, kSampleIdentity).value();
  for (const std::string& name : file->names()) {
    const Block block = file->block(name).value();
    block.prefetch(block.size() + 1, UINT64_MAX);  // would take for ever
    block.prefetch(0, UINT64_MAX);
    Bytes scratch;
    EXPECT_TRUE(block.all(scratch).ok());
  }
}

TEST(BlockFile, a_header_page_of_another_size_is_damage) {
  EXPECT_EQ(decode_header_page(as_bytes("short")).status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace vecstore::storage
