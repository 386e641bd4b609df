#include "db/search/autocut.h"

namespace vecstore::db {
namespace {

constexpr double kJump = 3;  // times the mean: noise alone makes few, a change of subject more

}  // namespace

std::size_t rows_before_jump(std::span<const RankedRow> rows, std::size_t n) {
  if (rows.size() < 3) return rows.size();
  const double whole = rows.front().score - rows.back().score;
  const double others = static_cast<double>(rows.size() - 2);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const double fall = rows[i - 1].score - rows[i].score;
    if (fall < 0) return rows.size();  // another order than that of scores: it has no jumps
    if (fall > 0 && fall * others > kJump * (whole - fall) && --n == 0) return i;
  }
  return rows.size();
}

}  // namespace vecstore::db
