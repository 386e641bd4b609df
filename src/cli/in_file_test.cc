#include "cli/in_file.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

#include "base/test_folder.h"
#include "cli/read_file.h"

namespace vecstore {
namespace {

std::string gzip(const std::string& text) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string half_random(std::size_t bytes) {
  std::mt19937 random(20261121);  // printed by the name of the test: the same on every run
  std::string text;
  while (text.size() < bytes) text += std::to_string(random()) + " and again and again\n";
  return text;
}

class InFileTest : public testing::Test {
 protected:
  Result<std::string> content(const std::string& bytes) {
    return read_file(folder_.write("file", bytes));
  }
  TestFolder folder_;
};

TEST_F(InFileTest, gzip_comes_out_as_it_was) {
  for (const std::string& text : {std::string(), std::string("x"), half_random(300'000)}) {
    EXPECT_EQ(content(gzip(text)).value(), text);
    EXPECT_EQ(content(gzip(text) + gzip("more")).value(), text + "more");
    EXPECT_EQ(content(text).value(), text);
  }
  EXPECT_EQ(content("\x1f").value(), "\x1f");
}

TEST_F(InFileTest, gzip_that_is_cut_off_or_damaged_is_said) {
  const std::string packed = gzip(half_random(100'000));
  for (const std::size_t size : {std::size_t{2}, packed.size() / 2, packed.size() - 1}) {
    EXPECT_NE(content(packed.substr(0, size)).status().message().find("ends within"),
              std::string::npos);
  }
  std::string damaged = packed;
  damaged[damaged.size() / 2] ^= 1;
  EXPECT_NE(content(damaged).status().message().find("damaged"), std::string::npos);
  EXPECT_NE(content(packed + "rest").status().message().find("damaged"), std::string::npos);
}

TEST_F(InFileTest, read_gives_what_is_there) {
  InFile file = InFile::open(folder_.write("file", "abcdef")).value();
  std::string to(4, ' ');
  EXPECT_EQ(file.read(to.data(), 4).value(), 4u);
  EXPECT_EQ(to, "abcd");
  EXPECT_EQ(file.peek().value(), "ef");
  file.skip(1);
  EXPECT_EQ(file.read(to.data(), 4).value(), 1u);
  EXPECT_EQ(to[0], 'f');
  EXPECT_EQ(file.read(to.data(), 4).value(), 0u);
  EXPECT_TRUE(file.peek().value().empty());
}

}  // namespace
}  // namespace vecstore
