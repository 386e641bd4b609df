#include "rag/loaders/parquet/parquet_column.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "rag/loaders/archive/unpack.h"
#include "rag/loaders/parquet/parquet_encodings.h"
#include "rag/loaders/parquet/snappy.h"

namespace vecstore {
namespace {

constexpr std::string_view kCodecs[] = {"none",   "Snappy", "gzip", "LZO",
                                        "Brotli", "LZ4",    "zstd", "LZ4_RAW"};
enum CodecNumber : std::int64_t {
  kCodecNone = 0,
  kCodecSnappy = 1,
  kCodecGzip = 2,
  kCodecZstd = 6
};

constexpr std::size_t kInt96Bytes = 12;

bool holds_bytes(ParquetType type) {
  return type == ParquetType::kByteArray || type == ParquetType::kFixed ||
         type == ParquetType::kInt96;
}

// Of a value in PLAIN, where each has as many.
std::size_t plain_width(const ParquetElement& element) {
  switch (*element.type) {
    case ParquetType::kInt32:
    case ParquetType::kFloat:
      return 4;
    case ParquetType::kInt64:
    case ParquetType::kDouble:
      return 8;
    case ParquetType::kInt96:
      return kInt96Bytes;
    case ParquetType::kFixed:
      return static_cast<std::size_t>(element.type_length);
    default:
      return 0;
  }
}

std::uint32_t u32_at(std::string_view bytes) {
  std::uint32_t value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

Status cut_page() { return data_loss("a page is shorter than its values"); }

struct Values {  // of a dictionary
  std::vector<std::int64_t> numbers = {};
  std::vector<std::string_view> bytes = {};
  std::size_t size() const { return std::max(numbers.size(), bytes.size()); }
};

class ColumnReader {
 public:
  explicit ColumnReader(const ParquetColumnInput& input)
      : in_(input), element_(input.leaf.element), type_(*input.leaf.element.type) {}

  Result<ParquetColumn> read() {
    VECSTORE_TRY(check());
    VECSTORE_ASSIGN(std::string_view bytes, chunk_bytes());
    const auto values = static_cast<std::size_t>(in_.chunk.values);
    while (column_.definitions.size() < values) {
      if (bytes.empty()) return data_loss("its pages hold fewer values than they should");
      VECSTORE_ASSIGN(const ParquetPage page, read_parquet_page(bytes));
      bytes.remove_prefix(page.header_bytes);
      VECSTORE_TRY(check_page(page, bytes));
      const auto size = static_cast<std::size_t>(page.packed_bytes);
      VECSTORE_TRY(read_page(page, bytes.substr(0, size)));
      bytes.remove_prefix(size);
    }
    return std::move(column_);
  }

 private:
  Status check() const {
    const ParquetChunk& chunk = in_.chunk;
    if (chunk.encrypted) return failed_precondition("it is encrypted");
    if (chunk.elsewhere) return failed_precondition("it lies in another file");
    if (chunk.type != static_cast<std::int64_t>(type_)) {
      return data_loss("its type is not that of the schema");
    }
    if (chunk.values < 0) {
      return data_loss("it claims " + std::to_string(chunk.values) + " values");
    }
    const auto codec = static_cast<std::size_t>(std::max<std::int64_t>(chunk.codec, 0));
    const std::string name = codec < std::size(kCodecs) ? std::string(kCodecs[codec])
                                                        : "number " + std::to_string(chunk.codec);
    const bool known = chunk.codec == kCodecNone || chunk.codec == kCodecSnappy ||
                       chunk.codec == kCodecGzip || chunk.codec == kCodecZstd;
    if (!known) return invalid_argument("it is packed by " + name + ", which is not read");
    return {};
  }

  Result<std::string_view> chunk_bytes() const {
    const ParquetChunk& chunk = in_.chunk;
    std::int64_t begin = chunk.data_offset;
    if (chunk.dictionary_offset > 0) begin = std::min(begin, chunk.dictionary_offset);
    const auto size = static_cast<std::int64_t>(in_.file.size());
    if (begin < 0 || chunk.packed_bytes < 0 || begin > size || chunk.packed_bytes > size - begin) {
      return data_loss("it lies outside the file");
    }
    return in_.file.substr(static_cast<std::size_t>(begin),
                           static_cast<std::size_t>(chunk.packed_bytes));
  }

  static Status check_page(const ParquetPage& page, std::string_view rest) {
    constexpr std::int64_t kMost = INT32_MAX;
    const bool sane = page.packed_bytes >= 0 && page.unpacked_bytes >= 0 &&
                      page.packed_bytes <= kMost && page.unpacked_bytes <= kMost;
    if (!sane || static_cast<std::uint64_t>(page.packed_bytes) > rest.size()) {
      return data_loss("a page is longer than its column");
    }
    if (!page.crc) return {};
    const auto size = static_cast<uInt>(page.packed_bytes);
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(rest.data()), size);
    if (crc != *page.crc) return data_loss("a page fails its checksum");
    return {};
  }

  Status read_page(const ParquetPage& page, std::string_view bytes) {
    switch (page.kind) {
      case ParquetPageKind::kIndex:
        return {};
      case ParquetPageKind::kDictionary:
        return read_dictionary(page, bytes);
      case ParquetPageKind::kData:
        return read_data(page, bytes);
      case ParquetPageKind::kDataV2:
        return read_data_v2(page, bytes);
    }
    return {};  // of a later version: the count of values tells whether it was needed
  }

  std::string& keep(std::string bytes) {
    return *column_.owned.emplace_back(std::make_unique<std::string>(std::move(bytes)));
  }

  // A view of `packed` itself where nothing is packed.
  Result<std::string_view> unpacked(std::string_view packed, std::size_t size) {
    if (in_.chunk.codec == kCodecNone) {
      if (packed.size() != size) return data_loss("a page has another size than it says");
      return packed;
    }
    if (size == 0) return std::string_view();
    // A page that says more than is left is not begun.
    if (size > in_.budget.bytes_left()) return in_.budget.unpack(size);
    if (in_.chunk.codec == kCodecSnappy) {
      VECSTORE_ASSIGN(std::string out, unpack_snappy(packed, size, in_.budget));
      return std::string_view(keep(std::move(out)));
    }
    const Packing how = in_.chunk.codec == kCodecGzip ? Packing::kGzip : Packing::kZstd;
    VECSTORE_ASSIGN(std::string out, unpack(packed, how, in_.budget));
    if (out.size() != size) return data_loss("a page unpacks to another size than it says");
    return std::string_view(keep(std::move(out)));
  }

  Status read_dictionary(const ParquetPage& page, std::string_view packed) {
    if (has_dictionary_) return data_loss("it has two dictionaries");
    has_dictionary_ = true;
    VECSTORE_ASSIGN(std::string_view bytes,
                    unpacked(packed, static_cast<std::size_t>(page.unpacked_bytes)));
    VECSTORE_ASSIGN(const std::size_t count, count_cells(page.values, kMaxParquetDictionary));
    return decode_plain(bytes, count, dictionary_.numbers, dictionary_.bytes);
  }

  Result<std::size_t> count_cells(std::int64_t cells, std::size_t most) {
    if (cells < 0 || static_cast<std::uint64_t>(cells) > most) {
      return data_loss("a page holds more values than its column");
    }
    VECSTORE_TRY(in_.budget.unpack(static_cast<std::uint64_t>(cells)));
    return static_cast<std::size_t>(cells);
  }

  Result<std::size_t> count_data_cells(const ParquetPage& page) {
    const auto values = static_cast<std::size_t>(in_.chunk.values);
    return count_cells(page.values, values - column_.definitions.size());
  }

  Status read_data(const ParquetPage& page, std::string_view packed) {
    VECSTORE_ASSIGN(const std::size_t count, count_data_cells(page));
    VECSTORE_ASSIGN(std::string_view bytes,
                    unpacked(packed, static_cast<std::size_t>(page.unpacked_bytes)));
    for (const bool repetition : {true, false}) {
      const unsigned width = level_width(repetition);
      const ParquetEncoding how = repetition ? page.repetitions : page.definitions;
      std::string_view levels;
      if (width > 0) VECSTORE_TRY(take_levels(bytes, how, count, width, levels));
      VECSTORE_TRY(add_levels(levels, how, count, repetition));
    }
    return add_values(bytes, page.encoding, count);
  }

  Status read_data_v2(const ParquetPage& page, std::string_view packed) {
    VECSTORE_ASSIGN(const std::size_t count, count_data_cells(page));
    const std::int64_t r = page.repetition_bytes, d = page.definition_bytes;
    const auto size = static_cast<std::int64_t>(packed.size());
    if (r < 0 || d < 0 || r > size || d > size - r || r + d > page.unpacked_bytes) {
      return cut_page();
    }
    const auto repetition_bytes = static_cast<std::size_t>(r);
    const auto level_bytes = static_cast<std::size_t>(r + d);
    VECSTORE_TRY(
        add_levels(packed.substr(0, repetition_bytes), ParquetEncoding::kRle, count, true));
    VECSTORE_TRY(add_levels(packed.substr(repetition_bytes, level_bytes - repetition_bytes),
                            ParquetEncoding::kRle, count, false));
    std::string_view bytes = packed.substr(level_bytes);
    if (page.packed) {
      const auto unpacked_bytes = static_cast<std::size_t>(page.unpacked_bytes);
      VECSTORE_ASSIGN(bytes, unpacked(bytes, unpacked_bytes - level_bytes));
    }
    return add_values(bytes, page.encoding, count);
  }

  unsigned level_width(bool repetition) const {
    return bit_width_of(repetition ? in_.leaf.max_repetition : in_.leaf.max_definition);
  }

  static Status take_levels(std::string_view& bytes, ParquetEncoding how, std::size_t count,
                            unsigned width, std::string_view& levels) {
    std::uint64_t size = (std::uint64_t{count} * width + 7) / 8;
    if (how != ParquetEncoding::kBitPacked) {
      if (bytes.size() < 4) return cut_page();
      size = u32_at(bytes);
      bytes.remove_prefix(4);
    }
    if (size > bytes.size()) return cut_page();
    levels = bytes.substr(0, static_cast<std::size_t>(size));
    bytes.remove_prefix(levels.size());
    return {};
  }

  Status add_levels(std::string_view bytes, ParquetEncoding how, std::size_t count,
                    bool repetition) {
    const unsigned width = level_width(repetition);
    const unsigned most = repetition ? in_.leaf.max_repetition : in_.leaf.max_definition;
    if (width == 0) {
      if (repetition)
        column_.rows += count;
      else
        column_.definitions.insert(column_.definitions.end(), count, std::uint8_t{0});
      return {};
    }
    scratch_.clear();
    VECSTORE_TRY(how == ParquetEncoding::kBitPacked
                     ? decode_bit_packed_levels(bytes, width, count, scratch_)
                     : decode_runs(bytes, width, count, scratch_));
    std::vector<std::uint8_t>& to = repetition ? column_.repetitions : column_.definitions;
    for (const std::uint32_t level : scratch_) {
      if (level > most) return data_loss("a level is higher than its column allows");
      if (repetition && level == 0) ++column_.rows;
      to.push_back(static_cast<std::uint8_t>(level));
    }
    return {};
  }

  // `count` cells, of which the levels are there already.
  Status add_values(std::string_view bytes, ParquetEncoding how, std::size_t count) {
    const auto last = column_.definitions.end();
    const auto there =
        std::count(last - static_cast<std::ptrdiff_t>(count), last, in_.leaf.max_definition);
    if (there == 0) return {};
    const auto values = static_cast<std::size_t>(there);
    using enum ParquetEncoding;
    switch (how) {
      case kPlain:
        return decode_plain(bytes, values, column_.numbers, column_.bytes);
      case kPlainDictionary:
      case kDictionary:
        return add_from_dictionary(bytes, values);
      case kRle:
        if (type_ == ParquetType::kBoolean) return add_boolean_runs(bytes, values);
        break;
      case kDelta:
        if (type_ == ParquetType::kInt32 || type_ == ParquetType::kInt64) {
          return add_differences(bytes, values);
        }
        break;
      case kDeltaLength:
        if (type_ == ParquetType::kByteArray) {
          return decode_delta_lengths(bytes, values, column_.bytes);
        }
        break;
      case kDeltaBytes:
        if (type_ == ParquetType::kByteArray || type_ == ParquetType::kFixed) {
          return add_shared(bytes, values);
        }
        break;
      case kByteStreamSplit:
        if (plain_width(element_) != 0 && type_ != ParquetType::kInt96) {
          return add_split(bytes, values);
        }
        break;
      case kBitPacked:
        break;
    }
    return invalid_argument("a page has the encoding " +
                            std::to_string(static_cast<std::int64_t>(how)) +
                            ", which its type does not allow");
  }

  Status decode_plain(std::string_view bytes, std::size_t count, std::vector<std::int64_t>& numbers,
                      std::vector<std::string_view>& views) const {
    if (type_ == ParquetType::kBoolean) {
      if (count / 8 + (count % 8 != 0) > bytes.size()) return cut_page();
      for (std::size_t i = 0; i < count; ++i) numbers.push_back((bytes[i / 8] >> (i % 8)) & 1);
      return {};
    }
    if (type_ == ParquetType::kByteArray) return decode_plain_bytes(bytes, count, views);
    const std::size_t width = plain_width(element_);
    if (bytes.size() / width < count) return cut_page();
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view value = bytes.substr(i * width, width);
      if (holds_bytes(type_))
        views.push_back(value);
      else
        numbers.push_back(number_of(value));
    }
    return {};
  }

