#include "rag/loaders/markup/rtf_reader.h"

#include <algorithm>

namespace vecstore {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

void RtfReader::skip(std::size_t count) { at_ += std::min(count, bytes_.size() - at_); }

RtfToken RtfReader::next() {
  at_ = std::min(bytes_.find_first_not_of("\r\n", at_), bytes_.size());
  RtfToken token;
  if (at_ == bytes_.size()) return token;
  const char c = bytes_[at_];
  if (c == '\\') return read_control();
  if (c == '{' || c == '}') {
    ++at_;
    token.kind = c == '{' ? RtfToken::Kind::kBegin : RtfToken::Kind::kEnd;
    return token;
  }
  const std::size_t end = std::min(bytes_.find_first_of("\\{}\r\n", at_), bytes_.size());
  token.kind = RtfToken::Kind::kText;
  token.text = bytes_.substr(at_, end - at_);
  at_ = end;
  return token;
}

RtfToken RtfReader::read_control() {
  ++at_;
  if (at_ < bytes_.size() && is_letter(bytes_[at_])) return read_word();
  RtfToken token;
  if (at_ == bytes_.size()) return token;
  token.kind = RtfToken::Kind::kWord;
  token.word = bytes_.substr(at_++, 1);
  if (token.word != "'") return token;
  const int high = at_ + 1 < bytes_.size() ? hex_digit(bytes_[at_]) : -1;
  const int low = high >= 0 ? hex_digit(bytes_[at_ + 1]) : -1;
  if (low < 0) return token;
  at_ += 2;
  token.kind = RtfToken::Kind::kHex;
  token.number = high << 4 | low;
  return token;
}

RtfToken RtfReader::read_word() {
  RtfToken token;
  token.kind = RtfToken::Kind::kWord;
  const std::size_t begin = at_;
  while (at_ < bytes_.size() && is_letter(bytes_[at_])) ++at_;
  token.word = bytes_.substr(begin, at_ - begin);
  const bool negative = at_ + 1 < bytes_.size() && bytes_[at_] == '-' && is_digit(bytes_[at_ + 1]);
  if (negative) ++at_;
  std::int64_t number = 0;
  for (; at_ < bytes_.size() && is_digit(bytes_[at_]); ++at_) {
    token.has_number = true;
    number = std::min<std::int64_t>(number * 10 + (bytes_[at_] - '0'), INT32_MAX);
  }
  token.number = static_cast<std::int32_t>(negative ? -number : number);
  if (at_ < bytes_.size() && bytes_[at_] == ' ') ++at_;
  return token;
}

}  // namespace vecstore
