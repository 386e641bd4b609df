#include "cli/retrieval_flags.h"

#include <algorithm>

#include "cli/expansion.h"
#include "cli/question_vectors.h"
#include "cli/terminal.h"
#include "rag/query/neighbours.h"
#include "rag/query/spelling.h"

namespace vecstore {
namespace {

// `--window 0` and `--parent none` take back what the settings say, and each the other's.
Result<NeighbourOptions> neighbour_options(const Session& session, const RetrievalFlags& flags) {
  const Settings& settings = session.settings;
  const bool by_settings = flags.or_settings && !flags.window && !flags.parent;
  NeighbourOptions options;
  const char* name = by_settings ? "retrieval.window" : "--window";
  const auto window = by_settings ? settings.integer("retrieval.window") : flags.window;
  VECSTORE_ASSIGN(options.window, count_argument(name, window, 0, kMaxWindow, 0));
  const std::string& parent =
      by_settings ? settings.text("retrieval.parent") : flags.parent.value_or("none");
  VECSTORE_ASSIGN(options.parent, parse_parent(parent));
  if (options.window > 0 && options.parent != Parent::kNone)
    return invalid_argument("a window and a parent are two ways to the same: give one of them");
  VECSTORE_ASSIGN(options.max_bytes,
                  count_argument("retrieval.max_bytes", settings.integer("retrieval.max_bytes"), 0,
                                 std::size_t{1} << 30));
  return options;
}

std::vector<std::string> methods_of(const Session& session, const RetrievalFlags& flags) {
  std::vector<std::string> methods;
  if (flags.or_settings) methods = session.settings.texts("retrieval.expand");
  if (flags.expand) {
    methods.clear();
    std::string_view rest = *flags.expand == "none" ? std::string_view() : *flags.expand;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      methods.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return methods;
}

Result<Expansion> expansion_of(const Session& session, const RetrievalFlags& flags) {
  return make_expansion(session, methods_of(session, flags));
}

}  // namespace

void for_each_expansion_setting(const std::function<void(std::string, Value)>& take) {
  const NeighbourOptions neighbours;
  const Expansion expansion;
  take("expand", List{});
  take("rewrites", static_cast<std::int64_t>(expansion.rewrites));
  take("synonyms", "");
  take("synonym_weight", expansion.synonym_weight);
  take("feedback_hits", static_cast<std::int64_t>(expansion.from_hits.hits));
  take("feedback_words", static_cast<std::int64_t>(expansion.from_hits.words));
  take("feedback_weight", expansion.from_hits.weight);
  take("did_you_mean", true);
  take("window", static_cast<std::int64_t>(neighbours.window));
  take("parent", parent_name(neighbours.parent));
  take("max_bytes", static_cast<std::int64_t>(neighbours.max_bytes));
}

Option expand_argument(RetrievalFlags& to) {
  return {"--expand", &to.expand,
          "ask in more words or ways: some of spelling, synonyms, feedback, and multi_query, "
          "decompose, step_back or hyde; none",
          "HOW"};
}

std::vector<Option> retrieval_arguments(RetrievalFlags& to) {
  return {expand_argument(to),
          {"--window", &to.window, "show hits with N chunks before and behind them", "N"},
          {"--parent", &to.parent, "show hits with their section or document", "WHAT"}};
}

std::string RetrievalFlags::text() const {
  return Value(Object{{"expand", expand.value_or("")},
                      {"window", window.value_or(-1)},
                      {"parent", parent.value_or("")}})
      .to_json();
}

bool expands(const Session& session, const RetrievalFlags& flags) {
  return !methods_of(session, flags).empty();
}

Status check_retrieval(const Session& session, const RetrievalFlags& flags) {
  VECSTORE_TRY(expansion_of(session, flags).status());
  return neighbour_options(session, flags).status();
}

Result<std::vector<Query>> make_retrieval_queries(Session& session, const RetrievalFlags& flags,
                                                  const Collection& collection,
                                                  const std::vector<Question>& questions,
                                                  const Query& common, Mode mode) {
  VECSTORE_ASSIGN(const Expansion expansion, expansion_of(session, flags));
  return make_expanded_queries(session, collection, questions, common, mode, expansion);
}

void note_spelling(const Session& session, const Collection& collection, const std::string& text) {
  const bool wanted = *session.settings.value("retrieval.did_you_mean").as_bool();
  if (!wanted || session.out.format() != OutputFormat::kTable) return;
  if (!searches_texts(collection.options().text)) return;
  const Result<Spelling> spelling = check_spelling(collection, text);
  if (!spelling.ok() || spelling->words.empty()) return;  // a hint is not worth an error
  session.out.note("did you mean: " + printable(spelling->question));
}

Result<Hits> with_surroundings(const Session& session, const RetrievalFlags& flags,
                               const Collection& collection, Hits hits) {
  VECSTORE_ASSIGN(const NeighbourOptions options, neighbour_options(session, flags));
  return with_neighbours(collection, std::move(hits), options);
}

}  // namespace vecstore
