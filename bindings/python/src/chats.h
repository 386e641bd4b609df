// A model that writes, in Python, as the toolkit asks one.
#pragma once

#include <nanobind/nanobind.h>

#include <deque>
#include <memory>
#include <string>

#include "rag/answer/chat_model.h"

namespace vecstore::python {

// A function that takes [(role, text)], a temperature or None, and the most tokens of the answer,
// and gives (text, cut, tokens of the messages, of the answer). What it raises ends the call that
// asked, unchanged; what it holds is let go under the interpreter lock.
class PythonChat final : public ChatModel {
 public:
  PythonChat(std::string name, nanobind::handle chat);

  const std::string& name() const override { return name_; }
  Result<ChatAnswer> chat(std::span<const ChatMessage> messages,
                          const ChatOptions& options) const override;

  // Throws the first that was raised since it was asked last; returns when nothing was.
  void rethrow() const;

 private:
  std::string name_;
  std::shared_ptr<nanobind::object> chat_;
  mutable std::deque<nanobind::python_error> raised_;  // under the interpreter lock
};

// (name, function).
std::shared_ptr<const PythonChat> to_chat(nanobind::handle given);

}  // namespace vecstore::python
