#include "rag/answer/chat_stream.h"

#include "base/json.h"
#include "embed/remote/embed_answer.h"
#include "embed/remote/provider_message.h"

namespace vecstore {
namespace {

const Value* first_choice(const Value& object) {
  const Value* choices = member_of(&object, "choices");
  const List* list = choices ? choices->as_list() : nullptr;
  return list && !list->empty() ? &list->front() : nullptr;
}

std::uint64_t count_of(const Value* usage, const char* name) {
  const Value* count = member_of(usage, name);
  const std::int64_t* number = count ? count->as_int() : nullptr;
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

}  // namespace

Status ChatStream::take(std::string_view bytes) {
  if (form_ == Form::kUnknown) {
    const std::size_t begin = bytes.find_first_not_of(" \t\r\n");
    if (begin == bytes.npos) return {};
    form_ = bytes[begin] == '{' ? Form::kObject : Form::kEvents;
    bytes.remove_prefix(begin);  // as when it came in a piece of its own
  }
  if (form_ == Form::kObject) return line_.append(bytes), Status();
  while (!bytes.empty()) {
    if (after_return_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_return_ = false;
    const std::size_t end = bytes.find_first_of("\r\n");
    line_.append(bytes.substr(0, end));
    if (end == bytes.npos) return {};
    after_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    const Status status = take_line(line_);
    line_.clear();
    VECSTORE_TRY(status);
  }
  return {};
}

Status ChatStream::take_line(std::string_view line) {
  if (line.empty()) return end_event();
  if (!line.starts_with("data:")) return {};  // a comment, a name, an id
  line.remove_prefix(5);
  if (line.starts_with(' ')) line.remove_prefix(1);
  if (has_data_) data_ += '\n';
  has_data_ = true;
  data_ += line;
  return {};
}

Status ChatStream::end_event() {
  const std::string data = std::move(data_);
  data_.clear();
  if (!std::exchange(has_data_, false) || done_) return {};
  if (data == "[DONE]") return done_ = true, Status();
  return take_object(data);
}

Status ChatStream::take_object(std::string_view json) {
  const Result<Value> parsed = parse_json(json);
  if (!parsed.ok())
    return unavailable("a part of the answer cannot be read: " + parsed.status().message());
  const Value* error = member_of(&*parsed, "error");
  if (error && *error != Value()) return unavailable(provider_message(json).text);
  if (const Value* choice = first_choice(*parsed)) {
    for (const char* name : {"delta", "message"}) {
      const Value* content = member_of(member_of(choice, name), "content");
      if (content && content->as_string()) add(*content->as_string());
    }
    const Value* reason = member_of(choice, "finish_reason");
    if (reason && reason->as_string()) {
      ended_ = true;
      answer_.cut = *reason->as_string() == "length";
    }
  }
  const Value* usage = member_of(&*parsed, "usage");
  if (const std::uint64_t prompt = count_of(usage, "prompt_tokens")) answer_.prompt_tokens = prompt;
  if (const std::uint64_t made = count_of(usage, "completion_tokens")) answer_.answer_tokens = made;
  return {};
}

void ChatStream::add(std::string_view text) {
  answer_.text += text;
  if (on_text_ && !text.empty()) on_text_(text);
}

Result<ChatAnswer> ChatStream::finish() {
  if (form_ == Form::kObject) {
    VECSTORE_TRY(take_object(line_));
  } else if (form_ == Form::kEvents && !done_) {  // the last line may lack its end
    VECSTORE_TRY(take_line(line_));
    VECSTORE_TRY(end_event());
  }
  if (!ended_ && !done_) {
    return unavailable("the answer ended before its end, after " +
                       std::to_string(answer_.text.size()) + " bytes");
  }
  return std::move(answer_);
}

}  // namespace vecstore
