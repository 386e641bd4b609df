#include "rag/loaders/office/odf_loader.h"

#include <array>
#include <optional>

#include "rag/loaders/archive/zip_parts.h"
#include "rag/loaders/office/odf_body.h"
#include "rag/loaders/office/odf_sheet.h"
#include "rag/loaders/office/office_text.h"

namespace vecstore {
namespace {

constexpr std::string_view kManifest = "META-INF/manifest.xml";

Result<std::optional<XmlTree>> tree_of(const ZipParts& parts, std::string_view path) {
  const std::string* part = parts.find(path);
  if (!part) return std::optional<XmlTree>();
  Result<XmlTree> tree = XmlTree::parse(*part, XmlSpace::kKeep);
  if (!tree.ok()) return tree.status().with_context(path);
  return std::optional<XmlTree>(*std::move(tree));
}

Result<Metadata> read_properties(const ZipParts& parts) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kKeys = {
      {{"title", "title"},
       {"creator", "author"},
       {"initial-creator", "author"},
       {"creation-date", "created"},
       {"date", "modified"},
       {"language", "language"},
       {"subject", "subject"},
       {"keyword", "keywords"},
       {"description", "description"}}};
  Metadata out;
  VECSTORE_ASSIGN(const std::optional<XmlTree> meta, tree_of(parts, "meta.xml"));
  if (!meta) return out;
  const XmlNode all = meta->root().child("meta");
  for (const auto& [element, key] : kKeys) {
    if (XmlNode node = all.child(element)) keep_property(out, key, node.own_text());
  }
  return out;
}

void note_annotations(std::size_t count, Document& document) {
  if (count > 0) document.remarks.push_back(std::to_string(count) + " comments were left out");
}

class OdfFile {
 public:
  explicit OdfFile(LoadBudget& budget) : budget_(budget) {}

  Result<std::vector<Document>> read(const ZipParts& parts) {
    const std::string* manifest = parts.find(kManifest);
    if (manifest && manifest->find("encryption-data") != manifest->npos) {
      return Status(Code::kPermissionDenied, "encrypted as OpenDocument, which is not opened here");
    }
    VECSTORE_ASSIGN(const std::optional<XmlTree> content, tree_of(parts, "content.xml"));
    if (!content) return invalid_argument("content.xml: no such part");
    VECSTORE_ASSIGN(const std::optional<XmlTree> styles, tree_of(parts, "styles.xml"));
    VECSTORE_ASSIGN(properties_, read_properties(parts));
    if (styles) styles_.read(styles->root());
    styles_.read(content->root());
    const XmlNode body = content->root().child("body");
    if (XmlNode text = body.child("text")) return read_text(text, "odt");
    if (XmlNode slides = body.child("presentation")) return read_text(slides, "odp");
    if (XmlNode sheets = body.child("spreadsheet")) return read_sheets(sheets);
    return unimplemented("an OpenDocument file that is no text, spreadsheet or presentation");
  }

 private:
  Document new_document(std::string_view kind) const {
    Document document;
    document.kind = kind;
    document.metadata = properties_;
    return document;
  }

  Result<std::vector<Document>> read_text(XmlNode root, std::string_view kind) const {
    Document document = new_document(kind);
    OdfBody body(styles_);
    body.write(root);
    if (body.slides() > 0) document.place = "slide";
    if (!document.metadata.find("title")) keep_property(document.metadata, "title", body.title());
    note_annotations(body.annotations(), document);
    VECSTORE_TRY(body.text().finish(document));
    std::vector<Document> documents;
    documents.push_back(std::move(document));
    return documents;
  }

  Result<std::vector<Document>> read_sheets(XmlNode root) {
    std::vector<Document> documents;
    OdfSheetRead all;
    for (XmlNode table = root.child("table"); table; table = table.next("table")) {
      OfficeText text;
      VECSTORE_ASSIGN(const OdfSheetRead read, write_odf_sheet(table, budget_, text));
      all.annotations += read.annotations;
      all.repeats_cut |= read.repeats_cut;
      Document document = new_document("ods");
      document.place = "row";
      keep_property(document.metadata, "sheet", table.attribute("name"));
      VECSTORE_TRY(text.finish(document));
      if (!document.text.empty()) documents.push_back(std::move(document));
    }
    if (documents.empty()) documents.push_back(new_document("ods"));
    note_annotations(all.annotations, documents.front());
    if (all.repeats_cut) {
      documents.front().remarks.push_back("cells that repeat more than " +
                                          std::to_string(kMaxOdfRepeats) + " times were cut");
    }
    return documents;
  }

  LoadBudget& budget_;
  Metadata properties_ = {};
  OdfStyles styles_ = {};
};

}  // namespace

std::span<const std::string_view> OdfLoader::extensions() const {
  static constexpr std::array<std::string_view, 6> kExtensions = {"odt", "ods", "odp",
                                                                  "ott", "ots", "otp"};
  return kExtensions;
}

bool OdfLoader::recognises(std::string_view bytes) const {
  return zip_is(bytes, "application/vnd.oasis.opendocument.");
}

Result<std::vector<Document>> OdfLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(const ZipParts parts, ZipParts::read(input, [](std::string_view name) {
                    return name == "content.xml" || name == "styles.xml" || name == "meta.xml" ||
                           name == kManifest;
                  }));
  return OdfFile(*input.budget).read(parts);
}

}  // namespace vecstore
