#include "embed/remote/tokens.h"

#include <algorithm>

namespace vecstore {

std::size_t likely_tokens(std::string_view text) {
  std::size_t ascii = 0;
  std::size_t others = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    ascii += byte < 0x80;
    others += byte >= 0xC0;  // the first byte of a character
  }
  return (ascii + 3) / 4 + others + 2;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(std::string_view(" \t\n\v\f\r\0", 7)) == text.npos;
}

std::vector<std::vector<std::size_t>> cut_batches(std::span<const std::string> texts,
                                                  const BatchLimits& limits) {
  std::vector<std::vector<std::size_t>> batches;
  std::size_t tokens = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (is_blank(texts[i])) continue;
    const std::size_t more = most_tokens(texts[i]) + limits.tokens_of_each;
    const bool full = batches.empty() ||
                      batches.back().size() >= std::max<std::size_t>(limits.texts, 1) ||
                      (limits.tokens != 0 && tokens + more > limits.tokens);
    if (full) {
      batches.emplace_back();
      tokens = 0;
    }
    batches.back().push_back(i);
    tokens += more;
  }
  return batches;
}

}  // namespace vecstore
