#include "rag/loaders/pdf/pdf_filters.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace vecstore {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

Result<std::string> inflate_bytes(std::string_view bytes, LoadBudget& budget) {
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  std::string out;
  z_stream stream = {};
  if (inflateInit(&stream) != Z_OK) return resource_exhausted("not enough memory to inflate");
  // zlib's interface has no const; it only reads.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(std::min(bytes.size(), std::size_t{UINT32_MAX}));
  Status status;
  std::string piece(kPiece, '\0');
  for (int code = Z_OK; code == Z_OK && status.ok();) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(kPiece);
    code = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = kPiece - stream.avail_out;
    status = budget.unpack(got);
    if (status.ok()) out.append(piece, 0, got);
    if (got == 0 && stream.avail_in == 0) break;
  }
  inflateEnd(&stream);
  VECSTORE_TRY(status);
  return out;
}

class LzwDecoder {
 public:
  LzwDecoder(std::string_view bytes, bool early, LoadBudget& budget)
      : bytes_(bytes), early_(early ? 1 : 0), budget_(budget) {}

  Result<std::string> run() {
    std::string out;
    for (int code = next(); code >= 0 && code != kEnd; code = next()) {
      if (code == kClear) {
        begins_.clear();
        previous_ = {};
        continue;
      }
      const Entry entry = entry_of(code);
      if (entry.size == 0) break;  // damaged
      VECSTORE_TRY(budget_.unpack(entry.size));
      const std::size_t at = out.size();
      for (std::size_t i = 0; i < entry.size; ++i) {
        // A byte of an entry that is still being written is the first one of the entry before it.
        out += entry.literal >= 0 ? static_cast<char>(entry.literal) : out[entry.begin + i];
      }
      if (previous_.size > 0 && begins_.size() < kMostEntries) {
        begins_.push_back({previous_.begin, previous_.size + 1, -1});
      }
      previous_ = {at, entry.size, -1};
    }
    return out;
  }

 private:
  static constexpr int kClear = 256, kEnd = 257;
  static constexpr std::size_t kMostEntries = 4096 - 258;

  // A table entry is a run of the output: that of its code when it came first, and one byte more.
  struct Entry {
    std::size_t begin = 0;
    std::size_t size = 0;
    int literal = -1;
  };

  Entry entry_of(int code) const {
    if (code < 256) return {0, 1, code};
    const auto index = static_cast<std::size_t>(code - 258);
    if (index < begins_.size()) return begins_[index];
    if (index == begins_.size() && previous_.size > 0) {
      return {previous_.begin, previous_.size + 1, -1};
    }
    return {};
  }

  int next() {
    const std::size_t known = 258 + begins_.size() + static_cast<std::size_t>(early_);
    const std::size_t width = known < 512 ? 9 : known < 1024 ? 10 : known < 2048 ? 11 : 12;
    while (held_ < width) {
      if (at_ == bytes_.size()) return -1;
      bits_ = bits_ << 8 | static_cast<unsigned char>(bytes_[at_++]);
      held_ += 8;
    }
    held_ -= width;
    return static_cast<int>(bits_ >> held_ & ((1u << width) - 1));
  }

  std::string_view bytes_;
  int early_;
  LoadBudget& budget_;
  std::vector<Entry> begins_;
  Entry previous_;
  std::size_t at_ = 0, held_ = 0;
  std::uint64_t bits_ = 0;
};

Result<std::string> run_length_bytes(std::string_view bytes, LoadBudget& budget) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto length = static_cast<unsigned char>(bytes[at++]);
    if (length == 128) break;
    if (length < 128) {
      const std::string_view run = bytes.substr(at, length + std::size_t{1});
      VECSTORE_TRY(budget.unpack(run.size()));
      out += run;
      at += run.size();
    } else if (at < bytes.size()) {
      VECSTORE_TRY(budget.unpack(257u - length));
      out.append(257u - length, bytes[at++]);
    }
  }
  return out;
}

Result<std::string> hex_bytes(std::string_view bytes, LoadBudget& budget) {
  VECSTORE_TRY(budget.unpack(bytes.size() / 2 + 1));
  std::string out;
  int held = -1;
  for (const char c : bytes) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (c == '>') break;
    if (digit < 0) continue;
    if (held >= 0) out += static_cast<char>(held << 4 | digit);
    held = held >= 0 ? -1 : digit;
  }
  if (held >= 0) out += static_cast<char>(held << 4);
  return out;
}

