// Any bytes as a file, and as the content, the map to Unicode and the font program of a file that
// is whole: documents that hold what every loader promises, with text within the budget, or an
// error.
#include <cstdint>
#include <cstdlib>

#include "rag/loaders/pdf/pdf_loader.h"
#include "rag/loaders/pdf/test_pdf.h"
#include "rag/loaders/test_invariants.h"

namespace {

void load(std::string_view bytes) {
  vecstore::LoadLimits limits;
  limits.unpacked_bytes = 1 << 20;
  vecstore::LoadInput input{bytes, {}, "password"};
  input.budget = std::make_shared<vecstore::LoadBudget>(limits);
  const auto documents = vecstore::PdfLoader().load(input);
  if (!documents.ok() && !vecstore::is_valid_utf8(documents.status().message())) std::abort();
  if (!documents.ok()) return;
  for (const vecstore::Document& document : *documents) {
    if (document.text.size() > limits.unpacked_bytes) std::abort();
    const std::string broken = vecstore::broken_invariant(document);
    if (broken.empty()) continue;
    std::fprintf(stderr, "%s\n", broken.c_str());
    std::abort();
  }
}

std::string whole_file(const std::string& content) {
  vecstore::TestPdf file;
  const std::string map = vecstore::TestPdf::ref(file.add_stream(content));
  const std::string form = vecstore::TestPdf::ref(file.add_stream(content, "/Subtype /Form"));
  file.add_page(content,
                "/F1 << /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> "
                "/F2 << /Subtype /Type0 /Encoding " +
                    map + " /ToUnicode " + map +
                    " /DescendantFonts [<< /DW 500 >>] >> "
                    "/F3 << /Subtype /Type1 /FontDescriptor << /Flags 4 /FontFile " +
                    map + " >> >>",
                "/Rotate 90", "/XObject << /X " + form + " >>");
  for (int i = 0; i < 3; ++i) file.add_page(content);
  return file.bytes();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  load(bytes);
  load(whole_file(bytes));
  return 0;
}
