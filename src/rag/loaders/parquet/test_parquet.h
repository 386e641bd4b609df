// Parquet files made by hand, for tests: what is wrong with them is what the test asks for.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vecstore {

class ThriftWriter {
 public:
  ThriftWriter& integer(int id, std::int64_t value) {
    head(id, 6);
    return varint((static_cast<std::uint64_t>(value) << 1) ^
                  static_cast<std::uint64_t>(value >> 63));
  }
  ThriftWriter& text(int id, std::string_view value) {
    head(id, 8);
    varint(value.size());
    out_ += value;
    return *this;
  }
  ThriftWriter& flag(int id, bool value) { return head(id, value ? 1 : 2); }
  ThriftWriter& inner(int id, const ThriftWriter& value) {
    head(id, 12);
    out_ += value.finish();
    return *this;
  }
  ThriftWriter& structs(int id, const std::vector<ThriftWriter>& values) {
    head(id, 9);
    out_ += '\xfc';
    varint(values.size());
    for (const ThriftWriter& value : values) out_ += value.finish();
    return *this;
  }
  ThriftWriter& raw(std::string_view bytes) { return out_ += bytes, *this; }
  std::string finish() const { return out_ + '\0'; }

 private:
  ThriftWriter& head(int id, int type) {
    out_ += static_cast<char>((id - last_) << 4 | type);
    last_ = id;
    return *this;
  }
  ThriftWriter& varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>((value & 0x7f) | 0x80);
    out_ += static_cast<char>(value);
    return *this;
  }

  std::string out_;
  int last_ = 0;
};

inline std::string u32_bytes(std::uint32_t value) {
  std::string out;
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

// PLAIN byte strings.
inline std::string plain_strings(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) {
    out += u32_bytes(static_cast<std::uint32_t>(value.size())) + value;
  }
  return out;
}

inline std::string with_size(const std::string& bytes) {
  return u32_bytes(static_cast<std::uint32_t>(bytes.size())) + bytes;
}

struct TestPage {
  std::int64_t values = 0;
  std::string bytes = {};
  std::int64_t encoding = 0;
  std::int64_t unpacked_bytes = -1;  // as many as there are
  bool dictionary = false;
  std::int64_t crc = 0;  // 0: none

  std::string finish() const {
    ThriftWriter header, inner;
    header.integer(1, dictionary ? 2 : 0);
    const auto size = static_cast<std::int64_t>(bytes.size());
    header.integer(2, unpacked_bytes < 0 ? size : unpacked_bytes).integer(3, size);
    if (crc != 0) header.integer(4, crc);
    inner.integer(1, values).integer(2, encoding);
    if (!dictionary) inner.integer(3, 3).integer(4, 3);
    return header.inner(dictionary ? 7 : 5, inner).finish() + bytes;
  }
};

struct TestColumn {
  std::string name = {};
  std::int64_t type = 6;        // BYTE_ARRAY
  std::int64_t repetition = 0;  // 1: optional, 2: repeated
  std::int64_t converted = -1;
  std::vector<TestPage> pages = {};
  std::int64_t values = 0;
  std::int64_t codec = 0;
  bool encrypted = false;
  std::size_t begin = 0;  // where it claims to begin, when not where it does
};

inline TestColumn strings(const std::string& name, const std::vector<std::string>& values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return {.name = name, .converted = 0, .pages = {{count, plain_strings(values)}}, .values = count};
}

// 7 and 9 by a dictionary, with a null between them.
inline TestColumn counts() {
  const std::string levels("\x03\x05", 2);  // 1, 0, 1 packed
  const std::string indices("\x01\x03\x02", 3);
  return {
      .name = "count",
      .type = 1,
      .repetition = 1,
      .pages = {{2, u32_bytes(7) + u32_bytes(9), 0, -1, true}, {3, with_size(levels) + indices, 8}},
      .values = 3};
}

// [1.5, -2], [], [3]
inline TestColumn float_lists(const std::string& name) {
  const std::string repetitions("\x03\x02", 2), definitions("\x03\x0b", 2);
  std::string values;
  for (const float value : {1.5f, -2.0f, 3.0f})
    values += u32_bytes(std::bit_cast<std::uint32_t>(value));
  return {.name = name,
          .type = 4,
          .repetition = 2,
          .pages = {{4, with_size(repetitions) + with_size(definitions) + values}},
          .values = 4};
}

struct TestParquet {
  std::vector<TestColumn> columns = {};
  std::int64_t rows = 0;
  std::vector<ThriftWriter> schema = {};  // in place of that of the columns
  bool encrypted = false;

  std::string finish() const {
    std::string out = "PAR1";
    std::vector<ThriftWriter> elements = {
        ThriftWriter().text(4, "schema").integer(5, static_cast<std::int64_t>(columns.size()))};
    std::vector<ThriftWriter> chunks;
    for (const TestColumn& column : columns) {
      ThriftWriter element;
      element.integer(1, column.type).integer(3, column.repetition).text(4, column.name);
      if (column.converted >= 0) element.integer(6, column.converted);
      elements.push_back(element);
      const std::size_t begin = column.begin != 0 ? column.begin : out.size();
      for (const TestPage& page : column.pages) out += page.finish();
      ThriftWriter metadata, chunk;
      metadata.integer(1, column.type).integer(4, column.codec).integer(5, column.values);
      metadata.integer(7, static_cast<std::int64_t>(out.size() - begin));
      metadata.integer(9, static_cast<std::int64_t>(begin));
      chunk.integer(2, 0).inner(3, metadata);
      if (column.encrypted) chunk.inner(8, ThriftWriter());
      chunks.push_back(chunk);
    }
    ThriftWriter footer;
    footer.integer(1, 2).structs(2, schema.empty() ? elements : schema).integer(3, rows);
    footer.structs(4, {ThriftWriter().structs(1, chunks).integer(3, rows)});
    footer.structs(5, {ThriftWriter().text(1, "title").text(2, "Birds")}).text(6, "a test");
    if (encrypted) footer.inner(8, ThriftWriter());
    const std::string bytes = footer.finish();
    return out + bytes + with_size(bytes).substr(0, 4) + "PAR1";
  }
};

}  // namespace vecstore
