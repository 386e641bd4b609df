// Questions before they are asked: in more words and ways, by examples, with spelling mended.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "python/src/answers.h"
#include "python/src/callbacks.h"
#include "python/src/chats.h"
#include "python/src/errors.h"
#include "python/src/evaluations.h"
#include "python/src/filters.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/queries.h"
#include "python/src/records.h"
#include "python/src/values.h"
#include "python/src/vectors.h"
#include "rag/query/expand_question.h"
#include "rag/query/spelling.h"
#include "vecstore/recommend.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

using SynonymsHandle = Kept<Synonyms>;

SynonymsHandle parse_synonyms(const std::string& text) {
  auto work = [text] { return Synonyms::parse(text); };
  return SynonymsHandle(take(watched(std::move(work), nullptr)));
}

// The members of Expansion but the model; a rewriting without one is an error where it is needed.
Expansion to_expansion(const nb::dict& given) {
  const auto methods = take(parse_expansions(nb::cast<std::vector<std::string>>(given["methods"])));
  Expansion expansion{.spelling = methods.spelling, .feedback = methods.feedback};
  expansion.rewriting = methods.rewriting;
  const nb::object synonyms = given["synonyms"];
  if (methods.synonyms && synonyms.is_none())
    raise_as("failed_precondition",
             "expand='synonyms' needs synonyms=: a list of them, or its file");
  if (methods.synonyms) expansion.synonyms = *nb::cast<SynonymsHandle&>(synonyms);
  expansion.synonym_weight = nb::cast<double>(given["synonym_weight"]);
  expansion.rewrites = nb::cast<std::size_t>(given["rewrites"]);
  expansion.from_hits = {.hits = nb::cast<std::size_t>(given["feedback_hits"]),
                         .words = nb::cast<std::size_t>(given["feedback_words"]),
                         .weight = nb::cast<double>(given["feedback_weight"])};
  check(check_expansion(expansion));
  return expansion;
}

// One question as it is asked.
struct Asking {
  Query common = {};
  std::string question = {};
  Vector own = {};  // in place of the question's embedding
  bool by_vector = false, by_words = false;
  std::shared_ptr<const Embedder> embedder = {};
  Expansion expansion = {};
  std::vector<std::string> notes = {};

  Result<Query> query(const std::string& text, bool itself) const {
    Query query = common;
    if (by_words) query.text = text;
    if (!by_vector) return query;
    if (itself && !own.empty()) {
      query.vector = own;
      return query;
    }
    VECSTORE_ASSIGN(std::vector<float> vector, embedder->embed_query(text));
    if (std::ranges::all_of(vector, [](float x) { return x == 0; }))
      return invalid_argument("there is nothing to search for in '" + text + "'");
    query.vector = std::move(vector);
    return query;
  }
};

// `how`: (by vector, by words); `embedder` and `model` are None where nothing is embedded or
// rewritten.
ExpandedQuery expand(const CollectionHandle& of, const std::string& question, nb::handle vector,
                     const nb::tuple& how, nb::handle embedder, nb::handle model,
                     const nb::dict& common, const nb::dict& expansion, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  auto asking = std::make_shared<Asking>();
  set_members(asking->common, common, of.kinds);
  asking->common.cancel = token;
  asking->question = question;
  asking->own = to_vector(vector, kind_of(of.kinds, asking->common.field));
  asking->by_vector = nb::cast<bool>(how[0]);
  asking->by_words = nb::cast<bool>(how[1]);
  asking->expansion = to_expansion(expansion);
  Loaded loaded;
  if (!embedder.is_none()) {
    loaded = to_loaded(embedder);
    asking->embedder = std::make_shared<const StoppableEmbedder>(loaded.embedder, token);
  }
  std::shared_ptr<const PythonChat> chat;
  if (!model.is_none()) asking->expansion.model = chat = to_chat(model);
  auto work = [asking, collection = of.shared()] {
    const ExpansionSources sources{
        [&](const std::string& text, bool itself) { return asking->query(text, itself); },
        [&](std::string_view passage) { return asking->embedder->embed(passage); },
        [&](const std::string& note) { asking->notes.push_back(note); }};
    return expand_question(*collection, asking->question, asking->expansion, sources);
  };
  Result<Query> made = watched(std::move(work), &token);
  if (loaded.python != nullptr) loaded.python->rethrow_and_forget();
  if (chat != nullptr) chat->rethrow();
  return {take(std::move(made)), std::move(asking->notes)};
}

