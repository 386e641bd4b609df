#include "rag/answer/context.h"

#include <algorithm>

#include "base/utf8.h"
#include "embed/remote/tokens.h"

namespace vecstore {
namespace {

std::string member_text(const Metadata& metadata, const char* key) {
  const Value* value = metadata.find(key);
  return value && value->as_string() ? *value->as_string() : "";
}

}  // namespace

std::string heading_path(const Metadata& metadata) {
  std::string path = member_text(metadata, "title");
  const Value* headings = metadata.find("headings");
  if (!headings || !headings->as_list()) return path;
  for (const Value& heading : *headings->as_list()) {
    const std::string* text = heading.as_string();
    if (text && *text != path) path += (path.empty() ? "" : " › ") + *text;
  }
  return path;
}

namespace {

bool is_told(const Hits& passages, const std::string& text) {
  return std::any_of(passages.begin(), passages.end(), [&](const Hit& passage) {
    return passage.text->find(text) != std::string::npos;
  });
}

// The longest beginning of at most `bytes` that cuts no character.
std::string beginning(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

}  // namespace

std::string source_line(const Hit& hit) {
  std::string source = member_text(hit.metadata, "source");
  const std::string member = member_text(hit.metadata, "member");
  if (!source.empty() && !member.empty()) source += "/" + member;
  const std::string path = heading_path(hit.metadata);
  std::string text = source.empty() ? hit.id : source;
  if (!path.empty() && !text.ends_with(path)) text += " › " + path;
  return text;
}

Context pack_context(const Hits& hits, std::size_t max_tokens) {
  Context context;
  std::size_t left = max_tokens;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const Hit& hit = hits[i];
    if (!hit.text || is_blank(*hit.text) || is_told(context.passages, *hit.text)) {
      ++context.left_out;
      continue;
    }
    const std::string head =
        "[" + std::to_string(context.passages.size() + 1) + "] " + source_line(hit) + "\n";
    Hit passage = hit;
    std::size_t tokens = likely_tokens(head + *hit.text);
    if (tokens > left && context.passages.empty()) {
      const std::size_t share = hit.text->size() * left / tokens;
      passage.text = beginning(*hit.text, share);
      context.cut = true;
      tokens = left;
    }
    if (tokens > left) {
      ++context.left_out;
      continue;
    }
    left -= tokens;
    context.text += (context.text.empty() ? "" : "\n\n") + head + *passage.text;
    context.passages.hits.push_back(std::move(passage));
    context.hits.push_back(i);
  }
  return context;
}

}  // namespace vecstore
