// For tests: a folder on the disk that no other process shares and that is gone afterwards. Tests
// run side by side, so a fixed name under the temporary folder is a race between them;
// tools/check_tree.py refuses one.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace vecstore {

class TestFolder {
 public:
  enum class Where { kDisk, kMemory };

  // kMemory where the system has such a place, for tests that sync often and prove nothing of
  // disks.
  explicit TestFolder(Where where = Where::kDisk) {
    namespace files = std::filesystem;
    const bool memory = where == Where::kMemory && files::is_directory("/dev/shm");
    const files::path in = memory ? files::path("/dev/shm") : files::temp_directory_path();
    std::string pattern = (in / "vecstore-XXXXXX").string();
    path_ = std::filesystem::canonical(::mkdtemp(pattern.data()));
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  std::string string() const { return path_.string(); }

  // Makes the folders above as needed; returns the file's path.
  std::string write(std::string_view name, std::string_view content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    return (path_ / name).string();
  }
  void remove(std::string_view name) const { std::filesystem::remove_all(path_ / name); }

 private:
  std::filesystem::path path_;
};

}  // namespace vecstore
