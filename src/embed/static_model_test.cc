#include "embed/static_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "base/coding.h"
#include "base/utf8.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;

// One piece per character of `characters`, in order from id 0.
ModelTokenizer make_tokenizer(const std::vector<std::string>& characters) {
  BpeParts parts;
  for (const std::string& character : characters) {
    parts.pieces.push_back({character, static_cast<std::uint32_t>(parts.pieces.size())});
  }
  return ModelTokenizer(BpeModel::make(parts).value(), {});
}

SafeTensors make_tensors(const std::string& type, std::size_t rows, std::size_t columns,
                         const Bytes& data) {
  const std::string header = R"({"table":{"dtype":")" + type + R"(","shape":[)" +
                             std::to_string(rows) + "," + std::to_string(columns) +
                             R"(],"data_offsets":[0,)" + std::to_string(data.size()) + "]}}";
  Bytes file;
  put_u64(file, header.size());
  put_bytes(file, as_bytes(header));
  put_bytes(file, data);
  return SafeTensors::parse(std::move(file)).value();
}

SafeTensors make_table(std::size_t columns, const std::vector<float>& numbers) {
  Bytes data;
  for (float number : numbers) put_f32(data, number);
  return make_tensors("F32", numbers.size() / columns, columns, data);
}

std::shared_ptr<const Embedder> make_small() {
  return StaticEmbedder::make({}, make_tokenizer({"a", "b", "c"}),
                              make_table(2, {3, 0, 0, 4, -3, 0}))
      .value();
}

std::string refusal(SafeTensors weights) {
  EmbedderInfo info;
  return StaticEmbedder::make(info, make_tokenizer({"a", "b"}), std::move(weights))
      .status()
      .message();
}

TEST(StaticModel, gives_the_mean_of_the_rows_at_unit_length) {
  const auto embedder = make_small();
  EXPECT_THAT(embedder->embed("a").value(), ElementsAre(1, 0));
  EXPECT_THAT(embedder->embed("ab").value(), ElementsAre(FloatEq(0.6f), FloatEq(0.8f)));
  EXPECT_THAT(embedder->embed("abb").value(),
              ElementsAre(FloatEq(3 / std::sqrt(73.f)), FloatEq(8 / std::sqrt(73.f))));
}

TEST(StaticModel, gives_zeros_where_there_is_nothing_to_embed) {
  const auto embedder = make_small();
  EXPECT_THAT(embedder->embed("").value(), ElementsAre(0, 0));
  EXPECT_THAT(embedder->embed("xyz").value(), ElementsAre(0, 0));
  EXPECT_THAT(embedder->embed("ac").value(), ElementsAre(0, 0));
}

TEST(StaticModel, embeds_a_batch_row_by_row) {
  const std::vector<std::string> texts = {"b", "", "a"};
  EXPECT_THAT(make_small()->embed_batch(texts).value(), ElementsAre(0, 1, 0, 0, 1, 0));
  EXPECT_THAT(make_small()->embed_batch({}).value(), ElementsAre());
  EXPECT_THAT(make_small()->embed_queries(texts).value(), ElementsAre(0, 1, 0, 0, 1, 0));
}

TEST(StaticModel, ends_a_call_whose_token_is_set) {
  const std::vector<std::string> texts = {"a"};
  EmbedOptions options;
  EXPECT_THAT(make_small()->embed_some(texts, options).rows, ElementsAre(1, 0));
  options.cancel.cancel();
  EXPECT_EQ(make_small()->embed_some(texts, options).status.code(), Code::kCancelled);
}

TEST(StaticModel, counts_the_tokens_that_it_takes) {
  EXPECT_EQ(make_small()->count_tokens("abb").value(), 3u);
  EXPECT_EQ(make_small()->count_tokens("").value(), 0u);
  EXPECT_EQ(make_small()->count_tokens("\xFF").status().code(), Code::kInvalidArgument);
}

TEST(StaticModel, says_what_it_is) {
  EmbedderInfo info;
  info.name = "tiny";
  info.checksum = "xxh3:00";
  const auto embedder =
      StaticEmbedder::make(info, make_tokenizer({"a"}), make_table(3, {1, 2, 3})).value();
  EXPECT_EQ(embedder->info().name, "tiny");
  EXPECT_EQ(embedder->info().checksum, "xxh3:00");
  EXPECT_EQ(embedder->info().dimension, 3u);
  EXPECT_EQ(embedder->info().pooling, "mean");
}

