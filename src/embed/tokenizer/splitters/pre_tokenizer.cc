#include "embed/tokenizer/splitters/pre_tokenizer.h"

#include <algorithm>

namespace vecstore {
namespace {

using unicode::character_at;

Piece piece(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

void add(std::size_t begin, std::size_t end, std::vector<Piece>& out) {
  if (begin < end) out.push_back(piece(begin, end));
}

void join_equal(const std::vector<Match>& matches, std::vector<Piece>& out) {
  bool before = false;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const Match& match = matches[i];
    if (i > 0 && match.matches == before) {
      out.back().end = match.end;
    } else {
      add(match.begin, match.end, out);
    }
    before = match.matches;
  }
}

void join_to_previous(const std::vector<Match>& matches, std::vector<Piece>& out) {
  bool before = false;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const Match& match = matches[i];
    if (i > 0 && match.matches && !before) {
      out.back().end = match.end;
    } else {
      add(match.begin, match.end, out);
    }
    before = match.matches;
  }
}

void join_to_next(const std::vector<Match>& matches, std::vector<Piece>& out) {
  for (std::size_t i = 0; i < matches.size(); ++i) {
    Match match = matches[i];
    if (match.matches && i + 1 < matches.size() && !matches[i + 1].matches) {
      match.end = matches[++i].end;
    }
    add(match.begin, match.end, out);
  }
}

void add_pieces(const std::vector<Match>& matches, SplitBehavior behavior,
                std::vector<Piece>& out) {
  switch (behavior) {
    case SplitBehavior::kRemoved:
      for (const Match& match : matches) {
        if (!match.matches) add(match.begin, match.end, out);
      }
      return;
    case SplitBehavior::kIsolated:
      for (const Match& match : matches) add(match.begin, match.end, out);
      return;
    case SplitBehavior::kMergedWithPrevious:
      return join_to_previous(matches, out);
    case SplitBehavior::kMergedWithNext:
      return join_to_next(matches, out);
    case SplitBehavior::kContiguous:
      return join_equal(matches, out);
  }
}

// Each character for which `is` holds matches for itself.
template <typename Is>
void find_characters(std::string_view text, Is is, std::vector<Match>& out) {
  out.clear();
  const auto put = [&](std::size_t begin, std::size_t end, bool matches) {
    const Piece part = piece(begin, end);
    if (begin < end) out.push_back({part.begin, part.end, matches});
  };
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [value, size] = character_at(text, at);
    if (is(value)) {
      put(done, at, false);
      put(at, at + size, true);
      done = at + size;
    }
    at += size;
  }
  put(done, text.size(), false);
}

auto has_trait(std::uint32_t trait) {
  return [trait](char32_t value) { return (unicode::traits(value) & trait) != 0; };
}

// Cuts every piece of `text` by the matches that `find(piece's text, matches)` gives.
template <typename Find>
void cut(SplitText& text, SplitText& spare, SplitBehavior behavior, Find find) {
  std::vector<Match> matches;
  spare.pieces.clear();
  for (const Piece& part : text.pieces) {
    find(std::string_view(text.text.text).substr(part.begin, part.end - part.begin), matches);
    for (Match& match : matches) {
      match.begin += part.begin;
      match.end += part.begin;
    }
    add_pieces(matches, behavior, spare.pieces);
  }
  std::swap(text.pieces, spare.pieces);
}

template <typename Is>
void cut_at_characters(SplitText& text, SplitText& spare, SplitBehavior behavior, Is is) {
  cut(text, spare, behavior, [&](std::string_view part, std::vector<Match>& matches) {
    find_characters(part, is, matches);
  });
}

// Both of BERT's cuts in one pass.
void apply(const BertSplit&, SplitText& text, SplitText& spare) {
  spare.pieces.clear();
  for (const Piece& part : text.pieces) {
    std::size_t done = part.begin;
    for (std::size_t at = part.begin; at < part.end;) {
      const auto [value, size] = character_at(text.text.text, at);
      const std::uint32_t traits = unicode::traits(value);
      if (traits & (unicode::kBlank | unicode::kPunctuation)) {
        add(done, at, spare.pieces);
        if (!(traits & unicode::kBlank)) add(at, at + size, spare.pieces);
        done = at + size;
      }
      at += size;
    }
    add(done, part.end, spare.pieces);
  }
  std::swap(text.pieces, spare.pieces);
}

void apply(const BlankSplit&, SplitText& text, SplitText& spare) {
  cut_at_characters(text, spare, SplitBehavior::kRemoved, has_trait(unicode::kBlank));
}

