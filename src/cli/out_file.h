// A file that is there whole or not at all: written beside its place and moved into it. A link
// stays and what it leads to is replaced; the mode of a file that was there stays too. What is no
// regular file (a pipe, a device) and what is standard output already are written to directly.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

class OutFile {
 public:
  OutFile() = default;
  // Without finish() before it, leaves what was there.
  ~OutFile();
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  // "-" is standard output. kUnknown where nothing can be written.
  Status open(const std::string& path);
  bool is_open() const { return file_ != nullptr; }
  Status write(std::string_view bytes);
  // Makes it durable and puts it into its place.
  Status finish();

 private:
  Status keep_mode();
  Status put_in_place();
  void discard();

  std::string path_;   // as given, for messages
  std::string place_;  // where links lead
  std::string part_;   // what is written; empty: the place itself
  std::FILE* file_ = nullptr;
};

}  // namespace vecstore
