// Any bytes: documents whose text is UTF-8 within the budget and whose headings and pages lie
// within it, or an error.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "rag/loaders/pdf/pdf_loader.h"
#include "rag/splitters/heading_splitter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vecstore::LoadLimits limits;
  limits.unpacked_bytes = 1 << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  vecstore::LoadInput input{bytes, {}, "password"};
  input.budget = std::make_shared<vecstore::LoadBudget>(limits);
  const auto documents = vecstore::PdfLoader().load(input);
  if (!documents.ok()) return 0;
  static const auto splitter = vecstore::HeadingSplitter::create({50, 10}).value();
  for (const vecstore::Document& document : *documents) {
    const std::string& text = document.text;
    if (!vecstore::is_valid_utf8(text) || text.size() > limits.unpacked_bytes) std::abort();
    const auto& places = document.places;
    if (!std::ranges::is_sorted(places, {}, &vecstore::PlaceBegin::begin)) std::abort();
    if (!places.empty() && places.back().begin > text.size()) std::abort();
    const vecstore::Status status = splitter.split(document).status();
    if (status.code() == vecstore::Code::kInvalidArgument) std::abort();
  }
  return 0;
}