Result<std::string> ascii85_bytes(std::string_view bytes, LoadBudget& budget) {
  std::string out;
  std::uint32_t word = 0;
  int count = 0;
  for (const char c : bytes) {
    if (is_space(c)) continue;
    if (c == 'z' && count == 0) {
      VECSTORE_TRY(budget.unpack(4));
      out.append(4, '\0');
      continue;
    }
    if (c < '!' || c > 'u') break;  // '~', or damaged
    word = word * 85 + static_cast<std::uint32_t>(c - '!');
    if (++count < 5) continue;
    VECSTORE_TRY(budget.unpack(4));
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(word >> shift & 0xff);
    word = 0;
    count = 0;
  }
  for (int i = count; i > 0 && i < 5; ++i) word = word * 85 + 84;
  for (int i = 0; i + 1 < count; ++i) out += static_cast<char>(word >> (24 - 8 * i) & 0xff);
  return out;
}

struct Row {
  std::size_t bytes;  // of a row
  std::size_t pixel;  // bytes to the same component of the pixel before
};

Row row_of(const PdfFilter& filter) {
  const auto colors = static_cast<std::size_t>(std::clamp(filter.colors, 1, 32));
  const auto bits = static_cast<std::size_t>(std::clamp(filter.bits, 1, 16));
  const auto columns = static_cast<std::size_t>(std::clamp(filter.columns, 1, 1 << 20));
  return {(colors * bits * columns + 7) / 8, std::max<std::size_t>(1, colors * bits / 8)};
}

int paeth(int left, int up, int corner) {
  const int guess = left + up - corner;
  const int by_left = std::abs(guess - left), by_up = std::abs(guess - up);
  const int by_corner = std::abs(guess - corner);
  if (by_left <= by_up && by_left <= by_corner) return left;
  return by_up <= by_corner ? up : corner;
}

// Undoes PNG's filters in place: each row has its own, named by the byte before it.
std::string undo_png(std::string_view bytes, Row row) {
  std::string out;
  std::string above(row.bytes, '\0');
  for (std::size_t at = 0; at < bytes.size();) {
    const char kind = bytes[at++];
    std::string line(bytes.substr(at, row.bytes));
    at += line.size();
    line.resize(row.bytes);
    for (std::size_t i = 0; i < row.bytes; ++i) {
      const auto byte = [](char c) { return static_cast<int>(static_cast<unsigned char>(c)); };
      const int left = i < row.pixel ? 0 : byte(line[i - row.pixel]);
      const int corner = i < row.pixel ? 0 : byte(above[i - row.pixel]);
      const int up = byte(above[i]);
      const int guess = kind == 1   ? left
                        : kind == 2 ? up
                        : kind == 3 ? (left + up) / 2
                        : kind == 4 ? paeth(left, up, corner)
                                    : 0;
      line[i] = static_cast<char>(byte(line[i]) + guess);
    }
    out += line;
    above = std::move(line);
  }
  return out;
}

std::string undo_tiff(std::string bytes, Row row, int bits) {
  if (bits != 8) return bytes;
  for (std::size_t begin = 0; begin < bytes.size(); begin += row.bytes) {
    const std::size_t end = std::min(bytes.size(), begin + row.bytes);
    for (std::size_t i = begin + row.pixel; i < end; ++i) {
      bytes[i] = static_cast<char>(bytes[i] + bytes[i - row.pixel]);
    }
  }
  return bytes;
}

std::string undo_predictor(std::string bytes, const PdfFilter& filter) {
  if (filter.predictor == 2) return undo_tiff(std::move(bytes), row_of(filter), filter.bits);
  return filter.predictor >= 10 ? undo_png(bytes, row_of(filter)) : std::move(bytes);
}

Result<std::string> decode(std::string_view bytes, const PdfFilter& filter, LoadBudget& budget) {
  const std::string& name = filter.name;
  if (name == "FlateDecode" || name == "Fl") {
    VECSTORE_ASSIGN(std::string out, inflate_bytes(bytes, budget));
    return undo_predictor(std::move(out), filter);
  }
  if (name == "LZWDecode" || name == "LZW") {
    VECSTORE_ASSIGN(std::string out, LzwDecoder(bytes, filter.early_change, budget).run());
    return undo_predictor(std::move(out), filter);
  }
  if (name == "RunLengthDecode" || name == "RL") return run_length_bytes(bytes, budget);
  if (name == "ASCIIHexDecode" || name == "AHx") return hex_bytes(bytes, budget);
  if (name == "ASCII85Decode" || name == "A85") return ascii85_bytes(bytes, budget);
  if (name == "Crypt") return std::string(bytes);  // undone where the file is read
  return unimplemented("a stream packed with " + name.substr(0, 40));
}

}  // namespace

Result<std::string> decode_pdf_stream(std::string_view bytes, std::span<const PdfFilter> filters,
                                      LoadBudget& budget) {
  if (filters.size() > kMaxPdfFilters) {
    return invalid_argument(std::to_string(filters.size()) + " filters on one stream");
  }
  std::string out(bytes);
  for (const PdfFilter& filter : filters) {
    VECSTORE_ASSIGN(out, decode(out, filter, budget));
  }
  return out;
}

}  // namespace vecstore
