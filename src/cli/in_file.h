// A file or standard input, read once from the start to the end. What gzip compressed comes out as
// it was, whatever the name says.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

// True of standard input ("-"), pipes and devices: what was read of them is gone.
bool is_read_once(const std::string& path);

class InFile {
 public:
  // "-" is standard input.
  static Result<InFile> open(const std::string& path);
  InFile(InFile&&) noexcept;
  InFile& operator=(InFile&&) noexcept;
  ~InFile();

  // What comes next, empty only at the end; stays until skip() passed all of it. While it waits for
  // a pipe or a keyboard, an interrupt is kCancelled.
  Result<std::string_view> peek();
  // Passes over bytes that peek() showed.
  void skip(std::size_t bytes);

  // As many bytes as there are, up to `bytes`.
  Result<std::size_t> read(void* to, std::size_t bytes);

  const std::string& path() const;  // or "standard input"

 private:
  struct State;
  explicit InFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vecstore
