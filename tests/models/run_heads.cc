// Reads texts, writes what a model with a head makes of them: for tests/models/heads.py.
//
// usage: run_heads pairs|documents|questions|sparse FOLDER float|int8|LIBRARY THREADS < TEXTS >
// NUMBERS
//
// LIBRARY is that of ONNX Runtime, for pairs.
//
// TEXTS holds each text as a u32 length and its bytes, all little-endian. `pairs` takes the first
// for a question, the others for passages, and writes a float for each passage. `documents` and
// `questions` write for each text a u32 count of vectors, their u32 dimension, and floats; `sparse`
// writes a u32 count, so many u32 indices, and as many floats.
#include <cstdlib>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>

#include "base/coding.h"
#include "embed/load_embedder.h"
#include "embed/onnxruntime/onnx_reranker.h"

namespace vecstore {
namespace {

using Texts = std::vector<std::string>;

Texts read_texts(std::istream& in) {
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  Texts texts;
  for (std::size_t at = 0; at + 4 <= all.size();) {
    const std::size_t size = load_u32(reinterpret_cast<const std::byte*>(all.data()) + at);
    texts.push_back(all.substr(at + 4, size));
    at += 4 + size;
  }
  return texts;
}

template <class Number>
void write(const std::vector<Number>& numbers) {
  std::cout.write(reinterpret_cast<const char*>(numbers.data()),
                  static_cast<std::streamsize>(numbers.size() * sizeof(Number)));
}

template <class Model>
Status write_scores(const Result<std::shared_ptr<const Model>>& model, const Texts& texts) {
  if (texts.empty()) return invalid_argument("there is no question");
  if (!model.ok()) return model.status();
  VECSTORE_ASSIGN(const auto scores, (*model)->scores(texts.front(), std::span(texts).subspan(1)));
  write(scores);
  return {};
}

Status run_pairs(const std::string& folder, const HeadOptions& options, const Texts& texts) {
  return write_scores(load_reranker(folder, options), texts);
}

void write_number(std::size_t number) { write(std::vector{static_cast<std::uint32_t>(number)}); }

Status write_vectors(const Result<std::vector<MultiVector>>& made) {
  if (!made.ok()) return made.status();
  for (const MultiVector& vectors : *made) {
    write_number(vectors.values.size() / vectors.dimension);
    write_number(vectors.dimension);
    write(vectors.values);
  }
  return {};
}

Status run_documents(const std::string& folder, const HeadOptions& options, const Texts& texts) {
  VECSTORE_ASSIGN(const auto model, load_token_embedder(folder, options));
  return write_vectors(model->embed_batch(texts));
}

Status run_questions(const std::string& folder, const HeadOptions& options, const Texts& texts) {
  VECSTORE_ASSIGN(const auto model, load_token_embedder(folder, options));
  return write_vectors(model->embed_queries(texts));
}

Status run_sparse(const std::string& folder, const HeadOptions& options, const Texts& texts) {
  VECSTORE_ASSIGN(const auto model, load_sparse_embedder(folder, options));
  VECSTORE_ASSIGN(const auto vectors, model->embed_batch(texts));
  for (const SparseVector& vector : vectors) {
    write_number(vector.indices.size());
    write(vector.indices);
    write(vector.values);
  }
  return {};
}

struct Mode {
  std::string_view name;
  Status (*run)(const std::string& folder, const HeadOptions& options, const Texts& texts);
};
constexpr Mode kModes[] = {{"pairs", run_pairs},
                           {"documents", run_documents},
                           {"questions", run_questions},
                           {"sparse", run_sparse}};

}  // namespace
}  // namespace vecstore

int main(int count, char** words) {
  const std::string precision = count == 5 ? words[3] : "";
  vecstore::HeadOptions options;
  if (precision == "int8") options.precision = vecstore::Precision::kInt8;
  options.threads = count == 5 ? std::atoi(words[4]) : 1;
  if (count == 5 && words[1] == std::string("pairs") && precision.find('/') != precision.npos) {
    const auto model =
        vecstore::load_onnx_reranker(words[2], {.library = precision, .threads = options.threads});
    const auto status = vecstore::write_scores(model, vecstore::read_texts(std::cin));
    if (!status.ok()) std::cerr << status.to_string() << "\n";
    return status.ok() ? 0 : 1;
  }
  for (const vecstore::Mode& mode : vecstore::kModes) {
    if (count != 5 || words[1] != mode.name) continue;
    const auto status = mode.run(words[2], options, vecstore::read_texts(std::cin));
    if (status.ok()) return 0;
    std::cerr << status.to_string() << "\n";
    return 1;
  }
  std::cerr
      << "usage: run_heads pairs|documents|questions|sparse FOLDER float|int8|LIBRARY THREADS "
         "< TEXTS > NUMBERS\n";
  return 2;
}
