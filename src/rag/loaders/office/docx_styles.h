// The paragraph styles of a DOCX file: which are headings, and of what level.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

struct DocxStyle {
  int heading = 0;           // level, 0 for text
  bool is_title = false;     // of the whole document
  bool is_contents = false;  // a line of the table of contents
  std::string list = {};     // w:numId, empty when the style is of no list
  int list_level = 0;
};

class DocxStyles {
 public:
  DocxStyles() = default;
  explicit DocxStyles(XmlNode root);  // of styles.xml

  // What the style of that id says, also through the styles it is based on. A style that is not
  // there is a heading when its id says so ("Heading2").
  DocxStyle style(std::string_view id) const;

 private:
  struct Entry {
    XmlNode node = {};
    DocxStyle resolved = {};
    bool done = false;
  };
  DocxStyle resolve(const std::string& id);

  std::map<std::string, Entry, std::less<>> entries_ = {};
};

// w:outlineLvl of the properties of a paragraph as a level from 1; `otherwise` when there is none.
int outline_level(XmlNode properties, int otherwise);

}  // namespace vecstore
