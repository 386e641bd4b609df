// Answers: what a model is asked and what is checked of its words, and models on servers. Who asks
// the model in between is Python, so that it may be one of Python's.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "python/src/answer_values.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/values.h"
#include "rag/answer/answer_question.h"
#include "rag/answer/passage_parts.h"
#include "rag/answer/remote_chat.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

using ChatHandle = KeptOverForks<std::shared_ptr<const RemoteChat>>;

ChatHandle remote_chat(const nb::dict& given) {
  return ChatHandle(
      take(RemoteChat::make(to_remote_options(given, RemoteUse::kChats, chat_defaults()))));
}

ChatRole to_role(const std::string& name) {
  for (const ChatRole role : {ChatRole::kSystem, ChatRole::kUser, ChatRole::kAssistant})
    if (name == chat_role_name(role)) return role;
  raise_invalid("a role is 'system', 'user' or 'assistant', not '" + name + "'");
}

// Pieces of an answer on their way to Python; what it raises ends the call.
struct Listener {
  std::shared_ptr<nb::object> on_text;
  std::unique_ptr<nb::python_error> raised;
  CancelToken token;

  void tell(std::string_view piece) {
    const nb::gil_scoped_acquire locked;
    if (raised != nullptr) return;
    try {
      (*on_text)(from_text(piece));
    } catch (nb::python_error& error) {
      raised = std::make_unique<nb::python_error>(error);
      token.cancel();
    }
  }
};

// Gives (text, cut, tokens of the messages, of the answer).
nb::tuple chat(const ChatHandle& handle, const nb::list& messages,
               std::optional<double> temperature, std::optional<std::size_t> max_tokens,
               std::optional<std::int64_t> seed, nb::handle on_text, nb::handle cancel) {
  std::vector<ChatMessage> asked = to_messages(messages);
  auto listener = std::make_shared<Listener>();
  listener->on_text = shared_object(on_text);
  listener->token = token_of(cancel);
  ChatOptions options{.temperature = temperature, .seed = seed, .cancel = listener->token};
  if (max_tokens) options.max_tokens = *max_tokens;
  if (!on_text.is_none())
    options.on_text = [listener](std::string_view piece) { listener->tell(piece); };
  CancelToken token = listener->token;
  auto work = [model = *handle, asked = std::move(asked), options] {
    return model->chat(asked, options);
  };
  const Result<ChatAnswer> said = watched(std::move(work), &token);
  if (listener->raised != nullptr) throw nb::python_error(*listener->raised);
  check(said.status());
  return nb::make_tuple(from_text(said->text), said->cut, said->prompt_tokens, said->answer_tokens);
}

// `hits`: (id, text, metadata) of each, best first.
Hits to_hits(const nb::list& hits) {
  Hits out;
  for (const nb::handle hit : hits) {
    Hit made;
    made.id = to_text(hit[0], "the id of a hit");
    if (!nb::handle(hit[1]).is_none()) made.text = to_text(hit[1], "the text of a hit");
    made.metadata = to_metadata(hit[2], {.key = "metadata"});
    out.hits.push_back(std::move(made));
  }
  return out;
}

PreparedQuestion prepare(const std::string& question, const nb::list& given,
                         std::optional<std::size_t> max_context_tokens,
                         std::optional<std::string> instructions,
                         std::optional<std::string> prompt, const nb::list& history) {
  AnswerOptions options;
  if (max_context_tokens) options.max_context_tokens = *max_context_tokens;
  if (instructions) options.instructions = *std::move(instructions);
  if (prompt) options.prompt = *std::move(prompt);
  options.history = to_messages(history);
  const Hits hits = to_hits(given);
  return take(unlocked([&] { return prepare_question(question, hits, options); }));
}

nb::list passages_of(const PreparedQuestion& asked) {
  nb::list list;
  for (std::size_t i = 0; i < asked.context.hits.size(); ++i)
    list.append(nb::make_tuple(asked.context.hits[i], from_text(*asked.context.passages[i].text)));
  return list;
}

// (passage from 1, id, source, statement, quote, its start and end where the passage is from,
// support)
nb::tuple from_citation(const Citation& one, const vecstore::Answer& answer) {
  const Hit& hit = answer.context.passages[one.passage];
  // A quote is a sentence, and no sentence goes beyond its part of the passage.
  const std::int64_t start = document_offset(hit, one.quote_begin);
  const auto part = [](const std::string& text, std::size_t begin, std::size_t end) {
    return from_text(std::string_view(text).substr(begin, end - begin));
  };
  return nb::make_tuple(one.passage + 1, from_text(hit.id), from_text(source_line(hit)),
                        part(answer.text, one.begin, one.end),
                        part(*hit.text, one.quote_begin, one.quote_end),
                        start,
                        start + static_cast<std::int64_t>(one.quote_end - one.quote_begin),
                        one.support);
}

nb::tuple finish(const PreparedQuestion& asked, const std::string& said) {
  return from_answer(unlocked([&] { return finish_answer(asked, ChatAnswer{.text = said}); }));
}

nb::list providers() {
  nb::list list;
  for (const ChatProvider& one : chat_providers())
    list.append(nb::make_tuple(from_text(one.name), from_text(one.key_variable), one.needs_key));
  return list;
}

}  // namespace

std::vector<ChatMessage> to_messages(const nb::list& given) {
  std::vector<ChatMessage> messages;
  for (const nb::handle message : given)
    messages.push_back({to_role(to_text(message[0], "the role of a message")),
                        to_text(message[1], "the content of a message")});
  return messages;
}

nb::list from_messages(const std::vector<ChatMessage>& messages) {
  nb::list list;
  for (const ChatMessage& message : messages)
    list.append(nb::make_tuple(from_text(chat_role_name(message.role)), from_text(message.text)));
  return list;
}

nb::tuple from_answer(const vecstore::Answer& answer) {
  nb::list citations, problems;
  for (const Citation& one : answer.checked.citations) citations.append(from_citation(one, answer));
  for (const std::string& problem : answer.checked.problems) problems.append(from_text(problem));
  return nb::make_tuple(from_text(answer.text), citations, problems);
}

void bind_answers(nb::module_& module) {
  nb::class_<ChatHandle>(module, "ChatModel")
      .def("name", [](const ChatHandle& handle) { return from_text((*handle)->name()); })
      .def("usage", [](const ChatHandle& handle) { return from_usage((*handle)->usage()); })
      .def("chat", chat, nb::arg("messages"), nb::arg("temperature").none(),
           nb::arg("max_tokens").none(), nb::arg("seed").none(), nb::arg("on_text").none(),
           nb::arg("cancel").none());
  nb::class_<PreparedQuestion>(module, "PreparedQuestion")
      .def("messages",
           [](const PreparedQuestion& asked) { return from_messages(asked.messages); })
      .def("passages", passages_of)
      .def("left_out", [](const PreparedQuestion& asked) { return asked.context.left_out; })
      .def("finish", finish, nb::arg("said"));
  module.def("prepare_question", prepare, nb::arg("question"), nb::arg("hits"),
             nb::arg("max_context_tokens").none(), nb::arg("instructions").none(),
             nb::arg("prompt").none(), nb::arg("history"));
  module.def("remote_chat", remote_chat, nb::arg("options"));
  module.def("chat_providers", providers);
}

}  // namespace vecstore::python
