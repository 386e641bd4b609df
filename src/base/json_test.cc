#include "base/json.h"

#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "vecstore/limits.h"

namespace vecstore {
namespace {

using namespace std::string_literals;

std::string problem(std::string_view text) {
  auto parsed = parse_json(text);
  if (parsed.ok()) return "accepted";
  EXPECT_EQ(parsed.status().code(), Code::kInvalidArgument);
  return parsed.status().message();
}

std::string again(std::string_view text) {
  auto parsed = parse_json(text);
  return parsed.ok() ? parsed->to_json() : parsed.status().message();
}

TEST(Json, text_in_its_own_form_comes_back_as_it_was) {
  for (const char* text :
       {"null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "0.1",
        "-0.0", "1e300", "5e-324", "\"\"", "\"a\\\"b\\\\c\\n\\u0001\"", "\"\xE6\xBC\xA2\"", "[]",
        "{}", "[1,[2,[3]],{}]", "{\"b\":1,\"a\":{\"x\":[null,true]}}"}) {
    EXPECT_EQ(again(text), text);
  }
}

TEST(Json, spaces_and_escapes_are_understood) {
  EXPECT_EQ(again(" { \"a\" :\t[ 1 ,\r\n2 ] } "), "{\"a\":[1,2]}");
  EXPECT_EQ(again(R"("\u00e9\/\b\f\r\t\ud83d\ude00")"),
            "\"\xC3\xA9/\\b\\f\\r\\t\xF0\x9F\x98\x80\"");
  EXPECT_EQ(*parse_json(R"("\u0000")")->as_string(), "\0"s);
  EXPECT_EQ(again(R"("\u0000")"), R"("\u0000")");
}

TEST(Json, integers_and_doubles_keep_their_kind) {
  EXPECT_EQ(*parse_json("5")->as_int(), 5);
  EXPECT_EQ(*parse_json("5.0")->as_double(), 5.0);
  EXPECT_EQ(*parse_json("5e0")->as_double(), 5.0);
  EXPECT_EQ(*parse_json("9007199254740993")->as_int(), 9007199254740993);
  EXPECT_TRUE(std::signbit(*parse_json("-0.0")->as_double()));
  EXPECT_EQ(*parse_json("1e-400")->as_double(), 0.0);
}

TEST(Json, integers_beyond_int64_are_refused_by_their_digits) {
  EXPECT_EQ(problem("[9223372036854775808]"),
            "json line 1 column 21: the integer 9223372036854775808 is beyond int64");
  EXPECT_NE(problem("-9223372036854775809").find("-9223372036854775809"), std::string::npos);
  EXPECT_NE(problem("18446744073709551616").find("18446744073709551616"), std::string::npos);
  EXPECT_NE(problem(std::string(300, '9')).find("999..."), std::string::npos);
}

TEST(Json, numbers_beyond_double_are_refused) {
  EXPECT_NE(problem("1e309").find("beyond"), std::string::npos);
  EXPECT_NE(problem("-1e999999999999").find("beyond"), std::string::npos);
  EXPECT_NE(problem(std::string(400, '9') + ".5").find("beyond"), std::string::npos);
  EXPECT_EQ(again("1.7976931348623157e308"), "1.7976931348623157e308");
}

TEST(Json, what_the_grammar_forbids_is_refused) {
  for (const char* text : {"",
                           " ",
                           "nul",
                           "True",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "[1",
                           "{",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":1,}",
                           "{1:2}",
                           "01",
                           "-01",
                           "+1",
                           ".5",
                           "5.",
                           "1e",
                           "- 1",
                           "0x1",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "\"abc",
                           "\"\t\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "1 2",
                           "{} {}",
                           "[] x",
                           "// c\n1",
                           "/* c */ 1",
                           "\xEF\xBB\xBF{}",
                           "]",
                           "\"a\" \"b\"",
                           "1]"}) {
    EXPECT_NE(problem(text), "accepted") << text;
  }
}

TEST(Json, what_is_wrong_is_said) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "a value is missing"},
      {"1 2", "text after the value"},
      {"{1:2}", "a key in quotes is missing"},
      {R"({"a" 1})", "':' is missing after a key"},
      {R"({"a":1 "b":2})", "',' or '}' is missing in an object"},
      {"[1 2]", "',' or ']' is missing in a list"},
      {R"("\u12g4")", "\\u needs four hexadecimal digits"},
      {R"("\x")", "an unknown escape or a control character in a string"},
      {"\"\t\"", "an unknown escape or a control character in a string"},
      {R"("abc)", "a string does not end"},
      {"5.", "digits are missing after the point"},
      {"5e", "digits are missing in an exponent"},
      {"nul", "not a value"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_TRUE(problem(text).ends_with(message)) << text << problem(text);
  }
}

