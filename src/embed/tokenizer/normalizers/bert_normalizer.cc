#include "embed/tokenizer/normalizers/bert_normalizer.h"

namespace vecstore {
namespace {

using unicode::character_at;

bool is_ideograph(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B81F) ||
         (c >= 0x2B920 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x2F800 && c <= 0x2FA1F);
}

// What clean_text makes of a character: a space of blanks, nothing of controls (0).
char32_t cleaned(char32_t value) {
  const std::uint32_t traits = unicode::traits(value);
  if (value == '\t' || value == '\n' || value == '\r') return ' ';
  if (traits & unicode::kOther) return 0;
  return traits & unicode::kBlank ? U' ' : value;
}

// Accents can be taken off character by character as long as those that stay are not sorted among
// those that go: a mark that stays is rare, and is left to the long way round.
bool stays_and_moves(char32_t value) {
  const std::uint32_t traits = unicode::traits(value);
  return unicode::combining_class(traits) != 0 && !(traits & unicode::kNonspacing);
}

// One pass over a text; false once it has met what needs the long way.
class OnePass {
 public:
  OnePass(const BertNormalizer& step, AlignedText& to) : step_(step), to_(to) {}

  bool run(const AlignedText& from) {
    to_.clear_for(from);
    for (std::size_t at = 0; at < from.text.size();) {
      const auto byte = static_cast<unsigned char>(from.text[at]);
      if (byte < 0x80) {
        const auto kept = static_cast<unsigned char>(step_.ascii[byte]);
        if (kept != 0 || !step_.clean_text) to_.append(kept, from.places[at]);
        ++at;
        continue;
      }
      const auto [value, size] = character_at(from.text, at);
      if (!add(value, from.places[at])) return false;
      at += size;
    }
    return true;
  }

 private:
  bool add(char32_t value, Place place) {
    if (step_.clean_text) value = cleaned(value);
    if (step_.clean_text && value == 0) return true;
    const bool apart = step_.separate_ideographs && is_ideograph(value);
    if (apart) to_.append(' ', place);
    if (!add_letter(value, place)) return false;
    if (apart) to_.append(' ', place);
    return true;
  }

  bool add_letter(char32_t value, Place place) {
    if (!step_.strip_accents) return add_plain(value, place), true;
    letters_.clear();
    append_decomposition(value, false, letters_);
    for (char32_t letter : letters_) {
      if (stays_and_moves(letter)) return false;
      if (!(unicode::traits(letter) & unicode::kNonspacing)) add_plain(letter, place);
    }
    return true;
  }

  void add_plain(char32_t value, Place place) {
    step_.lowercase ? append_lower(value, place, to_) : to_.append(value, place);
  }

  const BertNormalizer& step_;
  AlignedText& to_;
  std::vector<char32_t> letters_;
};

// Removes what `drops` says, makes each other character `letter(value)`.
template <typename Drops, typename Add>
AlignedText filtered(const AlignedText& from, Drops drops, Add add) {
  AlignedText to;
  to.clear_for(from);
  for (std::size_t at = 0; at < from.text.size();) {
    const auto [value, size] = character_at(from.text, at);
    if (!drops(value)) add(value, from.places[at], to);
    at += size;
  }
  return to;
}

// Step by step as the reference does it.
void normalize_slowly(const BertNormalizer& step, const AlignedText& from, AlignedText& to) {
  const BertNormalizer first =
      with_table({step.clean_text, step.separate_ideographs, false, false});
  AlignedText separated;
  OnePass(first, separated).run(from);
  AlignedText decomposed;
  normalize(separated, NormalForm::kNfd, decomposed);
  const auto is_accent = [](char32_t value) {
    return (unicode::traits(value) & unicode::kNonspacing) != 0;
  };
  to = filtered(decomposed, is_accent, [&](char32_t value, Place place, AlignedText& out) {
    step.lowercase ? append_lower(value, place, out) : out.append(value, place);
  });
}

}  // namespace

BertNormalizer with_table(BertNormalizer step) {
  for (char32_t c = 0; c < 128; ++c) {
    char32_t kept = step.clean_text ? cleaned(c) : c;
    if (step.lowercase && kept >= 'A' && kept <= 'Z') kept += 32;
    step.ascii[c] = static_cast<char>(kept);
  }
  return step;
}

void append_lower(char32_t value, Place place, AlignedText& to) {
  if (value < 0x80) return to.append(value >= 'A' && value <= 'Z' ? value + 32 : value, place);
  if (!(unicode::traits(value) & unicode::kHasLower)) return to.append(value, place);
  for (char32_t letter : unicode::lower(value)) to.append(letter, place);
}

void normalize_bert(const BertNormalizer& step, const AlignedText& from, AlignedText& to) {
  if (!OnePass(step, to).run(from)) normalize_slowly(step, from, to);
}

}  // namespace vecstore
