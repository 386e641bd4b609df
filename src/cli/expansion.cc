#include "cli/expansion.h"

#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "cli/answering_settings.h"
#include "cli/read_file.h"
#include "cli/terminal.h"
#include "rag/query/fuse_questions.h"
#include "rag/query/spelling.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 7> kMethods = {
    "spelling", "synonyms", "feedback", "multi_query", "decompose", "step_back", "hyde"};
constexpr std::size_t kLookedAt =
    10;  // times the hits that are believed: the rest is what is common

Result<Synonyms> read_synonyms(const Settings& settings) {
  const std::string& path = settings.text("retrieval.synonyms");
  if (path.empty())
    return failed_precondition("--expand synonyms needs retrieval.synonyms: a file with the list");
  VECSTORE_ASSIGN(const std::string text, read_file(path));
  Result<Synonyms> list = Synonyms::parse(text);
  if (!list.ok()) return list.status().with_context(path);
  return list;
}

Result<double> number_setting(const Settings& settings, const char* key, double most) {
  const double number = *settings.value(key).as_double();
  if (number > 0 && number <= most) return number;
  return invalid_argument(std::string(key) + " must be above 0 and at most " +
                          std::to_string(static_cast<int>(most)));
}

Result<FeedbackOptions> feedback_options(const Settings& settings) {
  const auto count = [&](const char* key, std::size_t most) {
    return count_argument(key, settings.integer(key), 0, most);
  };
  FeedbackOptions options;
  VECSTORE_ASSIGN(options.hits, count("retrieval.feedback_hits", kMaxK / kLookedAt));
  VECSTORE_ASSIGN(options.words, count("retrieval.feedback_words", 500));
  options.weight = *settings.value("retrieval.feedback_weight").as_double();
  VECSTORE_TRY(check_feedback(options));
  return options;
}

Status add_method(const Session& session, std::string_view method, Expansion& to) {
  const Settings& settings = session.settings;
  if (method == "spelling") {
    to.spelling = true;
  } else if (method == "synonyms") {
    VECSTORE_ASSIGN(to.synonyms, read_synonyms(settings));
    VECSTORE_ASSIGN(to.synonym_weight, number_setting(settings, "retrieval.synonym_weight", 100));
  } else if (method == "feedback") {
    to.feedback = true;
    VECSTORE_ASSIGN(to.from_hits, feedback_options(settings));
  } else if (std::ranges::find(kMethods, method) == kMethods.end()) {
    return invalid_argument("unknown expansion '" + std::string(method) + "', " +
                            nearest_or_known(method, kMethods));
  } else {
    if (to.rewriting)
      return invalid_argument(
          "a question is rewritten in one way: " + std::string(rewriting_name(*to.rewriting)) +
          " or " + std::string(method));
    VECSTORE_ASSIGN(to.rewriting, parse_rewriting(method));
    VECSTORE_ASSIGN(to.rewrites,
                    count_argument("retrieval.rewrites", settings.integer("retrieval.rewrites"), 0,
                                   kMaxRewrites));
    VECSTORE_ASSIGN(const AnswerOptions answering, answer_options(settings));
    to.chat = answering.chat;
    auto model = session.chat_model();
    if (!model.ok())
      return model.status().with_context("--expand " + std::string(method) +
                                         " needs a model that writes");
    to.model = *std::move(model);
  }
  return {};
}

// One question on its way.
class Expanding {
 public:
  Expanding(Session& session, const Collection& collection, const Expansion& expansion)
      : session_(session), collection_(collection), expansion_(expansion) {}

  Result<Query> query(Question question, const Query& common, Mode mode) {
    if (!question.text) return one(question, common, mode);
    if (expansion_.spelling) {
      VECSTORE_TRY(correct(question));
    }
    Rewritten rewritten;
    if (expansion_.rewriting) {
      VECSTORE_ASSIGN(rewritten, rewrite(*question.text));
    }
    const bool hyde = expansion_.rewriting == Rewriting::kHyde;
    std::vector<Query> queries;
    VECSTORE_ASSIGN(Query first, one(question, common, mode));
    if (hyde && !rewritten.texts.empty()) {
      VECSTORE_TRY(move_towards(rewritten.texts.front(), first));
    }
    queries.push_back(std::move(first));
    for (const std::string& text : hyde ? std::vector<std::string>() : rewritten.texts) {
      Question other{.text = text, .filter = question.filter};
      VECSTORE_ASSIGN(Query next, one(other, common, mode));
      queries.push_back(std::move(next));
    }
    for (Query& each : queries) {
      VECSTORE_TRY(add_words(each));
    }
    return fuse_questions(std::move(queries));
  }

