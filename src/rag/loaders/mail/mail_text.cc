#include "rag/loaders/mail/mail_text.h"

#include <algorithm>

#include "base/utf8.h"
#include "rag/loaders/charset.h"
#include "rag/loaders/html_loader.h"
#include "rag/loaders/mail/transfer_encoding.h"

namespace vecstore {
namespace {

std::string decode_bytes(const std::string& bytes, std::string_view charset, std::size_t& replaced,
                         std::vector<std::string>& remarks) {
  std::string out;
  auto decoder = charset.empty() ? std::nullopt : CharsetDecoder::open(charset);
  if (!charset.empty() && !decoder) {
    remarks.push_back("charset '" + shorten(charset) +
                      "' is not known; read as UTF-8 or Windows-1252");
  }
  const bool ascii_label = charset.empty() || charset == "us-ascii" || charset == "US-ASCII";
  if ((ascii_label || !decoder) && is_valid_utf8(bytes)) return bytes;
  if (!decoder) decoder = CharsetDecoder::open("windows-1252");
  replaced += decoder ? decoder->decode(bytes, out) : append_valid_utf8(out, bytes);
  return out;
}

// Control characters mean nothing here, and a NUL stands in no text.
std::string plain_lines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' && !text.substr(i + 1).starts_with('\n')) out += '\n';
    const bool control = static_cast<unsigned char>(c) < ' ' || c == 0x7f;
    if (!control || c == '\n' || c == '\t') out += c;
  }
  return out;
}

// RFC 3676: a line that ends with a space goes on in the next one.
std::string unflow(std::string_view text, bool delete_space) {
  std::string out;
  bool joins = false;
  std::string quote;  // of the line before
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t depth = std::min(line.find_first_not_of('>'), line.size());
    const std::string marks(line.substr(0, depth));
    line.remove_prefix(depth);
    const bool signature = line == "-- " || line == " -- ";
    if (line.starts_with(' ')) line.remove_prefix(1);  // stuffed
    if (joins && (marks != quote || signature || line.empty())) joins = false, out += '\n';
    if (!joins) out += marks.empty() ? "" : marks + " ";
    const bool flows = line.ends_with(' ') && !signature;
    if (flows && delete_space) line.remove_suffix(1);
    out += line;
    joins = flows;
    quote = marks;
    if (!flows) out += '\n';
  }
  return out;
}

}  // namespace

Result<std::string> part_text(const LoadInput& file, const MimePart& part, std::size_t& replaced,
                              std::vector<std::string>& remarks) {
  VECSTORE_TRY(file.budget->unpack(part.body.size()));
  const std::string bytes =
      decode_transfer(part.body, part.header.find("content-transfer-encoding"));
  return plain_lines(decode_bytes(bytes, part.type.find("charset"), replaced, remarks));
}

void MailText::separate() {
  std::string& text = document_.text;
  text.resize(text.find_last_not_of(" \t\n") + 1);  // npos + 1 is 0
  if (!text.empty()) text += "\n\n";
}

void MailText::add_plain(const MimePart& part, std::string_view text) {
  std::string flowed;
  std::string format(part.type.find("format"));
  if (format == "flowed" || format == "Flowed") {
    const std::string_view delsp = part.type.find("delsp");
    flowed = unflow(text, delsp == "yes" || delsp == "Yes");
    text = flowed;
  }
  text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
  if (text.find_first_not_of(" \t\n") == text.npos) return;
  separate();
  document_.text += text;
}

Status MailText::add_html(const std::string& page) {
  LoadInput input = file_;
  input.bytes = page;
  auto loaded = HtmlLoader().load(input);
  if (!loaded.ok() && file_.budget->exhausted()) return loaded.status();
  if (!loaded.ok()) {
    document_.remarks.push_back("the HTML of the mail: " + loaded.status().message());
    return {};
  }
  const Document& html = loaded->front();
  if (html.text.empty()) return {};
  separate();
  for (const Heading& heading : html.headings) {
    if (document_.headings.size() == kMaxHeadings) break;
    document_.headings.push_back(
        {heading.level, heading.title, heading.begin + document_.text.size()});
  }
  document_.text += html.text;
  return {};
}

Status MailText::add(const MimePart& part) {
  VECSTORE_ASSIGN(std::string text, part_text(file_, part, document_.replaced, document_.remarks));
  if (part.type.value == "text/html") return add_html(text);
  add_plain(part, text);
  return {};
}

}  // namespace vecstore
