#include "rag/ingest/file_chunks.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace vecstore {
namespace {

// To be raised when loaders or splitters come to give other chunks for the same file: unchanged
// files are then read anew.
constexpr int kChunkingVersion = 1;

// Every chunk has its document's metadata: a little file must not become a large collection.
constexpr std::size_t kMaxRepeatedMetadata = std::size_t{256} << 20;

constexpr std::array<std::string_view, 9> kOwnKeys = {
    "source", "headings", "start", "end", "page", kHashKey, kChunksKey, kRootKey, "title"};

std::string hex(std::uint64_t number) {
  std::string out(16, '0');
  for (std::size_t i = 16; i-- > 0; number >>= 4) out[i] = "0123456789abcdef"[number & 15];
  return out;
}

std::string way_of(const Splitter& splitter, const IngestOptions& options) {
  std::string way = std::string(splitter.name()) + "/" + std::to_string(options.chunk_size) + "/" +
                    std::to_string(options.chunk_overlap) + "/" + std::to_string(kChunkingVersion);
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
    bool taken = std::ranges::count(kOwnKeys, std::string_view(key)) != 0;
    out[taken ? "doc_" + key : key] = value;
  }
  return out;
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

Record chunk_record(const Document& document, const Metadata& common, const Chunk& chunk) {
  std::size_t origin = document.file_offset.value_or(0);
  Record record;
  record.text = document.text.substr(chunk.begin, chunk.end - chunk.begin);
  record.metadata = common;
  record.metadata["headings"] = List(chunk.headings.begin(), chunk.headings.end());
  record.metadata["start"] = static_cast<std::int64_t>(origin + chunk.begin);
  record.metadata["end"] = static_cast<std::int64_t>(origin + chunk.end);
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
      max_file_bytes_(options.max_file_bytes),
      way_(way_of(splitter, options)) {}

FileChunks FileReader::read(std::size_t index) const {
  const SourceFile& file = sources_.files[index];
  FileChunks out;
  out.source = file.source;
  Result<std::string> bytes = read_file(file.path, max_file_bytes_);
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
  VECSTORE_ASSIGN(std::vector<Document> documents, loaders_.load({bytes, file.path}));
  for (const Document& document : documents) {
    VECSTORE_ASSIGN(std::vector<Chunk> chunks, splitter_.split(document));
    Metadata common = common_metadata(document, file.source);
    out.replaced += document.replaced;
    std::size_t repeated = Value(common).to_json().size() * chunks.size();
    if (repeated > kMaxRepeatedMetadata) {
      return resource_exhausted("metadata of " + std::to_string(repeated / chunks.size()) +
                                " bytes for each of " + std::to_string(chunks.size()) + " chunks");
    }
    for (const Chunk& chunk : chunks) {
      out.records.push_back(chunk_record(document, common, chunk));
      out.records.back().id = chunk_id(file.source, out.records.size() - 1);
      out.inputs.push_back(embedding_input(common, chunk, *out.records.back().text));
    }
  }
  if (out.records.empty()) return {};
  Metadata& first = out.records.front().metadata;
  first[kHashKey] = out.hash;
  first[kChunksKey] = static_cast<std::int64_t>(out.records.size());
  first[kRootKey] = sources_.roots[file.root].folder;
  return {};
}

}  // namespace vecstore
