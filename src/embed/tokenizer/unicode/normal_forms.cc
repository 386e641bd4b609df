#include "embed/tokenizer/unicode/normal_forms.h"

#include <algorithm>

namespace vecstore {
namespace {

using unicode::character_at;

bool composes(NormalForm form) { return form == NormalForm::kNfc || form == NormalForm::kNfkc; }
bool is_compatible(NormalForm form) {
  return form == NormalForm::kNfkc || form == NormalForm::kNfkd;
}

bool is_syllable(char32_t value) { return value - 0xAC00 < 11172; }

// Whether a character stays as it is, whatever stands before it.
bool is_inert(char32_t value, NormalForm form) {
  const std::uint32_t traits = unicode::traits(value);
  std::uint32_t moving = unicode::kCanonical;
  if (is_compatible(form)) moving |= unicode::kCompatible;
  if (composes(form)) moving |= unicode::kSecond;
  if (traits & moving || unicode::combining_class(traits) != 0) return false;
  return composes(form) || !is_syllable(value);
}

// One stretch being normalised.
struct Stretch {
  std::vector<char32_t> decomposition;
  std::vector<Change> changes;
  std::vector<Change> composed;
};

std::uint32_t class_of(const Change& change) {
  return unicode::combining_class(unicode::traits(change.value));
}

// Decomposed, in canonical order.
void decompose(std::string_view text, bool compatible, Stretch& work) {
  work.changes.clear();
  for (std::size_t at = 0; at < text.size();) {
    const auto [value, size] = character_at(text, at);
    at += size;
    work.decomposition.clear();
    append_decomposition(value, compatible, work.decomposition);
    for (std::size_t i = 0; i < work.decomposition.size(); ++i) {
      work.changes.push_back({work.decomposition[i], i > 0 ? 1 : 0});
    }
  }
  const auto is_mark = [](const Change& change) { return class_of(change) != 0; };
  for (auto at = work.changes.begin(); at != work.changes.end();) {
    const auto first = std::find_if(at, work.changes.end(), is_mark);
    at = std::find_if_not(first, work.changes.end(), is_mark);
    std::ranges::stable_sort(first, at, {}, class_of);
  }
}

// UAX #15. The change of a composition is counted as the reference does it: a character that went
// into another is one that was dropped after it.
class Composer {
 public:
  explicit Composer(std::vector<Change>& out) : out_(out) { out_.clear(); }

  void add(const Change& next) {
    const std::uint32_t mark_class = class_of(next);
    if (!has_starter_) {
      mark_class == 0 ? begin(next) : out_.push_back(next);
      return;
    }
    const bool blocked = !waiting_.empty() && last_class_ >= mark_class;
    const char32_t whole = blocked ? 0 : unicode::compose(starter_.value, next.value);
    if (whole != 0) {
      starter_ = {whole, starter_.change + next.change - 1};
    } else if (mark_class == 0) {
      flush();
      begin(next);
    } else {
      waiting_.push_back(next);
      last_class_ = mark_class;
    }
  }

  void flush() {
    if (has_starter_) out_.push_back(starter_);
    out_.insert(out_.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
    has_starter_ = false;
  }

 private:
  void begin(const Change& starter) {
    starter_ = starter;
    has_starter_ = true;
  }

  std::vector<Change>& out_;
  std::vector<Change> waiting_;  // marks after the starter that did not go into it
  Change starter_ = {};
  std::uint32_t last_class_ = 0;
  bool has_starter_ = false;
};

// Appends `from`'s bytes [begin, end), which begin with an inert character if any does.
void normalize_stretch(const AlignedText& from, Place range, NormalForm form, Stretch& work,
                       AlignedText& to) {
  const auto text = std::string_view(from.text).substr(range.begin, range.end - range.begin);
  decompose(text, is_compatible(form), work);
  if (composes(form)) {
    Composer composer(work.composed);
    for (const Change& change : work.changes) composer.add(change);
    composer.flush();
  }
  apply_changes(from, range.begin, composes(form) ? work.composed : work.changes, to);
}

}  // namespace

void append_decomposition(char32_t value, bool compatible, std::vector<char32_t>& out) {
  if (is_syllable(value)) {
    const char32_t index = value - 0xAC00;
    out.push_back(0x1100 + index / 588);
    out.push_back(0x1161 + index % 588 / 28);
    if (index % 28 != 0) out.push_back(0x11A7 + index % 28);
    return;
  }
  const std::uint32_t traits = unicode::traits(value);
  if (compatible && traits & unicode::kCompatible) {
    const auto text = unicode::compatible(value);
    out.insert(out.end(), text.begin(), text.end());
  } else if (traits & unicode::kCanonical) {
    const auto text = unicode::canonical(value);
    out.insert(out.end(), text.begin(), text.end());
  } else {
    out.push_back(value);
  }
}

void normalize(const AlignedText& from, NormalForm form, AlignedText& to) {
  to.clear_for(from);
  Stretch work;
  std::size_t copied = 0, before = 0;  // `before`: where the last inert character begins
  for (std::size_t at = 0; at < from.text.size();) {
    const auto [value, size] = character_at(from.text, at);
    if (value < 0x80 || is_inert(value, form)) {
      before = at;
      at += size;
      continue;
    }
    to.append_part(from, copied, before);
    const auto begin = static_cast<std::uint32_t>(before);
    at += size;
    while (at < from.text.size()) {
      const auto next = character_at(from.text, at);
      if (next.value < 0x80 || is_inert(next.value, form)) break;
      at += next.size;
    }
    normalize_stretch(from, {begin, static_cast<std::uint32_t>(at)}, form, work, to);
    copied = before = at;
  }
  to.append_part(from, copied, from.text.size());
}

}  // namespace vecstore
