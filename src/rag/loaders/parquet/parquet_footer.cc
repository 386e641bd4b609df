#include "rag/loaders/parquet/parquet_footer.h"

#include <cstring>

#include "base/utf8.h"
#include "rag/loaders/parquet/thrift_reader.h"

namespace vecstore {
namespace {

constexpr std::size_t kTailBytes = 8;  // length of the footer, magic
constexpr std::size_t kMaxKeyValues = 10'000;

// Invalid UTF-8 replaced.
std::string as_utf8(std::string_view bytes) {
  if (is_valid_utf8(bytes)) return std::string(bytes);
  std::string out;
  while (!bytes.empty()) {
    const CodePoint point = decode_utf8(bytes);
    append_utf8(out, point.value);
    bytes.remove_prefix(point.size);
  }
  return out;
}

void set_unit(ThriftReader& in, const ThriftField& field, ParquetElement& element) {
  in.enter_struct(field);
  for (ThriftField unit; in.next(unit);) {
    element.per_second = unit.id == 1 ? 1'000 : unit.id == 2 ? 1'000'000 : 1'000'000'000;
    in.skip(unit);
  }
}

// The members of one branch of the union LogicalType.
void read_logical_members(ThriftReader& in, ParquetElement& element) {
  for (ThriftField field; in.next(field);) {
    switch (element.logical) {
      case ParquetLogical::kDecimal:
        if (field.id == 1)
          element.scale = in.integer(field);
        else
          in.skip(field);
        break;
      case ParquetLogical::kTime:
      case ParquetLogical::kTimestamp:
        if (field.id == 1)
          element.utc = in.boolean(field);
        else if (field.id == 2)
          set_unit(in, field, element);
        else
          in.skip(field);
        break;
      case ParquetLogical::kInteger:
        if (field.id == 2)
          element.is_signed = in.boolean(field);
        else
          in.skip(field);
        break;
      default:
        in.skip(field);
    }
  }
}

ParquetLogical logical_of(int branch) {
  using enum ParquetLogical;
  constexpr ParquetLogical kBranches[] = {kNone, kString, kMap,       kList,   kEnum,    kDecimal,
                                          kDate, kTime,   kTimestamp, kNone,   kInteger, kNull,
                                          kJson, kBinary, kUuid,      kFloat16};
  const auto known = static_cast<int>(std::size(kBranches));
  return branch >= 0 && branch < known ? kBranches[branch] : kBinary;
}

void read_logical(ThriftReader& in, const ThriftField& outer, ParquetElement& element) {
  in.enter_struct(outer);
  for (ThriftField field; in.next(field);) {
    element.logical = logical_of(field.id);
    in.enter_struct(field);
    read_logical_members(in, element);
  }
}

// What writers used before LogicalType, and most write still beside it.
void set_converted(std::int64_t converted, ParquetElement& element) {
  using enum ParquetLogical;
  constexpr ParquetLogical kConverted[] = {
      kString,  kMap,       kMap,       kList,    kEnum,    kDecimal, kDate,    kTime,
      kTime,    kTimestamp, kTimestamp, kInteger, kInteger, kInteger, kInteger, kInteger,
      kInteger, kInteger,   kInteger,   kJson,    kBinary,  kInterval};
  constexpr std::int64_t kTimeMicros = 8, kTimestampMicros = 10, kUint8 = 11, kUint64 = 14;
  const auto known = static_cast<std::int64_t>(std::size(kConverted));
  element.logical = converted >= 0 && converted < known ? kConverted[converted] : kBinary;
  if (converted == kTimeMicros || converted == kTimestampMicros) element.per_second = 1'000'000;
  element.utc = element.logical == kTimestamp;
  element.is_signed = converted < kUint8 || converted > kUint64;
}

ParquetElement read_element(ThriftReader& in) {
  ParquetElement element, logical;
  std::int64_t converted = -1, scale = 0;
  for (ThriftField field; in.next(field);) {
    switch (field.id) {
      case 1: {
        const std::int64_t type = in.integer(field);
        if (type < 0 || type > static_cast<std::int64_t>(ParquetType::kFixed)) in.fail();
        if (!in.failed()) element.type = static_cast<ParquetType>(type);
        break;
      }
      case 2:
        element.type_length = in.integer(field);
        break;
      case 3: {
        const std::int64_t repetition = in.integer(field);
        if (repetition < 0 || repetition > 2) in.fail();
        if (!in.failed()) element.repetition = static_cast<ParquetRepetition>(repetition);
        break;
      }
      case 4: {
        const std::string_view name = in.binary(field);
        if (name.size() > kMaxParquetNameBytes) in.fail();
        if (!in.failed()) element.name = as_utf8(name);
        break;
      }
      case 5:
        element.children = in.integer(field);
        break;
      case 6:
        converted = in.integer(field);
        break;
      case 7:
        scale = in.integer(field);
        break;
      case 10:
        read_logical(in, field, logical);
        break;
      default:
        in.skip(field);
    }
  }
  if (converted >= 0) set_converted(converted, element);
  element.scale = scale;
  if (logical.logical != ParquetLogical::kNone) {
    element.logical = logical.logical;
    element.scale = logical.scale;
    element.per_second = logical.per_second;
    element.utc = logical.utc;
    element.is_signed = logical.is_signed;
  }
  return element;
}

void read_chunk_metadata(ThriftReader& in, const ThriftField& outer, ParquetChunk& chunk) {
  in.enter_struct(outer);
  for (ThriftField field; in.next(field);) {
    switch (field.id) {
      case 1:
        chunk.type = in.integer(field);
        break;
      case 4:
        chunk.codec = in.integer(field);
        break;
      case 5:
        chunk.values = in.integer(field);
        break;
      case 7:
        chunk.packed_bytes = in.integer(field);
        break;
      case 9:
        chunk.data_offset = in.integer(field);
        break;
      case 11:
        chunk.dictionary_offset = in.integer(field);
        break;
      default:
        in.skip(field);
    }
  }
}

ParquetChunk read_chunk(ThriftReader& in) {
  ParquetChunk chunk;
  for (ThriftField field; in.next(field);) {
    if (field.id == 3) {
      read_chunk_metadata(in, field, chunk);
      continue;
    }
    if (field.id == 1) chunk.elsewhere = true;
    if (field.id == 8 || field.id == 9) chunk.encrypted = true;
    in.skip(field);
  }
  return chunk;
}

ParquetRowGroup read_row_group(ThriftReader& in, std::size_t& chunks_left) {
  ParquetRowGroup group;
  for (ThriftField field; in.next(field);) {
    if (field.id == 1) {
      const std::size_t count = in.list(field, ThriftType::kStruct, chunks_left);
      chunks_left -= count;
      for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        group.chunks.push_back(read_chunk(in));
      }
    } else if (field.id == 3) {
      group.rows = in.integer(field);
    } else {
      in.skip(field);
    }
  }
  return group;
}

// Long ones are the writer's own, such as Arrow's schema.
void read_key_value(ThriftReader& in, ParquetFooter& footer) {
  constexpr std::size_t kMaxBytes = 200, kMaxKept = 32;
  std::string_view key, value;
  for (ThriftField field; in.next(field);) {
    if (field.id == 1)
      key = in.binary(field);
    else if (field.id == 2)
      value = in.binary(field);
    else
      in.skip(field);
  }
  const bool is_short = key.size() <= kMaxBytes && value.size() <= kMaxBytes;
  if (key.empty() || value.empty() || !is_short || footer.key_values.size() == kMaxKept) return;
  footer.key_values.emplace_back(as_utf8(key), as_utf8(value));
}

ParquetFooter read_file_metadata(ThriftReader& in) {
  ParquetFooter footer;
  std::size_t chunks_left = kMaxParquetChunks;
  for (ThriftField field; in.next(field);) {
    std::size_t count = 0;
    switch (field.id) {
      case 2:
        count = in.list(field, ThriftType::kStruct, kMaxParquetElements);
        for (; count > 0 && !in.failed(); --count) footer.schema.push_back(read_element(in));
        break;
      case 4:
        count = in.list(field, ThriftType::kStruct, kMaxParquetChunks);
        for (; count > 0 && !in.failed(); --count) {
          footer.row_groups.push_back(read_row_group(in, chunks_left));
        }
        break;
      case 5:
        count = in.list(field, ThriftType::kStruct, kMaxKeyValues);
        for (; count > 0 && !in.failed(); --count) read_key_value(in, footer);
        break;
      case 6: {
        constexpr std::size_t kMaxCreator = 500;
        footer.created_by = as_utf8(in.binary(field).substr(0, kMaxCreator));
        break;
      }
      case 8:
        footer.encrypted = true;
        in.skip(field);
        break;
      default:
        in.skip(field);
    }
  }
  return footer;
}

std::uint32_t little32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

// Of the three structs that say what a page holds.
void read_page_values(ThriftReader& in, const ThriftField& outer, ParquetPage& page) {
  const bool v2 = outer.id == 8;
  in.enter_struct(outer);
  for (ThriftField field; in.next(field);) {
    const auto encoding = [&] { return static_cast<ParquetEncoding>(in.integer(field)); };
    if (field.id == 1)
      page.values = in.integer(field);
    else if (field.id == (v2 ? 4 : 2))
      page.encoding = encoding();
    else if (outer.id == 5 && field.id == 3)
      page.definitions = encoding();
    else if (outer.id == 5 && field.id == 4)
      page.repetitions = encoding();
    else if (v2 && field.id == 5)
      page.definition_bytes = in.integer(field);
    else if (v2 && field.id == 6)
      page.repetition_bytes = in.integer(field);
    else if (v2 && field.id == 7)
      page.packed = in.boolean(field);
    else
      in.skip(field);
  }
}

}  // namespace

