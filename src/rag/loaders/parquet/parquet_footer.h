// What a Parquet file says of itself: its schema as a flat list, its row groups, and the header of
// each page. Numbers are as the file has them, checked for being sensible alone, not yet against
// each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

inline constexpr std::size_t kMaxParquetElements = 10'000;  // of a schema
inline constexpr std::size_t kMaxParquetChunks = 1'000'000;
inline constexpr std::size_t kMaxParquetNameBytes = 1'000;

enum class ParquetType { kBoolean, kInt32, kInt64, kInt96, kFloat, kDouble, kByteArray, kFixed };

enum class ParquetLogical {
  kNone,
  kString,
  kList,
  kMap,
  kEnum,
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
  kInterval,
  kInteger,
  kNull,
  kJson,
  kUuid,
  kFloat16,
  kBinary,  // BSON, Variant, Geometry and what is newer
};

enum class ParquetRepetition { kRequired, kOptional, kRepeated };

struct ParquetElement {
  std::string name = {};                 // valid UTF-8
  std::optional<ParquetType> type = {};  // none: a group
  ParquetRepetition repetition = ParquetRepetition::kRequired;
  std::int64_t type_length = 0;  // of kFixed, in bytes
  std::int64_t children = 0;
  ParquetLogical logical = ParquetLogical::kNone;
  std::int64_t scale = 0;           // of kDecimal
  std::int64_t per_second = 1'000;  // units of kTime and kTimestamp
  bool utc = false;                 // of kTimestamp
  bool is_signed = true;            // of kInteger
};

struct ParquetChunk {  // of one column in one row group
  std::int64_t type = -1;
  std::int64_t codec = 0;
  std::int64_t values = 0;  // with nulls
  std::int64_t packed_bytes = 0;
  std::int64_t data_offset = 0;
  std::int64_t dictionary_offset = 0;  // 0: none
  bool elsewhere = false;              // in another file
  bool encrypted = false;
};

struct ParquetRowGroup {
  std::vector<ParquetChunk> chunks = {};
  std::int64_t rows = 0;
};

struct ParquetFooter {
  std::vector<ParquetElement> schema = {};  // each group before its children
  std::vector<ParquetRowGroup> row_groups = {};
  std::string created_by = {};
  std::vector<std::pair<std::string, std::string>> key_values = {};
  bool encrypted = false;
};

enum class ParquetEncoding : std::int64_t {
  kPlain = 0,
  kPlainDictionary = 2,
  kRle = 3,
  kBitPacked = 4,
  kDelta = 5,
  kDeltaLength = 6,
  kDeltaBytes = 7,
  kDictionary = 8,
  kByteStreamSplit = 9,
};

enum class ParquetPageKind : std::int64_t { kData = 0, kIndex = 1, kDictionary = 2, kDataV2 = 3 };

struct ParquetPage {
  ParquetPageKind kind = ParquetPageKind::kData;
  std::int64_t unpacked_bytes = -1, packed_bytes = -1;
  std::optional<std::uint32_t> crc = {};
  std::int64_t values = -1;
  ParquetEncoding encoding = ParquetEncoding::kPlain;
  ParquetEncoding definitions = ParquetEncoding::kRle, repetitions = ParquetEncoding::kRle;
  std::int64_t definition_bytes = 0, repetition_bytes = 0;  // of kDataV2
  bool packed = true;
  std::size_t header_bytes = 0;
};

// The footer of a whole file, found from its end.
Result<ParquetFooter> read_parquet_footer(std::string_view file);

// The header at the front of `bytes`.
Result<ParquetPage> read_parquet_page(std::string_view bytes);

}  // namespace vecstore
