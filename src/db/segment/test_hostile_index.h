// For tests: an index file whose checksums are right and whose content is not.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/value_codec.h"
#include "db/segment/segment_format.h"
#include "storage/block_file.h"

namespace vecstore::db {

// The blocks of a sound file, to be spoiled and written again.
struct HostileIndex {
  struct Part {
    std::string name;
    storage::BlockLayout layout;
    Bytes bytes;
  };
  std::string path;
  storage::BlockFileIdentity identity;
  std::vector<Part> parts;

  HostileIndex(io::FileSystem& files, std::string of) : path(std::move(of)) {
    const std::size_t name = path.rfind('/') + 1;
    identity = {kIndexKind, 4711, std::stoull(path.substr(name))};
    const auto file = storage::BlockFile::open(files, path, io::Access::kRead, identity).value();
    for (const std::string& block : file->names()) {
      const bool paged = block.ends_with("codes") || block.ends_with("links");
      Bytes scratch;
      const ByteView bytes = file->block(block).value().all(scratch).value();
      parts.push_back({block,
                       paged ? storage::BlockLayout::kPaged : storage::BlockLayout::kWhole,
                       {bytes.begin(), bytes.end()}});
    }
  }
  Status write(io::FileSystem& files) const {
    VECSTORE_TRY(files.remove(path));
    VECSTORE_ASSIGN(auto writer, storage::BlockFileWriter::create(files, path, identity));
    for (const Part& part : parts) VECSTORE_TRY(writer->add(part.name, part.layout, part.bytes));
    return writer->finish().status();
  }
  // Numbers of `info` or bytes of a block become others.
  void spoil(Random& random) {
    Part& part = parts[random.below(parts.size())];
    if (part.name == "info") return spoil_info(part, random);
    if (random.below(4) == 0) part.bytes.resize(random.below(part.bytes.size() + 200));
    for (std::uint64_t i = random.below(20); !part.bytes.empty() && i-- > 0;) {
      const std::size_t at = random.below(part.bytes.size()) / 4 * 4;
      const std::uint32_t words[] = {0, 1, 100, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fc00000};
      const std::uint32_t word = words[random.below(std::size(words))];
      std::memcpy(&part.bytes[at], &word, std::min<std::size_t>(4, part.bytes.size() - at));
    }
  }
  static void spoil_info(Part& part, Random& random) {
    Object info = decode_object(part.bytes).value();
    List fields = *info.find("fields")->as_list();
    Object field = *fields[0].as_object();
    const std::int64_t numbers[] = {-1, 0, 1, 2, 99, 100, 1ll << 31, (1ll << 32) - 1, 1ll << 40};
    const char* names[] = {"number", "dimension", "m",       "entry",
                           "seed",   "stride",    "longest", "bits"};
    const std::int64_t number = numbers[random.below(std::size(numbers))];
    const char* name = names[random.below(std::size(names))];
    if (std::string_view(name) == "longest") {
      field[name] = number == 0 ? 1e300 : static_cast<double>(number);
    } else {
      field[name] = number;
    }
    fields[0] = field;
    if (random.below(5) == 0) fields.push_back(field);
    info["fields"] = fields;
    if (random.below(9) == 0) info["rows"] = number;
    part.bytes.clear();
    encode_object(info, part.bytes);
  }
};

}  // namespace vecstore::db
