#include "rag/loaders/office/docx_numbering.h"

#include <algorithm>
#include <utility>

#include "base/number.h"

namespace vecstore {
namespace {

// Longer marks are no marks: each item would repeat them.
constexpr std::size_t kMaxMarkBytes = 40;

std::string roman(std::int64_t number) {
  constexpr std::array<std::pair<int, const char*>, 13> kDigits = {{{1000, "m"},
                                                                    {900, "cm"},
                                                                    {500, "d"},
                                                                    {400, "cd"},
                                                                    {100, "c"},
                                                                    {90, "xc"},
                                                                    {50, "l"},
                                                                    {40, "xl"},
                                                                    {10, "x"},
                                                                    {9, "ix"},
                                                                    {5, "v"},
                                                                    {4, "iv"},
                                                                    {1, "i"}}};
  std::string out;
  for (const auto& [value, digit] : kDigits) {
    for (; number >= value; number -= value) out += digit;
  }
  return out;
}

// a … z, aa, bb, …: as Word counts.
std::string letters(std::int64_t number) {
  return std::string(static_cast<std::size_t>((number - 1) / 26 + 1),
                     static_cast<char>('a' + (number - 1) % 26));
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::int64_t int_of(XmlNode node, std::int64_t otherwise) {
  return parse_int64(node.attribute("val")).value_or(otherwise);
}

}  // namespace

std::string format_number(std::int64_t number, std::string_view format) {
  if (number > 0 && number < 4000 && format == "lowerRoman") return roman(number);
  if (number > 0 && number < 4000 && format == "upperRoman") return upper(roman(number));
  if (number > 0 && number < 27 * 26 && format == "lowerLetter") return letters(number);
  if (number > 0 && number < 27 * 26 && format == "upperLetter") return upper(letters(number));
  if (format == "none") return {};
  if (format == "decimalZero" && number >= 0 && number < 10) return "0" + std::to_string(number);
  return std::to_string(number);
}

DocxNumbering::Level DocxNumbering::read_level(XmlNode node) {
  Level level;
  if (XmlNode format = node.child("numFmt")) level.format = format.attribute("val");
  level.text = node.child("lvlText").attribute("val");
  level.start = std::clamp<std::int64_t>(int_of(node.child("start"), 1), 0, 1'000'000'000);
  return level;
}

DocxNumbering::DocxNumbering(XmlNode root) {
  for (XmlNode node = root.child("abstractNum"); node; node = node.next("abstractNum")) {
    List& list = lists_[std::string(node.attribute("abstractNumId"))];
    for (XmlNode at = node.child("lvl"); at; at = at.next("lvl")) {
      const std::int64_t level = parse_int64(at.attribute("ilvl")).value_or(-1);
      if (level >= 0 && level < kLevels) {
        list.levels[static_cast<std::size_t>(level)] = read_level(at);
      }
    }
  }
  for (XmlNode node = root.child("num"); node; node = node.next("num")) {
    Instance& instance = instances_[std::string(node.attribute("numId"))];
    instance.list = node.child("abstractNumId").attribute("val");
    for (XmlNode at = node.child("lvlOverride"); at; at = at.next("lvlOverride")) {
      read_override(at, instance);
    }
  }
}

void DocxNumbering::read_override(XmlNode node, Instance& instance) const {
  const std::int64_t said = parse_int64(node.attribute("ilvl")).value_or(-1);
  if (said < 0 || said >= kLevels) return;
  const int level = static_cast<int>(said);
  if (XmlNode own = node.child("lvl")) instance.levels[level] = read_level(own);
  if (XmlNode start = node.child("startOverride")) {
    instance.restarts[level] = std::clamp<std::int64_t>(int_of(start, 1), 0, 1'000'000'000);
  }
}

const DocxNumbering::Level& DocxNumbering::level_of(const List& list, const Instance& instance,
                                                    std::size_t level) {
  auto own = instance.levels.find(static_cast<int>(level));
  return own != instance.levels.end() ? own->second : list.levels[level];
}

std::string DocxNumbering::mark(const List& list, const Instance& instance,
                                std::size_t level) const {
  const Level& own = level_of(list, instance, level);
  if (own.format == "bullet") return "- ";
  if (own.text.size() > kMaxMarkBytes) return "- ";
  std::string out;
  for (std::size_t i = 0; i < own.text.size(); ++i) {
    const char digit = own.text[i] == '%' && i + 1 < own.text.size() ? own.text[i + 1] : '\0';
    if (digit < '1' || digit > '9') {
      out += own.text[i];
      continue;
    }
    const auto of = static_cast<std::size_t>(digit - '1');
    const Level& shown = level_of(list, instance, of);
    out += format_number(list.begun[of] ? list.counts[of] : shown.start, shown.format);
    ++i;
  }
  return out.empty() ? out : out + " ";
}

std::string DocxNumbering::next(std::string_view id, int level) {
  auto instance = instances_.find(id);
  if (instance == instances_.end() || level < 0 || level >= kLevels) return {};
  auto found = lists_.find(instance->second.list);
  if (found == lists_.end()) return {};
  List& list = found->second;
  for (const auto& [restarted, start] : std::exchange(instance->second.restarts, {})) {
    list.counts[static_cast<std::size_t>(restarted)] = start - 1;
    list.begun[static_cast<std::size_t>(restarted)] = true;
  }
  const auto at = static_cast<std::size_t>(level);
  if (!list.begun[at]) list.counts[at] = level_of(list, instance->second, at).start - 1;
  list.begun[at] = true;
  ++list.counts[at];
  std::fill(list.begun.begin() + level + 1, list.begun.end(), false);
  return mark(list, instance->second, at);
}

}  // namespace vecstore
