// OpenDocument texts (ODT), spreadsheets (ODS) and presentations (ODP), ISO/IEC 26300.
//
// A text is one document with headings by outline level, lists, tables and notes; a presentation
// one whose places count slides, with their titles as headings and the speaker's notes; a
// spreadsheet a document for each sheet with its name in the metadata key "sheet", whose places
// count rows. The kind of a document is "odt", "ods" or "odp". Left out with a remark: annotations.
// Offsets refer to the extracted text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class OdfLoader : public Loader {
 public:
  std::string_view name() const override { return "odf"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
