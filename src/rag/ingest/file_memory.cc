#include "rag/ingest/file_memory.h"

namespace vecstore {
namespace {

std::string string_at(const Metadata& metadata, const char* key) {
  const Value* value = metadata.find(key);
  return value && value->as_string() ? *value->as_string() : std::string();
}

}  // namespace

Result<std::map<std::string, FileMemory>> read_file_memory(const Collection& collection) {
  ScanOptions options;
  options.filter = field(kHashKey).exists() && field("$id").ends_with("#0");
  options.include_vectors = false;
  VECSTORE_ASSIGN(Scan scan, collection.scan(options));
  std::map<std::string, FileMemory> files;
  for (;;) {
    VECSTORE_ASSIGN(std::vector<Record> records, scan.next());
    if (records.empty()) return files;
    for (const Record& record : records) {
      const Value* chunks = record.metadata.find(kChunksKey);
      const std::int64_t* count = chunks ? chunks->as_int() : nullptr;
      if (!count || *count < 1) continue;  // not written by an ingest
      files[record.id.substr(0, record.id.size() - 2)] = {string_at(record.metadata, kHashKey),
                                                          static_cast<std::size_t>(*count),
                                                          string_at(record.metadata, kRootKey)};
    }
  }
}

std::string chunk_id(const std::string& source, std::size_t n) {
  return source + "#" + std::to_string(n);
}

}  // namespace vecstore
