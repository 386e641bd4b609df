// For tests: a folder on the disk that is gone afterwards.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace vecstore {

class TempFolder {
 public:
  TempFolder() {
    static int count = 0;
    std::string unique = std::to_string(monotonic_ms()) + "-" + std::to_string(++count);
    path_ = std::filesystem::canonical(std::filesystem::temp_directory_path()) /
            ("vecstore-rag-" + unique);
    std::filesystem::create_directories(path_);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  std::string string() const { return path_.string(); }

  // Makes the folders above as needed.
  void write(std::string_view name, std::string_view content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  void remove(std::string_view name) const { std::filesystem::remove_all(path_ / name); }

 private:
  std::filesystem::path path_;
};

}  // namespace vecstore
