#include "rag/loaders/office/xlsx_loader.h"

#include <array>
#include <set>

#include "rag/loaders/office/opc_package.h"
#include "rag/loaders/office/xlsx_sheet.h"

namespace vecstore {
namespace {

class Workbook {
 public:
  Workbook(const OpcPackage& package, LoadBudget& budget) : package_(package), budget_(budget) {}

  Result<std::vector<Document>> read() {
    VECSTORE_ASSIGN(const std::optional<XmlTree> main, package_.tree(package_.main()));
    if (!main) return invalid_argument(package_.main() + ": no such part");
    VECSTORE_TRY(package_.read_properties(properties_));
    VECSTORE_TRY(read_shared());
    const std::string_view from_1904 = main->root().child("workbookPr").attribute("date1904");
    shared_.from_1904 = from_1904 == "1" || from_1904 == "true";
    VECSTORE_ASSIGN(std::vector<OpcRelation> all, package_.relations(package_.main()));
    const auto parts = relations_by_id(std::move(all));
    const XmlNode sheets = main->root().child("sheets");
    for (XmlNode at = sheets.child("sheet"); at; at = at.next("sheet")) {
      auto found = parts.find(at.attribute("r:id"));
      if (found != parts.end()) VECSTORE_TRY(read_sheet(at, found->second));
    }
    if (documents_.empty()) documents_.push_back(new_document());
    documents_.front().remarks = std::move(remarks_);
    return std::move(documents_);
  }

 private:
  Document new_document() const {
    Document document;
    document.kind = "xlsx";
    document.metadata = properties_;
    return document;
  }

  Status read_shared() {
    VECSTORE_ASSIGN(const auto strings, package_.related(package_.main(), "sharedStrings"));
    if (strings) shared_.read_strings(strings->root());
    VECSTORE_ASSIGN(const auto styles, package_.related(package_.main(), "styles"));
    if (styles) shared_.read_formats(styles->root());
    return {};
  }

  Status read_sheet(XmlNode entry, const OpcRelation& part) {
    const std::string name(entry.attribute("name"));
    const std::string_view state = entry.attribute("state");
    if (!read_.insert(part.target).second) return {};
    if (state == "hidden" || state == "veryHidden") {
      return remarks_.push_back("sheet '" + name + "' is hidden and was left out"), Status();
    }
    if (part.type != "worksheet") return {};
    VECSTORE_ASSIGN(const std::optional<XmlTree> sheet, package_.tree(part.target));
    if (!sheet) return {};
    VECSTORE_TRY(note_left_out(name, part.target));
    OfficeText text;
    VECSTORE_TRY(write_sheet(sheet->root(), shared_, budget_, text));
    Document document = new_document();
    document.place = "row";
    keep_property(document.metadata, "sheet", name);
    VECSTORE_TRY(text.finish(document));
    if (!document.text.empty()) documents_.push_back(std::move(document));
    return {};
  }

  Status note_left_out(const std::string& name, const std::string& part) {
    VECSTORE_ASSIGN(const std::vector<OpcRelation> relations, package_.relations(part));
    for (const OpcRelation& relation : relations) {
      if (relation.type == "comments") {
        remarks_.push_back("sheet '" + name + "' has comments, which were left out");
      }
      if (relation.type == "drawing") {
        remarks_.push_back("sheet '" + name + "' has charts or drawings, which were left out");
      }
    }
    return {};
  }

  const OpcPackage& package_;
  LoadBudget& budget_;
  Metadata properties_ = {};
  XlsxShared shared_ = {};
  std::set<std::string> read_ = {};
  std::vector<Document> documents_ = {};
  std::vector<std::string> remarks_ = {};
};

}  // namespace

std::span<const std::string_view> XlsxLoader::extensions() const {
  static constexpr std::array<std::string_view, 4> kExtensions = {"xlsx", "xlsm", "xltx", "xltm"};
  return kExtensions;
}

bool XlsxLoader::recognises(std::string_view bytes) const {
  return zip_names(bytes, "xl/workbook");
}

Result<std::vector<Document>> XlsxLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(const OpcPackage package, OpcPackage::open(input));
  return Workbook(package, *input.budget).read();
}

}  // namespace vecstore
