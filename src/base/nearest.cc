#include "base/nearest.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace vecstore {
namespace {

constexpr std::size_t kMaxName = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool swapped(std::string_view a, std::string_view b, std::size_t i, std::size_t j) {
  return i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
}

// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`: three rows of
// the usual table suffice.
std::size_t edits(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kMaxName + 1>;
  Row before{}, above{}, row{};
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      if (swapped(a, b, i, j)) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return above[b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view wanted, std::span<const std::string_view> known) {
  std::string_view best;
  if (wanted.size() > kMaxName) return best;
  std::size_t best_edits = kMaxName;
  for (std::string_view name : known) {
    if (name.empty() || name.size() > kMaxName) continue;
    const std::size_t needed = edits(wanted, name);
    const bool near = needed * 3 <= std::max(wanted.size(), name.size());
    if (near && needed < best_edits) {
      best = name;
      best_edits = needed;
    }
  }
  return best;
}

std::string nearest_or_known(std::string_view wanted, std::span<const std::string_view> known) {
  const std::string_view near = nearest_name(wanted, known);
  if (!near.empty()) return "did you mean '" + std::string(near) + "'?";
  std::string all;
  for (const std::string_view name : known) all.append(all.empty() ? "" : ", ").append(name);
  return all.empty() ? "none is known" : "known are " + all;
}

}  // namespace vecstore
