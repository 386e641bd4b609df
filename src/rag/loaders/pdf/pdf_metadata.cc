#include "rag/loaders/pdf/pdf_metadata.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "rag/loaders/document.h"
#include "rag/loaders/html_entity.h"
#include "rag/loaders/pdf/pdf_encoding.h"

namespace vecstore {
namespace {

constexpr std::size_t kMostPacketBytes = std::size_t{1} << 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One line without control characters and without space at its ends.
std::string tidy(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!space) out += c;
    if (space && !out.empty() && out.back() != ' ') out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

void keep(Metadata& metadata, const char* key, std::string value) {
  if (value.empty() || value.size() > kMaxTitleBytes || metadata.find(key)) return;
  metadata[key] = std::move(value);
}

std::string text_between(std::string_view xml, std::string_view begin, std::string_view end) {
  const std::size_t at = xml.find(begin);
  if (at == xml.npos) return {};
  xml.remove_prefix(at + begin.size());
  return std::string(xml.substr(0, xml.find(end)));
}

// The content of the first <name>, or of the first rdf:li within it, or an attribute of that name.
std::string xmp_value(std::string_view packet, const std::string& name) {
  std::string inner = text_between(packet, "<" + name, "</" + name);
  if (inner.empty())
    inner = text_between(packet, " " + name + "=\"", "\"");
  else
    inner.erase(0, std::min(inner.find('>'), inner.size() - 1) + 1);
  if (inner.find("<rdf:li") != inner.npos) {
    inner = text_between(inner, "<rdf:li", "</rdf:li");
    inner.erase(0, std::min(inner.find('>'), inner.size()) + 1);
  }
  if (inner.find('<') != inner.npos) return {};
  std::string out;
  for (std::string_view rest = inner; !rest.empty();) {
    const std::size_t end = rest.starts_with('&') ? rest.find(';') : rest.npos;
    const std::size_t size =
        end != rest.npos && end < 12 ? end + 1 : std::min(rest.find('&', 1), rest.size());
    out += rest.starts_with('&') ? decode_html_entity(rest.substr(0, size))
                                 : std::string(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  return tidy(out);
}

}  // namespace

std::string pdf_date(std::string_view date) {
  if (date.starts_with("D:")) date.remove_prefix(2);
  constexpr std::array<std::size_t, 6> kSizes = {4, 2, 2, 2, 2, 2};
  constexpr std::string_view kBefore = " --T::";
  std::string out;
  std::size_t part = 0;
  for (; part < kSizes.size(); ++part) {
    const std::string_view digits = date.substr(0, kSizes[part]);
    if (digits.size() < kSizes[part] || !std::ranges::all_of(digits, is_digit)) break;
    if (part > 0) out += kBefore[part];
    out += digits;
    date.remove_prefix(kSizes[part]);
  }
  if (part < 3) return part == 0 ? std::string() : out.substr(0, part == 1 ? 4 : 7);
  if (part == 4) out += ":00";  // an hour alone is no time in ISO 8601's common form
  if (part < 4 || date.empty()) return out;
  if (date[0] == 'Z') return out + "Z";
  if ((date[0] != '+' && date[0] != '-') || date.size() < 3 || !is_digit(date[1]) ||
      !is_digit(date[2]))
    return out;
  const bool minutes = date.size() >= 6 && is_digit(date[4]) && is_digit(date[5]);
  return out + std::string(date.substr(0, 3)) + ":" +
         (minutes ? std::string(date.substr(4, 2)) : "00");
}

void read_pdf_metadata(const PdfFile& file, Metadata& metadata) {
  const PdfObject info = file.trailer().get("Info");
  const auto text = [&](const char* key) { return tidy(decode_pdf_string(info.get(key).bytes())); };
  keep(metadata, "title", text("Title"));
  keep(metadata, "author", text("Author"));
  keep(metadata, "subject", text("Subject"));
  keep(metadata, "keywords", text("Keywords"));
  keep(metadata, "created", pdf_date(text("CreationDate")));
  keep(metadata, "modified", pdf_date(text("ModDate")));
  keep(metadata, "language", tidy(decode_pdf_string(file.root().get("Lang").bytes())));
  const PdfObject packet = file.root().get("Metadata");
  if (packet.kind() != PdfObject::Kind::kStream) return;
  const Result<std::string> bytes = file.stream_bytes(packet);
  if (!bytes.ok() || bytes->size() > kMostPacketBytes || !is_valid_utf8(*bytes)) return;
  keep(metadata, "title", xmp_value(*bytes, "dc:title"));
  keep(metadata, "author", xmp_value(*bytes, "dc:creator"));
  keep(metadata, "subject", xmp_value(*bytes, "dc:description"));
  keep(metadata, "keywords", xmp_value(*bytes, "pdf:Keywords"));
  keep(metadata, "created", xmp_value(*bytes, "xmp:CreateDate"));
  keep(metadata, "modified", xmp_value(*bytes, "xmp:ModifyDate"));
}

}  // namespace vecstore
