#include "text/index/row_terms.h"

#include <algorithm>
#include <vector>

#include "base/coding.h"
#include "base/hash.h"
#include "text/index/posting_bytes.h"

namespace vecstore::text {
namespace {

struct Place {
  std::uint64_t hash;
  std::uint32_t token;
};

// Tokens of one term side by side, by position.
std::vector<Place> places_of(const Tokens& tokens) {
  std::vector<Place> places;
  places.reserve(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i)
    places.push_back({hash64(as_bytes(tokens.term(i))), static_cast<std::uint32_t>(i)});
  std::ranges::sort(places, [&](const Place& a, const Place& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = tokens.term(a.token).compare(tokens.term(b.token));
    return order != 0 ? order < 0 : a.token < b.token;
  });
  return places;
}

}  // namespace

void RowTerms::assign(const Tokens& tokens) {
  bytes_.clear();
  length_ = tokens.length;
  const std::vector<Place> places = places_of(tokens);
  Bytes positions;
  for (std::size_t first = 0, last = 0; first < places.size(); first = last) {
    const std::string_view term = tokens.term(places[first].token);
    positions.clear();
    for (std::uint32_t before = 0; last < places.size(); ++last) {
      if (tokens.term(places[last].token) != term) break;
      const std::uint32_t position = tokens[places[last].token].position;
      put_varint(positions, position - before);
      before = position;
    }
    put_varint(bytes_, term.size());
    put_bytes(bytes_, as_bytes(term));
    put_varint(bytes_, last - first);
    put_varint(bytes_, positions.size());
    put_bytes(bytes_, positions);
  }
}

bool RowTermReader::next() {
  if (at_ == end_) return false;
  const std::uint32_t size = trusted_varint(at_);
  term_ = as_text({at_, size});
  at_ += size;
  const std::byte* begin = at_;
  frequency_ = trusted_varint(at_);
  const std::uint32_t positions = trusted_varint(at_);
  at_ += positions;
  posting_ = {begin, at_};
  return true;
}

}  // namespace vecstore::text
