#include "cli/vector_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/test_folder.h"

namespace vecstore {
namespace {

using Rows = std::vector<std::vector<double>>;

std::string npy(const std::string& description, const std::string& data, int version = 1) {
  const std::string text = description + "\n";
  std::string out = "\x93NUMPY";
  out += static_cast<char>(version);
  out += '\0';
  out += static_cast<char>(text.size());
  out += std::string(version == 1 ? 1 : 3, '\0');
  return out + text + data;
}

std::string shape(const char* type, const char* shape) {
  return std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
}

template <typename T>
std::string bytes_of(std::initializer_list<T> numbers) {
  return {reinterpret_cast<const char*>(numbers.begin()), numbers.size() * sizeof(T)};
}

Result<Rows> read(const std::string& content, const char* format) {
  const TestFolder folder;
  return read_rows(folder.write("rows", content), format, SIZE_MAX);
}

std::string error(const std::string& content, const char* format) {
  return read(content, format).status().message();
}

TEST(VectorFile, npy_of_each_number_type) {
  EXPECT_EQ(read(npy(shape("<f4", "(2, 1)"), bytes_of({1.5f, -2.f})), "npy").value(),
            (Rows{{1.5}, {-2}}));
  EXPECT_EQ(read(npy(shape("<f8", "(1, 2)"), bytes_of({1e300, 3.0}), 2), "npy").value(),
            (Rows{{1e300, 3}}));
  EXPECT_EQ(read(npy(shape("|u1", "(1,2)"), "\xff\x01"), "npy").value(), (Rows{{255, 1}}));
  EXPECT_EQ(read(npy(shape("|i1", "(1, 2)"), "\xff\x01"), "npy").value(), (Rows{{-1, 1}}));
  EXPECT_EQ(read(npy(shape("<i8", "(1, 1)"), bytes_of<std::int64_t>({-5})), "npy").value(),
            (Rows{{-5}}));
  // 1.0, the smallest subnormal, -65504, infinity
  const Rows halves =
      read(npy(shape("<f2", "(1, 4)"), bytes_of<std::uint16_t>({0x3c00, 0x0001, 0xfbff, 0x7c00})),
           "npy")
          .value();
  EXPECT_EQ(halves, (Rows{{1, std::ldexp(1, -24), -65504, HUGE_VAL}}));
}

TEST(VectorFile, npy_that_is_no_matrix_of_numbers_is_refused_by_name) {
  EXPECT_NE(error(npy(shape("<c8", "(1, 1)"), "12345678"), "npy").find("type '<c8'"),
            std::string::npos);
  EXPECT_NE(error(npy(shape(">f4", "(1, 1)"), "1234"), "npy").find("'>f4'"), std::string::npos);
  EXPECT_NE(error(npy(shape("<f4", "(4,)"), ""), "npy").find("1 dimensions"), std::string::npos);
  EXPECT_NE(error(npy(shape("<f4", "(1, 2, 3)"), ""), "npy").find("3 dim"), std::string::npos);
  EXPECT_NE(error(npy(shape("<f4", "(1, 0)"), ""), "npy").find("0 columns"), std::string::npos);
  EXPECT_NE(error(npy(shape("<f4", "(1, 99999999999999)"), ""), "npy").find("columns"),
            std::string::npos);
  EXPECT_NE(error(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", "1234"), "npy")
                .find("Fortran"),
            std::string::npos);
  EXPECT_NE(error("hello", "npy").find("not an NPY file"), std::string::npos);
  EXPECT_NE(error("", "npy").find("not an NPY file"), std::string::npos);
}

TEST(VectorFile, a_file_that_is_too_short_or_too_long_is_refused) {
  EXPECT_NE(error(npy(shape("<f4", "(2, 1)"), "1234567"), "npy").find("ends within row 1 of 2"),
            std::string::npos);
  EXPECT_NE(error(npy(shape("<f4", "(1, 1)"), "12345"), "npy").find("goes on"), std::string::npos);
  const std::string whole = npy(shape("<f4", "(1, 1)"), "1234");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read(whole.substr(0, size), "npy").ok()) << size;
  }
}

TEST(VectorFile, fvecs_bvecs_and_ivecs_state_their_dimension_per_row) {
  const std::string one = bytes_of<std::int32_t>({2}) + bytes_of({1.f, 2.f});
  EXPECT_EQ(read(one + one, "fvecs").value(), (Rows{{1, 2}, {1, 2}}));
  EXPECT_EQ(read(bytes_of<std::int32_t>({1, 7}), "ivecs").value(), (Rows{{7}}));
  EXPECT_EQ(read(bytes_of<std::int32_t>({1}) + "\xff", "bvecs").value(), (Rows{{255}}));
  EXPECT_NE(error(one + "\x01", "fvecs").find("ends within row 1"), std::string::npos);
  EXPECT_NE(error(bytes_of<std::int32_t>({-1}), "fvecs").find("row 0 says it has -1 numbers"),
            std::string::npos);
  EXPECT_EQ(read("", "fvecs").value(), Rows{});
}

TEST(VectorFile, idx_rows_are_all_dimensions_after_the_first) {
  const std::string head("\0\0\x08\x03\0\0\0\x01\0\0\0\x02\0\0\0\x02", 16);
  EXPECT_EQ(read(head + "\x01\x02\x03\x04", "idx").value(), (Rows{{1, 2, 3, 4}}));
  EXPECT_NE(error("hello", "idx").find("not an IDX"), std::string::npos);
  EXPECT_NE(error(std::string("\0\0\x08\x01", 4), "idx").find("single numbers"), std::string::npos);
}

TEST(VectorFile, what_is_written_is_read) {
  EXPECT_EQ(npy_header(3, 784).size() % 64, 0u);
  EXPECT_EQ(read(npy_header(1, 2) + bytes_of({1.f, 2.f}), "npy").value(), (Rows{{1, 2}}));
}

TEST(VectorFile, numbers_beyond_floats_are_refused) {
  EXPECT_EQ(to_floats({1, 2}).value(), (std::vector<float>{1, 2}));
  EXPECT_FALSE(to_floats({1e39}).ok());
  EXPECT_FALSE(to_floats({std::nan("")}).ok());
}

}  // namespace
}  // namespace vecstore
