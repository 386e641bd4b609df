#include "embed/tokenizer/unicode/graphemes.h"

#include "embed/tokenizer/unicode/unicode.h"

namespace vecstore::unicode {
namespace {

bool is_control(Grapheme kind) {
  return kind == Grapheme::kCr || kind == Grapheme::kLf || kind == Grapheme::kControl;
}

// What of the cluster so far decides whether another character joins it.
struct Cluster {
  Grapheme last = Grapheme::kAny;
  int regionals = 0;      // at its end
  bool pictured = false;  // it ends in a pictograph and marks
  bool joined = false;    // ... and a joiner: GB11
  bool conjunct = false;  // it ends in a consonant, marks and linkers
  bool linked = false;    // ... and one of them is a linker: GB9c

  void add(std::uint32_t traits) {
    last = grapheme(traits);
    regionals = last == Grapheme::kRegional ? regionals + 1 : 0;
    joined = pictured && last == Grapheme::kZwj;
    pictured = last == Grapheme::kPictographic || (pictured && last == Grapheme::kExtend);
    if (last == Grapheme::kConsonant) {
      conjunct = true;
      linked = false;
    } else if (traits & kConjunctLinker) {
      linked = conjunct;
    } else if (!(traits & kConjunctExtend)) {
      conjunct = linked = false;
    }
  }

  bool continues_syllable(Grapheme next) const {
    using enum Grapheme;
    if (last == kL) return next == kL || next == kV || next == kLv || next == kLvt;
    if (last == kLv || last == kV) return next == kV || next == kT;
    return (last == kLvt || last == kT) && next == kT;
  }

  bool takes(Grapheme next) const {
    using enum Grapheme;
    if (last == kCr) return next == kLf;
    if (is_control(last) || is_control(next)) return false;
    if (next == kExtend || next == kZwj || next == kSpacing || last == kPrepend) return true;
    if (next == kConsonant) return linked;
    if (next == kPictographic) return joined;
    if (next == kRegional) return regionals % 2 == 1;
    return continues_syllable(next);
  }
};

}  // namespace

std::size_t cluster_end(std::string_view text, std::size_t at) {
  Cluster cluster;
  for (bool first = true; at < text.size(); first = false) {
    const auto [value, size] = character_at(text, at);
    const std::uint32_t found = traits(value);
    if (!first && !cluster.takes(grapheme(found))) break;
    cluster.add(found);
    at += size;
  }
  return at;
}

}  // namespace vecstore::unicode
