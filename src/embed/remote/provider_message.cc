#include "embed/remote/provider_message.h"

#include "base/json.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr std::size_t kMostBytes = 400;

const Value* member(const Value* of, std::string_view name) {
  const Object* object = of ? of->as_object() : nullptr;
  return object ? object->find(name) : nullptr;
}

const std::string* text_of(const Value* value) { return value ? value->as_string() : nullptr; }

// {"error": {"message"}} (OpenAI, Azure, Google), {"error": "..."} (Ollama, Hugging Face),
// {"message"} (Cohere, Mistral), {"detail"} (Voyage, Jina; also a list of {"msg"}, as FastAPI has
// it).
const std::string* message_in(const Value& json) {
  const Value* error = member(&json, "error");
  const Value* detail = member(&json, "detail");
  const List* details = detail ? detail->as_list() : nullptr;
  const Value* first = details && !details->empty() ? &details->front() : nullptr;
  for (const Value* place :
       {member(error, "message"), error, member(&json, "message"), detail, member(first, "msg")})
    if (const std::string* text = text_of(place)) return text;
  return nullptr;
}

}  // namespace

ProviderMessage provider_message(std::string_view body) {
  const Result<Value> json = parse_json(body);
  if (!json.ok()) return {std::string(body)};
  // Google wraps errors of some calls in a list.
  const List* list = json->as_list();
  const Value& object = list && !list->empty() ? list->front() : *json;
  const std::string* message = message_in(object);
  const std::string* code = text_of(member(member(&object, "error"), "code"));
  return {message ? *message : std::string(body), code && *code == "insufficient_quota"};
}

std::string one_line(std::string_view text) {
  std::string out;
  bool blank = false;
  while (!text.empty()) {
    const CodePoint c = decode_utf8(text);
    text.remove_prefix(c.size);
    const bool is_space = c.value <= 0x20 || (c.value >= 0x7F && c.value <= 0xA0);
    if (is_space) {
      blank = !out.empty();
      continue;
    }
    if (out.size() >= kMostBytes) return out + "…";
    if (blank) out += ' ';
    blank = false;
    append_utf8(out, c.value);
  }
  return out;
}

}  // namespace vecstore
