#include "storage/block_file_writer.h"

#include <gtest/gtest.h>

#include "base/coding.h"
#include "base/crc32c.h"
#include "io/fault_file_system.h"
#include "storage/sample_blocks.h"

namespace vecstore::storage {
namespace {

std::unique_ptr<BlockFileWriter> new_writer(io::FileSystem& files) {
  auto writer = BlockFileWriter::create(files, "file", kSampleIdentity);
  EXPECT_TRUE(writer.ok()) << writer.status().to_string();
  return *std::move(writer);
}

TEST(BlockFileWriter, the_file_is_as_large_as_it_says) {
  io::MemoryFileSystem files;
  auto writer = new_writer(files);
  ASSERT_TRUE(writer->add("a", BlockLayout::kWhole, as_bytes("hello")).ok());
  auto size = writer->finish();
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(*size, *files.file_size("file"));
  // Header page, one aligned block, directory entry with its name, footer.
  EXPECT_EQ(*size, 4096u + 64 + 41 + 64);
}

TEST(BlockFileWriter, once_a_write_failed_nothing_goes_on) {
  io::MemoryFileSystem disk;
  io::FaultFileSystem files(disk);
  auto writer = new_writer(files);
  files.fail({.kind = io::FaultKind::kDiskFull, .at = 0, .sticky = true});
  ASSERT_TRUE(writer->begin("a", BlockLayout::kWhole).ok());
  Status status;
  for (int i = 0; i < 64 && status.ok(); ++i) status = writer->append(random_bytes(1, 1 << 18));
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_EQ(writer->append(as_bytes("x")).code(), Code::kResourceExhausted);
  EXPECT_EQ(writer->end().code(), Code::kResourceExhausted);
  EXPECT_EQ(writer->begin("b", BlockLayout::kWhole).code(), Code::kResourceExhausted);
  EXPECT_EQ(writer->add("b", BlockLayout::kWhole, {}).code(), Code::kResourceExhausted);
  EXPECT_EQ(writer->finish().status().code(), Code::kResourceExhausted);
}

TEST(BlockFileWriter, after_its_end_nothing_is_added) {
  io::MemoryFileSystem files;
  auto writer = new_writer(files);
  ASSERT_TRUE(writer->finish().ok());
  EXPECT_EQ(writer->begin("a", BlockLayout::kWhole).code(), Code::kInternal);
  EXPECT_TRUE(files.remove("file").ok());
  auto twice = new_writer(files);
  ASSERT_TRUE(twice->finish().ok());
  EXPECT_EQ(twice->finish().status().code(), Code::kInternal);
}

TEST(BlockFileWriter, pieces_of_any_size_give_the_same_file) {
  Bytes content = random_bytes(3, 3 << 20);
  auto write = [&](std::size_t piece) {
    io::MemoryFileSystem files;
    auto writer = new_writer(files);
    for (BlockLayout layout : {BlockLayout::kPaged, BlockLayout::kWhole}) {
      EXPECT_TRUE(writer->begin(layout == BlockLayout::kPaged ? "p" : "w", layout).ok());
      for (std::size_t at = 0; at < content.size(); at += piece) {
        std::size_t size = std::min(piece, content.size() - at);
        EXPECT_TRUE(writer->append(ByteView(content).subspan(at, size)).ok());
      }
      EXPECT_TRUE(writer->end().ok());
    }
    EXPECT_TRUE(writer->finish().ok());
    return *files.content("file");
  };
  Bytes whole = write(content.size());
  for (std::size_t piece : {1000u, 4096u, 4097u, 1u << 20}) EXPECT_EQ(write(piece), whole) << piece;
}

TEST(BlockFileWriter, a_file_that_is_there_stays) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.set_content("file", as_bytes("mine")).ok());
  EXPECT_EQ(BlockFileWriter::create(files, "file", kSampleIdentity).status().code(),
            Code::kAlreadyExists);
  EXPECT_EQ(as_text(*files.content("file")), "mine");
}

TEST(BlockFileWriter, an_abandoned_writer_leaves_nothing) {
  io::MemoryFileSystem files;
  {
    auto writer = new_writer(files);
    ASSERT_TRUE(writer->add("a", BlockLayout::kPaged, random_bytes(1, 2 << 20)).ok());
  }
  EXPECT_TRUE(files.files().empty());
}

