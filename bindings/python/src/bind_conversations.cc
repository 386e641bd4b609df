// Conversations that last, what a model is shown of them, and what it makes of them.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <memory>

#include "python/src/answer_values.h"
#include "python/src/chats.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/values.h"
#include "rag/memory/follow_up.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

// With the embedder that turns are recalled by, where it is one of Python's.
struct Talks {
  Conversations conversations;
  std::shared_ptr<const PythonEmbedder> embedder = {};
};

struct TalksHandle : Handle<Talks> {
  explicit TalksHandle(Talks talks) : Handle(std::move(talks)) {}
};

// What `work` makes of them, in a thread of its own: Ctrl-C raises, and the work comes to its end,
// whole or not at all.
template <typename Work>
auto asked(const TalksHandle& of, Work work) {
  auto made = watched([talks = of.shared(), work] { return work(talks->conversations); }, nullptr);
  if (of->embedder != nullptr) of->embedder->rethrow_and_forget();
  return made;
}

TalksHandle open(const DatabaseHandle& database, nb::handle embedder, std::string collection,
                 bool create) {
  Loaded model;
  if (!embedder.is_none()) model = to_loaded(embedder);
  const ConversationOptions options{std::move(collection), create};
  Conversations opened = take(unlocked(database, [&](auto& engine) {
    return Conversations::open(engine, model.embedder, options);
  }));
  return TalksHandle(Talks{std::move(opened), model.python});
}

std::uint64_t append(const TalksHandle& to, const std::string& name, const nb::list& messages,
                     nb::handle about) {
  const Metadata kept = to_metadata(about, {.key = "about"});
  auto said = to_messages(messages);
  return take(asked(to, [name, said = std::move(said), kept](Conversations& conversations) {
    return conversations.append(name, said, kept);
  }));
}

// (name, title, turns, system, summary, summarized, began and changed in milliseconds)
nb::tuple from_info(const ConversationInfo& info) {
  nb::list system;
  for (const std::string& text : info.system) system.append(from_text(text));
  return nb::make_tuple(from_text(info.name), from_text(info.title), info.turns, system,
                        from_text(info.summary), info.summarized, info.began_at, info.changed_at);
}

nb::list list_all(const TalksHandle& of) {
  nb::list list;
  for (const ConversationInfo& info :
       take(asked(of, [](Conversations& conversations) { return conversations.list(); })))
    list.append(from_info(info));
  return list;
}

// (number, messages, about, milliseconds)
nb::list from_turns(const std::vector<ConversationTurn>& turns) {
  nb::list list;
  for (const ConversationTurn& turn : turns)
    list.append(nb::make_tuple(turn.number, from_messages(turn.messages), from_metadata(turn.about),
                               turn.said_at));
  return list;
}

nb::list turns(const TalksHandle& of, const std::string& name, std::uint64_t begin,
               std::uint64_t end) {
  return from_turns(take(asked(of, [name, begin, end](Conversations& conversations) {
    return conversations.turns(name, begin, end);
  })));
}

nb::list recall(const TalksHandle& of, const std::string& name, const std::string& text,
                std::size_t count, std::uint64_t before) {
  return from_turns(take(asked(of, [=](Conversations& conversations) {
    return conversations.recall(name, text, count, before);
  })));
}

History read(const TalksHandle& of, const std::string& name, std::size_t max_tokens) {
  return take(asked(of, [name, max_tokens](Conversations& conversations) {
    return read_history(conversations, name, {.max_tokens = max_tokens});
  }));
}

void recall_more(const TalksHandle& of, History& history, const std::string& name,
                 const std::string& question, std::size_t max_tokens, std::size_t recalled) {
  auto longer = std::make_shared<History>(history);
  check(asked(of, [=](Conversations& conversations) {
    return recall_into(*longer, conversations, name, question, {max_tokens, recalled});
  }));
  history = std::move(*longer);
}

ChatOptions chat_options(std::optional<double> temperature, std::optional<std::int64_t> seed) {
  return {.temperature = temperature, .seed = seed};
}

