#include "rag/loaders/office/epub_loader.h"

#include <array>
#include <set>

#include "rag/loaders/archive/zip_parts.h"
#include "rag/loaders/html_loader.h"
#include "rag/loaders/office/epub_package.h"
#include "rag/loaders/office/office_text.h"
#include "rag/loaders/office/xhtml.h"

namespace vecstore {
namespace {

bool is_page(const EpubChapter& chapter) {
  return chapter.media_type == "application/xhtml+xml" || chapter.media_type == "text/html";
}

// The chapter's metadata become the book's; its own title, if it is not the book's, is kept.
void name_chapter(const Metadata& book, Document& document) {
  const Value* own = document.metadata.find("title");
  std::string title = own && own->as_string() ? *own->as_string() : std::string();
  if (!document.headings.empty()) title = document.headings.front().title;
  const Value* whole = book.find("title");
  const Value* encoding = document.metadata.find("encoding");
  Metadata metadata = book;
  if (encoding) metadata["encoding"] = *encoding;
  if (!whole || !whole->as_string() || *whole->as_string() != title) {
    keep_property(metadata, "chapter", title);
  }
  document.metadata = std::move(metadata);
  document.kind = "epub";
}

class Book {
 public:
  Book(const LoadInput& input, const EpubPackage& package) : input_(input), package_(package) {}

  Result<std::vector<Document>> read() {
    std::set<std::string, std::less<>> wanted;
    for (const EpubChapter& chapter : package_.spine) {
      if (is_page(chapter) && !chapter.encrypted) wanted.insert(chapter.path);
    }
    VECSTORE_ASSIGN(const ZipParts parts, ZipParts::read(input_, [&](std::string_view name) {
                      return wanted.contains(name);
                    }));
    for (const EpubChapter& chapter : package_.spine) {
      Status status = read_chapter(chapter, parts.find(chapter.path));
      if (status.ok()) continue;
      remarks_.push_back(chapter.path + ": " + status.message());
      if (failure_.ok()) failure_ = status.with_context(chapter.path);
    }
    return finish();
  }

 private:
  Status read_chapter(const EpubChapter& chapter, const std::string* page) {
    if (chapter.encrypted) return Status(Code::kPermissionDenied, "encrypted");
    if (chapter.media_type.starts_with("image/")) return {};
    if (!is_page(chapter)) return unimplemented("no chapter but " + chapter.media_type);
    if (!page) return invalid_argument("no such part");
    const std::string html = open_empty_elements(*page);
    LoadInput input = input_;
    input.bytes = html;
    input.path = chapter.path;
    VECSTORE_ASSIGN(std::vector<Document> documents, HtmlLoader().load(input));
    for (Document& document : documents) {
      if (document.text.empty()) continue;
      name_chapter(package_.metadata, document);
      documents_.push_back(std::move(document));
    }
    return {};
  }

  Result<std::vector<Document>> finish() {
    if (documents_.empty() && !failure_.ok()) return failure_;
    if (!documents_.empty()) documents_.front().remarks = std::move(remarks_);
    return std::move(documents_);
  }

  const LoadInput& input_;
  const EpubPackage& package_;
  std::vector<Document> documents_ = {};
  std::vector<std::string> remarks_ = {};
  Status failure_ = {};
};

}  // namespace

std::span<const std::string_view> EpubLoader::extensions() const {
  static constexpr std::array<std::string_view, 1> kExtensions = {"epub"};
  return kExtensions;
}

bool EpubLoader::recognises(std::string_view bytes) const {
  return zip_is(bytes, "application/epub+zip") || zip_names(bytes, "META-INF/container.xml");
}

Result<std::vector<Document>> EpubLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(const EpubPackage package, read_epub_package(input));
  return Book(input, package).read();
}

}  // namespace vecstore
