// Any bytes as a file, and as each XML part of a file that is whole: documents that hold what
// every loader promises, or an error.
#include <cstdint>

#include "rag/loaders/archive/test_zip.h"
#include "rag/loaders/office/docx_loader.h"
#include "rag/loaders/test_documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const vecstore::DocxLoader loader;
  vecstore::require_documents(loader, std::string_view(reinterpret_cast<const char*>(data), size));
  const std::string zip = vecstore::fuzzed_zip(
      {data, size},
      {"word/document.xml", "word/styles.xml", "word/numbering.xml", "word/footnotes.xml"},
      {{"_rels/.rels",
        "<R><Relationship Id='1' Type='/officeDocument' Target='word/document.xml'/></R>"},
       {"word/_rels/document.xml.rels",
        "<R><Relationship Id='1' Type='/styles' Target='styles.xml'/>"
        "<Relationship Id='2' Type='/numbering' Target='numbering.xml'/>"
        "<Relationship Id='3' Type='/footnotes' Target='footnotes.xml'/></R>"}});
  vecstore::require_documents(loader, zip);
  return 0;
}
