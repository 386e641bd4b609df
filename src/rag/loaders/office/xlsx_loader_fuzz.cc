// Any bytes as a file, and as the XML parts of a file that is whole: documents that hold what every
// loader promises, or an error.
#include <cstdint>

#include "rag/loaders/archive/test_zip.h"
#include "rag/loaders/office/xlsx_loader.h"
#include "rag/loaders/test_documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const vecstore::XlsxLoader loader;
  vecstore::require_documents(loader, std::string_view(reinterpret_cast<const char*>(data), size));
  const std::string zip = vecstore::fuzzed_zip(
      {data, size}, {"w.xml", "1.xml", "s.xml", "t.xml"},
      {{"_rels/.rels", "<R><Relationship Id='1' Type='/officeDocument' Target='w.xml'/></R>"},
       {"_rels/w.xml.rels",
        "<R><Relationship Id='r1' Type='/worksheet' Target='1.xml'/><Relationship Id='2' "
        "Type='/sharedStrings' Target='s.xml'/><Relationship Id='3' Type='/styles' "
        "Target='t.xml'/></R>"}});
  vecstore::require_documents(loader, zip);
  return 0;
}
