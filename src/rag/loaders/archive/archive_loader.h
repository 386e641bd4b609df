// ZIP and TAR archives, and what gzip, bzip2, xz or zstd packed: each file within becomes the
// documents that its own loader makes of it, with its path in the metadata key "member".
//
// Archives within archives are read too, all under one budget. A path is a name: "../../etc/passwd"
// is read like any other and touches no disk. Links, devices, sparse files, encrypted files
// without their password and what cannot be read are remarks, the first kMaxArchiveRemarks of them;
// folders, names that begin with a dot and __MACOSX/ are passed over. An archive of which nothing
// could be read is an error.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

inline constexpr std::size_t kMaxArchiveRemarks = 20;

class ArchiveLoader : public Loader {
 public:
  std::string_view name() const override { return "archive"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
