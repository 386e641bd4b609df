#include "query/filter/filter_like.h"

#include <cstddef>

#include "base/utf8.h"

namespace vecstore::query {
namespace {

// How many bytes at the start of `text` match the item of `pattern` at `p`, which is stepped over;
// 0 when they do not match.
std::size_t match_one(std::string_view text, std::string_view pattern, std::size_t& p) {
  if (p == pattern.size()) return 0;
  if (pattern[p] == '_') {
    ++p;
    return decode_utf8(text).size;
  }
  const std::size_t plain = pattern[p] == '\\' && p + 1 < pattern.size() ? p + 1 : p;
  if (text[0] != pattern[plain]) return 0;
  p = plain + 1;
  return 1;
}

}  // namespace

bool matches_like(std::string_view text, std::string_view pattern) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t after_run = kNone;  // in the pattern, behind the last %
  std::size_t run_end = 0;        // in the text, where that run ends for now
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      after_run = ++p;
      run_end = t;
      if (p == pattern.size()) return true;
    } else if (const std::size_t matched = match_one(text.substr(t), pattern, p)) {
      t += matched;
    } else if (after_run == kNone) {
      return false;
    } else {
      run_end += decode_utf8(text.substr(run_end)).size;
      t = run_end;
      p = after_run;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace vecstore::query
