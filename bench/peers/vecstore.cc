// VecStore through its public interface: one collection, one segment, no thread but the caller's.
#include "vecstore/vecstore.h"

#include <charconv>
#include <fstream>
#include <optional>

#include "bench/peers/runner.h"

namespace {

using bench::Settings;
using namespace vecstore;

constexpr std::size_t kBatch = 1'000;

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) bench::fail(result.status().message());
  return std::move(result).value();
}
void must(const Status& status) {
  if (!status.ok()) bench::fail(status.message());
}

class Ours final : public bench::Engine {
 public:
  explicit Ours(const Settings& settings) {
    options_.metric = must(parse_metric(settings.at("metric")));
    options_.index = IndexKind::kHnsw;
    options_.hnsw.m = static_cast<std::uint32_t>(bench::number(settings, "m", options_.hnsw.m));
    options_.hnsw.ef_construction = static_cast<std::uint32_t>(
        bench::number(settings, "ef_construction", options_.hnsw.ef_construction));
    asked_.include = {.metadata = false, .text = false};
  }

  void build(const bench::Matrix& base, const std::string& metadata,
             const std::string& folder) override {
    const DatabaseOptions options{.durability = Durability::kOff,
                                  .threads = 0,
                                  .seal_bytes = 1ull << 40,
                                  .seal_rows = 1u << 30};
    Database database = must(Database::open(folder, options));
    options_.dimension = static_cast<std::uint32_t>(base.dimension());
    Collection collection = must(database.create_collection("rows", options_));
    std::ifstream lines;
    if (!metadata.empty()) lines.open(metadata);
    for (std::size_t first = 0; first < base.rows(); first += kBatch) {
      const std::size_t count = std::min(kBatch, base.rows() - first);
      std::vector<std::string> ids;
      std::vector<Metadata> some;
      for (std::size_t i = 0; i < count; ++i) {
        ids.push_back(std::to_string(first + i));
        if (!metadata.empty()) some.push_back(next_metadata(lines));
      }
      must(collection.upsert_many(ids, base.block(first, count), some));
    }
    must(collection.flush());
    must(collection.compact());
    must(database.wait_for_background());
    must(database.close());
  }
  void open(const std::string& folder, std::size_t) override {
    database_ = must(Database::open(folder, {.threads = 0}));
    collection_ = must(database_->collection("rows"));
  }
  void set(const Settings& settings) override { asked_.ef = bench::number(settings, "ef", 0); }
  void filter(const std::string& json) override {
    asked_.filter =
        json.empty() ? Filter() : must(Filter::from_json(must(Value::parse_json(json))));
  }
  void ask(std::span<const float> query, std::size_t k) override {
    asked_.vector = Vector(DenseVector(query.begin(), query.end()));
    asked_.k = k;
    found_ = must(collection_->query(asked_));
  }
  void rows(std::vector<std::int32_t>& found) override {
    for (const Hit& hit : found_) {
      std::int32_t row = -1;
      std::from_chars(hit.id.data(), hit.id.data() + hit.id.size(), row);
      found.push_back(row);
    }
  }

 private:
  static Metadata next_metadata(std::ifstream& lines) {
    std::string line;
    if (!std::getline(lines, line)) bench::fail("fewer lines of metadata than vectors");
    const Value value = must(Value::parse_json(line));
    if (!value.as_object()) bench::fail("metadata is no object: " + line);
    return *value.as_object();
  }

  CollectionOptions options_;
  std::optional<Database> database_;
  std::optional<Collection> collection_;
  Query asked_;
  Hits found_;
};

}  // namespace

int main(int argc, char** argv) {
  return bench::run(argc, argv, [](const Settings& settings) -> std::unique_ptr<bench::Engine> {
    return std::make_unique<Ours>(settings);
  });
}
