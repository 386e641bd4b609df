// The answer of a server that speaks like OpenAI's, as it comes: server-sent events, or one JSON
// object from a server that does not stream.
//
// Events are those of the HTML standard, section 9.2: lines that end with CR, LF or both, "data:"
// lines joined until an empty one. Each is a JSON object with choices[0].delta.content, the last is
// "[DONE]".
#pragma once

#include <string>
#include <string_view>

#include "rag/answer/chat_model.h"

namespace vecstore {

class ChatStream {
 public:
  // `on_text` is given each piece; may be empty.
  explicit ChatStream(std::function<void(std::string_view)> on_text)
      : on_text_(std::move(on_text)) {}

  // The next bytes, cut anywhere. An error when the server reports one, or what came cannot be
  // read.
  Status take(std::string_view bytes);

  // kUnavailable when the answer ended before its end.
  Result<ChatAnswer> finish();

 private:
  enum class Form : unsigned char { kUnknown, kEvents, kObject };

  Status take_line(std::string_view line);
  Status end_event();
  Status take_object(std::string_view json);
  void add(std::string_view text);

  std::function<void(std::string_view)> on_text_;
  Form form_ = Form::kUnknown;
  bool after_return_ = false;  // a line feed that comes next belongs to the line before
  std::string line_;           // of events: begun and not ended; else the object
  std::string data_;
  bool has_data_ = false;
  bool ended_ = false;  // a finish_reason came; the tokens may come behind it
  bool done_ = false;   // "[DONE]": nothing counts behind it
  ChatAnswer answer_;
};

}  // namespace vecstore
