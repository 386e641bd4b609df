#include "rag/loaders/pdf/pdf_pages.h"

#include <algorithm>
#include <unordered_set>

namespace vecstore {
namespace {

constexpr std::size_t kMostNodes = 1'000'000;  // waiting to be looked at

void take_box(const PdfObject& box, PdfPage& page) {
  if (box.size() < 4) return;
  const auto [x0, x1] = std::minmax({box.at(0).number(), box.at(2).number()});
  const auto [y0, y1] = std::minmax({box.at(1).number(), box.at(3).number()});
  if (!(x1 - x0 >= 1) || !(y1 - y0 >= 1) || x1 - x0 > 100'000 || y1 - y0 > 100'000) return;
  page.x0 = x0;
  page.y0 = y0;
  page.x1 = x1;
  page.y1 = y1;
}

// What `node` says itself, over what it inherits.
PdfPage page_of(const PdfObject& node, PdfPage inherited) {
  inherited.dict = node;
  if (const PdfObject resources = node.get("Resources"); !resources.is_null()) {
    inherited.resources = resources;
  }
  take_box(node.get("MediaBox"), inherited);
  take_box(node.get("CropBox"), inherited);
  if (const PdfObject rotate = node.get("Rotate"); !rotate.is_null()) {
    inherited.rotate = ((rotate.integer() % 360) + 360) % 360 / 90 * 90;
  }
  return inherited;
}

}  // namespace

std::vector<PdfPage> find_pages(const PdfFile& file) {
  std::vector<PdfPage> pages, open = {page_of(file.root().get("Pages"), {})};
  std::unordered_set<std::uint64_t> seen;
  while (!open.empty() && pages.size() < kMaxPdfPages && file.check().ok()) {
    PdfPage page = std::move(open.back());
    open.pop_back();
    const std::uint64_t id = page.dict.id();
    if (page.dict.kind() != PdfObject::Kind::kDict || (id != 0 && !seen.insert(id).second))
      continue;
    const PdfObject kids = page.dict.get("Kids");
    if (kids.kind() != PdfObject::Kind::kArray) {
      pages.push_back(std::move(page));
      continue;
    }
    for (std::size_t i = kids.size(); i-- > 0 && open.size() < kMostNodes;) {
      open.push_back(page_of(kids.at(i), page));
    }
  }
  return pages;
}

}  // namespace vecstore
