// The lists of a DOCX file: what stands before the items of each.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

// "3", "c", "C", "iii", "III": `number` as formats of Word and OpenDocument write it ("decimal",
// "lowerLetter", "upperRoman", …); what is unknown or beyond measure is decimal.
std::string format_number(std::int64_t number, std::string_view format);

class DocxNumbering {
 public:
  DocxNumbering() = default;
  explicit DocxNumbering(XmlNode root);  // of numbering.xml

  // The mark of the next item of list `id` (w:numId) at `level` from 0: "- " for bullets, "2.1. ";
  // empty when there is no such list or its level shows nothing. Counts.
  std::string next(std::string_view id, int level);

 private:
  static constexpr int kLevels = 9;
  struct Level {
    std::string format = "decimal";
    std::string text = {};  // "%1.%2."
    std::int64_t start = 1;
  };
  struct List {
    std::array<Level, kLevels> levels = {};
    std::array<std::int64_t, kLevels> counts = {};  // of items so far, with start - 1; 0: none yet
    std::array<bool, kLevels> begun = {};
  };
  struct Instance {
    std::string list = {};
    std::map<int, std::int64_t> restarts = {};  // at its first item
    std::map<int, Level> levels = {};           // that it has of its own
  };

  static Level read_level(XmlNode node);
  void read_override(XmlNode node, Instance& instance) const;
  static const Level& level_of(const List& list, const Instance& instance, std::size_t level);
  std::string mark(const List& list, const Instance& instance, std::size_t level) const;

  std::map<std::string, List, std::less<>> lists_ = {};
  std::map<std::string, Instance, std::less<>> instances_ = {};
};

}  // namespace vecstore
