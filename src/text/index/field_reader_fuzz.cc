// An encoded field with bytes changed as the input says (block, place, value: four bytes each) is
// refused, or read to its end without a step outside of it.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "text/index/encode_field.h"

namespace {

using namespace vecstore::text;
using vecstore::Bytes;

EncodedField sample() {
  MemoryField memory;
  Tokens tokens;
  for (Row row = 0; row < 300; ++row) {
    tokens.clear();
    for (std::uint32_t i = 0; i < 1 + row % 4; ++i) {
      tokens.add("all", i * 3, 0, 1);
      tokens.add("t" + std::to_string(row % 40), i * 3 + 1, 0, 1);
    }
    const RowTerms terms(tokens);
    if (!memory.prepare(row, terms).ok()) std::abort();
    memory.publish();
  }
  const FieldSource source = {FieldView(memory, 300), {}};
  return *encode_field({&source, 1}, 300, 1);
}

void read_list(Postings& postings, Row rows) {
  std::vector<std::uint32_t> positions;
  for (Row next = 0; postings.row() != kNoRow; postings.next()) {
    if (postings.row() < next || postings.row() >= rows) std::abort();
    next = postings.row() + 1;
    postings.for_impacts(postings.row(), rows, [](std::uint32_t, std::uint32_t) {});
    if (postings.positions(positions) && positions.size() != postings.frequency()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const EncodedField whole = sample();
  EncodedField field = whole;
  const std::array<Bytes*, 4> blocks = {&field.terms, &field.postings, &field.positions,
                                        &field.lengths};
  for (; size >= 4; data += 4, size -= 4) {
    Bytes& block = *blocks[data[0] % 4];
    block[(data[1] + data[2] * 256u) % block.size()] = static_cast<std::byte>(data[3]);
  }
  const auto reader = FieldReader::open(parts_of(field), 1);
  if (!reader.ok()) return 0;
  const FieldView view(*reader);
  std::vector<std::string> terms;
  const auto status = view.for_each_term(
      "", [&](std::string_view term, std::uint32_t) { terms.emplace_back(term); });
  if (!std::ranges::is_sorted(terms) && status.ok()) std::abort();
  for (const std::string& term : terms) {
    const auto postings = view.postings(term);
    if (postings.ok() && *postings) read_list(**postings, reader->rows());
  }
  const FieldSource source = {view, {}};
  (void)encode_field({&source, 1}, reader->rows(), 1);
  return 0;
}
