#include "rag/loaders/data/sql_loader.h"

#include <algorithm>
#include <array>
#include <set>

#include "rag/loaders/data/sql_statements.h"
#include "rag/loaders/encoding.h"

namespace vecstore {
namespace {

bool in_blob(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
         c == '/' || c == '=';
}

// Replaces long runs by "[n bytes]"; returns how many there were.
std::size_t leave_out_blobs(std::string& text) {
  std::string out;
  std::size_t count = 0, kept = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && in_blob(text[end])) ++end;
    if (end - at > kMaxSqlRun) {
      out.append(text, kept, at - kept);
      out += "[" + std::to_string(end - at) + " bytes]";
      kept = end;
      ++count;
    }
    at = std::max(end, at + 1);
  }
  if (count == 0) return 0;
  out.append(text, kept);
  text = std::move(out);
  return count;
}

class DumpReader {
 public:
  explicit DumpReader(Document whole) : whole_(std::move(whole)) {}

  Result<std::vector<Document>> run() {
    SqlReader reader(whole_.text);
    SqlStatement statement;
    while (reader.next(statement)) {
      if (begins_document(statement)) {
        finish(statement.begin);
        table_ = statement.table;
        table_at_ = statement.at;
        seen_.insert(table_);
      }
      if (documents_.size() == kMaxDocumentsPerFile) {
        return resource_exhausted("more than " + std::to_string(kMaxDocumentsPerFile) +
                                  " tables in one file");
      }
    }
    finish(whole_.text.size());
    return std::move(documents_);
  }

 private:
  bool begins_document(const SqlStatement& statement) const {
    if (statement.table.empty() || statement.table.size() > kMaxTitleBytes) return false;
    if (statement.table == table_) return false;
    return statement.creates || !seen_.contains(statement.table);
  }

  void finish(std::size_t end) {
    Document document;
    document.kind = whole_.kind;
    document.text = whole_.text.substr(begin_, end - begin_);
    const std::size_t begin = std::exchange(begin_, end);
    if (document.text.find_first_not_of(" \t\r\n") == std::string::npos) return;
    if (documents_.empty()) document.metadata = whole_.metadata;
    if (documents_.empty()) document.replaced = whole_.replaced;
    const std::size_t blobs = leave_out_blobs(document.text);
    if (blobs > 0) {
      document.remarks.push_back((table_.empty() ? "" : table_ + ": ") + std::to_string(blobs) +
                                 " runs of more than " + std::to_string(kMaxSqlRun) +
                                 " letters and digits left out");
    } else if (whole_.file_offset) {
      document.file_offset = *whole_.file_offset + begin;
    }
    if (!table_.empty()) {
      document.metadata["title"] = table_;
      document.metadata["table"] = table_;
      // Comments before the first word have no blobs worth looking for.
      const std::size_t at = blobs > 0 ? 0 : table_at_ - begin;
      document.headings.push_back({1, table_, at});
    }
    documents_.push_back(std::move(document));
  }

  Document whole_;
  std::vector<Document> documents_;
  std::string table_;
  std::set<std::string> seen_;
  std::size_t begin_ = 0, table_at_ = 0;
};

}  // namespace

std::span<const std::string_view> SqlLoader::extensions() const {
  static constexpr std::array<std::string_view, 2> kExtensions = {"sql", "ddl"};
  return kExtensions;
}

Result<std::vector<Document>> SqlLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(Document whole, decode_document(input, name()));
  return DumpReader(std::move(whole)).run();
}

}  // namespace vecstore
