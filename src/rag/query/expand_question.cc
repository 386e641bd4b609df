#include "rag/query/expand_question.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/nearest.h"
#include "base/utf8.h"
#include "rag/query/fuse_questions.h"
#include "rag/query/spelling.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 7> kMethods = {
    "spelling", "synonyms", "feedback", "multi_query", "decompose", "step_back", "hyde"};

// One question on its way.
class Expanding {
 public:
  Expanding(const Collection& collection, const Expansion& expansion,
            const ExpansionSources& sources)
      : collection_(collection), expansion_(expansion), sources_(sources) {}

  Result<Query> query(std::string question) {
    if (expansion_.spelling) VECSTORE_TRY(correct(question));
    Rewritten rewritten;
    if (expansion_.rewriting) {
      VECSTORE_ASSIGN(rewritten, rewrite(question));
    }
    const bool hyde = expansion_.rewriting == Rewriting::kHyde;
    std::vector<Query> queries;
    VECSTORE_ASSIGN(Query first, sources_.as_query(question, true));
    if (hyde && !rewritten.texts.empty())
      VECSTORE_TRY(move_towards(rewritten.texts.front(), first));
    queries.push_back(std::move(first));
    for (const std::string& text : hyde ? std::vector<std::string>() : rewritten.texts) {
      VECSTORE_ASSIGN(Query next, sources_.as_query(text, false));
      queries.push_back(std::move(next));
    }
    for (Query& each : queries) VECSTORE_TRY(add_words(each));
    return fuse_questions(std::move(queries));
  }

 private:
  void note(const std::string& text) {
    if (sources_.note) sources_.note(text);
  }

  Status correct(std::string& question) {
    VECSTORE_ASSIGN(const Spelling spelling, check_spelling(collection_, question));
    if (spelling.words.empty()) return {};
    note("searched for: " + spelling.question);
    question = spelling.question;
    return {};
  }

  Result<Rewritten> rewrite(const std::string& question) {
    const RewriteOptions options{*expansion_.rewriting, expansion_.rewrites, expansion_.chat};
    Result<Rewritten> made = rewrite_question(*expansion_.model, question, options);
    if (!made.ok())
      return made.status().with_context(std::string(rewriting_name(*expansion_.rewriting)));
    if (!made->remark.empty()) note(made->remark + "; asked as it is");
    for (const std::string& text : made->texts)
      if (options.how != Rewriting::kHyde) note("searched for, too: " + text);
    return made;
  }

  // Half the question, half the passage that might answer it.
  Status move_towards(const std::string& passage, Query& query) {
    const DenseVector* asked = query.vector.dense();
    if (!asked || asked->empty())
      return invalid_argument("hyde is for dense vectors: the passage is embedded");
    VECSTORE_ASSIGN(std::vector<float> vector, sources_.embed(passage));
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
      return invalid_argument(
          "synonyms and feedback are added to plain words, not to the syntax "
          "'query'");
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
      return invalid_argument("feedback adds words: it is for the modes text and hybrid");
    VECSTORE_ASSIGN(const Hits hits, first_hits(query));
    for (WeightedWord& word : feedback_words(text, hits, expansion_.from_hits))
      words.push_back(std::move(word));
    put();
    return {};
  }

  Result<Hits> first_hits(const Query& query) {
    Query first = query;
    first.k = expansion_.from_hits.hits * kFeedbackLooksAt;
    first.offset = first.autocut = first.candidates = 0;
    first.formula.clear();
    first.mmr.reset();
    first.group_by.reset();
    first.explain = Explain::kNo;
    first.include = {.metadata = false};
    return collection_.query(first);
  }

  const Collection& collection_;
  const Expansion& expansion_;
  const ExpansionSources& sources_;
};

}  // namespace

Result<ExpansionMethods> parse_expansions(std::span<const std::string> methods) {
  ExpansionMethods out;
  for (const std::string& method : methods) {
    if (method == "spelling") {
      out.spelling = true;
    } else if (method == "synonyms") {
      out.synonyms = true;
    } else if (method == "feedback") {
      out.feedback = true;
    } else if (std::ranges::find(kMethods, method) == kMethods.end()) {
      return invalid_argument("unknown expansion '" + shorten(method) + "', " +
                              nearest_or_known(method, kMethods));
    } else {
      if (out.rewriting)
        return invalid_argument("a question is rewritten in one way: " +
                                std::string(rewriting_name(*out.rewriting)) + " or " + method);
      VECSTORE_ASSIGN(out.rewriting, parse_rewriting(method));
    }
  }
  return out;
}

Status check_expansion(const Expansion& expansion) {
  const double weight = expansion.synonym_weight;
  if (!(weight > 0 && weight <= kMaxSynonymWeight))
    return invalid_argument("the weight of synonyms is above 0 and at most 100, it is " +
                            std::to_string(weight));
  if (expansion.rewrites < 1 || expansion.rewrites > kMaxRewrites)
    return invalid_argument("rewrites are from 1 to " + std::to_string(kMaxRewrites) +
                            ", asked for are " + std::to_string(expansion.rewrites));
  if (expansion.from_hits.hits > kMaxFeedbackHits)
    return invalid_argument("feedback believes at most " + std::to_string(kMaxFeedbackHits) +
                            " hits");
  if (expansion.from_hits.words > kMaxFeedbackWords)
    return invalid_argument("feedback takes at most " + std::to_string(kMaxFeedbackWords) +
                            " words");
  return check_feedback(expansion.from_hits);
}

Result<Query> expand_question(const Collection& collection, std::string question,
                              const Expansion& expansion, const ExpansionSources& sources) {
  return Expanding(collection, expansion, sources).query(std::move(question));
}

}  // namespace vecstore
