#include "cli/model_trial.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/clock.h"
#include "cli/embedding_settings.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "embed/heads/late_interaction.h"
#include "embed/load_embedder.h"

namespace vecstore {
namespace {

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
  return sum;
}

// Two that speak of one thing, and one of another.
const std::vector<std::string>& sample_texts() {
  static const std::vector<std::string> texts = {"How do I open a file and read it line by line?",
                                                 "Reading the lines of a text file.",
                                                 "The recipe needs two eggs and a cup of flour."};
  return texts;
}

Result<Object> judge_nearness(double near, double far) {
  if (near > far) return Object{{"similar", near}, {"unrelated", far}};
  return data_loss("texts of one thing are at " + fixed(near, 3) + ", texts of two at " +
                   fixed(far, 3) + ": weights, tokenizer and configuration do not belong together");
}

Result<Object> judge(const Embedder& embedder) {
  const std::vector<std::string>& texts = sample_texts();
  VECSTORE_ASSIGN(const std::vector<float> rows, embedder.embed_batch(texts));
  const std::size_t dimension = embedder.info().dimension;
  const auto row = [&](std::size_t i) { return std::span(rows).subspan(i * dimension, dimension); };
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const double length = std::sqrt(dot(row(i), row(i)));
    if (!(std::abs(length - 1) < 1e-3)) {
      return data_loss("a vector has the length " + fixed(length, 4) + ", not 1");
    }
    VECSTORE_ASSIGN(const std::vector<float> alone, embedder.embed(texts[i]));
    if (!std::ranges::equal(alone, row(i))) {
      return data_loss("a text has another vector among others than alone");
    }
  }
  return judge_nearness(dot(row(0), row(1)), dot(row(0), row(2)));
}

Result<Object> judge(const Reranker& reranker) {
  const std::vector<std::string>& texts = sample_texts();
  VECSTORE_ASSIGN(const auto ranked,
                  reranker.rerank(texts[0], std::span(texts).subspan(1), texts.size()));
  double scores[2] = {};
  for (const RankedText& text : ranked) {
    scores[text.index] = text.score;
    VECSTORE_ASSIGN(const auto alone, reranker.rerank(texts[0], {&texts[1 + text.index], 1}, 1));
    if (alone.front().score != text.score) {
      return data_loss("a text has another score among others than alone");
    }
  }
  return judge_nearness(scores[0], scores[1]);
}

double dot(const SparseVector& a, const SparseVector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.indices.size(); ++i) {
    const auto found = std::ranges::lower_bound(b.indices, a.indices[i]);
    if (found == b.indices.end() || *found != a.indices[i]) continue;
    sum += double{a.values[i]} * b.values[static_cast<std::size_t>(found - b.indices.begin())];
  }
  return sum;
}

// Of multi-vectors MaxSim, a vector's share of it.
Result<double> nearness(const Vector& question, const Vector& document) {
  if (question.sparse()) return dot(*question.sparse(), *document.sparse());
  VECSTORE_ASSIGN(const double sum, max_sim(*question.multi(), *document.multi()));
  const std::size_t vectors = question.multi()->values.size() / question.multi()->dimension;
  return sum / static_cast<double>(vectors);
}

Result<Object> judge_vectors(const LoadedModel& model) {
  const std::vector<std::string>& texts = sample_texts();
  VECSTORE_ASSIGN(const auto documents, embed_with(model, texts, false));
  VECSTORE_ASSIGN(const auto question, embed_with(model, {&texts[0], 1}, true));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    VECSTORE_ASSIGN(const auto alone, embed_with(model, {&texts[i], 1}, false));
    if (alone.front() == documents[i]) continue;
    return data_loss("a text has other vectors among others than alone");
  }
  VECSTORE_ASSIGN(const double near, nearness(question[0], documents[1]));
  VECSTORE_ASSIGN(const double far, nearness(question[0], documents[2]));
  return judge_nearness(near, far);
}

template <class Some>
std::vector<Vector> as_vectors(std::vector<Some> some) {
  return {std::make_move_iterator(some.begin()), std::make_move_iterator(some.end())};
}

}  // namespace

Result<std::vector<Vector>> embed_with(const LoadedModel& model, std::span<const std::string> texts,
                                       bool questions) {
  if (model.reranker) return invalid_argument("a reranker makes scores, not vectors");
  const CancelToken cancel = watch_interrupts();
  if (model.tokens) {
    VECSTORE_ASSIGN(auto made, questions ? model.tokens->embed_queries(texts, cancel)
                                         : model.tokens->embed_batch(texts, cancel));
    return as_vectors(std::move(made));
  }
  if (model.sparse) {
    VECSTORE_ASSIGN(auto made, model.sparse->embed_batch(texts, cancel));
    return as_vectors(std::move(made));
  }
  VECSTORE_ASSIGN(const auto rows, questions ? model.embedder->embed_queries(texts)
                                             : model.embedder->embed_batch(texts));
  const std::size_t dimension = model.embedder->info().dimension;
  std::vector<Vector> vectors;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    vectors.emplace_back(std::span(rows).subspan(i * dimension, dimension));
  }
  return vectors;
}

Result<LoadedModel> load_model(Session& session, const std::string& name) {
  session.settings.set_by_flag("embedding.provider", "", "model");
  session.settings.set_by_flag("embedding.model", name, "model");
  LoadedModel model;
  VECSTORE_ASSIGN(model.folder, model_folder(session.settings));
  VECSTORE_ASSIGN(model.kind, model_kind(model.folder));
  const double begun = monotonic_ms();
  if (model.kind == ModelKind::kReranker) {
    VECSTORE_ASSIGN(const HeadOptions options, head_options(session.settings));
    VECSTORE_ASSIGN(model.reranker, load_reranker(model.folder, options));
  } else if (model.kind == ModelKind::kTokens) {
    VECSTORE_ASSIGN(const HeadOptions options, head_options(session.settings));
    VECSTORE_ASSIGN(model.tokens, load_token_embedder(model.folder, options));
  } else if (model.kind == ModelKind::kSparse) {
    VECSTORE_ASSIGN(const HeadOptions options, head_options(session.settings));
    auto sparse = load_sparse_embedder(model.folder, options);
    if (sparse.ok()) {
      model.sparse = *std::move(sparse);
    } else {  // an encoder that was published without its head is an embedder
      model.kind = ModelKind::kSentences;
      model.embedder = session.embedder().value_or(nullptr);
      if (!model.embedder) return sparse.status();
    }
  } else {
    VECSTORE_ASSIGN(model.embedder, session.embedder());
  }
  model.load_ms = monotonic_ms() - begun;
  return model;
}

Object describe_model(const LoadedModel& model) {
  if (model.reranker) return {{"name", model.reranker->name()}};
  const EmbedderInfo& known = model.tokens   ? model.tokens->info()
                              : model.sparse ? model.sparse->info()
                                             : model.embedder->info();
  return {{"name", known.name},
          {"dimension", number(known.dimension)},
          {"pooling", known.pooling},
          {"checksum", known.checksum}};
}

Result<Object> judge_model(const LoadedModel& model) {
  if (model.reranker) return judge(*model.reranker);
  return model.embedder ? judge(*model.embedder) : judge_vectors(model);
}

Result<std::size_t> run_model(const LoadedModel& model) {
  const std::string& text = sample_texts()[0];
  const std::vector<std::string> texts(32, text);
  if (model.reranker) {
    VECSTORE_TRY(model.reranker->rerank(text, texts, 1).status());
  } else {
    VECSTORE_TRY(embed_with(model, texts, false).status());
  }
  return texts.size();
}

}  // namespace vecstore
