#include "rag/ingest/file_writer.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/clock.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

// What one atomic batch holds; the bytes are a rough estimate of what the log writes, hence the
// margin to kMaxBatchBytes.
constexpr std::size_t kBatchBytes = kMaxBatchBytes / 4;
constexpr std::size_t kBatchSteps = 10'000;

std::size_t estimated_bytes(const Record& record, std::size_t dimension) {
  return record.id.size() + record.text->size() + Value(record.metadata).to_json().size() +
         4 * dimension + 64;
}

// Hands a row of `values` for each of `texts` to `take(i, vector)`; a text without anything to
// embed gets none.
template <typename Take>
Status take_rows(const Embedder& embedder, const std::vector<float>& values, std::size_t texts,
                 Take take) {
  const std::size_t dimension = embedder.info().dimension;
  if (values.size() != texts * dimension) {
    return internal_error("the embedder gave " + std::to_string(values.size()) + " numbers for " +
                          std::to_string(texts) + " texts of dimension " +
                          std::to_string(dimension));
  }
  for (std::size_t i = 0; i < texts; ++i) {
    std::span<const float> row = std::span(values).subspan(i * dimension, dimension);
    bool zero = std::ranges::all_of(row, [](float x) { return x == 0; });
    if (!zero) take(i, Vector(row));
  }
  return {};
}

template <typename Take>
Status embed_slice(const Embedder& embedder, const EmbedOptions& options,
                   std::span<const std::string> inputs, Take take) {
  SomeEmbedded some = embedder.embed_some(inputs, options);
  VECSTORE_TRY(some.status);
  return take_rows(embedder, some.rows, inputs.size(), take);
}

// Parts of a document with what stands around them: more than any model reads at a time.
constexpr std::size_t kAround = 64 << 10;

Result<std::vector<float>> embed_with_surroundings(const Embedder& embedder,
                                                   const LateDocument& document,
                                                   std::span<const TextParts::Part> parts,
                                                   const CancelToken& cancel) {
  const auto is_inside = [&](std::size_t at) {  // of a character
    return at < document.text.size() && (document.text[at] & 0xc0) == 0x80;
  };
  std::size_t begin = parts.front().begin - std::min(parts.front().begin, kAround), end = 0;
  for (const TextParts::Part& part : parts) end = std::max(end, part.end);
  end = std::min(end + kAround, document.text.size());
  while (is_inside(begin)) ++begin;
  while (is_inside(end)) --end;
  std::vector<TextParts::Part> moved(parts.begin(), parts.end());
  for (TextParts::Part& part : moved) part = {part.begin - begin, part.end - begin};
  return embedder.embed_parts({.text = std::string_view(document.text).substr(begin, end - begin),
                               .lead = document.lead,
                               .parts = moved},
                              cancel);
}

}  // namespace

FileWriter::FileWriter(Collection& collection, const Embedder& embedder, Options options)
    : collection_(collection),
      embedder_(embedder),
      options_(std::move(options)),
      pace_(options_.batch_size) {
  options_.batch_size = std::max<std::size_t>(options_.batch_size, 1);
  if (options_.cancel) embedding_.cancel = *options_.cancel;
}

Status FileWriter::add(FileChunks file, std::size_t before) {
  waiting_chunks_ += file.records.size();
  bool large = is_large(file, before);
  waiting_.push_back({std::move(file), before, large});
  return waiting_chunks_ >= pace_.texts() ? flush() : Status();
}

Status FileWriter::flush() {
  std::vector<Waiting> files = std::exchange(waiting_, {});
  waiting_chunks_ = 0;
  VECSTORE_TRY(embed_small(files));
  for (Waiting& waiting : files) {
    std::size_t chunks = waiting.file.records.size();
    Status status = waiting.large ? write_in_parts(waiting) : write(waiting);
    if (!status.ok() && status.code() != Code::kInvalidArgument) return status;
    if (options_.done) {
      options_.done({waiting.file.source, status, waiting.file.bytes, waiting.before, chunks});
    }
  }
  return {};
}

bool FileWriter::is_large(const FileChunks& file, std::size_t before) const {
  if (std::max(file.records.size(), before) > kBatchSteps) return true;
  std::size_t bytes = 0;
  for (const Record& record : file.records) {
    bytes += estimated_bytes(record, embedder_.info().dimension);
  }
  return bytes > kBatchBytes;
}

Status FileWriter::embed(std::span<const std::string> inputs, const TakeVector& take,
                         const SourceOf& source) {
  for (std::size_t i = 0, count; i < inputs.size(); i += count) {
    VECSTORE_TRY(check_cancelled());
    count = std::min(pace_.texts(), inputs.size() - i);
    const double begun_ms = monotonic_ms();
    VECSTORE_TRY(embed_slice(embedder_, embedding_, inputs.subspan(i, count),
                             [&](std::size_t j, Vector v) { take(i + j, std::move(v)); }));
    if (count == pace_.texts()) pace_.took(monotonic_ms() - begun_ms);
    if (options_.embedded) options_.embedded(source(i + count - 1), count);
  }
  return {};
}

