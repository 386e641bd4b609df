// The package that DOCX, PPTX and XLSX files are: XML parts in a ZIP archive, held together by
// relationships (ECMA-376 part 2).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/archive/zip_parts.h"
#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

struct OpcRelation {
  std::string id = {};
  std::string type = {};    // the last word of its address: "officeDocument", "styles", "slide"
  std::string target = {};  // path of a part; empty when it leads out of the package
};

class OpcPackage {
 public:
  // An error when there is no main part.
  static Result<OpcPackage> open(const LoadInput& input);

  // Where the document itself is: "word/document.xml".
  const std::string& main() const { return main_; }

  // Of the part at `path`, in order; none when it has none.
  Result<std::vector<OpcRelation>> relations(std::string_view path) const;

  // The part as a tree; nothing when it is not there.
  Result<std::optional<XmlTree>> tree(std::string_view path) const;

  // The part that `path` refers to as `type`, as tree().
  Result<std::optional<XmlTree>> related(std::string_view path, std::string_view type) const;

  // Title, author, dates and the like, as the package states them.
  Status read_properties(Metadata& metadata) const;

 private:
  explicit OpcPackage(ZipParts parts) : parts_(std::move(parts)) {}

  ZipParts parts_;
  std::string main_;
};

// By id.
std::map<std::string, OpcRelation, std::less<>> relations_by_id(std::vector<OpcRelation> relations);

// True for "1", "true", "on" and an absent value, as for elements like w:b; false for the others.
bool is_on(XmlNode node);

}  // namespace vecstore
