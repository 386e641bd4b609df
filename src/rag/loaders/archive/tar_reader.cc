#include "rag/loaders/archive/tar_reader.h"

#include <algorithm>
#include <charconv>

namespace vecstore {
namespace {

// A field of a head: where it begins and how long it is.
struct Field {
  std::size_t at, size;
};
constexpr Field kName = {0, 100}, kSize = {124, 12}, kSum = {148, 8}, kMagic = {257, 6},
                kPrefix = {345, 155};
constexpr std::size_t kTypeAt = 156;
constexpr std::size_t kMapGoesOnAt = 482, kBlockGoesOnAt = 504;  // in GNU tar's sparse files

std::string_view field(std::string_view head, Field which) {
  return head.substr(which.at, which.size);
}

std::string_view until_nul(std::string_view text) { return text.substr(0, text.find('\0')); }

bool is_empty(std::string_view block) { return block.find_first_not_of('\0') == block.npos; }

// Octal digits between spaces; or, where the first bit is set, a number in base 256, which cannot
// be negative.
std::optional<std::uint64_t> number(std::string_view raw) {
  std::uint64_t value = 0;
  if (raw[0] & '\x80') {
    for (std::size_t i = 0; i < raw.size(); ++i) {
      const auto byte = static_cast<unsigned char>(i == 0 ? raw[i] & '\x7f' : raw[i]);
      if (value >> 55) return std::nullopt;  // so that 2^63 is never reached
      value = value << 8 | byte;
    }
    return value;
  }
  raw = until_nul(raw);
  while (raw.starts_with(' ')) raw.remove_prefix(1);
  while (raw.ends_with(' ')) raw.remove_suffix(1);
  for (char c : raw) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value << 3 | static_cast<std::uint64_t>(c - '0');  // at most twelve digits
  }
  return value;
}

std::optional<std::uint64_t> decimal(std::string_view digits) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value >> 63) return std::nullopt;
  return value;
}

std::string name_of(std::string_view head) {
  const std::string_view name = until_nul(field(head, kName));
  // GNU tar writes "ustar " and keeps times where others have the prefix.
  const bool has_prefix = field(head, kMagic) == std::string_view("ustar\0", 6);
  const std::string_view prefix = has_prefix ? until_nul(field(head, kPrefix)) : "";
  return prefix.empty() ? std::string(name) : std::string(prefix).append("/").append(name);
}

// An old archive's hard link says the size of the file that it leads to and holds nothing of it.
bool has_content(char type, std::string_view after) {
  if (type == '1') {
    return after.size() >= kTarBlockBytes && !is_empty(after.substr(0, kTarBlockBytes)) &&
           !begins_with_tar_head(after);
  }
  return std::string_view("23456").find(type) == std::string_view::npos;
}

ArchiveMember::Kind kind_of(char type, std::string_view name) {
  using enum ArchiveMember::Kind;
  switch (type) {
    case '1':
    case '2':
      return kLink;
    case '3':
    case '4':
    case '6':
    case 'M':  // the rest of a file that began on another tape
      return kOther;
    case '5':
    case 'D':
      return kFolder;
    default:
      return name.ends_with('/') ? kFolder : kFile;
  }
}

}  // namespace

bool begins_with_tar_head(std::string_view bytes) {
  if (bytes.size() < kTarBlockBytes || bytes[0] == '\0') return false;
  const std::optional<std::uint64_t> said = number(field(bytes, kSum));
  std::int64_t sum = 0, signed_sum = 0;  // old programs on some machines added signed bytes
  for (std::size_t i = 0; i < kTarBlockBytes; ++i) {
    const char c = i >= kSum.at && i < kSum.at + kSum.size ? ' ' : bytes[i];
    sum += static_cast<unsigned char>(c);
    signed_sum += static_cast<signed char>(c);
  }
  return said && (static_cast<std::int64_t>(*said) == sum ||
                  static_cast<std::int64_t>(*said) == signed_sum);
}

Result<std::string_view> TarReader::take_head() {
  if (rest_.size() < kTarBlockBytes) return data_loss("it ends within a head");
  if (!begins_with_tar_head(rest_)) return data_loss("the checksum of a head is wrong");
  const std::string_view head = rest_.substr(0, kTarBlockBytes);
  rest_.remove_prefix(kTarBlockBytes);
  return head;
}

