// A store with files of every kind, one of which is changed or replaced as the input says: it opens
// or says why not, and whatever opens can be read, asked, checked and salvaged. No record comes
// back that was never written.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "db/check.h"
#include "db/handle.h"
#include "db/salvage/salvage.h"
#include "io/memory_file_system.h"
#include "storage/sample_blocks.h"

namespace {

using namespace vecstore;

constexpr std::int64_t kRecords = 60;

Result<Database> open(const std::shared_ptr<io::FileSystem>& files, bool read_only) {
  DatabaseOptions options{.threads = 0, .memory_map = false, .seal_rows = 20};
  options.merge_fanout = 100;
  options.read_only = read_only;
  db::Environment environment;
  environment.files = files;
  return DatabaseInternals::open("store", options, environment);
}

std::string text_of(std::int64_t n) { return "text " + std::to_string(n); }

// Segments, a mask, a graph, a snapshot, and a log that goes on.
std::shared_ptr<io::MemoryFileSystem> sample_store() {
  auto files = std::make_shared<io::MemoryFileSystem>();
  Database database = open(files, false).value();
  CollectionOptions options{.dimension = 2, .hnsw = {.min_rows = 2}};
  options.text.fields = {{.name = "title"}};
  Collection things = database.create_collection("things", options).value();
  for (std::int64_t n = 0; n < kRecords; ++n) {
    Record record{.id = std::to_string(n), .vector = {static_cast<float>(n), 1.0f}};
    record.metadata = Metadata{{"n", n}, {"title", "title " + std::to_string(n % 7)}};
    record.text = text_of(n);
    if (!things.upsert(record).ok()) std::abort();
    if (n == 40 && !(things.remove("3").ok() && database.create_snapshot("then").ok() &&
                     database.wait_for_background().ok()))
      std::abort();
  }
  return database.close().ok() ? files : nullptr;
}

void read_all(const Database& database) {
  const Result<Collection> things = database.collection("things");
  if (!things.ok()) return;
  if (Result<Scan> scan = things->scan(); scan.ok()) {
    const auto records = scan->next(1000);
    for (const Record& one : records.ok() ? *records : std::vector<Record>()) {
      const Value* n = one.metadata.find("n");
      if (!n || !n->as_int() || one.text != text_of(*n->as_int())) std::abort();
    }
  }
  static_cast<void>(things->query({.vector = Vector{3.0f, 1.0f}, .k = 20}).ok());
  static_cast<void>(things->query({.text = "title", .text_fields = {"title"}, .k = 5}).ok());
  static_cast<void>(things->query({.vector = Vector{1.0f, 1.0f}, .filter = "n > 5"}).ok());
  for (std::int64_t n = 0; n < kRecords; n += 7)
    static_cast<void>(things->get(std::to_string(n)).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::shared_ptr<io::MemoryFileSystem> kSample = sample_store();
  if (size < 2) return 0;
  const std::vector<std::string> paths = kSample->files();
  const std::string& changed = paths[data[0] % paths.size()];
  const ByteView input(reinterpret_cast<const std::byte*>(data + 2), size - 2);
  auto files = std::make_shared<io::MemoryFileSystem>();
  for (const std::string& folder : kSample->folders())
    if (!files->make_folder(folder).ok()) std::abort();
  for (const std::string& path : paths) {
    Bytes bytes = *kSample->content(path);
    if (path == changed && data[1] % 8 == 0) bytes.assign(input.begin(), input.end());
    if (path == changed && data[1] % 8 != 0) bytes = storage::edited(bytes, input);
    if (!files->set_content(path, bytes).ok()) std::abort();
  }
  static_cast<void>(db::check_store(*files, "store", true).ok());
  static_cast<void>(db::salvage_store(*files, "store", "saved", {}).ok());
  for (const bool read_only : {true, false})
    if (const Result<Database> database = open(files, read_only); database.ok())
      read_all(*database);
  return 0;
}
