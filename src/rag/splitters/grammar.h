// A language of tree-sitter, opened at run time: a shared object that tools/build-grammars made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// A node of a syntax tree, in preorder.
struct SyntaxNode {
  std::uint32_t begin;  // bytes of the text
  std::uint32_t end;
  std::uint32_t after;  // index of the first node that is not inside it
};

// Larger programs are not parsed: what a tree takes is a multiple of its text.
inline constexpr std::size_t kMaxProgramBytes = std::size_t{16} << 20;

// Safe from many threads. What was opened stays open until the process ends.
class Grammar {
 public:
  // "python" for "py"; the file of that name in a folder of grammars is NAME.so. Empty for a
  // language that no grammar is made of.
  static std::string name_of(std::string_view language);

  // kNotFound, naming the command that builds grammars, where there is no such file;
  // kFailedPrecondition for one that is no grammar.
  static Result<std::shared_ptr<const Grammar>> open(const std::string& folder,
                                                     const std::string& name);

  // The root first. kResourceExhausted for a text that is too large or takes more than ten seconds.
  Result<std::vector<SyntaxNode>> parse(std::string_view text) const;

 private:
  using Parse = SyntaxNode* (*)(const char*, std::uint32_t, std::uint64_t, std::uint32_t*);
  using Free = void (*)(SyntaxNode*);

  Grammar(Parse parser, Free freer) : parse_(parser), free_(freer) {}

  Parse parse_;
  Free free_;
};

}  // namespace vecstore
