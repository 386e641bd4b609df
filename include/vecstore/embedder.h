// Text into vectors. Implement it to bring a model of your own; the built-in ones are made by the toolkit.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vecstore/query.h"
#include "vecstore/status.h"

namespace vecstore {

// What makes two embeddings comparable; kept with a collection so that another model is refused.
struct EmbedderInfo {
  std::string name;
  std::size_t dimension = 0;
  std::string pooling;   // "mean", "cls", …
  std::string checksum;  // of the weights; empty when unknown
};

// How Embedder::embed_some() is asked.
struct EmbedOptions {
  bool questions = false;   // texts that are looked for, as embed_queries() takes them
  CancelToken cancel = {};  // ends the call with kCancelled: the models of the toolkit within a second, others before they begin
};

// What came before an error, so that nothing has to be paid for twice.
struct SomeEmbedded {
  std::vector<float> rows;  // as embed_batch() gives them, zeros where nothing came; or empty, when nothing came at all
  std::vector<bool> done;   // by text
  Status status = {};       // ok when all are done; else the first error
};

// A text and the parts of it that get a vector each.
struct TextParts {
  struct Part {
    std::size_t begin = 0, end = 0;  // bytes
  };
  std::string_view text = {};
  std::string_view lead = {};       // what the model reads before the text, in the vectors of no part: a title
  std::span<const Part> parts = {};  // by ascending begin; they may overlap
};

// Safe from many threads.
class Embedder {
 public:
  virtual ~Embedder() = default;

  virtual const EmbedderInfo& info() const = 0;

  // One row of info().dimension floats per text, row-major, of unit length unless the text has nothing to embed (then zeros).
  virtual Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const = 0;

  // The same for texts that are looked for, where embed_batch() takes texts to be found. Models that were trained with the two apart
  // ("query: ", an input type) override it; for the others a question is a text.
  virtual Result<std::vector<float>> embed_queries(std::span<const std::string> texts) const { return embed_batch(texts); }

  // Either of them up to an error. Models that come to their answer in parts override it; for the others it is all or nothing.
  virtual SomeEmbedded embed_some(std::span<const std::string> texts, const EmbedOptions& options) const {
    const auto nothing = [&](Status why) { return SomeEmbedded{{}, std::vector<bool>(texts.size()), std::move(why)}; };
    if (options.cancel.cancelled()) return nothing(Status(Code::kCancelled, "cancelled before anything was embedded"));
    Result<std::vector<float>> rows = options.questions ? embed_queries(texts) : embed_batch(texts);
    return rows.ok() ? SomeEmbedded{*std::move(rows), std::vector<bool>(texts.size(), true)} : nothing(rows.status());
  }

  // Late chunking: a row for each part, as embed_batch() gives them, of the part's tokens as the model sees them within the text around,
  // as much of it as its length allows. kUnimplemented where the model gives one vector for a text and nothing of its tokens;
  // kCancelled as in embed_some().
  virtual Result<std::vector<float>> embed_parts(const TextParts&, const CancelToken&) const {
    return Status(Code::kUnimplemented, "model '" + info().name + "' gives no vectors of tokens, which late chunking averages");
  }

  // Tokens that the model makes of a text to be found, with the marks and the prefix that it puts around, and nothing cut.
  // kUnimplemented where the model's tokenizer is not known here.
  virtual Result<std::size_t> count_tokens(std::string_view) const {
    return Status(Code::kUnimplemented, "the tokenizer of model '" + info().name + "' is not known here");
  }

  Result<std::vector<float>> embed(std::string_view text) const {
    std::string one(text);
    return embed_batch({&one, 1});
  }
  Result<std::vector<float>> embed_query(std::string_view text) const {
    std::string one(text);
    return embed_queries({&one, 1});
  }
};

}  // namespace vecstore
