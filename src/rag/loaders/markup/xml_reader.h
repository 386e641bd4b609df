// The tokens of an XML file, one after the other; for text, not for checking.
//
// Own entities are never expanded, so there is nothing that could grow. What is no markup is text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vecstore {

struct XmlToken {
  enum class Kind { kStart, kEnd, kText, kExact, kEndOfFile };  // <a> </a> text CDATA

  Kind kind = Kind::kEndOfFile;
  std::string_view name = {};    // of an element, without its prefix
  std::string_view inside = {};  // of a start tag: what follows the name; of text: as it is written
  bool empty = false;            // <a/>
  std::size_t at = 0;            // byte offset
};

class XmlReader {
 public:
  explicit XmlReader(std::string_view bytes) : bytes_(bytes) {}

  // Comments, instructions and the document type are passed over.
  XmlToken next();

  // A document type declared entities.
  bool declares_entities() const { return declares_entities_; }

 private:
  bool skip_past(std::string_view end);
  void skip_document_type();
  XmlToken read_tag();

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool declares_entities_ = false;
};

// Text with its references decoded: the five of XML, those of HTML and numbers. The first other one
// is stored in `unknown`; all of them stay as they are written.
std::string decode_xml_text(std::string_view text, std::string& unknown);

// The value of an attribute in XmlToken::inside, as it is written; empty when there is none.
std::string_view xml_attribute(std::string_view inside, std::string_view name);

}  // namespace vecstore
