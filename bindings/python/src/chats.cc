#include "python/src/chats.h"

#include "python/src/call.h"
#include "python/src/errors.h"
#include "python/src/values.h"

namespace nb = nanobind;

namespace vecstore::python {

PythonChat::PythonChat(std::string name, nb::handle chat)
    : name_(std::move(name)), chat_(shared_object(chat)) {}

Result<ChatAnswer> PythonChat::chat(std::span<const ChatMessage> messages,
                                    const ChatOptions& options) const {
  const nb::gil_scoped_acquire locked;
  try {
    nb::list asked;
    for (const ChatMessage& one : messages)
      asked.append(nb::make_tuple(from_text(chat_role_name(one.role)), from_text(one.text)));
    const nb::object temperature =
        options.temperature ? nb::object(nb::float_(*options.temperature)) : nb::none();
    const nb::object said = (*chat_)(asked, temperature, options.max_tokens);
    return ChatAnswer{.text = to_text(said[0], "the answer of a model"),
                      .cut = nb::cast<bool>(said[1]),
                      .prompt_tokens = nb::cast<std::uint64_t>(said[2]),
                      .answer_tokens = nb::cast<std::uint64_t>(said[3])};
  } catch (nb::python_error& error) {
    raised_.push_back(error);
    return cancelled("the model '" + name_ + "' raised an exception");
  }
}

void PythonChat::rethrow() const {
  if (raised_.empty()) return;
  nb::python_error error = std::move(raised_.front());
  raised_.clear();
  throw error;
}

std::shared_ptr<const PythonChat> to_chat(nb::handle given) {
  return std::make_shared<const PythonChat>(to_text(given[0], "the name of a model"), given[1]);
}

}  // namespace vecstore::python
