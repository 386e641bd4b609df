#include "cli/expansion.h"

#include "cli/answering_settings.h"
#include "cli/read_file.h"
#include "cli/terminal.h"

namespace vecstore {
namespace {

Result<Synonyms> read_synonyms(const Settings& settings) {
  const std::string& path = settings.text("retrieval.synonyms");
  if (path.empty())
    return failed_precondition("--expand synonyms needs retrieval.synonyms: a file with the list");
  VECSTORE_ASSIGN(const std::string text, read_file(path));
  Result<Synonyms> list = Synonyms::parse(text);
  if (!list.ok()) return list.status().with_context(path);
  return list;
}

Result<std::size_t> count_setting(const Settings& settings, const char* key, std::size_t most) {
  return count_argument(key, settings.integer(key), 0, most);
}

Status add_rewriting(const Session& session, Expansion& to) {
  const std::string method(rewriting_name(*to.rewriting));
  VECSTORE_ASSIGN(to.rewrites, count_setting(session.settings, "retrieval.rewrites", kMaxRewrites));
  VECSTORE_ASSIGN(const AnswerOptions answering, answer_options(session.settings));
  to.chat = answering.chat;
  auto model = session.chat_model();
  if (!model.ok())
    return model.status().with_context("--expand " + method + " needs a model that writes");
  to.model = *std::move(model);
  return {};
}

Status add_feedback(const Settings& settings, FeedbackOptions& to) {
  VECSTORE_ASSIGN(to.hits, count_setting(settings, "retrieval.feedback_hits", kMaxFeedbackHits));
  VECSTORE_ASSIGN(to.words, count_setting(settings, "retrieval.feedback_words", kMaxFeedbackWords));
  to.weight = *settings.value("retrieval.feedback_weight").as_double();
  return {};
}

}  // namespace

Result<Expansion> make_expansion(const Session& session, const std::vector<std::string>& methods) {
  VECSTORE_ASSIGN(const ExpansionMethods named, parse_expansions(methods));
  const Settings& settings = session.settings;
  Expansion out{.spelling = named.spelling, .feedback = named.feedback};
  if (named.synonyms) {
    VECSTORE_ASSIGN(out.synonyms, read_synonyms(settings));
    out.synonym_weight = *settings.value("retrieval.synonym_weight").as_double();
  }
  if (named.feedback) VECSTORE_TRY(add_feedback(settings, out.from_hits));
  out.rewriting = named.rewriting;
  if (named.rewriting) VECSTORE_TRY(add_rewriting(session, out));
  VECSTORE_TRY(check_expansion(out).with_context("[retrieval]"));
  return out;
}

Result<std::vector<Query>> make_expanded_queries(Session& session, const Collection& collection,
                                                 const std::vector<Question>& questions,
                                                 const Query& common, Mode mode,
                                                 const Expansion& expansion) {
  if (!expansion.any()) return make_queries(session, collection, questions, common, mode);
  std::vector<Query> out;
  for (const Question& question : questions) {
    const auto as_query = [&](const std::string& text, bool itself) -> Result<Query> {
      Question one{.text = text, .filter = question.filter};
      if (itself) one.vector = question.vector;
      VECSTORE_ASSIGN(std::vector<Query> made,
                      make_queries(session, collection, {one}, common, mode));
      return std::move(made.front());
    };
    if (!question.text) {
      VECSTORE_ASSIGN(std::vector<Query> as_it_is,
                      make_queries(session, collection, {question}, common, mode));
      out.push_back(std::move(as_it_is.front()));
      continue;
    }
    const auto embed = [&](std::string_view passage) -> Result<std::vector<float>> {
      VECSTORE_ASSIGN(const auto embedder, session.embedder());
      return embedder->embed(passage);
    };
    const auto note = [&](const std::string& text) { session.out.note(printable(text)); };
    VECSTORE_ASSIGN(Query query, expand_question(collection, *question.text, expansion,
                                                 {as_query, embed, note}));
    out.push_back(std::move(query));
  }
  return out;
}

}  // namespace vecstore
