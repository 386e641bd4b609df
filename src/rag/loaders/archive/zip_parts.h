// The parts of a file that is itself a ZIP archive: Office, OpenDocument and EPUB documents.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/loader.h"

namespace vecstore {

// Part names are compared without regard to the case of ASCII letters, and a slash before them.
class ZipParts {
 public:
  using Wanted = std::function<bool(std::string_view name)>;

  // Unpacks what is wanted, counted against the budget; an error when one of these is damaged. Of
  // two parts of one name the first counts.
  static Result<ZipParts> read(const LoadInput& input, const Wanted& wanted);

  // The wanted part of that name, or nullptr.
  const std::string* find(std::string_view name) const;

  // The names of all there is, in order.
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::map<std::string, std::string> parts_ = {};
  std::vector<std::string> names_ = {};
};

// Whether the bytes begin as a ZIP archive and a name in it, at the beginning or near the end where
// its directory lies, begins with `name`. Unpacks nothing.
bool zip_names(std::string_view bytes, std::string_view name);

// Whether the first member is called "mimetype", as EPUB and OpenDocument have it, and its content
// begins with `media_type`.
bool zip_is(std::string_view bytes, std::string_view media_type);

// The path that `target` means within a part at `from`: "../media/a.png" of "ppt/slides/b.xml" is
// "ppt/media/a.png". Never climbs above the archive.
std::string resolve_part(std::string_view from, std::string_view target);

}  // namespace vecstore