Result<ParquetFooter> read_parquet_footer(std::string_view file) {
  if (file.starts_with("PARE") || file.ends_with("PARE")) {
    return failed_precondition("an encrypted Parquet file");
  }
  if (!file.starts_with("PAR1")) return invalid_argument("no Parquet file: it begins otherwise");
  if (file.size() < kTailBytes + 4 || !file.ends_with("PAR1")) {
    return invalid_argument("a Parquet file without an end: it was cut short");
  }
  const std::string_view body = file.substr(4, file.size() - 4 - kTailBytes);
  const std::size_t size = little32(file.substr(file.size() - kTailBytes));
  if (size > body.size()) {
    return data_loss("its footer of " + std::to_string(size) + " bytes is longer than the file");
  }
  ThriftReader in(body.substr(body.size() - size));
  ParquetFooter footer = read_file_metadata(in);
  if (in.failed()) {
    return data_loss("its footer is damaged at byte " +
                     std::to_string(4 + body.size() - size + in.position()));
  }
  if (footer.encrypted) return failed_precondition("a Parquet file with encrypted columns");
  return footer;
}

Result<ParquetPage> read_parquet_page(std::string_view bytes) {
  ThriftReader in(bytes);
  ParquetPage page;
  for (ThriftField field; in.next(field);) {
    if (field.id == 1)
      page.kind = static_cast<ParquetPageKind>(in.integer(field));
    else if (field.id == 2)
      page.unpacked_bytes = in.integer(field);
    else if (field.id == 3)
      page.packed_bytes = in.integer(field);
    else if (field.id == 4)
      page.crc = static_cast<std::uint32_t>(in.integer(field));
    else if (field.id == 5 || field.id == 7 || field.id == 8)
      read_page_values(in, field, page);
    else
      in.skip(field);
  }
  if (in.failed()) return data_loss("a page's header is damaged");
  page.header_bytes = in.position();
  return page;
}

}  // namespace vecstore
