#include "rag/loaders/markup/xml_reader.h"

#include <algorithm>

#include "rag/loaders/html_entity.h"

namespace vecstore {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Where the tag that begins at `at` ends: a '>' outside of quotes, else npos.
std::size_t tag_end(std::string_view bytes, std::size_t at) {
  for (;;) {
    at = bytes.find_first_of("\"'<>", at);
    if (at == bytes.npos || bytes[at] == '<') return bytes.npos;
    if (bytes[at] == '>') return at;
    // A value has no '<'; one that never closes ends the search.
    const std::size_t close = bytes.find_first_of(bytes[at] == '"' ? "\"<" : "'<", at + 1);
    if (close == bytes.npos || bytes[close] == '<') return bytes.npos;
    at = close + 1;
  }
}

}  // namespace

bool XmlReader::skip_past(std::string_view end) {
  const std::size_t found = bytes_.find(end, at_);
  at_ = found == bytes_.npos ? bytes_.size() : found + end.size();
  return found != bytes_.npos;
}

// <!DOCTYPE a [ <!ENTITY b "c > d"> ]>
void XmlReader::skip_document_type() {
  int depth = 0;
  for (; at_ < bytes_.size(); ++at_) {
    const char c = bytes_[at_];
    if (c == '"' || c == '\'') at_ = std::min(bytes_.find(c, at_ + 1), bytes_.size() - 1);
    if (bytes_.substr(at_).starts_with("<!ENTITY")) declares_entities_ = true;
    if (bytes_.substr(at_).starts_with("<!--")) {
      skip_past("-->");
      --at_;
      continue;
    }
    depth += (c == '<') - (c == '>');
    if (depth == 0) break;
  }
  at_ = std::min(at_ + 1, bytes_.size());
}

XmlToken XmlReader::read_tag() {
  XmlToken token;
  token.at = at_;
  const bool end = bytes_[at_ + 1] == '/';
  const std::size_t begin = at_ + (end ? 2 : 1), close = tag_end(bytes_, begin);
  if (close == bytes_.npos) {  // no tag after all
    token.kind = XmlToken::Kind::kText;
    token.inside = bytes_.substr(at_++, 1);
    return token;
  }
  std::string_view inside = bytes_.substr(begin, close - begin);
  at_ = close + 1;
  token.empty = !end && inside.ends_with('/');
  if (token.empty) inside.remove_suffix(1);
  const std::size_t name = std::min(inside.find_first_of(kSpace), inside.size());
  token.kind = end ? XmlToken::Kind::kEnd : XmlToken::Kind::kStart;
  token.name = inside.substr(0, name);
  token.name.remove_prefix(token.name.rfind(':') + 1);  // npos + 1 is 0
  token.inside = inside.substr(name);
  return token;
}

XmlToken XmlReader::next() {
  while (at_ < bytes_.size()) {
    const std::string_view rest = bytes_.substr(at_);
    if (rest.starts_with("<!--")) {
      at_ += 4;
      skip_past("-->");
    } else if (rest.starts_with("<?")) {
      skip_past("?>");
    } else if (rest.starts_with("<![CDATA[")) {
      const std::size_t begin = at_ += 9;
      const bool closed = skip_past("]]>");
      const std::size_t end = closed ? at_ - 3 : at_;
      return {XmlToken::Kind::kExact, {}, bytes_.substr(begin, end - begin), false, begin};
    } else if (rest.starts_with("<!")) {
      skip_document_type();
    } else if (rest.size() > 1 && rest[0] == '<' && (rest[1] == '/' || begins_name(rest[1]))) {
      return read_tag();
    } else {
      const std::size_t begin = at_;
      at_ = std::min(bytes_.find('<', at_ + 1), bytes_.size());
      return {XmlToken::Kind::kText, {}, bytes_.substr(begin, at_ - begin), false, begin};
    }
  }
  return {};
}

std::string decode_xml_text(std::string_view text, std::string& unknown) {
  constexpr std::size_t kMaxReference = 40;
  std::string out;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find('&'), text.size());
    out += text.substr(0, at);
    text.remove_prefix(at);
    if (text.empty()) break;
    const std::size_t end = text.substr(0, kMaxReference).find_first_of("; \t\r\n", 1);
    const bool reference = end != text.npos && end > 1 && text[end] == ';';
    const std::string_view written = text.substr(0, reference ? end + 1 : 1);
    const std::string decoded = reference ? decode_html_entity(written) : std::string(written);
    if (reference && decoded == written && unknown.empty()) unknown = written;
    out += decoded;
    text.remove_prefix(written.size());
  }
  return out;
}

std::string_view xml_attribute(std::string_view inside, std::string_view name) {
  while (!inside.empty()) {
    inside.remove_prefix(std::min(inside.find_first_not_of(kSpace), inside.size()));
    const std::size_t equals = inside.find('=');
    if (equals == inside.npos) break;
    std::string_view key = inside.substr(0, equals);
    key = key.substr(0, key.find_first_of(kSpace));
    inside.remove_prefix(equals + 1);
    inside.remove_prefix(std::min(inside.find_first_not_of(kSpace), inside.size()));
    if (inside.empty() || (inside[0] != '"' && inside[0] != '\'')) break;
    const std::size_t end = inside.find(inside[0], 1);
    if (end == inside.npos) break;
    if (key == name) return inside.substr(1, end - 1);
    inside.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace vecstore
