// For tests: the tiny models of tests/models/data, and what PyTorch made of some tokens with them.
#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/coding.h"
#include "embed/transformer/encoder.h"

namespace vecstore {

inline constexpr const char* kTinyModels[] = {"bert", "bert-tanh", "roberta", "mpnet",
                                              "distilbert"};

inline Bytes read_test_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const ByteView bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

struct ExpectedText {
  std::vector<std::uint32_t> ids;
  std::vector<float> rows;
};

struct TinyModel {
  std::filesystem::path folder;

  explicit TinyModel(const std::filesystem::path& sources, const std::string& name)
      : folder(sources / "tests/models/data" / name) {}

  Result<Encoder> encoder(Precision precision = Precision::kFloat) const {
    const Bytes json = read_test_file(folder / "config.json");
    VECSTORE_ASSIGN(const TransformerConfig config, parse_transformer_config(as_text(json)));
    VECSTORE_ASSIGN(const Weights weights,
                    Weights::from_safetensors(read_test_file(folder / "model.safetensors")));
    return Encoder::make(config, weights, precision);
  }

  std::vector<ExpectedText> expected(std::size_t hidden) const {
    const Bytes file = read_test_file(folder / "expected.bin");
    std::vector<ExpectedText> texts;
    for (std::size_t at = 0; at < file.size();) {
      ExpectedText text;
      text.ids.resize(load_u32(file.data() + at));
      at += 4;
      for (std::uint32_t& id : text.ids) id = load_u32(file.data() + at), at += 4;
      text.rows.resize(text.ids.size() * hidden);
      std::memcpy(text.rows.data(), file.data() + at, text.rows.size() * 4);
      at += text.rows.size() * 4;
      texts.push_back(std::move(text));
    }
    return texts;
  }
};

}  // namespace vecstore