TEST(BlockFileWriter, misuse_is_an_error_that_stays) {
  using Misuse = Status (*)(BlockFileWriter&);
  const std::vector<Misuse> misuses = {
      [](BlockFileWriter& w) { return w.append({}); },
      [](BlockFileWriter& w) { return w.end(); },
      [](BlockFileWriter& w) { return w.begin("", BlockLayout::kWhole); },
      [](BlockFileWriter& w) { return w.begin(std::string(256, 'n'), BlockLayout::kWhole); },
      [](BlockFileWriter& w) { return w.begin("twice", BlockLayout::kWhole); },
      [](BlockFileWriter& w) {
        Status begun = w.begin("a", BlockLayout::kWhole);
        return begun.ok() ? w.begin("b", BlockLayout::kWhole) : begun;
      },
      [](BlockFileWriter& w) {
        Status begun = w.begin("a", BlockLayout::kWhole);
        return begun.ok() ? w.finish().status() : begun;
      },
  };
  for (std::size_t i = 0; i < misuses.size(); ++i) {
    io::MemoryFileSystem files;
    auto writer = new_writer(files);
    ASSERT_TRUE(writer->add("twice", BlockLayout::kWhole, {}).ok());
    EXPECT_EQ(misuses[i](*writer).code(), Code::kInternal) << i;
    EXPECT_EQ(writer->add("c", BlockLayout::kWhole, {}).code(), Code::kInternal) << i;
    EXPECT_EQ(writer->finish().status().code(), Code::kInternal) << i;
    writer.reset();
    EXPECT_TRUE(files.files().empty()) << i;
  }
}

TEST(BlockFileWriter, every_failing_operation_is_reported_and_leaves_no_file) {
  for (io::FaultKind kind : {io::FaultKind::kInputOutput, io::FaultKind::kDiskFull,
                             io::FaultKind::kShortWrite, io::FaultKind::kFailedSync}) {
    std::size_t n = 0;
    while (true) {
      io::MemoryFileSystem disk;
      io::FaultFileSystem files(disk);
      files.fail({.kind = kind, .at = n});
      Status status = write_sample_blocks(files, "file");
      bool hit = files.faults_hit() > 0;
      // The failing operation may be the removal at the end, which follows only on another error.
      EXPECT_EQ(status.ok(), !hit) << n << " " << status.to_string();
      EXPECT_EQ(disk.files().size(), hit ? 0u : 1u) << n;
      if (!hit) break;
      ++n;
    }
    EXPECT_GT(n, 0u);
  }
}

TEST(BlockFileWriter, where_nothing_is_gathered_any_failing_piece_is_told_and_leaves_no_file) {
  for (std::size_t n = 0;; ++n) {
    io::MemoryFileSystem disk;
    io::FaultFileSystem files(disk);
    files.gather(1);
    files.fail({.kind = io::FaultKind::kShortWrite, .at = n});
    const Status status = write_sample_blocks(files, "file");
    if (files.faults_hit() == 0) {
      EXPECT_TRUE(status.ok());
      EXPECT_GT(n, 2 * sample_blocks().size());
      io::MemoryFileSystem gathered;
      ASSERT_TRUE(write_sample_blocks(gathered, "file").ok());
      EXPECT_EQ(disk.content("file").value(), gathered.content("file").value());
      break;
    }
    EXPECT_EQ(status.code(), Code::kResourceExhausted) << "piece " << n;
    EXPECT_FALSE(disk.exists("file").value()) << "piece " << n;
  }
}

TEST(BlockFile, a_newer_footer_is_refused_by_whoever_asks_what_the_file_is) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(write_sample_blocks(files, "file").ok());
  Bytes bytes = files.content("file").value();
  std::byte* footer = bytes.data() + bytes.size() - kFooterBytes;
  store_u32(footer + 8, 99);  // the version
  store_u32(footer + 60, crc32c({footer, 60}));
  ASSERT_TRUE(files.set_content("file", bytes).ok());
  EXPECT_EQ(identify_block_file(files, "file").status().code(), Code::kFailedPrecondition);
}

// Which bytes are wrong is judged by what is read: what is not read says nothing of them.
TEST(BlockFile, failing_to_read_a_damaged_one_is_told_as_it_was) {
  io::MemoryFileSystem disk;
  ASSERT_TRUE(write_sample_blocks(disk, "file").ok());
  Bytes bytes = disk.content("file").value();
  bytes.back() ^= std::byte{1};
  ASSERT_TRUE(disk.set_content("file", bytes).ok());
  ASSERT_TRUE(BlockFile::open_damaged(disk, "file", kSampleIdentity).ok());
  for (const io::FaultKind kind : {io::FaultKind::kInputOutput, io::FaultKind::kNoMemory}) {
    std::size_t n = 0;
    for (;; ++n) {
      io::FaultFileSystem files(disk);
      files.fail({.kind = kind, .at = n});
      const Status opened = BlockFile::open_damaged(files, "file", kSampleIdentity).status();
      if (files.faults_hit() == 0) break;
      EXPECT_FALSE(opened.ok()) << "operation " << n;
      if (kind == io::FaultKind::kNoMemory) {
        EXPECT_EQ(opened.code(), Code::kResourceExhausted) << "operation " << n;
      }
      files.fail({.kind = kind, .at = n});
      const Status identified = identify_block_file(files, "file").status();
      EXPECT_EQ(identified.ok(), files.faults_hit() == 0) << "operation " << n;
    }
    EXPECT_GT(n, 5u);
  }
}

}  // namespace
}  // namespace vecstore::storage