TEST(StaticModel, names_the_text_it_cannot_embed) {
  const auto refused = [](const std::vector<std::string>& texts) {
    return make_small()->embed_batch(texts).status();
  };
  EXPECT_THAT(refused({"a", "a\xFF"}).message(), HasSubstr("text 1 is not valid utf-8 at byte 1"));
  EXPECT_EQ(refused({"\xC0\x80"}).code(), Code::kInvalidArgument);
  EXPECT_THAT(refused({std::string(kMaxTextBytes + 1, 'a')}).message(),
              HasSubstr("text 0 has 16777217 bytes, the limit is 16777216"));
}

TEST(StaticModel, refuses_weights_that_are_not_a_table_for_its_vocabulary) {
  EXPECT_THAT(refusal(make_tensors("I32", 2, 1, Bytes(8))),
              HasSubstr("is I32, expected F16 or F32"));
  EXPECT_THAT(refusal(make_table(2, {1, 2})), HasSubstr("has 1 rows for a vocabulary of 2"));
  EXPECT_THAT(refusal(make_tensors("F32", 2, 0, {})), HasSubstr("not rows of 1 to 65536 numbers"));
  EXPECT_THAT(refusal(make_tensors("F16", 2, 65'537, Bytes(2 * 2 * 65'537))),
              HasSubstr("not rows of 1 to 65536 numbers"));
  Bytes two;
  const std::string_view header = R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},
                                      "b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})";
  put_u64(two, header.size());
  put_bytes(two, as_bytes(header));
  EXPECT_THAT(refusal(SafeTensors::parse(two).value()), HasSubstr("has 2 tensors"));
}

TEST(StaticModel, refuses_numbers_that_could_make_a_vector_not_finite) {
  for (float bad : {std::nanf(""), -INFINITY, 1.1e30f}) {
    EXPECT_THAT(refusal(make_table(1, {1, bad})), HasSubstr("not finite")) << bad;
  }
  EXPECT_EQ(refusal(make_table(1, {1, -1e30f})), "");
  for (const std::uint16_t bad : std::vector<std::uint16_t>{0x7C00, 0xFC00, 0x7E01}) {
    Bytes data;
    put_u16(data, 0x7BFF);
    put_u16(data, bad);
    EXPECT_THAT(refusal(make_tensors("F16", 2, 1, data)), HasSubstr("not finite")) << bad;
  }
}

double half_by_definition(unsigned half) {
  const int exponent = static_cast<int>(half >> 10 & 31);
  const double fraction = half & 1023;
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

// A row (half, 1) per half; a text of one character selects it.
TEST(StaticModel, reads_every_finite_half_as_the_number_it_is) {
  std::vector<std::string> characters;
  std::vector<double> numbers;
  Bytes data;
  for (unsigned half = 0; half < 0x10000; ++half) {
    if ((half & 0x7C00) == 0x7C00) continue;
    append_utf8(characters.emplace_back(), 0x10000 + half);
    numbers.push_back(half_by_definition(half));
    put_u16(data, static_cast<std::uint16_t>(half));
    put_u16(data, 0x3C00);
  }
  const auto embedder = StaticEmbedder::make({}, make_tokenizer(characters),
                                             make_tensors("F16", numbers.size(), 2, data))
                            .value();
  const std::vector<float> rows = embedder->embed_batch(characters).value();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double length = std::sqrt(numbers[i] * numbers[i] + 1);
    ASSERT_EQ(rows[2 * i], static_cast<float>(numbers[i] * (1 / length))) << i;
    ASSERT_FLOAT_EQ(rows[2 * i + 1], static_cast<float>(1 / length)) << i;
  }
}

TEST(StaticModel, gives_many_threads_the_same_vectors) {
  const auto embedder = make_small();
  const std::vector<std::string> texts(500, "abbacab");
  const std::vector<float> expected = embedder->embed_batch(texts).value();
  std::vector<std::vector<float>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] { result = embedder->embed_batch(texts).value(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_EQ(result, expected);
}

}  // namespace
}  // namespace vecstore
