// The content of a page: its operators, as glyphs with their places (ISO 32000-1, 8 and 9).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rag/loaders/pdf/pdf_file.h"
#include "rag/loaders/pdf/pdf_font.h"
#include "rag/loaders/pdf/pdf_glyph.h"

namespace vecstore {

struct PdfPage {
  PdfObject dict = {};
  PdfObject resources = {};
  double x0 = 0, y0 = 0, x1 = 612, y1 = 792;  // what is shown of it, before it is turned
  int rotate = 0;                             // clockwise: 0, 90, 180 or 270

  double width() const { return rotate % 180 == 0 ? x1 - x0 : y1 - y0; }
  double height() const { return rotate % 180 == 0 ? y1 - y0 : x1 - x0; }
};

// What was left out of a file's pages.
struct PdfOmissions {
  std::size_t unknown = 0;     // characters whose meaning no font says
  std::size_t loops = 0;       // forms within themselves, or too deep
  std::size_t crowded = 0;     // pages with more glyphs than are kept
  std::size_t unreadable = 0;  // streams of content that cannot be unpacked
};

class PdfContentReader {
 public:
  // Both outlive it.
  PdfContentReader(const PdfFile& file, LoadBudget& budget) : file_(file), budget_(budget) {}

  // Errors are those of PdfFile::check() and of the budget.
  Result<PdfGlyphs> read(const PdfPage& page);

  const PdfOmissions& omissions() const { return omissions_; }

 private:
  class Run;

  std::shared_ptr<const PdfFont> font(const PdfObject& dict);
  Result<std::shared_ptr<const std::string>> form_bytes(const PdfObject& form);
  // Counts a stream that was left out; errors that end the file stay errors.
  Status unreadable(const Status& why);

  const PdfFile& file_;
  LoadBudget& budget_;
  PdfOmissions omissions_;
  std::unordered_map<std::uint64_t, std::shared_ptr<const PdfFont>> fonts_;
  std::unordered_map<std::uint64_t, std::shared_ptr<const std::string>> forms_;
  std::size_t forms_bytes_ = 0;
};

}  // namespace vecstore
