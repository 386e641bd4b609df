// The members of a ZIP or TAR archive, or the one content of a compressed file, in order and from
// memory, whichever of them it is: zip_reader.h, tar_reader.h and unpack.h are behind it.
//
// Nothing is written to a disk: names are only names. Nothing is inflated but what read() counts:
// members that are not read are passed over, TAR archives are read uncompressed, and a compressed
// file is unpacked once, however often it was packed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "rag/loaders/archive/archive_member.h"
#include "rag/loaders/archive/tar_reader.h"
#include "rag/loaders/archive/unpack.h"
#include "rag/loaders/archive/zip_reader.h"
#include "rag/loaders/load_budget.h"
#include "vecstore/status.h"

namespace vecstore {

enum class ArchiveForm { kZip, kTar, kGzip, kBzip2, kXz, kZstd };

// By how the bytes begin; nothing for what is none of these.
std::optional<ArchiveForm> archive_form(std::string_view bytes);

inline bool holds_members(ArchiveForm form) {
  return form == ArchiveForm::kZip || form == ArchiveForm::kTar;
}

// "a ZIP archive", "a gzip file"
std::string_view form_name(ArchiveForm form);

// Longer names are cut: they stand in the metadata of every document.
inline constexpr std::size_t kMaxMemberNameBytes = 1'000;

// For one thread. The bytes and the password outlive it.
class ArchiveReader {
 public:
  static Result<ArchiveReader> open(std::string_view bytes, ArchiveForm form,
                                    std::string_view password = {});

  // The next member, nothing at the end. Its name is valid UTF-8 without control characters and has
  // at most kMaxMemberNameBytes; that of a packed file is empty. After an error there is no next
  // one.
  Result<std::optional<ArchiveMember>> next();

  // The content of the member that next() returned, counted against the budget while it is
  // unpacked. An error (kDataLoss: damaged, kPermissionDenied: encrypted) is of this member alone.
  Result<std::string> read(LoadBudget& budget);

 private:
  struct PackedFile {
    std::string_view bytes;
    Packing packing;
    bool taken = false;

    Result<std::optional<ArchiveMember>> next();
    Result<std::string> read(LoadBudget& budget) const { return unpack(bytes, packing, budget); }
  };
  using Reader = std::variant<ZipReader, TarReader, PackedFile>;

  ArchiveReader(Reader reader, ArchiveForm form) : reader_(std::move(reader)), form_(form) {}
  static Status named(const Status& status, ArchiveForm form);

  Reader reader_;
  ArchiveForm form_;
};

}  // namespace vecstore
