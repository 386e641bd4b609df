// Finds the loader for a file, by its extension, else by its content, and reads files under a size
// limit.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rag/loaders/loader.h"

namespace vecstore {

// Immutable once built: safe from many threads.
class LoaderRegistry {
 public:
  // Holds every loader of this folder.
  LoaderRegistry();

  // Goes before those already there for the extensions it names.
  void add(std::unique_ptr<Loader> loader);

  // By extension; without a known one by how the content begins (Loader::recognises), and what
  // nobody recognises is plain text. Binary content is refused by whichever loader gets it.
  const Loader& choose(const LoadInput& input) const;

  // One that is there.
  const Loader& named(std::string_view name) const;

  // choose() and load(), with this registry for files within the file. Documents come back in the
  // order of the file.
  Result<std::vector<Document>> load(const LoadInput& input) const;

 private:
  std::vector<std::unique_ptr<Loader>> loaders_;
};

// Reads a file that lies within `container` and appends its documents, each with where it lay in
// the metadata key "member": `name`, or "name/member" when it was a container itself. A member that
// cannot be read is a remark in `remarks` and no error; limits of the budget are errors.
Status load_member(const LoadInput& container, const std::string& name, std::string_view bytes,
                   std::vector<Document>& documents, std::vector<std::string>& remarks);

// The bytes of a regular file of at most `max_bytes`; otherwise an error that names both numbers.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);

}  // namespace vecstore
