#include "rag/ingest/file_chunks.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/hash.h"
#include "rag/splitters/splitter_options.h"

namespace vecstore {
namespace {

// To be raised when loaders or splitters come to give other chunks for the same file: unchanged
// files are then read anew.
constexpr int kChunkingVersion = 2;

// Every chunk has its document's metadata: a little file must not become a large collection.
constexpr std::size_t kMaxRepeatedMetadata = std::size_t{256} << 20;

constexpr std::array<std::string_view, 11> kOwnKeys = {
    "source",   "title",     "headings", "start",    "end",   "page",
    "document", "text_hash", kHashKey,   kChunksKey, kRootKey};

std::string hex(std::uint64_t number) {
  std::string out(16, '0');
  for (std::size_t i = 16; i-- > 0; number >>= 4) out[i] = "0123456789abcdef"[number & 15];
  return out;
}

// What was left out for a limit or want of a password is tried again when these change.
std::string way_of(const Splitter& splitter, const IngestOptions& options) {
  std::string way(splitter.name());
  for (std::uint64_t number :
       {std::uint64_t{options.splitting.chunk_size}, std::uint64_t{options.splitting.chunk_overlap},
        std::uint64_t{kChunkingVersion}, options.limits.unpacked_bytes,
        std::uint64_t{options.limits.members}, std::uint64_t{options.limits.depth},
        std::uint64_t{!options.password.empty()}}) {
    way += "/" + std::to_string(number);
  }
  if (options.late_chunking) way += "/late";
  way += describe_options(options.splitting);
  return hex(hash64(as_bytes(way)));
}

// The document's metadata with `title` settled and keys out of the way of the chunk's own.
Metadata common_metadata(const Document& document, const std::string& source) {
  Metadata out = {{"source", source}};
  const Value* title = document.metadata.find("title");
  bool titled = title && title->as_string() && !title->as_string()->empty();
  out["title"] = titled ? *title->as_string() : source.substr(source.rfind('/') + 1);
  for (const auto& [key, value] : document.metadata) {
    if (titled && key == "title") continue;
    bool taken = std::ranges::count(kOwnKeys, std::string_view(key)) != 0 ||
                 key == document.place || key == document.place + "_end";
    out[taken ? "doc_" + key : key] = value;
  }
  if (!document.file_offset) out["text_hash"] = hex(hash64(as_bytes(document.text)));
  return out;
}

// The page (slide, row, …) that byte `at` is on; none before the first.
std::optional<std::int64_t> place_at(const Document& document, std::size_t at) {
  auto next = std::ranges::upper_bound(document.places, at, {}, &PlaceBegin::begin);
  if (next == document.places.begin()) return std::nullopt;
  return std::prev(next)->number;
}

void note_place(const Document& document, const Chunk& chunk, Metadata& metadata) {
  if (document.place.empty()) return;
  const std::optional<std::int64_t> first = place_at(document, chunk.begin);
  const std::optional<std::int64_t> last = place_at(document, chunk.end - 1);
  if (first) metadata[document.place] = *first;
  if (last && last != first) metadata[document.place + "_end"] = *last;
}

// Title and headings say what a passage is about where its own words do not.
std::string embedding_input(const Metadata& metadata, const Chunk& chunk, std::string_view text) {
  const std::string& title = *metadata.find("title")->as_string();
  std::string out = title;
  for (const std::string& heading : chunk.headings) {
    if (heading != title) out += " › " + heading;
  }
  return out.append("\n").append(text);
}

LateDocument late_document(std::string text, const Metadata& common,
                           const std::vector<Chunk>& chunks) {
  LateDocument out{.text = std::move(text), .lead = *common.find("title")->as_string() + "\n"};
  for (const Chunk& chunk : chunks) out.parts.push_back({chunk.begin, chunk.end});
  return out;
}

Record chunk_record(const Document& document, const Metadata& common, const Chunk& chunk) {
  std::size_t origin = document.file_offset.value_or(0);
  Record record;
  record.text = document.text.substr(chunk.begin, chunk.end - chunk.begin);
  record.metadata = common;
  record.metadata["headings"] = List(chunk.headings.begin(), chunk.headings.end());
  record.metadata["start"] = static_cast<std::int64_t>(origin + chunk.begin);
  record.metadata["end"] = static_cast<std::int64_t>(origin + chunk.end);
  note_place(document, chunk, record.metadata);
  return record;
}

}  // namespace

FileReader::FileReader(const Sources& sources, const std::map<std::string, FileMemory>& memory,
                       const LoaderRegistry& loaders, const Splitter& splitter,
                       const IngestOptions& options)
    : sources_(sources),
      memory_(memory),
      loaders_(loaders),
      splitter_(splitter),
      options_(options),
      way_(way_of(splitter, options)) {}

FileChunks FileReader::read(std::size_t index) const {
  const SourceFile& file = sources_.files[index];
  FileChunks out;
  out.source = file.source;
  Result<std::string> bytes = read_file(file.path, options_.max_file_bytes);
  if (!bytes.ok()) {
    out.status = bytes.status();
    return out;
  }
  out.bytes = bytes->size();
  out.hash = hex(hash64(as_bytes(*bytes))) + "-" + way_;
  auto known = memory_.find(file.source);
  out.unchanged = known != memory_.end() && known->second.hash == out.hash;
  if (!out.unchanged) out.status = load_and_split(file, *bytes, out);
  return out;
}

Status FileReader::load_and_split(const SourceFile& file, const std::string& bytes,
                                  FileChunks& out) const {
  LoadInput input{bytes, file.path, options_.password};
  input.budget = std::make_shared<LoadBudget>(options_.limits);
  const bool source = splitter_.takes_source(loaders_.choose(input).name());
  VECSTORE_ASSIGN(std::vector<Document> documents,
                  source ? loaders_.named("text").load(input) : loaders_.load(input));
  for (std::size_t i = 0; i < documents.size(); ++i) {
    Document& document = documents[i];
    out.remarks.insert(out.remarks.end(), document.remarks.begin(), document.remarks.end());
    VECSTORE_ASSIGN(std::vector<Chunk> chunks, splitter_.split(document));
    Metadata common = common_metadata(document, file.source);
    if (documents.size() > 1) common["document"] = static_cast<std::int64_t>(i);
    out.replaced += document.replaced;
    std::size_t repeated = Value(common).to_json().size() * chunks.size();
    if (repeated > kMaxRepeatedMetadata) {
      return resource_exhausted("metadata of " + std::to_string(repeated / chunks.size()) +
                                " bytes for each of " + std::to_string(chunks.size()) + " chunks");
    }
    for (const Chunk& chunk : chunks) {
      out.records.push_back(chunk_record(document, common, chunk));
      out.records.back().id = chunk_id(file.source, out.records.size() - 1);
      if (options_.late_chunking) continue;
      out.inputs.push_back(embedding_input(common, chunk, *out.records.back().text));
    }
    if (options_.late_chunking && !chunks.empty())
      out.late.push_back(late_document(std::move(document.text), common, chunks));
  }
  if (out.records.empty()) return {};
  Metadata& first = out.records.front().metadata;
  first[kHashKey] = out.hash;
  first[kChunksKey] = static_cast<std::int64_t>(out.records.size());
  first[kRootKey] = sources_.roots[file.root].folder;
  return {};
}

}  // namespace vecstore
