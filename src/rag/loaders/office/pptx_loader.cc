#include "rag/loaders/office/pptx_loader.h"

#include <array>
#include <set>

#include "rag/loaders/office/opc_package.h"
#include "rag/loaders/office/pptx_slide.h"

namespace vecstore {
namespace {

struct LeftOut {
  std::size_t comments = 0, charts = 0, embedded = 0;
};

void count_left_out(const OpcRelation& relation, LeftOut& out) {
  out.comments += relation.type == "comments";
  out.charts += relation.type == "chart";
  out.embedded += relation.type == "package" || relation.type == "oleObject";
}

void note_left_out(const LeftOut& out, Document& document) {
  const auto note = [&](std::size_t n, const char* what) {
    if (n > 0) document.remarks.push_back(std::to_string(n) + what);
  };
  note(out.comments, " slides have comments, which were left out");
  note(out.charts, " charts were left out");
  note(out.embedded, " embedded files were left out");
}

class Presentation {
 public:
  Presentation(const OpcPackage& package, Document& document)
      : package_(package), document_(document) {}

  Status read() {
    VECSTORE_ASSIGN(const std::optional<XmlTree> main, package_.tree(package_.main()));
    if (!main) return invalid_argument(package_.main() + ": no such part");
    VECSTORE_ASSIGN(std::vector<OpcRelation> all, package_.relations(package_.main()));
    const auto slides = relations_by_id(std::move(all));
    document_.place = "slide";
    std::int64_t number = 0;
    const XmlNode list = main->root().child("sldIdLst");
    for (XmlNode at = list.child("sldId"); at; at = at.next("sldId")) {
      auto found = slides.find(at.attribute("r:id"));
      text_.begin_place(++number);
      if (found != slides.end()) VECSTORE_TRY(read_slide(found->second.target));
    }
    note_left_out(left_out_, document_);
    return text_.finish(document_);
  }

 private:
  // A part is read once, however often it is named: the text cannot outgrow the file.
  Result<std::optional<XmlTree>> tree_once(const std::string& path) {
    if (!read_.insert(path).second) return std::optional<XmlTree>();
    return package_.tree(path);
  }

  Status read_slide(const std::string& path) {
    VECSTORE_ASSIGN(const std::optional<XmlTree> slide, tree_once(path));
    if (!slide) return {};
    PptxSlide writer(text_);
    const std::string title = writer.write(slide->root());
    if (!document_.metadata.find("title")) keep_property(document_.metadata, "title", title);
    VECSTORE_ASSIGN(const std::vector<OpcRelation> relations, package_.relations(path));
    for (const OpcRelation& relation : relations) {
      count_left_out(relation, left_out_);
      if (relation.type == "diagramData") {
        VECSTORE_ASSIGN(const std::optional<XmlTree> diagram, tree_once(relation.target));
        if (diagram) writer.write_paragraphs(diagram->root());
      }
    }
    for (const OpcRelation& relation : relations) {
      if (relation.type != "notesSlide") continue;
      VECSTORE_ASSIGN(const std::optional<XmlTree> notes, tree_once(relation.target));
      if (notes) writer.write_notes(notes->root());
    }
    return {};
  }

  const OpcPackage& package_;
  Document& document_;
  OfficeText text_ = {};
  std::set<std::string> read_ = {};
  LeftOut left_out_ = {};
};

}  // namespace

std::span<const std::string_view> PptxLoader::extensions() const {
  static constexpr std::array<std::string_view, 4> kExtensions = {"pptx", "pptm", "ppsx", "potx"};
  return kExtensions;
}

bool PptxLoader::recognises(std::string_view bytes) const {
  return zip_names(bytes, "ppt/presentation");
}

Result<std::vector<Document>> PptxLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(const OpcPackage package, OpcPackage::open(input));
  Document document;
  document.kind = name();
  VECSTORE_TRY(package.read_properties(document.metadata));
  VECSTORE_TRY(Presentation(package, document).read());
  std::vector<Document> documents;
  documents.push_back(std::move(document));
  return documents;
}

}  // namespace vecstore