Status FileWriter::embed_late(FileChunks& file, std::size_t first, std::size_t count) {
  std::size_t at = 0;  // the document's first record
  for (const LateDocument& document : file.late) {
    const std::size_t begin = std::max(first, at);
    const std::size_t end = std::min(first + count, at + document.parts.size());
    for (std::size_t i = begin, some; i < end; i += some) {
      VECSTORE_TRY(check_cancelled());
      some = std::min(pace_.texts(), end - i);
      const double begun_ms = monotonic_ms();
      VECSTORE_ASSIGN(const std::vector<float> rows,
                      embed_with_surroundings(embedder_, document,
                                              std::span(document.parts).subspan(i - at, some),
                                              embedding_.cancel));
      VECSTORE_TRY(take_rows(embedder_, rows, some, [&](std::size_t j, Vector vector) {
        file.records[i + j].vector = std::move(vector);
      }));
      if (some == pace_.texts()) pace_.took(monotonic_ms() - begun_ms);
      if (options_.embedded) options_.embedded(file.source, some);
    }
    at += document.parts.size();
  }
  return {};
}

// Small files share calls of the embedder; a large one is embedded part by part while it is
// written.
Status FileWriter::embed_small(std::vector<Waiting>& files) {
  std::vector<std::string> inputs;
  std::vector<Record*> records;
  std::vector<const std::string*> sources;
  for (Waiting& waiting : files) {
    if (waiting.large) continue;
    if (!waiting.file.late.empty()) {
      VECSTORE_TRY(embed_late(waiting.file, 0, waiting.file.records.size()));
      continue;
    }
    std::ranges::move(waiting.file.inputs, std::back_inserter(inputs));
    for (Record& record : waiting.file.records) records.push_back(&record);
    sources.resize(records.size(), &waiting.file.source);
  }
  return embed(
      inputs, [&](std::size_t i, Vector v) { records[i]->vector = std::move(v); },
      [&](std::size_t i) -> const std::string& { return *sources[i]; });
}

Status FileWriter::write(Waiting& waiting) {
  std::vector<BatchOperation> steps;
  std::vector<Record>& records = waiting.file.records;
  for (std::size_t n = records.size(); n < waiting.before; ++n) {
    steps.push_back(BatchOperation::remove(chunk_id(waiting.file.source, n)));
  }
  for (Record& record : records) steps.push_back(BatchOperation::upsert(std::move(record)));
  return steps.empty() ? Status() : collection_.apply(steps).status();
}

// Chunk 0 comes first without its hash, so that the file counts as changed until it comes again
// with it.
Status FileWriter::write_in_parts(Waiting& waiting) {
  std::vector<Record>& records = waiting.file.records;
  const std::string& source = waiting.file.source;
  if (records.empty()) return remove(source, waiting.before);

  std::span<const std::string> inputs = waiting.file.inputs;
  const auto embed_from = [&](std::size_t first, std::size_t count) {
    if (!waiting.file.late.empty()) return embed_late(waiting.file, first, count);
    return embed(
        inputs.subspan(first, count),
        [&](std::size_t i, Vector v) { records[first + i].vector = std::move(v); },
        [&](std::size_t) -> const std::string& { return source; });
  };
  VECSTORE_TRY(embed_from(0, 1));
  Record first = records[0];
  first.metadata[kHashKey] = "";
  first.metadata[kChunksKey] = static_cast<std::int64_t>(std::max(records.size(), waiting.before));
  VECSTORE_TRY(collection_.upsert(first).status());

  std::size_t part = std::min(options_.batch_size, kBatchSteps);
  for (std::size_t i = 1; i < records.size(); i += part) {
    std::span<Record> slice = std::span(records).subspan(i, std::min(part, records.size() - i));
    VECSTORE_TRY(embed_from(i, slice.size()));
    VECSTORE_TRY(upsert_in_batches(slice));
    if (options_.part) options_.part(source, i + slice.size());
  }
  VECSTORE_TRY(remove_chunks(source, records.size(), waiting.before));
  return collection_.upsert(records[0]).status();
}

Status FileWriter::upsert_in_batches(std::span<const Record> records) {
  while (!records.empty()) {
    std::size_t count = 0, bytes = 0;
    while (count < records.size() && (count == 0 || bytes <= kBatchBytes)) {
      bytes += estimated_bytes(records[count++], embedder_.info().dimension);
    }
    VECSTORE_TRY(collection_.upsert_many(records.first(count)).status());
    records = records.subspan(count);
  }
  return {};
}

Status FileWriter::remove(const std::string& source, std::size_t chunks) {
  return remove_chunks(source, 0, chunks);
}

// From the last to the first.
Status FileWriter::remove_chunks(const std::string& source, std::size_t first, std::size_t end) {
  while (end > first) {
    std::size_t count = std::min(kBatchSteps, end - first);
    std::vector<std::string> ids;
    for (std::size_t n = end - count; n < end; ++n) ids.push_back(chunk_id(source, n));
    VECSTORE_TRY(collection_.remove_many(ids).status());
    end -= count;
  }
  return {};
}

Status FileWriter::check_cancelled() const {
  bool asked = options_.cancel && options_.cancel->cancelled();
  return asked ? cancelled("the ingest was cancelled") : Status();
}

}  // namespace vecstore
