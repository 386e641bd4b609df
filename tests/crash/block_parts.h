// A file of blocks taken apart, to be put together again with other content and sound checksums.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "io/memory_file_system.h"
#include "storage/archive.h"
#include "storage/block_file.h"
#include "storage/block_file_writer.h"

namespace vecstore::crash {

struct Part {
  std::string name;
  Bytes bytes;
};

struct Parts {
  std::string path;
  storage::BlockFileIdentity identity;
  std::vector<Part> parts;

  Parts(io::MemoryFileSystem& files, std::string of) : path(std::move(of)) {
    identity = storage::identify_block_file(files, path).value();
    const auto file = storage::BlockFile::open(files, path, io::Access::kRead, identity).value();
    for (const std::string& name : file->names()) {
      Bytes scratch;
      const ByteView bytes = file->block(name).value().all(scratch).value();
      parts.push_back({name, {bytes.begin(), bytes.end()}});
    }
  }
  Bytes& operator[](const std::string& name) {
    const auto part = std::ranges::find(parts, name, &Part::name);
    EXPECT_NE(part, parts.end()) << name;
    return part->bytes;
  }
  void write(io::MemoryFileSystem& files) const {
    ASSERT_TRUE(files.remove(path).ok());
    auto writer = storage::BlockFileWriter::create(files, path, identity).value();
    for (const Part& part : parts) {
      const bool of_backup = identity.kind == storage::kBackupKind;  // whose files lie at pages
      const bool paged =
          of_backup ? part.name != "contents" : part.bytes.size() > storage::kPageBytes;
      const auto layout = paged ? storage::BlockLayout::kPaged : storage::BlockLayout::kWhole;
      ASSERT_TRUE(writer->add(part.name, layout, part.bytes).ok());
    }
    ASSERT_TRUE(writer->finish().ok());
  }
};

// One change of one block: its size, or some of its words.
inline void spoil(Bytes& bytes, Random& random) {
  const std::uint64_t dice = random.below(8);
  if (dice == 0) return bytes.clear();
  if (dice == 1) return bytes.resize(bytes.size() - std::min<std::size_t>(bytes.size(), 4));
  if (dice == 2) return bytes.resize(bytes.size() + 8);
  constexpr std::uint32_t kWords[] = {0, 1, 2, 100, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fc00000};
  for (std::uint64_t i = 1 + random.below(4); !bytes.empty() && i-- > 0;) {
    const bool head = random.below(2) == 0;  // where counts and sizes stand
    const std::size_t most = head ? std::min<std::size_t>(bytes.size(), 32) : bytes.size();
    const std::size_t at = random.below(most) / 4 * 4;
    const std::uint32_t word = kWords[random.below(std::size(kWords))];
    std::memcpy(&bytes[at], &word, std::min<std::size_t>(4, bytes.size() - at));
  }
}

}  // namespace vecstore::crash
