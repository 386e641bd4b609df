#include "cli/text_lines.h"

#include <utility>

#include "base/utf8.h"

namespace vecstore {
namespace {

bool names_json_lines(std::string_view path) {
  if (path.ends_with(".gz")) path.remove_suffix(3);
  return path.ends_with(".jsonl") || path.ends_with(".ndjson");
}

Status check_utf8(const std::string& text) {
  const std::size_t bad = invalid_utf8_at(text);
  if (bad == text.npos) return {};
  return invalid_argument("the text is not valid UTF-8 at byte " + std::to_string(bad));
}

Result<TextLine> parse_line(const std::string& line) {
  VECSTORE_ASSIGN(const Value json, Value::parse_json(line));
  const Object* object = json.as_object();
  const Value* text = object ? object->find("text") : nullptr;
  if (!text || !text->as_string())
    return invalid_argument("an object with a string \"text\" is expected");
  TextLine out{{}, *text->as_string()};
  if (const Value* id = object->find("id"))
    out.id = id->as_string() ? *id->as_string() : id->to_json();
  return out;
}

}  // namespace

Result<TextLines> TextLines::open(const std::string& file) {
  TextLines out(std::vector<std::string>{});
  VECSTORE_ASSIGN(out.lines_, LineReader::open(file));
  out.path_ = file;
  out.json_ = names_json_lines(file);
  return out;
}

Result<bool> TextLines::next(TextLine& line) {
  if (lines_) {
    Result<bool> more = next_of_file(line);
    if (more.ok()) return more;
    return more.status().with_context(path_ + ": line " + std::to_string(lines_->line()));
  }
  if (at_ == texts_.size()) return false;
  VECSTORE_TRY(check_utf8(texts_[at_]));
  line = {{}, texts_[at_++]};
  return true;
}

Result<bool> TextLines::next_of_file(TextLine& line) {
  std::string read;
  VECSTORE_ASSIGN(const bool more, lines_->next(read));
  if (!more) return false;
  if (json_) {
    VECSTORE_ASSIGN(line, parse_line(read));
    return true;
  }
  VECSTORE_TRY(check_utf8(read));
  line = {{}, std::move(read)};
  return true;
}

}  // namespace vecstore
