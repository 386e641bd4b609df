// A backup: the list of a database's files, and those that are within. Format:
// docs/format/archive.md. This layer does not look into the files.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/file_system.h"
#include "storage/block_file.h"
#include "vecstore/status.h"

namespace vecstore::storage {

inline constexpr std::uint32_t kBackupKind = block_file_kind("BACK");
inline constexpr std::uint64_t kBackupNumber = 1;
inline constexpr const char* kBackupFile = "BACKUP";  // of a backup in a folder

enum class Place : std::uint8_t { kHere = 0, kBeside = 1, kEarlier = 2 };

struct ArchiveEntry {
  std::string name = {};
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;
  std::uint64_t directory = 0;
  Place place = Place::kHere;
  bool operator==(const ArchiveEntry&) const = default;
};

// The backup that another stands on, as it was named then.
struct ArchiveBase {
  std::string path = {};  // empty: none
  std::uint64_t sequence = 0;
  std::int64_t created_at = 0;
  bool operator==(const ArchiveBase&) const = default;
};

struct ArchiveContents {
  std::uint64_t sequence = 0;
  std::int64_t created_at = 0;
  ArchiveBase base = {};
  std::vector<ArchiveEntry> files = {};  // by name
  bool operator==(const ArchiveContents&) const = default;

  const ArchiveEntry* find(std::string_view name) const;
};

// The forms that a name may have.
bool is_archive_name(std::string_view name);
bool is_manifest_name(std::string_view name);

Bytes encode_contents(const ArchiveContents& contents);
// kDataLoss for what no writer wrote, kFailedPrecondition for a required feature that is not known.
Result<ArchiveContents> decode_contents(ByteView bytes);

// Of pieces of this length; the hash of what came before seeds the next.
inline constexpr std::size_t kHashedPiece = std::size_t{1} << 20;
// Of the directory and footer of a block file. kDataLoss when it has none.
Result<std::uint64_t> hash_of_directory(const io::ReadableFile& file);

// An open backup. Safe from many threads.
class Archive {
 public:
  // The list is read and checked, nothing else. kFailedPrecondition for a file that is no backup.
  static Result<std::shared_ptr<const Archive>> open(io::FileSystem& files, const std::string& path,
                                                     io::Access access);

  const std::string& path() const { return path_; }
  std::uint64_t database() const { return database_; }
  const ArchiveContents& contents() const { return contents_; }
  // As a block file: its blocks are verified when read.
  const std::shared_ptr<const BlockFile>& blocks() const { return blocks_; }
  // Where the content of an entry in place kHere stands in the file.
  struct Span {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  Result<Span> span_of(std::string_view name) const;
  const std::shared_ptr<const io::ReadableFile>& file() const { return file_; }

 private:
  Archive() = default;
  Status read(io::FileSystem& files, io::Access access);
  Status check_entries() const;

  std::string path_;
  std::uint64_t database_ = 0;
  std::shared_ptr<const io::ReadableFile> file_;
  std::shared_ptr<const BlockFile> blocks_;
  std::map<std::string, Span, std::less<>> spans_;
  ArchiveContents contents_;
};

}  // namespace vecstore::storage