nb::list notes_of(const ExpandedQuery& of) {
  nb::list list;
  for (const std::string& note : of.notes) list.append(from_text(note));
  return list;
}

// (vector, filter) that stand for the examples.
nb::tuple by_examples(const CollectionHandle& of, nb::handle like, nb::handle unlike,
                      const std::string& field, nb::handle filter) {
  const Examples examples{to_ids(like), to_ids(unlike)};
  Query query;
  query.field = field;
  query.filter = to_filter(filter);
  Query made = take(unlocked(
      of, [&](auto& engine) { return query_by_examples(engine, examples, std::move(query)); }));
  return nb::make_tuple(from_vector(std::move(made.vector)), nb::cast(std::move(made.filter)));
}

std::vector<ContextPair> to_pairs(const nb::list& given) {
  std::vector<ContextPair> pairs;
  for (const nb::handle pair : given) {
    if (PyUnicode_Check(pair.ptr()))
      raise_wrong_type("pairs: a pair of ids is expected, (like, unlike), not str");
    std::vector<std::string> ids = to_ids(pair);
    if (ids.size() != 2)
      raise_wrong_type("pairs: a pair of ids is expected, (like, unlike), not " +
                       std::to_string(ids.size()) + " of them");
    pairs.push_back({std::move(ids[0]), std::move(ids[1])});
  }
  return pairs;
}

// `members` are those of the query, and `candidates` of the discovery.
Answer discovered(const CollectionHandle& of, const nb::list& pairs, const std::string& target,
                  const nb::dict& members, nb::handle cancel) {
  Query query;
  set_members(query, members, of.kinds);
  CancelToken token = token_of(cancel);
  query.cancel = token;
  Discovery discovery{target, to_pairs(pairs), std::exchange(query.candidates, 0)};
  auto work = [collection = of.shared(), discovery = std::move(discovery),
               query = std::move(query)] { return discover(*collection, discovery, query); };
  return Answer(take(watched(std::move(work), &token)));
}

// (the question as it was meant, (begin, end, meant) of each word, in bytes of what was given)
nb::tuple spelling(const CollectionHandle& of, const std::string& question) {
  auto work = [collection = of.shared(), question] {
    return check_spelling(*collection, question);
  };
  const Spelling found = take(watched(std::move(work), nullptr));
  nb::list words;
  for (const Misspelling& one : found.words)
    words.append(nb::make_tuple(one.begin, one.end, from_text(one.meant)));
  return nb::make_tuple(from_text(found.question), words);
}

}  // namespace

void bind_expand(nb::module_& module, CollectionClass& collection) {
  nb::class_<SynonymsHandle>(module, "Synonyms").def("__len__", [](const SynonymsHandle& of) {
    return (*of).size();
  });
  nb::class_<ExpandedQuery>(module, "ExpandedQuery").def("notes", notes_of);
  module.def("parse_synonyms", parse_synonyms, nb::arg("text"));
  module.def(
      "check_expansion",
      [](const nb::dict& given) { return to_expansion(given).rewriting.has_value(); },
      nb::arg("expansion"));
  collection
      .def("expand", expand, nb::arg("question"), nb::arg("vector").none(), nb::arg("how"),
           nb::arg("embedder").none(), nb::arg("model").none(), nb::arg("common"),
           nb::arg("expansion"), nb::arg("cancel").none())
      .def("by_examples", by_examples, nb::arg("like"), nb::arg("unlike"), nb::arg("field"),
           nb::arg("filter").none())
      .def("discover", discovered, nb::arg("pairs"), nb::arg("target"), nb::arg("members"),
           nb::arg("cancel").none())
      .def("check_spelling", spelling, nb::arg("question"));
}

}  // namespace vecstore::python
