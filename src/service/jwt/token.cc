#include "service/jwt/token.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "service/jwt/base64url.h"
#include "service/jwt/jwk_set.h"

namespace vecstore {
namespace {

Status refuse(const std::string& why) { return Status(Code::kUnauthenticated, "the token " + why); }

Result<Object> object_of(std::string_view part, const char* what) {
  const Result<Bytes> bytes = base64url_decode(part);
  if (!bytes.ok()) return refuse(std::string("has a ") + what + " that is no base64url");
  Result<Value> json = Value::parse_json(as_text(*bytes));
  if (!json.ok() || !json->as_object())
    return refuse(std::string("has a ") + what +
                  " that is no JSON object: " + json.status().message());
  return std::move(*json->as_object());
}

std::string text_or(const Object& object, std::string_view member, std::string otherwise) {
  const Value* value = object.find(member);
  return value && value->as_string() ? *value->as_string() : otherwise;
}

// "application/jwt" may be written without its first half, in any case.
bool is_token_type(std::string type) {
  for (char& c : type)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (type.starts_with("application/")) type.erase(0, std::string_view("application/").size());
  return type == "jwt" || type == "at+jwt";
}

Status read_header(const Object& header, Token& token) {
  if (header.find("crit")) return refuse("has 'crit', of which nothing is known here");
  if (header.find("typ") && !is_token_type(text_or(header, "typ", "")))
    return refuse("is of type " + shorten(header.find("typ")->to_json()) + ", no JWT");
  const std::string alg = text_or(header, "alg", "");
  const Result<JwtAlgorithm> algorithm = parse_algorithm(alg);
  if (!algorithm.ok()) return refuse("has the algorithm '" + shorten(alg) + "'");
  token.algorithm = *algorithm;
  token.kid = text_or(header, "kid", "");
  if (!is_key_id(token.kid)) return refuse("has no 'kid' that could name a key");
  return {};
}

}  // namespace

bool looks_like_token(std::string_view text) {
  return std::count(text.begin(), text.end(), '.') == 2;
}

Result<Token> parse_token(std::string_view text) {
  if (text.size() > kMaxTokenBytes)
    return refuse("has " + std::to_string(text.size()) + " bytes, at most " +
                  std::to_string(kMaxTokenBytes) + " are read");
  const std::size_t first = text.find('.'), last = text.rfind('.');
  if (first == last || text.find('.', first + 1) != last) return refuse("has not three parts");
  Token token;
  token.signed_text = text.substr(0, last);
  token.payload = text.substr(first + 1, last - first - 1);
  VECSTORE_ASSIGN(const Object header, object_of(text.substr(0, first), "header"));
  VECSTORE_TRY(read_header(header, token));
  Result<Bytes> signature = base64url_decode(text.substr(last + 1));
  if (!signature.ok()) return refuse("has a signature that is no base64url");
  token.signature = *std::move(signature);
  return token;
}

Result<Object> parse_payload(const Token& token) { return object_of(token.payload, "payload"); }

}  // namespace vecstore