  std::int64_t number_of(std::string_view bytes) const {
    if (bytes.size() == 4) {
      const std::uint32_t bits = u32_at(bytes);
      return type_ == ParquetType::kInt32 ? static_cast<std::int32_t>(bits) : std::int64_t{bits};
    }
    std::int64_t value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }

  static Status decode_plain_bytes(std::string_view bytes, std::size_t count,
                                   std::vector<std::string_view>& views) {
    for (std::size_t i = 0; i < count; ++i) {
      if (bytes.size() < 4) return cut_page();
      const std::uint32_t size = u32_at(bytes);
      bytes.remove_prefix(4);
      if (size > bytes.size()) return cut_page();
      views.push_back(bytes.substr(0, size));
      bytes.remove_prefix(size);
    }
    return {};
  }

  Status add_from_dictionary(std::string_view bytes, std::size_t count) {
    if (!has_dictionary_) return data_loss("a page refers to a dictionary that is not there");
    if (bytes.empty()) return cut_page();
    const auto width = static_cast<std::uint8_t>(bytes[0]);
    scratch_.clear();
    VECSTORE_TRY(decode_runs(bytes.substr(1), width, count, scratch_));
    for (const std::uint32_t index : scratch_) {
      if (index >= dictionary_.size()) return data_loss("a value is not in the dictionary");
      if (holds_bytes(type_))
        column_.bytes.push_back(dictionary_.bytes[index]);
      else
        column_.numbers.push_back(dictionary_.numbers[index]);
    }
    return {};
  }

