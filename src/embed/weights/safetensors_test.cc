#include "embed/weights/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/coding.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Bytes make_file(std::string_view header, std::size_t data_bytes) {
  Bytes file;
  put_u64(file, header.size());
  put_bytes(file, as_bytes(header));
  for (std::size_t i = 0; i < data_bytes; ++i) put_u8(file, static_cast<std::uint8_t>(i));
  return file;
}

std::string refusal(std::string_view header, std::size_t data_bytes) {
  const auto file = SafeTensors::parse(make_file(header, data_bytes));
  return file.ok() ? "accepted" : file.status().message();
}

TEST(SafeTensors, reads_types_shapes_and_bytes_in_the_order_of_the_data) {
  const auto file = SafeTensors::parse(make_file(
      R"({"__metadata__":{"format":"pt"},
          "late":{"dtype":"F16","shape":[2,3],"data_offsets":[4,16]},
          "number":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   )",
      16));
  ASSERT_TRUE(file.ok()) << file.status().to_string();
  ASSERT_EQ(file->tensors().size(), 2u);
  EXPECT_EQ(file->tensors()[0].name, "number");
  EXPECT_THAT(file->tensors()[0].shape, ElementsAre());
  const Tensor* late = file->find("late");
  ASSERT_NE(late, nullptr);
  EXPECT_EQ(late->type, TensorType::kF16);
  EXPECT_THAT(late->shape, ElementsAre(2, 3));
  EXPECT_EQ(late->data.size(), 12u);
  EXPECT_EQ(load_u16(late->data.data()), 0x0504);
  EXPECT_EQ(file->find("none"), nullptr);
}

TEST(SafeTensors, keeps_its_bytes_when_moved) {
  auto file =
      SafeTensors::parse(make_file(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", 3));
  ASSERT_TRUE(file.ok());
  const SafeTensors moved = *std::move(file);
  EXPECT_EQ(moved.find("a")->data[2], std::byte{2});
}

TEST(SafeTensors, accepts_a_file_without_tensors_and_tensors_without_elements) {
  EXPECT_EQ(refusal("{}", 0), "accepted");
  EXPECT_EQ(refusal(R"({"a":{"dtype":"F64","shape":[4,0],"data_offsets":[0,0]},
                        "b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
                        "c":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}})",
                    1),
            "accepted");
}

TEST(SafeTensors, knows_every_type_by_name_and_size) {
  const std::vector<std::pair<std::string, int>> sizes = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
      {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},
      {"I32", 4},  {"F32", 4}, {"U64", 8}, {"I64", 8},     {"F64", 8}};
  for (const auto& [name, bytes] : sizes) {
    const std::string header = R"({"t":{"dtype":")" + name + R"(","shape":[3],"data_offsets":[0,)" +
                               std::to_string(3 * bytes) + "]}}";
    const auto file = SafeTensors::parse(make_file(header, static_cast<std::size_t>(3 * bytes)));
    ASSERT_TRUE(file.ok()) << name << ": " << file.status().to_string();
    EXPECT_EQ(type_name(file->tensors()[0].type), name);
  }
}

TEST(SafeTensors, refuses_a_file_cut_short_at_any_byte) {
  const Bytes whole = make_file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(SafeTensors::parse({whole.begin(), whole.begin() + std::ptrdiff_t(size)}).ok())
        << size;
  }
  EXPECT_TRUE(SafeTensors::parse(whole).ok());
}

TEST(SafeTensors, refuses_a_header_length_beyond_the_file_or_the_limit) {
  for (std::uint64_t length : {std::uint64_t{3}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    Bytes file;
    put_u64(file, length);
    put_bytes(file, as_bytes("{}"));
    EXPECT_THAT(SafeTensors::parse(file).status().message(),
                HasSubstr("header of " + std::to_string(length)));
  }
  Bytes large;
  put_u64(large, 100'000'001);
  large.resize(8 + 100'000'001, std::byte{' '});
  EXPECT_THAT(SafeTensors::parse(std::move(large)).status().message(), HasSubstr("100000001"));
}

TEST(SafeTensors, refuses_a_header_that_is_no_json_object_of_objects) {
  EXPECT_THAT(refusal("{", 0), HasSubstr("safetensors header"));
  EXPECT_THAT(refusal("[]", 0), HasSubstr("not a JSON object"));
  EXPECT_THAT(refusal(R"({"a":1})", 0), HasSubstr("tensor 'a' is not described"));
  EXPECT_THAT(refusal(R"({"a":{},"a":{}})", 0), HasSubstr("safetensors header"));
}

TEST(SafeTensors, refuses_types_and_shapes_it_cannot_trust) {
  EXPECT_THAT(refusal(R"({"a":{"shape":[1],"data_offsets":[0,1]}})", 1), HasSubstr("no dtype"));
  EXPECT_THAT(refusal(R"({"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}})", 1),
              HasSubstr("unknown dtype F4"));
  for (const char* shape : {"null", "3", "[-1]", "[1.0]", R"(["1"])"}) {
    EXPECT_THAT(refusal(std::string(R"({"a":{"dtype":"U8","shape":)") + shape +
                            R"(,"data_offsets":[0,1]}})",
                        1),
                HasSubstr("no valid shape"))
        << shape;
  }
}

TEST(SafeTensors, refuses_sizes_that_do_not_match_even_when_the_product_overflows) {
  EXPECT_THAT(refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4),
              HasSubstr("has 4 bytes"));
  // 2^32 * 2^32 * 4 is 0 modulo 2^64.
  EXPECT_THAT(refusal(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],
                          "data_offsets":[0,0]}})",
                      0),
              HasSubstr("does not match its shape"));
}

TEST(SafeTensors, refuses_places_outside_the_data_gaps_and_overlaps) {
  const auto two = [](const char* a, const char* b) {
    return std::string(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":)") + a +
           R"(},"b":{"dtype":"U8","shape":[2],"data_offsets":)" + b + "}}";
  };
  EXPECT_EQ(refusal(two("[0,2]", "[2,4]"), 4), "accepted");
  EXPECT_EQ(refusal(two("[2,4]", "[0,2]"), 4), "accepted");
  EXPECT_THAT(refusal(two("[0,2]", "[3,5]"), 4), HasSubstr("bytes 3 to 5 of 4"));
  EXPECT_THAT(refusal(two("[0,2]", "[4,2]"), 4), HasSubstr("bytes 4 to 2 of 4"));
  EXPECT_THAT(refusal(two("[0,2]", "[0,2]"), 4), HasSubstr("overlaps at byte 0"));
  EXPECT_THAT(refusal(two("[0,2]", "[1,3]"), 4), HasSubstr("overlaps at byte 1"));
  EXPECT_THAT(refusal(two("[0,2]", "[3,5]"), 5), HasSubstr("gap or overlaps at byte 2"));
  EXPECT_THAT(refusal(two("[1,3]", "[3,5]"), 5), HasSubstr("gap or overlaps at byte 0"));
  EXPECT_THAT(refusal(two("[0,2]", "[2,4]"), 7), HasSubstr("3 bytes belong to no tensor"));
  EXPECT_THAT(refusal(two("[0,2]", "[2]"), 4), HasSubstr("no valid data_offsets"));
}

}  // namespace
}  // namespace vecstore