void apply(const WordSplit&, SplitText& text, SplitText& spare) {
  const auto kind = [&](std::size_t at) -> std::uint32_t {
    const std::uint32_t traits = unicode::traits(character_at(text.text.text, at).value);
    return traits & unicode::kWord ? 1 : traits & unicode::kBlank ? 0 : 2;
  };
  spare.pieces.clear();
  for (const Piece& part : text.pieces) {
    for (std::size_t at = part.begin; at < part.end;) {
      const std::size_t begin = at;
      const std::uint32_t first = kind(at);
      do {
        at += character_at(text.text.text, at).size;
      } while (at < part.end && kind(at) == first);
      if (first != 0) add(begin, at, spare.pieces);
    }
  }
  std::swap(text.pieces, spare.pieces);
}

void apply(const PunctuationSplit& step, SplitText& text, SplitText& spare) {
  cut_at_characters(text, spare, step.behavior, has_trait(unicode::kPunctuation));
}

void apply(const DigitSplit& step, SplitText& text, SplitText& spare) {
  const auto behavior = step.individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous;
  cut_at_characters(text, spare, behavior, has_trait(unicode::kNumeric));
}

void apply(const CharacterSplit& step, SplitText& text, SplitText& spare) {
  cut_at_characters(text, spare, SplitBehavior::kRemoved,
                    [&](char32_t value) { return value == step.delimiter; });
}

void apply(const PatternSplit& step, SplitText& text, SplitText& spare) {
  cut(text, spare, step.behavior, [&](std::string_view part, std::vector<Match>& matches) {
    step.pattern.find_all(part, matches);
    for (Match& match : matches) match.matches ^= step.invert;
  });
}

// Writes every piece of `text` anew with `write(piece, out)`.
template <typename Write>
void rewrite(SplitText& text, SplitText& spare, Write write) {
  spare.text.clear_for(text.text);
  spare.pieces.clear();
  for (const Piece& part : text.pieces) {
    const std::size_t begin = spare.text.text.size();
    write(part, spare.text);
    add(begin, spare.text.text.size(), spare.pieces);
  }
  std::swap(text, spare);
}

bool wants_space(const Metaspace& step, const AlignedText& text, const Piece& part) {
  if (step.prepend == Metaspace::kNever) return false;
  if (step.prepend == Metaspace::kFirst && text.places[part.begin].begin != 0) return false;
  const auto piece = std::string_view(text.text).substr(part.begin, part.end - part.begin);
  return !piece.starts_with(' ') && !piece.starts_with(step.space);
}

void apply(const Metaspace& step, SplitText& text, SplitText& spare) {
  rewrite(text, spare, [&](const Piece& part, AlignedText& out) {
    const AlignedText& from = text.text;
    if (wants_space(step, from, part)) out.append_text(step.space, from.places[part.begin]);
    for (std::size_t at = part.begin; at < part.end;) {
      const std::size_t space = std::min<std::size_t>(from.text.find(' ', at), part.end);
      out.append_part(from, at, space);
      if (space < part.end) out.append_text(step.space, from.places[space]);
      at = space + 1;
    }
  });
  if (!step.split) return;
  const char32_t delimiter = character_at(step.space, 0).value;
  cut_at_characters(text, spare, SplitBehavior::kMergedWithNext,
                    [&](char32_t value) { return value == delimiter; });
}

void apply(const ByteLevelSplit& step, SplitText& text, SplitText& spare) {
  if (step.prepend_space) {
    rewrite(text, spare, [&](const Piece& part, AlignedText& out) {
      if (text.text.text[part.begin] != ' ') out.append(' ', text.text.places[part.begin]);
      out.append_part(text.text, part.begin, part.end);
    });
  }
  if (!step.pattern.empty()) {
    cut(text, spare, SplitBehavior::kIsolated,
        [&](std::string_view part, std::vector<Match>& matches) {
          step.pattern[0].find_all(part, matches);
        });
  }
  if (!step.maps) return;
  rewrite(text, spare, [&](const Piece& part, AlignedText& out) {
    append_bytes_as_characters(text.text, part.begin, part.end, out);
  });
}

}  // namespace

void split(const std::vector<PreTokenizer>& steps, SplitText& text, SplitText& spare) {
  for (const PreTokenizer& step : steps) {
    std::visit([&](const auto& kind) { apply(kind, text, spare); }, step);
  }
}

}  // namespace vecstore