  Status add_boolean_runs(std::string_view bytes, std::size_t count) {
    if (bytes.size() < 4) return cut_page();
    scratch_.clear();
    VECSTORE_TRY(decode_runs(bytes.substr(4), 1, count, scratch_));
    for (const std::uint32_t value : scratch_) column_.numbers.push_back(value & 1);
    return {};
  }

  Status add_differences(std::string_view bytes, std::size_t count) {
    const std::size_t before = column_.numbers.size();
    VECSTORE_TRY(decode_delta(bytes, count, column_.numbers));
    if (type_ == ParquetType::kInt64) return {};
    for (std::size_t i = before; i < column_.numbers.size(); ++i) {  // they wrap at 32 bits
      column_.numbers[i] = static_cast<std::int32_t>(column_.numbers[i]);
    }
    return {};
  }

  Status add_shared(std::string_view bytes, std::size_t count) {
    VECSTORE_ASSIGN(const SharedPrefixes parts, decode_delta_bytes(bytes, count));
    VECSTORE_TRY(in_.budget.unpack(parts.total_bytes));
    const std::size_t before = column_.bytes.size();
    join_prefixes(parts, keep({}), column_.bytes);
    if (type_ != ParquetType::kFixed) return {};
    for (std::size_t i = before; i < column_.bytes.size(); ++i) {
      if (column_.bytes[i].size() != plain_width(element_)) return cut_page();
    }
    return {};
  }

  Status add_split(std::string_view bytes, std::size_t count) {
    const std::size_t width = plain_width(element_);
    VECSTORE_TRY(in_.budget.unpack(std::uint64_t{width} * count));
    VECSTORE_ASSIGN(std::string whole, decode_byte_stream_split(bytes, width, count));
    const std::string& kept = keep(std::move(whole));
    return decode_plain(kept, count, column_.numbers, column_.bytes);
  }

  const ParquetColumnInput& in_;
  const ParquetElement& element_;
  const ParquetType type_;
  ParquetColumn column_;
  Values dictionary_;
  bool has_dictionary_ = false;
  std::vector<std::uint32_t> scratch_;
};

}  // namespace

Result<ParquetColumn> read_parquet_column(const ParquetColumnInput& input) {
  return ColumnReader(input).read();
}

}  // namespace vecstore
