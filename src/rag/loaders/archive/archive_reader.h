// The members of a ZIP or TAR archive, or the one content of a compressed file, in order and from
// memory, through libarchive.
//
// Nothing is written to a disk: names are only names. Nothing is inflated but what read() counts:
// ZIP members that are not read are passed over by the archive's directory, TAR archives are read
// uncompressed, and a compressed file is unpacked once, however often it was packed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rag/loaders/load_budget.h"
#include "vecstore/status.h"

struct archive;

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

struct ArchiveMember {
  enum class Kind { kFile, kFolder, kLink, kOther };
  std::string name = {};  // valid UTF-8 without control characters; else as the archive has it
  Kind kind = Kind::kFile;
  bool encrypted = false;
};

// For one thread. The bytes outlive it.
class ArchiveReader {
 public:
  static Result<ArchiveReader> open(std::string_view bytes, ArchiveForm form,
                                    std::string_view password = {});

  // The next member, nothing at the end. After an error there is no next one.
  Result<std::optional<ArchiveMember>> next();

  // The content of the member that next() returned, counted against the budget while it is
  // unpacked. An error (kDataLoss: damaged, kPermissionDenied: encrypted) is of this member alone.
  Result<std::string> read(LoadBudget& budget);

 private:
  struct Close {
    void operator()(archive* reader) const;
  };
  using Handle = std::unique_ptr<archive, Close>;

  ArchiveReader(Handle reader, ArchiveForm form, bool has_password)
      : reader_(std::move(reader)), form_(form), has_password_(has_password) {}
  Status failure() const;
  Result<bool> read_block(std::string& content, LoadBudget& budget);

  Handle reader_;
  ArchiveForm form_;
  bool has_password_;
  bool encrypted_ = false;  // the current member
};

}  // namespace vecstore
