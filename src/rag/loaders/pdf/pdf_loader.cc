#include "rag/loaders/pdf/pdf_loader.h"

#include <algorithm>
#include <array>

#include "rag/loaders/pdf/pdf_metadata.h"
#include "rag/loaders/pdf/pdf_pages.h"
#include "rag/loaders/pdf/pdf_paragraphs.h"

namespace vecstore {
namespace {

constexpr std::size_t kMostLines =
    5'000'000;  // of a file; each is kept until the last page is read

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void note(std::size_t count, const char* what, const char* why, Document& document) {
  if (count > 0) document.remarks.push_back(counted(count, what) + why);
}

void note_omissions(const PdfOmissions& omissions, Document& document) {
  note(omissions.unknown, "character", " left out: no font says what they mean", document);
  note(omissions.loops, "drawing", " left out: within themselves or too deep", document);
  note(omissions.crowded, "page", " cut: too many characters", document);
  note(omissions.unreadable, "stream", " left out: they cannot be unpacked", document);
}

// What a reader sees or finds beside the pages.
void note_unread(const PdfFile& file, Document& document) {
  const PdfObject root = file.root();
  note(root.get("AcroForm").get("Fields").size(), "field",
       " of a form left out: what is filled into forms is not read", document);
  if (!root.get("Names").get("EmbeddedFiles").is_null()) {
    document.remarks.push_back("files that are attached are left out");
  }
}

// The lines of every page.
Result<std::vector<PdfPageLines>> read_pages(const PdfFile& file, LoadBudget& budget,
                                             Document& document) {
  const std::vector<PdfPage> pages = find_pages(file);
  VECSTORE_TRY(file.check());
  PdfContentReader reader(file, budget);
  std::vector<PdfPageLines> out;
  std::size_t pictures = 0, empty = 0, lines = 0;
  for (const PdfPage& page : pages) {
    VECSTORE_ASSIGN(const PdfGlyphs glyphs, reader.read(page));
    VECSTORE_TRY(file.check());
    out.push_back({find_lines(glyphs), page.height()});
    lines += out.back().lines.size();
    if (lines > kMostLines) {
      return resource_exhausted("more than " + std::to_string(kMostLines) +
                                " lines in one PDF file");
    }
    (glyphs.images > 0 ? pictures : empty) += out.back().lines.empty();
  }
  document.metadata["pages"] = static_cast<std::int64_t>(pages.size());
  note_omissions(reader.omissions(), document);
  note(pictures, "page", " without text: pictures alone, as scans are", document);
  note(empty, "page", " without any text", document);
  if (pages.size() == kMaxPdfPages)
    note(kMaxPdfPages, "page", " read, the rest is left out", document);
  return out;
}

}  // namespace

std::span<const std::string_view> PdfLoader::extensions() const {
  static constexpr std::array<std::string_view, 1> kExtensions = {"pdf"};
  return kExtensions;
}

bool PdfLoader::recognises(std::string_view bytes) const {
  return bytes.substr(0, 1024).find("%PDF-") != bytes.npos;
}

Result<std::vector<Document>> PdfLoader::load(const LoadInput& input) const {
  if (!recognises(input.bytes))
    return invalid_argument("not a PDF file: it has no %PDF- at its beginning");
  VECSTORE_ASSIGN(const PdfFile file, PdfFile::open(input.bytes, input.password, input.budget));
  Document document;
  document.kind = name();
  read_pdf_metadata(file, document.metadata);
  VECSTORE_ASSIGN(std::vector<PdfPageLines> pages, read_pages(file, *input.budget, document));
  const std::size_t running = remove_running_lines(pages);
  note(running, "line", " left out: running headers, footers and page numbers", document);
  write_paragraphs(pages, document);
  VECSTORE_TRY(input.budget->unpack(document.text.size()));
  note_unread(file, document);
  if (file.repaired())
    document.remarks.push_back("the file breaks rules of its format; what could be read was");
  return std::vector<Document>{std::move(document)};
}

}  // namespace vecstore
