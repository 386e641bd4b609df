#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/members.h"
#include "base/number.h"
#include "base/utf8.h"
#include "vecstore/limits.h"

// A name of its own, so that a program which also uses RapidJSON, set up in another way, does not
// mix the two.
#define RAPIDJSON_NAMESPACE vecstore_rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace vecstore_rapidjson {
#define RAPIDJSON_NAMESPACE_END }
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace vecstore {
namespace {

namespace rapid = vecstore_rapidjson;

// "line 2 column 7: ..."
Status error_at(std::string_view text, std::size_t at, const std::string& what) {
  const std::string_view before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.find_last_of('\n') + 1;  // npos + 1 is 0
  return invalid_argument("json line " + std::to_string(line) + " column " +
                          std::to_string(at - start + 1) + ": " + what);
}

const char* what_is_wrong(rapid::ParseErrorCode code) {
  switch (code) {
    case rapid::kParseErrorDocumentEmpty:
      return "a value is missing";
    case rapid::kParseErrorDocumentRootNotSingular:
      return "text after the value";
    case rapid::kParseErrorObjectMissName:
      return "a key in quotes is missing";
    case rapid::kParseErrorObjectMissColon:
      return "':' is missing after a key";
    case rapid::kParseErrorObjectMissCommaOrCurlyBracket:
      return "',' or '}' is missing in an object";
    case rapid::kParseErrorArrayMissCommaOrSquareBracket:
      return "',' or ']' is missing in a list";
    case rapid::kParseErrorStringUnicodeEscapeInvalidHex:
      return "\\u needs four hexadecimal digits";
    case rapid::kParseErrorStringUnicodeSurrogateInvalid:
      return "a surrogate without its other half";
    case rapid::kParseErrorStringEscapeInvalid:
      return "an unknown escape or a control character in a string";
    case rapid::kParseErrorStringMissQuotationMark:
      return "a string does not end";
    case rapid::kParseErrorNumberTooBig:
      return "a number beyond the largest double";
    case rapid::kParseErrorNumberMissFraction:
      return "digits are missing after the point";
    case rapid::kParseErrorNumberMissExponent:
      return "digits are missing in an exponent";
    default:
      return "not a value";
  }
}

// Builds the value from the parser's events. False ends the parsing with problem() as the reason.
class Builder {
 public:
  Builder(const rapid::MemoryStream& stream, bool has_escapes)
      : stream_(stream), has_escapes_(has_escapes) {}

  bool Null() { return slot().is_null(); }
  bool Bool(bool value) { return add(value); }
  // Numbers come as text: see kParseNumbersAsStringsFlag.
  bool RawNumber(const char* text, rapid::SizeType size, bool) {
    const std::string_view digits(text, size);
    if (digits.find_first_of(".eE") != digits.npos) {
      const std::optional<double> value = parse_double(digits);
      return value ? add(*value) : refuse("the number " + shown(digits) + " is beyond double");
    }
    const std::optional<std::int64_t> value = parse_int64(digits);
    return value ? add(*value) : refuse("the integer " + shown(digits) + " is beyond int64");
  }
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool String(const char* text, rapid::SizeType size, bool) {
    return is_sound({text, size}) && add(std::string(text, size));
  }

  bool StartObject() { return open(true); }
  bool Key(const char* text, rapid::SizeType size, bool) {
    if (!is_sound({text, size})) return false;
    open_.back().members.push_back({std::string(text, size), Value()});
    open_.back().key_ends.push_back(stream_.Tell());
    return true;
  }
  bool EndObject(rapid::SizeType) {
    Container& object = open_.back();
    if (const Object::Member* twice = find_duplicate(object.members)) {
      const auto index = static_cast<std::size_t>(twice - object.members.data());
      const std::size_t start = object.key_ends[index] - twice->key.size() - 2;
      return refuse("the key '" + shown(twice->key) + "' is given twice", start);
    }
    return close(Object::from_members(std::move(object.members)));
  }
  bool StartArray() { return open(false); }
  bool EndArray(rapid::SizeType) { return close(std::move(open_.back().list)); }

  Value& root() { return root_; }
  const std::string& problem() const { return problem_; }
  std::size_t problem_at() const { return problem_at_; }

 private:
  struct Container {
    bool is_object;
    List list;
    std::vector<Object::Member> members;
    std::vector<std::size_t> key_ends;  // offsets in the text, for errors
  };

  // RapidJSON lets the second half of a surrogate pair pass alone, which makes invalid UTF-8.
  bool is_sound(std::string_view text) {
    if (!has_escapes_ || is_valid_utf8(text)) return true;
    return refuse(what_is_wrong(rapid::kParseErrorStringUnicodeSurrogateInvalid));
  }

  static std::string shown(std::string_view text) {
    return text.size() <= 80 ? std::string(text) : std::string(text.substr(0, 77)) + "...";
  }

  bool refuse(std::string problem) { return refuse(std::move(problem), stream_.Tell()); }
  bool refuse(std::string problem, std::size_t at) {
    problem_ = std::move(problem);
    problem_at_ = at;
    return false;
  }

  bool open(bool is_object) {
    if (open_.size() == kMaxMetadataDepth) {
      return refuse("nested deeper than " + std::to_string(kMaxMetadataDepth));
    }
    open_.push_back({is_object, {}, {}, {}});
    return true;
  }

  bool close(Value value) {
    open_.pop_back();
    return add(std::move(value));
  }

  bool add(Value value) {
    slot() = std::move(value);
    return true;
  }

  // Where the next value goes, null so far.
  Value& slot() {
    if (open_.empty()) return root_;
    Container& container = open_.back();
    return container.is_object ? container.members.back().value : container.list.emplace_back();
  }

  const rapid::MemoryStream& stream_;
  const bool has_escapes_;
  std::vector<Container> open_;
  Value root_;
  std::string problem_;
  std::size_t problem_at_ = 0;
};

// What RapidJSON would not see or would take for the end of the text.
Status check_bytes(std::string_view text) {
  if (text.size() > UINT32_MAX) {
    return invalid_argument("json text of " + std::to_string(text.size()) +
                            " bytes is over the limit of " + std::to_string(UINT32_MAX));
  }
  const std::size_t nul = text.find('\0');
  if (nul != text.npos) return error_at(text, nul, "a NUL byte");
  const std::size_t bad = invalid_utf8_at(text);
  if (bad != text.npos) return error_at(text, bad, "bytes that are not utf-8");
  return {};
}

void append_members(std::string& out, const Object& object) {
  const char* separator = "";
  for (const Object::Member& member : object) {
    out.append(separator);
    separator = ",";
    append_json_string(out, member.key);
    out.push_back(':');
    append_json(out, member.value);
  }
}

void append_items(std::string& out, const List& list) {
  const char* separator = "";
  for (const Value& item : list) {
    out.append(separator);
    separator = ",";
    append_json(out, item);
  }
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out.append("\\\"");
      break;
    case '\\':
      out.append("\\\\");
      break;
    case '\b':
      out.append("\\b");
      break;
    case '\f':
      out.append("\\f");
      break;
    case '\n':
      out.append("\\n");
      break;
    case '\r':
      out.append("\\r");
      break;
    case '\t':
      out.append("\\t");
      break;
    default:
      out.append("\\u00").append(1, kHex[c >> 4 & 15]).append(1, kHex[c & 15]);
  }
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

}  // namespace

Result<Value> parse_json(std::string_view text) {
  VECSTORE_TRY(check_bytes(text));
  constexpr unsigned kFlags = rapid::kParseIterativeFlag | rapid::kParseNumbersAsStringsFlag;
  rapid::MemoryStream stream(text.data(), text.size());
  rapid::Reader reader;
  Builder builder(stream, text.find('\\') != text.npos);
  const rapid::ParseResult parsed = reader.Parse<kFlags>(stream, builder);
  if (!parsed.IsError()) return std::move(builder.root());
  if (parsed.Code() != rapid::kParseErrorTermination) {
    return error_at(text, parsed.Offset(), what_is_wrong(parsed.Code()));
  }
  return error_at(text, builder.problem_at(), builder.problem());
}

void append_json(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      out.append("null");
      break;
    case Value::Kind::kBool:
      out.append(*value.as_bool() ? "true" : "false");
      break;
    case Value::Kind::kInt:
      out.append(std::to_string(*value.as_int()));
      break;
    case Value::Kind::kDouble:
      append_json_double(out, *value.as_double());
      break;
    case Value::Kind::kString:
      append_json_string(out, *value.as_string());
      break;
    case Value::Kind::kList:
      out.push_back('[');
      append_items(out, *value.as_list());
      out.push_back(']');
      break;
    case Value::Kind::kObject:
      out.push_back('{');
      append_members(out, *value.as_object());
      out.push_back('}');
      break;
  }
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const CodePoint point = decode_utf8(text);
    if (point.value < 0x80) {
      append_escape(out, text.front());
    } else {
      append_utf8(out, point.value);
    }
    text.remove_prefix(point.size);
  }
  out.push_back('"');
}

void append_json_double(std::string& out, double value) {
  if (std::isfinite(value)) {
    append_double(out, value);
  } else {
    out.append("null");
  }
}

void append_json_float(std::string& out, float value) {
  // Readers of JSON make a double first. Of all floats, by trying each, only this one and its
  // negative have shortest digits that then round to the neighbour.
  constexpr float kRoundedTwice = 7.0385307e-26F;
  if (std::abs(value) == kRoundedTwice) {
    out.append(value < 0 ? "-7.0385307e-26" : "7.0385307e-26");
  } else if (std::isfinite(value)) {
    append_float(out, value);
  } else {
    out.append("null");
  }
}

}  // namespace vecstore
