#include "embed/tokenizer/normalizers/normalizer.h"

#include "embed/tokenizer/normalizers/bert_normalizer.h"

namespace vecstore {
namespace {

using unicode::character_at;

// Appends what `step(value)` leaves of each character: itself, another, or none (kGone).
constexpr char32_t kGone = 0xFFFFFFFF;
template <typename Step>
void map_characters(const AlignedText& from, AlignedText& to, Step step) {
  to.clear_for(from);
  for (std::size_t at = 0; at < from.text.size();) {
    const auto [value, size] = character_at(from.text, at);
    const char32_t mapped = step(value);
    if (mapped != kGone) to.append(mapped, from.places[at]);
    at += size;
  }
}

void apply(const NormalForm& form, const AlignedText& from, AlignedText& to) {
  normalize(from, form, to);
}

void apply(const BertNormalizer& step, const AlignedText& from, AlignedText& to) {
  normalize_bert(step, from, to);
}

void apply(const Lowercase&, const AlignedText& from, AlignedText& to) {
  to.clear_for(from);
  for (std::size_t at = 0; at < from.text.size();) {
    const auto [value, size] = character_at(from.text, at);
    append_lower(value, from.places[at], to);
    at += size;
  }
}

void apply(const StripAccents&, const AlignedText& from, AlignedText& to) {
  map_characters(from, to, [](char32_t value) {
    return unicode::traits(value) & unicode::kMark ? kGone : value;
  });
}

char32_t nmt(char32_t value) {
  switch (value) {
    case 0x09:
    case 0x0A:
    case 0x0C:
    case 0x0D:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x2581:
    case 0xFEFF:
    case 0xFFFD:
      return ' ';
    case 0x0B:
    case 0x7F:
    case 0x8F:
    case 0x9F:
      return kGone;
    default:
      break;
  }
  if (value >= 0x200B && value <= 0x200F) return ' ';
  const bool control = (value >= 1 && value <= 8) || (value >= 0x0E && value <= 0x1F);
  return control ? kGone : value;
}

void apply(const Nmt&, const AlignedText& from, AlignedText& to) { map_characters(from, to, nmt); }

void apply(const MapBytes&, const AlignedText& from, AlignedText& to) {
  to.clear_for(from);
  append_bytes_as_characters(from, 0, from.text.size(), to);
}

void apply(const Strip& step, const AlignedText& from, AlignedText& to) {
  const std::string_view text = from.text;
  const auto is_blank = [&](std::size_t at) {
    return (unicode::traits(character_at(text, at).value) & unicode::kBlank) != 0;
  };
  std::size_t begin = 0, end = text.size();
  while (step.left && begin < end && is_blank(begin)) begin += character_at(text, begin).size;
  while (step.right && begin < end) {
    std::size_t last = end - 1;
    while (last > begin && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
    if (!is_blank(last)) break;
    end = last;
  }
  to.clear_for(from);
  to.append_part(from, begin, end);
}

void apply(const Replace& step, const AlignedText& from, AlignedText& to) {
  std::vector<Match> matches;
  step.pattern.find_all(from.text, matches);
  to.clear_for(from);
  for (const Match& match : matches) {
    if (match.matches) {
      to.append_text(step.text, place_before(from, match.end));
    } else {
      to.append_part(from, match.begin, match.end);
    }
  }
}

void apply(const Prepend& step, const AlignedText& from, AlignedText& to) {
  to.clear_for(from);
  to.append_text(step.text, from.places[0]);
  to.append_part(from, 0, from.text.size());
}

void apply(const Charsmap& step, const AlignedText& from, AlignedText& to) { step.apply(from, to); }

}  // namespace

void normalize(const std::vector<NormalizerStep>& steps, AlignedText& text, AlignedText& spare) {
  for (const NormalizerStep& step : steps) {
    if (text.empty()) return;
    std::visit([&](const auto& kind) { apply(kind, text, spare); }, step);
    std::swap(text, spare);
  }
}

}  // namespace vecstore
