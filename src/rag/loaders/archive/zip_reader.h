// The members of a ZIP archive in the order of its directory, from memory: stored, DEFLATE, bzip2,
// zstd or xz, ZIP64, encrypted by ZipCrypto or WinZip's AES.
//
// Only the directory is believed, and what it says of a member is checked where that lies. Members
// that lie over one another, as in some bombs, are refused once more bytes were read than there
// are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rag/loaders/archive/archive_member.h"
#include "rag/loaders/load_budget.h"
#include "vecstore/status.h"

namespace vecstore {

// For one thread. The bytes and the password outlive it. kDataLoss does not say what the bytes are.
class ZipReader {
 public:
  static Result<ZipReader> open(std::string_view bytes, std::string_view password = {});

  // Nothing at the end. After an error there is no next one.
  Result<std::optional<ArchiveMember>> next();

  // The content of the last member, counted against the budget and compared with its checksum.
  // kPermissionDenied: encrypted, and there is no password or a wrong one.
  Result<std::string> read(LoadBudget& budget);

 private:
  // Where the directory ends, and what is said of it.
  struct Ending {
    std::uint64_t at, size, offset;
  };

  // A member as the directory has it.
  struct Entry {
    std::uint8_t host = 0;  // whose attributes these are
    std::uint16_t flags = 0, method = 0, time = 0;
    std::uint32_t crc = 0, attributes = 0;
    std::uint64_t packed_size = 0, size = 0, offset = 0;
    std::string_view name = {}, extra = {};
  };

  ZipReader(std::string_view bytes, std::string_view password)
      : bytes_(bytes), password_(password) {}
  Status find_directory();
  Status take_directory(Ending ending);
  Status widen(Entry& entry) const;
  Result<std::string_view> packed();
  Result<std::string> content(std::string_view packed, std::uint16_t method, bool has_checksum,
                              LoadBudget& budget) const;
  Result<std::string> read_aes(std::string_view packed, LoadBudget& budget) const;
  Result<std::string> read_zip_crypto(std::string_view packed, LoadBudget& budget) const;

  std::string_view bytes_;
  std::string_view password_;
  std::string_view directory_ = {};  // of what comes after the last member
  std::uint64_t base_ = 0;           // where the archive begins: some follow a program
  Entry entry_ = {};                 // the last member
  std::uint64_t bytes_read_ = 0;     // of all members, packed
};

}  // namespace vecstore
