#include "query/filter/filter_path.h"

#include <cstdint>
#include <utility>

#include "base/nearest.h"
#include "base/utf8.h"

namespace vecstore::query {
namespace {

constexpr std::string_view kRecordNames[] = {"$id", "$text", "$created_at", "$updated_at"};

Status read_key(FilterCursor& cursor, Path& path) {
  Token& token = cursor.token();
  if (cursor.at(TokenKind::kName)) {
    path.emplace_back(std::string(token.source));
  } else if (!cursor.at(TokenKind::kQuoted)) {
    return cursor.expected("a key");
  } else if (path.empty() && record_field(token.text) != RecordField::kNone) {
    return cursor.error_at(token.offset, token.text + " is the record's own, a metadata key of " +
                                             "that name cannot be filtered on");
  } else {
    path.emplace_back(std::move(token.text));
  }
  cursor.advance();
  return {};
}

Status read_record_field(FilterCursor& cursor, Path& path) {
  const std::string_view name = cursor.token().source;
  if (record_field(name) == RecordField::kNone) {
    const std::string_view near = nearest_name(name, kRecordNames);
    return cursor.expected("$id, $text, $created_at or $updated_at",
                           near.empty() ? "" : ", did you mean " + std::string(near));
  }
  path.emplace_back(std::string(name));
  cursor.advance();
  return {};
}

Status read_first(FilterCursor& cursor, Path& path) {
  if (cursor.at(TokenKind::kRecord) && cursor.token().source != "$") {
    return read_record_field(cursor, path);
  }
  if (cursor.at(TokenKind::kRecord)) {
    cursor.advance();
    VECSTORE_TRY(cursor.expect_symbol("."));
  } else if (cursor.at(TokenKind::kName) && is_filter_word(cursor.token().source)) {
    return cursor.expected("a field", ", a word of the language: a field needs back-ticks");
  } else if (!cursor.at(TokenKind::kName) && !cursor.at(TokenKind::kQuoted)) {
    return cursor.expected("a field");
  }
  return read_key(cursor, path);
}

Status read_position(FilterCursor& cursor, Path& path) {
  const std::int64_t* number = cursor.token().number.as_int();
  if (!number || *number < 0 || *number > UINT32_MAX) {
    return cursor.expected("a position from 0 to 4294967295");
  }
  path.emplace_back(static_cast<std::size_t>(*number));
  cursor.advance();
  return cursor.expect_symbol("]");
}

}  // namespace

Result<Path> read_path(FilterCursor& cursor) {
  Path path;
  VECSTORE_TRY(read_first(cursor, path));
  for (;;) {
    if (cursor.accept_symbol(".")) {
      VECSTORE_TRY(read_key(cursor, path));
    } else if (cursor.accept_symbol("[")) {
      VECSTORE_TRY(read_position(cursor, path));
    } else {
      return path;
    }
  }
}

Result<Path> parse_path(std::string_view text) {
  FilterCursor cursor(text, "field '" + shorten(text) + "'");
  VECSTORE_TRY(cursor.start());
  VECSTORE_ASSIGN(Path path, read_path(cursor));
  if (!cursor.at(TokenKind::kEnd)) return cursor.expected("'.', '[' or the end of the path");
  if (record_field(path) != RecordField::kNone && path.size() > 1)
    return cursor.error_at(0, std::get<std::string>(path[0]) + " has no members");
  return path;
}

void append_path(std::string& out, const Path& path) {
  if (record_field(path) != RecordField::kNone) {
    out += std::get<std::string>(path[0]);
    return;
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string* key = std::get_if<std::string>(&path[i]);
    if (!key) {
      out += "[" + std::to_string(std::get<std::size_t>(path[i])) + "]";
      continue;
    }
    if (i > 0) out += '.';
    if (is_plain_key(*key)) {
      out += *key;
    } else {
      append_quoted(out, *key, '`');
    }
  }
}

}  // namespace vecstore::query