TEST(Json, surrogates_without_their_half_are_refused) {
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800\ud800")", R"("\ud800x")",
                           R"("\udc00\ud800")", R"("\ud800\u0041")", R"({"\udfff":1})"}) {
    EXPECT_NE(problem(text).find("surrogate"), std::string::npos) << text << problem(text);
  }
}

TEST(Json, bytes_that_are_not_utf8_are_refused_where_they_are) {
  EXPECT_EQ(problem("{\n \"a\": \"x\xFF\"}"), "json line 2 column 9: bytes that are not utf-8");
  EXPECT_NE(problem("\"\xED\xA0\x80\""), "accepted");
}

TEST(Json, a_nul_byte_ends_nothing) {
  EXPECT_EQ(problem("{}\0garbage"s), "json line 1 column 3: a NUL byte");
  EXPECT_EQ(problem("\0"s), "json line 1 column 1: a NUL byte");
  EXPECT_NE(problem("\"a\0b\""s), "accepted");
}

TEST(Json, keys_given_twice_are_refused_by_name_and_place) {
  EXPECT_EQ(problem("{\"a\":1,\n\"b\":2, \"a\":3}"),
            "json line 2 column 8: the key 'a' is given twice");
  EXPECT_NE(problem(R"({"x":{"a":1,"\u0061":2}})").find("'a' is given twice"), std::string::npos);
  EXPECT_EQ(again(R"({"a":{"a":1},"b":{"a":2}})"), R"({"a":{"a":1},"b":{"a":2}})");
}

TEST(Json, depth_is_limited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(again(nested(kMaxMetadataDepth)), nested(kMaxMetadataDepth));
  EXPECT_EQ(problem(nested(kMaxMetadataDepth + 1)), "json line 1 column 65: nested deeper than 64");
  EXPECT_NE(problem(std::string(1'000'000, '[')).find("deeper"), std::string::npos);
  std::string objects;
  for (int i = 0; i < 10'000; ++i) objects += "{\"a\":";
  EXPECT_NE(problem(objects).find("deeper"), std::string::npos);
}

TEST(Json, errors_name_line_and_column) {
  EXPECT_EQ(problem("{\n  \"a\": 1,\n  b\n}"), "json line 3 column 3: a key in quotes is missing");
  EXPECT_EQ(problem("[1,\n2\n"), "json line 3 column 1: ',' or ']' is missing in a list");
}

// Of this thread alone: other work on the machine does not count.
double processor_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// Milliseconds to read, compare and merge an object of so many keys; the best of five.
double time_of_keys(int keys) {
  std::string text = "{";
  for (int i = 0; i < keys; ++i) {
    text += (i > 0 ? ",\"k" : "\"k") + std::to_string(i * 7919LL % 100'003) + "\":1";
  }
  text += "}";
  double best = std::numeric_limits<double>::infinity();
  for (int round = 0; round < 5; ++round) {
    const double start = processor_ms();
    Value value = parse_json(text).value();
    const Value same = value;
    EXPECT_EQ(value, same);
    EXPECT_EQ(compare_values(value, same), 0);
    merge_patch(*value.as_object(), *same.as_object());
    EXPECT_EQ(value.as_object()->size(), static_cast<std::size_t>(keys));
    best = std::min(best, processor_ms() - start);
  }
  return best;
}

// 32 times the keys take some 100 times as long (caches fill up); quadratic handling would take
// 1,024.
TEST(Json, time_grows_with_the_number_of_keys_and_not_with_its_square) {
  EXPECT_LT(time_of_keys(32'000), 500 * time_of_keys(1'000));
}

TEST(Json, strings_are_always_written_as_valid_json) {
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte.push_back(static_cast<char>(c));
  std::string out;
  append_json_string(out, every_byte);
  auto parsed = parse_json(out);
  ASSERT_TRUE(parsed.ok()) << parsed.status().to_string();
  EXPECT_TRUE(parsed->as_string()->starts_with(std::string_view(every_byte).substr(0, 128)));
  EXPECT_TRUE(parsed->as_string()->ends_with("\xEF\xBF\xBD"));
}

TEST(Json, numbers_without_a_json_form_become_null) {
  std::string out;
  append_json_double(out, std::numeric_limits<double>::infinity());
  append_json_float(out, std::numeric_limits<float>::quiet_NaN());
  append_json_float(out, 0.1f);
  EXPECT_EQ(out, "nullnull0.1");
}

TEST(Json, a_float_survives_a_reader_that_makes_a_double_first) {
  for (const float value : {7.0385307e-26F, -7.0385307e-26F, 0.1F, 3.4028235e38F, 1e-45F}) {
    std::string out;
    append_json_float(out, value);
    EXPECT_EQ(static_cast<float>(*parse_json(out)->as_double()), value) << out;
  }
}

}  // namespace
}  // namespace vecstore