 private:
  Result<Query> one(const Question& question, const Query& common, Mode mode) {
    VECSTORE_ASSIGN(std::vector<Query> made,
                    make_queries(session_, collection_, {question}, common, mode));
    return std::move(made.front());
  }

  Status correct(Question& question) {
    VECSTORE_ASSIGN(const Spelling spelling, check_spelling(collection_, *question.text));
    if (spelling.words.empty()) return {};
    session_.out.note("searched for: " + printable(spelling.question));
    question.text = spelling.question;
    return {};
  }

  Result<Rewritten> rewrite(const std::string& question) {
    const RewriteOptions options{*expansion_.rewriting, expansion_.rewrites, expansion_.chat};
    Result<Rewritten> made = rewrite_question(*expansion_.model, question, options);
    if (!made.ok())
      return made.status().with_context(std::string(rewriting_name(*expansion_.rewriting)));
    if (!made->remark.empty()) session_.out.note(printable(made->remark) + "; asked as it is");
    for (const std::string& text : made->texts)
      if (options.how != Rewriting::kHyde)
        session_.out.note("searched for, too: " + printable(text));
    return made;
  }

  // Half the question, half the passage that might answer it.
  Status move_towards(const std::string& passage, Query& query) {
    const DenseVector* asked = query.vector.dense();
    if (!asked || asked->empty())
      return invalid_argument("--expand hyde is for dense vectors: the passage is embedded");
    VECSTORE_ASSIGN(const auto embedder, session_.embedder());
    VECSTORE_ASSIGN(std::vector<float> vector, embedder->embed(passage));
    Hits hits;
    hits.hits.emplace_back();
    hits.hits.back().vector = std::move(vector);
    query.vector = feedback_vector(*asked, hits, {.hits = 1, .weight = 0.5});
    return {};
  }

  // Synonyms, and what the first hits say.
  Status add_words(Query& query) {
    std::vector<WeightedWord> words;
    const std::string text = query.text;
    if (query.text_syntax == TextSyntax::kQuery && (expansion_.synonyms || expansion_.feedback))
      return invalid_argument("--expand adds words to plain words, not to --syntax query");
    if (!text.empty() && expansion_.synonyms)
      words = expansion_.synonyms->of(text, expansion_.synonym_weight);
    const auto put = [&] {
      if (words.empty()) return;
      query.text = text_with_words(text, words);
      query.text_syntax = TextSyntax::kQuery;
    };
    put();
    if (!expansion_.feedback) return {};
    if (text.empty())
      return invalid_argument("--expand feedback adds words: it is for --mode text and hybrid");
    VECSTORE_ASSIGN(const Hits hits, first_hits(query));
    for (WeightedWord& word : feedback_words(text, hits, expansion_.from_hits))
      words.push_back(std::move(word));
    put();
    return {};
  }

  Result<Hits> first_hits(const Query& query) {
    Query first = query;
    first.k = expansion_.from_hits.hits * kLookedAt;
    first.offset = first.autocut = first.candidates = 0;
    first.formula.clear();
    first.mmr.reset();
    first.group_by.reset();
    first.explain = Explain::kNo;
    first.include = {.metadata = false};
    return collection_.query(first);
  }

  Session& session_;
  const Collection& collection_;
  const Expansion& expansion_;
};

}  // namespace

Result<Expansion> make_expansion(const Session& session, const std::vector<std::string>& methods) {
  Expansion out;
  for (const std::string& method : methods) VECSTORE_TRY(add_method(session, method, out));
  return out;
}

Result<std::vector<Query>> make_expanded_queries(Session& session, const Collection& collection,
                                                 const std::vector<Question>& questions,
                                                 const Query& common, Mode mode,
                                                 const Expansion& expansion) {
  if (!expansion.any()) return make_queries(session, collection, questions, common, mode);
  Expanding expanding(session, collection, expansion);
  std::vector<Query> out;
  for (const Question& question : questions) {
    VECSTORE_ASSIGN(Query query, expanding.query(question, common, mode));
    out.push_back(std::move(query));
  }
  return out;
}

}  // namespace vecstore
