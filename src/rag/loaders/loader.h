// The door by which files come in: a Loader turns the bytes of one file into documents.
//
// To add a format: derive from Loader in loaders/NAME_loader.{h,cc}, add it to LoaderRegistry's
// constructor, test it beside the code on real-looking files and on hostile ones, and give it a
// NAME_loader_fuzz.cc. A loader
//   - believes nothing in the bytes: whatever they are, it returns documents or a Status that names
//   the line, row or byte;
//   - bounds depth, memory and time by the size of the input, and never recurses by the input's
//   nesting;
//   - returns valid UTF-8 (decode_text in encoding.h) and says in `file_offset` whether offsets are
//   those of the file;
//   - counts all that it unpacks against input.budget, and gives files within the file to
//   load_member() (loader_registry.h);
//   - says in Document::remarks what it left out;
//   - has no state that changes: load() is called from many threads.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "rag/loaders/document.h"
#include "rag/loaders/load_budget.h"
#include "vecstore/status.h"

namespace vecstore {

// Rows, lines or array elements that one file may hold as documents of their own.
inline constexpr std::size_t kMaxDocumentsPerFile = 1'000'000;

class LoaderRegistry;

struct LoadInput {
  std::string_view bytes = {};
  std::string_view path = {};      // for the extension and for messages; nothing is read from it
  std::string_view password = {};  // of files that are encrypted

  // Of this file and of all within it.
  std::shared_ptr<LoadBudget> budget = std::make_shared<LoadBudget>();

  const LoaderRegistry* loaders = nullptr;  // reads files within the file; null: all there are
};

class Loader {
 public:
  virtual ~Loader() = default;

  virtual std::string_view name() const = 0;

  // Lower case, without the dot.
  virtual std::span<const std::string_view> extensions() const = 0;

  // Whether a file whose extension nobody knows is for this loader. Looks at the beginning only.
  virtual bool recognises(std::string_view /*bytes*/) const { return false; }

  virtual Result<std::vector<Document>> load(const LoadInput& input) const = 0;
};

}  // namespace vecstore