// `cancel` ends the model, which is Python's and has it too.
nb::object standalone(const History& history, nb::handle model, const std::string& question,
                      std::optional<double> temperature, std::optional<std::int64_t> seed,
                      nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const auto chat = to_chat(model);
  auto work = [chat, history, question, options = chat_options(temperature, seed)] {
    return standalone_question(*chat, history, question, options);
  };
  const Result<std::string> made = watched(std::move(work), &token);
  chat->rethrow();
  if (!made.ok()) raise(made.status().with_context("rewriting the question"));
  return from_text(*made);
}

// How many turns the new summary is of; None when none was needed.
std::optional<std::uint64_t> sum_up_turns(const TalksHandle& of, nb::handle model,
                                          const std::string& name, std::size_t max_tokens,
                                          std::optional<double> temperature,
                                          std::optional<std::int64_t> seed, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const auto chat = to_chat(model);
  auto work = [talks = of.shared(), chat, name, max_tokens,
               options = chat_options(temperature, seed)]() -> Result<std::uint64_t> {
    Conversations& kept = talks->conversations;
    VECSTORE_ASSIGN(const auto made,
                    sum_up_forgotten(*chat, kept, name, {.max_tokens = max_tokens}, options));
    if (!made) return std::uint64_t{0};
    VECSTORE_TRY(kept.keep_summary(name, made->text, made->turns));
    return made->turns;
  };
  const Result<std::uint64_t> turns = watched(std::move(work), &token);
  chat->rethrow();
  const std::uint64_t summed = take(turns);
  return summed == 0 ? std::nullopt : std::optional(summed);
}

nb::tuple numbers_of(const std::vector<ConversationTurn>& turns) {
  nb::list numbers;
  for (const ConversationTurn& turn : turns) numbers.append(turn.number);
  return nb::tuple(numbers);
}

}  // namespace

void bind_conversations(nb::module_& module) {
  nb::class_<History>(module, "History")
      .def("messages", [](const History& of) { return from_messages(of.messages()); })
      .def("turns", [](const History& of) { return of.turns; })
      .def("recalled", [](const History& of) { return numbers_of(of.recalled); })
      .def("recent", [](const History& of) { return numbers_of(of.recent); })
      .def("summary", [](const History& of) { return from_text(of.summary); })
      .def("forgotten", [](const History& of) { return of.forgotten; })
      .def("cut", [](const History& of) { return of.cut; })
      .def("standalone", standalone, nb::arg("model"), nb::arg("question"),
           nb::arg("temperature").none(), nb::arg("seed").none(), nb::arg("cancel").none());
  nb::class_<TalksHandle>(module, "Conversations")
      .def("recalls_by_meaning",
           [](const TalksHandle& of) { return of->conversations.recalls_by_meaning(); })
      .def("append", append, nb::arg("name"), nb::arg("messages"), nb::arg("about"))
      .def(
          "info",
          [](const TalksHandle& of, const std::string& name) {
            return from_info(
                take(asked(of, [name](Conversations& all) { return all.info(name); })));
          },
          nb::arg("name"))
      .def("all", list_all)
      .def("turns", turns, nb::arg("name"), nb::arg("begin"), nb::arg("end"))
      .def("recall", recall, nb::arg("name"), nb::arg("text"), nb::arg("count"), nb::arg("before"))
      .def("read_history", read, nb::arg("name"), nb::arg("max_tokens"))
      .def("recall_into", recall_more, nb::arg("history"), nb::arg("name"), nb::arg("question"),
           nb::arg("max_tokens"), nb::arg("recalled"))
      .def("sum_up", sum_up_turns, nb::arg("model"), nb::arg("name"), nb::arg("max_tokens"),
           nb::arg("temperature").none(), nb::arg("seed").none(), nb::arg("cancel").none())
      .def(
          "remove",
          [](const TalksHandle& of, const std::string& name) {
            return take(asked(of, [name](Conversations& all) { return all.remove(name); }));
          },
          nb::arg("name"));
  module.def("open_conversations", open, nb::arg("database"), nb::arg("embedder").none(),
             nb::arg("collection"), nb::arg("create"));
}

}  // namespace vecstore::python
