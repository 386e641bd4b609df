// Parquet's encodings of numbers and byte strings, each out of bytes that nobody vouches for.
//
// `count` says how many values there must be and has been checked by the caller against its limits;
// each function appends exactly so many or returns kDataLoss. Views point into the bytes given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// The least bits that hold 0 … `most`.
unsigned bit_width_of(std::uint64_t most);

// Runs of one value and runs of packed values, `width` bits each (at most 32).
Status decode_runs(std::string_view bytes, unsigned width, std::size_t count,
                   std::vector<std::uint32_t>& out);

// The old form of levels: packed from the highest bit down.
Status decode_bit_packed_levels(std::string_view bytes, unsigned width, std::size_t count,
                                std::vector<std::uint32_t>& out);

// DELTA_BINARY_PACKED from the front of `bytes`, which then has the rest.
Status decode_delta(std::string_view& bytes, std::size_t count, std::vector<std::int64_t>& out);

// DELTA_LENGTH_BYTE_ARRAY
Status decode_delta_lengths(std::string_view bytes, std::size_t count,
                            std::vector<std::string_view>& out);

// DELTA_BYTE_ARRAY: what a value shares with the one before it, and the rest of it.
struct SharedPrefixes {
  std::vector<std::int64_t> prefixes = {};
  std::vector<std::string_view> suffixes = {};
  std::uint64_t total_bytes = 0;  // of the values: may be far more than of what was read
};
Result<SharedPrefixes> decode_delta_bytes(std::string_view bytes, std::size_t count);
// The values, in `arena`, which must be empty.
void join_prefixes(const SharedPrefixes& parts, std::string& arena,
                   std::vector<std::string_view>& out);

// BYTE_STREAM_SPLIT: the first bytes of all values, then the second, … put together again.
Result<std::string> decode_byte_stream_split(std::string_view bytes, std::size_t width,
                                             std::size_t count);

}  // namespace vecstore