std::string_view TarReader::take_content(std::uint64_t size) {
  cut_ = size > rest_.size();
  const std::size_t there = cut_ ? rest_.size() : static_cast<std::size_t>(size);
  const std::string_view content = rest_.substr(0, there);
  const std::size_t padding = (kTarBlockBytes - there % kTarBlockBytes) % kTarBlockBytes;
  rest_.remove_prefix(std::min(there + padding, rest_.size()));
  return content;
}

Status TarReader::read_pax_record(std::string_view record, Said& said) const {
  const std::string_view key = record.substr(0, record.find('='));
  if (key.size() == record.size()) return data_loss("a pax record without a value");
  const std::string_view value = record.substr(key.size() + 1);
  if (key == "GNU.sparse.name") {
    said.name = value;
  } else if (key == "path") {
    if (!said.sparse || said.name.empty()) said.name = value;  // that of a sparse file is made up
  } else if (key == "size") {
    said.size = decimal(value);
    if (!said.size) return data_loss("a pax size that is no number");
  }
  said.sparse |= key.starts_with("GNU.sparse.") || key == "SCHILY.realsize";
  return {};
}

// "27 path=docs/notes.txt\n": the length is that of all of it.
Status TarReader::read_pax(std::string_view records, Said& said) const {
  while (!records.empty() && records[0] != '\0') {
    const std::size_t space = records.find(' ');
    const std::optional<std::uint64_t> length =
        decimal(records.substr(0, std::min(space, std::size_t{20})));
    if (space == records.npos || !length || *length > records.size() || *length < space + 2 ||
        records[static_cast<std::size_t>(*length) - 1] != '\n') {
      return data_loss("a pax head that is no list of records");
    }
    const auto size = static_cast<std::size_t>(*length);
    VECSTORE_TRY(read_pax_record(records.substr(space + 1, size - space - 2), said));
    records.remove_prefix(size);
  }
  return {};
}

// Heads that are no members: long names, pax, volume labels.
Result<bool> TarReader::describes_next(char type, std::uint64_t size, Said& said) {
  if (std::string_view("LKxXgVN").find(type) == std::string_view::npos) return false;
  const std::string_view content = take_content(size);
  if (cut_) return data_loss("it ends within a head");
  if (type == 'L') said.name = until_nul(content);
  if (type == 'x' || type == 'X') VECSTORE_TRY(read_pax(content, said));
  return true;
}

// Blocks that hold the rest of a map that did not fit into the head; no size counts them.
void TarReader::skip_sparse_map(bool goes_on) {
  while (goes_on && rest_.size() >= kTarBlockBytes) {
    goes_on = rest_[kBlockGoesOnAt] != '\0';
    rest_.remove_prefix(kTarBlockBytes);
  }
}

ArchiveMember TarReader::member(std::string_view head, std::uint64_t size, const Said& said) {
  const char type = head[kTypeAt];
  ArchiveMember out;
  out.name = said.name.empty() ? name_of(head) : std::string(said.name);
  out.kind = kind_of(type, out.name);
  sparse_ = said.sparse || type == 'S';
  if (type == 'S') skip_sparse_map(head[kMapGoesOnAt] != '\0');
  content_ = take_content(has_content(type, rest_) ? size : 0);
  return out;
}

Result<std::optional<ArchiveMember>> TarReader::next() {
  Said said;
  for (;;) {
    if (is_empty(rest_.substr(0, kTarBlockBytes))) {
      rest_ = {};
      return std::optional<ArchiveMember>();
    }
    VECSTORE_ASSIGN(const std::string_view head, take_head());
    const std::optional<std::uint64_t> own = number(field(head, kSize));
    if (!own) return data_loss("a size that is no number");
    VECSTORE_ASSIGN(const bool described, describes_next(head[kTypeAt], *own, said));
    if (!described) return std::optional(member(head, said.size.value_or(*own), said));
  }
}

Result<std::string> TarReader::read(LoadBudget& budget) const {
  if (sparse_) return unimplemented("a sparse file, of which an archive has pieces: not read");
  if (cut_) return data_loss("it ends within this file");
  VECSTORE_TRY(budget.unpack(content_.size()));
  return std::string(content_);
}

}  // namespace vecstore
