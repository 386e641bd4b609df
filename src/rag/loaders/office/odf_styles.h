// The styles of an OpenDocument file: which paragraphs are the title, and what lists look like.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

inline constexpr int kOdfListLevels = 10;

struct OdfListLevel {
  bool numbered = false;
  std::string format = {};  // as format_number() has it
  std::string prefix = {};
  std::string suffix = {};
  std::int64_t start = 1;
  int display = 1;  // how many levels, from this one up, a number shows
};

using OdfList = std::array<OdfListLevel, kOdfListLevels>;

class OdfStyles {
 public:
  // Of styles.xml or content.xml; what comes later goes before what was there.
  void read(XmlNode root);

  // Whether the paragraph style is that of a document's title, or stands on it.
  bool is_title(std::string_view style) const;

  // Of headings; no level of it is numbered when the file says nothing.
  const OdfList& outline() const { return outline_; }

  // nullptr when there is none of that name.
  const OdfList* list(std::string_view style) const;

 private:
  static void read_levels(XmlNode node, OdfList& list);

  std::map<std::string, std::string, std::less<>> parents_ = {};  // of paragraph styles
  std::map<std::string, OdfList, std::less<>> lists_ = {};
  OdfList outline_ = {};
};

}  // namespace vecstore
