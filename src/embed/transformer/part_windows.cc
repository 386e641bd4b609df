#include "embed/transformer/part_windows.h"

#include <algorithm>
#include <string>

namespace vecstore {
namespace {

constexpr std::size_t kLeastRoom = 8;  // tokens of a window, beside the lead and the marks

Status check_parts(const TextParts& of) {
  std::size_t before = 0;
  for (std::size_t i = 0; i < of.parts.size(); ++i) {
    const TextParts::Part part = of.parts[i];
    if (part.begin < before || part.end < part.begin || part.end > of.text.size())
      return invalid_argument("part " + std::to_string(i) + " is bytes " +
                              std::to_string(part.begin) + " to " + std::to_string(part.end) +
                              ", the text has " + std::to_string(of.text.size()) +
                              " and the part before begins at " + std::to_string(before));
    before = part.begin;
  }
  return {};
}

// What stands around a window's tokens.
struct Frame {
  SentenceEncoder::Tokens before, after;
};

// Seen around a letter, since there may be nothing else that tells the first mark from the last.
Result<Frame> frame_of(const ModelTokenizer& tokenizer, std::string_view lead) {
  VECSTORE_ASSIGN(const Encoding seen, tokenizer.encode_with_spans(std::string(lead) + "a"));
  const auto is_letter = [&](std::size_t i) {
    return !seen.special[i] && seen.spans[i].end > lead.size();
  };
  std::size_t first = 0, last = seen.ids.size();
  while (first < last && !is_letter(first)) ++first;
  while (last > first && !is_letter(last - 1)) --last;
  const auto at = [&](std::size_t i) { return seen.ids.begin() + static_cast<std::ptrdiff_t>(i); };
  return Frame{{at(0), at(first)}, {at(last), seen.ids.end()}};
}

struct TokenRange {
  std::size_t begin, end;
};

// All tokens of which a byte lies in the part.
TokenRange tokens_of(const TextParts::Part& part, const std::vector<Place>& spans) {
  const auto first = std::ranges::upper_bound(spans, part.begin, {}, &Place::end);
  const auto end = std::ranges::lower_bound(first, spans.end(), part.end, {}, &Place::begin);
  return {static_cast<std::size_t>(first - spans.begin()),
          static_cast<std::size_t>(end - spans.begin())};
}

}  // namespace

Result<PartWindows> PartWindows::make(const ModelTokenizer& tokenizer, const TextParts& of,
                                      std::string_view lead, std::size_t max_tokens) {
  VECSTORE_TRY(check_parts(of));
  VECSTORE_ASSIGN(const Frame frame, frame_of(tokenizer, lead));
  VECSTORE_ASSIGN(const Encoding all,
                  tokenizer.encode_with_spans(of.text, {.special = SpecialTokens::kOmit}));
  const std::size_t marks = frame.before.size() + frame.after.size();
  if (max_tokens < marks + kLeastRoom)
    return invalid_argument("what is read before a text takes " + std::to_string(marks) +
                            " of the model's " + std::to_string(max_tokens) + " tokens");
  const std::size_t room = max_tokens - marks;
  PartWindows windows;
  std::size_t begin = 0;
  for (const TextParts::Part& part : of.parts) {
    TokenRange tokens = tokens_of(part, all.spans);
    tokens.end = std::min(tokens.end, tokens.begin + room);
    if (windows.texts.empty() || tokens.end > begin + room) {
      const std::size_t context = std::min(tokens.begin, room / 4);
      begin = std::max(tokens.begin - context, tokens.end - std::min(tokens.end, room));
      const auto from = all.ids.begin() + static_cast<std::ptrdiff_t>(begin);
      const std::size_t count = std::min(room, all.ids.size() - begin);
      SentenceEncoder::Tokens& text = windows.texts.emplace_back(frame.before);
      text.insert(text.end(), from, from + static_cast<std::ptrdiff_t>(count));
      text.insert(text.end(), frame.after.begin(), frame.after.end());
    }
    const std::size_t shift = frame.before.size();
    windows.stretches.push_back({windows.texts.size() - 1, tokens.begin - begin + shift,
                                 std::max(tokens.end, tokens.begin) - begin + shift});
  }
  return windows;
}

}  // namespace vecstore
