// Any bytes as a file, and as the XML parts of a file that is whole: documents that hold what every
// loader promises, or an error.
#include <cstdint>

#include "rag/loaders/archive/test_zip.h"
#include "rag/loaders/office/pptx_loader.h"
#include "rag/loaders/test_documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const vecstore::PptxLoader loader;
  vecstore::require_documents(loader, std::string_view(reinterpret_cast<const char*>(data), size));
  const std::string zip = vecstore::fuzzed_zip(
      {data, size}, {"p.xml", "1.xml", "2.xml", "n.xml"},
      {{"_rels/.rels", "<R><Relationship Id='1' Type='/officeDocument' Target='p.xml'/></R>"},
       {"_rels/p.xml.rels",
        "<R><Relationship Id='r1' Target='1.xml'/><Relationship Id='r2' Target='2.xml'/></R>"},
       {"_rels/1.xml.rels",
        "<R><Relationship Id='1' Type='/notesSlide' Target='n.xml'/><Relationship Id='2' "
        "Type='/diagramData' Target='2.xml'/></R>"}});
  vecstore::require_documents(loader, zip);
  return 0;
}
