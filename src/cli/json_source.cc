#include "cli/json_source.h"

#include <algorithm>

#include "base/number.h"
#include "base/utf8.h"
#include "cli/in_file.h"
#include "cli/read_file.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxRecordBytes = std::size_t{64} << 20;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Cuts a file into the texts of its objects. What is within one is for the parser to judge.
class ObjectTexts {
 public:
  explicit ObjectTexts(InFile file) : file_(std::move(file)) {}

  // False at the end of the file.
  Result<bool> next(std::string& text) {
    text.clear();
    for (bool whole = false; !whole;) {
      VECSTORE_ASSIGN(std::string_view piece, file_.peek());
      if (piece.empty()) return at_end(text);
      VECSTORE_TRY(at_start(piece));
      std::size_t used = 0;
      for (; used < piece.size() && !whole; ++used) {
        VECSTORE_ASSIGN(whole, take(piece[used], text));
      }
      file_.skip(used);
    }
    return true;
  }

  // Where the object begins that next() gave last.
  LinePlace begins() const { return begins_; }

 private:
  Status wrong(const std::string& what) const {
    return {Code::kUnknown, file_.path() + ": line " + std::to_string(at_.line) + ": " + what};
  }

  Status at_start(std::string_view& piece) {
    if (started_) return {};
    started_ = true;
    VECSTORE_TRY(check_not_utf16(file_.path(), piece));
    if (!piece.starts_with(kByteOrderMark)) return {};
    file_.skip(kByteOrderMark.size());
    piece.remove_prefix(kByteOrderMark.size());
    return {};
  }

  Result<bool> at_end(const std::string& text) const {
    if (!text.empty()) {
      return wrong("the file ends within the record of line " + std::to_string(begins_.line));
    }
    return array_ && !closed_ ? wrong("the file ends before the closing ]") : Result<bool>(false);
  }

  // True with the last byte of an object.
  Result<bool> take(char c, std::string& text) {
    at_ = c == '\n' ? LinePlace{at_.line + 1, 0} : LinePlace{at_.line, at_.column + 1};
    if (text.empty()) {
      VECSTORE_ASSIGN(const bool begins, between(c));
      if (!begins) return false;
      begins_ = at_;
    }
    if (text.size() == kMaxRecordBytes) {
      return wrong("the record has more than " + std::to_string(kMaxRecordBytes) + " bytes");
    }
    text += c;
    return within(c);
  }

  // True when an object begins here.
  Result<bool> between(char c) {
    const bool first = objects_ == 0 && !array_;
    const bool due = !array_ || commas_ == objects_;  // by the commas so far
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return false;
    if (c == '[' && first) return array_ = true, false;
    if (c == '{' && due && !closed_) return ++objects_, true;
    if (c == ',' && array_ && !due && !closed_) return ++commas_, false;
    if (c == ']' && array_ && !closed_ && (!due || objects_ == 0)) return closed_ = true, false;
    return wrong("found '" + shorten(std::string(1, c)) + "' where a record must begin or end");
  }

  // True when the object is at its end.
  bool within(char c) {
    if (in_string_) {
      in_string_ = escaped_ || c != '"';
      escaped_ = c == '\\' && !escaped_;
      return false;
    }
    in_string_ = c == '"';
    depth_ += c == '{' || c == '[';
    depth_ -= c == '}' || c == ']';
    return depth_ == 0;
  }

  InFile file_;
  bool started_ = false, array_ = false, closed_ = false;
  bool in_string_ = false, escaped_ = false;
  std::uint64_t depth_ = 0, objects_ = 0, commas_ = 0;
  LinePlace at_{1, 0}, begins_;  // at_: the byte taken last
};

class JsonSource final : public RecordSource {
 public:
  explicit JsonSource(InFile file) : texts_(std::move(file)) {}

  Result<std::optional<Record>> next() override {
    VECSTORE_ASSIGN(const bool more, texts_.next(text_));
    if (!more) return std::optional<Record>();
    VECSTORE_ASSIGN(Record record, parse_record(text_, texts_.begins(), line_));
    return std::optional(std::move(record));
  }
  std::string where() const override { return "line " + std::to_string(line_); }

 private:
  ObjectTexts texts_;
  std::string text_;
  std::uint64_t line_ = 0;
};

// The number after `word`, which `message` begins with; both are taken away.
std::optional<std::uint64_t> take_number(std::string_view& message, std::string_view word) {
  if (!message.starts_with(word)) return std::nullopt;
  message.remove_prefix(word.size());
  const std::size_t end = std::min(message.find_first_not_of("0123456789"), message.size());
  const auto number = parse_int64(message.substr(0, end));
  message.remove_prefix(end);
  return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

// A document as BEIR's corpora have it, {"_id", "title"?, "text", "metadata"?}, as a record: the
// title begins the text, and stands in the metadata.
Value of_beir(const Object& document) {
  Object record{{"id", *document.find("_id")}};
  for (const auto& [name, value] : document)
    if (name != "_id" && name != "title") record[name] = value;
  const Value* title = document.find("title");
  if (!title || !title->as_string() || title->as_string()->empty()) return record;
  const Value* text = record.find("text");
  if (text && text->as_string()) record["text"] = *title->as_string() + "\n" + *text->as_string();
  Value& metadata = record["metadata"];
  if (metadata.is_null()) metadata = Object();
  if (metadata.as_object() && !metadata.as_object()->find("title"))
    (*metadata.as_object())["title"] = *title;
  return record;
}

bool is_of_beir(const Value& json) {
  return json.as_object() && json.as_object()->find("_id") && !json.as_object()->find("id");
}

}  // namespace

Result<Record> parse_record(const std::string& text, LinePlace begins, std::uint64_t& line) {
  line = begins.line;
  const Result<Value> json = Value::parse_json(text);
  if (json.ok()) return Record::from_json(is_of_beir(*json) ? of_beir(*json->as_object()) : *json);
  std::string_view what = json.status().message();  // "json line 3 column 5: what"
  const auto lines = take_number(what, "json line ");
  const auto columns = take_number(what, " column ");
  if (!lines || !columns) return json.status();
  line = begins.line + *lines - 1;
  const std::uint64_t column = *columns + (*lines == 1 ? begins.column - 1 : 0);
  return Status(json.status().code(), "column " + std::to_string(column) + std::string(what));
}

Result<std::unique_ptr<RecordSource>> open_json_source(const std::string& path) {
  VECSTORE_ASSIGN(InFile file, InFile::open(path));
  return std::unique_ptr<RecordSource>(new JsonSource(std::move(file)));
}

}  // namespace vecstore
