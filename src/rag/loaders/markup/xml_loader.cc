#include "rag/loaders/markup/xml_loader.h"

#include <algorithm>
#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/markup/xml_reader.h"
#include "rag/loaders/markup/xml_text.h"

namespace vecstore {
namespace {

// Of <?xml version="1.0" encoding="koi8-r"?>
std::string_view declared_encoding(std::string_view bytes) {
  const std::string_view text = first_text(bytes);
  if (!text.starts_with("<?xml")) return {};
  return xml_attribute(text.substr(5, std::min<std::size_t>(text.find("?>"), 300) - 5), "encoding");
}

}  // namespace

std::span<const std::string_view> XmlLoader::extensions() const {
  static constexpr std::array<std::string_view, 7> kExtensions = {"xml",  "dbk", "docbook", "tei",
                                                                  "dita", "rss", "atom"};
  return kExtensions;
}

bool XmlLoader::recognises(std::string_view bytes) const {
  return first_text(bytes).starts_with("<?xml");
}

Result<std::vector<Document>> XmlLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(DecodedText decoded, decode_text(input.bytes, declared_encoding(input.bytes)));
  Document document;
  document.kind = name();
  note_encoding(decoded, document);
  VECSTORE_TRY(read_xml(decoded.text, document));
  return std::vector<Document>{std::move(document)};
}

}  // namespace vecstore
