#include "rag/loaders/office/docx_loader.h"

#include <algorithm>
#include <array>

#include "rag/loaders/office/docx_body.h"
#include "rag/loaders/office/opc_package.h"

namespace vecstore {
namespace {

std::size_t children_of(const std::optional<XmlTree>& tree) {
  std::size_t count = 0;
  if (!tree) return count;
  for (XmlNode node = tree->root().first_child(); node; node = node.next()) ++count;
  return count;
}

Status note_left_out(const OpcPackage& package, Document& document) {
  VECSTORE_ASSIGN(const std::optional<XmlTree> comments,
                  package.related(package.main(), "comments"));
  VECSTORE_ASSIGN(const std::vector<OpcRelation> relations, package.relations(package.main()));
  if (std::size_t n = children_of(comments); n > 0) {
    document.remarks.push_back(std::to_string(n) + " comments were left out");
  }
  const auto embedded = std::ranges::count_if(relations, [](const OpcRelation& relation) {
    return relation.type == "package" || relation.type == "oleObject" || relation.type == "aFChunk";
  });
  if (embedded > 0) {
    document.remarks.push_back(std::to_string(embedded) + " embedded files were left out");
  }
  return {};
}

Status read_text(const OpcPackage& package, Document& document) {
  VECSTORE_ASSIGN(const std::optional<XmlTree> main, package.tree(package.main()));
  if (!main) return invalid_argument(package.main() + ": no such part");
  VECSTORE_ASSIGN(const std::optional<XmlTree> styles, package.related(package.main(), "styles"));
  VECSTORE_ASSIGN(const std::optional<XmlTree> lists, package.related(package.main(), "numbering"));
  VECSTORE_ASSIGN(const std::optional<XmlTree> feet, package.related(package.main(), "footnotes"));
  VECSTORE_ASSIGN(const std::optional<XmlTree> ends, package.related(package.main(), "endnotes"));
  const DocxStyles known = styles ? DocxStyles(styles->root()) : DocxStyles();
  DocxBody body(known, lists ? DocxNumbering(lists->root()) : DocxNumbering());
  if (feet) body.add_notes(feet->root(), false);
  if (ends) body.add_notes(ends->root(), true);
  body.write(main->root().child("body"));
  if (!document.metadata.find("title")) keep_property(document.metadata, "title", body.title());
  return body.text().finish(document);
}

}  // namespace

std::span<const std::string_view> DocxLoader::extensions() const {
  static constexpr std::array<std::string_view, 4> kExtensions = {"docx", "docm", "dotx", "dotm"};
  return kExtensions;
}

bool DocxLoader::recognises(std::string_view bytes) const {
  return zip_names(bytes, "word/document");
}

Result<std::vector<Document>> DocxLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(const OpcPackage package, OpcPackage::open(input));
  Document document;
  document.kind = name();
  VECSTORE_TRY(package.read_properties(document.metadata));
  VECSTORE_TRY(read_text(package, document));
  VECSTORE_TRY(note_left_out(package, document));
  std::vector<Document> documents;
  documents.push_back(std::move(document));
  return documents;
}

}  // namespace vecstore
