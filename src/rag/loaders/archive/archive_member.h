// What an archive says of one of its files before that is unpacked.
#pragma once

#include <string>

namespace vecstore {

struct ArchiveMember {
  enum class Kind { kFile, kFolder, kLink, kOther };
  std::string name = {};
  Kind kind = Kind::kFile;
  bool encrypted = false;
};

}  // namespace vecstore
