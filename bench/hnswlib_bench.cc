// A collection with a graph beside hnswlib: the same rows and queries, one core, one run, both asked in turn. Prints JSON lines: the build,
// every setting, and for each recall the fastest setting of either that reaches it.
//
//   hnswlib_bench BASE QUERIES [euclidean|cosine|dot]     files of fvecs or IDX
#include <hnswlib/hnswlib.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/vector_file.h"
#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

constexpr std::size_t kNeighbours = 10;
constexpr std::size_t kMostQueries = 1'000;
constexpr std::uint32_t kM = 16;
constexpr std::uint32_t kEfConstruction = 200;
constexpr std::size_t kRounds = 5;
constexpr std::size_t kEfs[] = {10, 12, 15, 20, 25, 30, 40, 50, 70, 100, 150, 200, 300, 400, 600, 800, 1200};
constexpr double kRecalls[] = {0.90, 0.95, 0.97, 0.99, 0.995, 0.999};

struct Matrix {
  std::size_t rows = 0;
  std::size_t dimension = 0;
  DenseVector values = {};
  std::span<const float> row(std::size_t i) const { return {values.data() + i * dimension, dimension}; }
};

Matrix load(const std::string& path, std::size_t limit) {
  const char* format = path.ends_with(".fvecs") ? "fvecs" : "idx";
  VectorFile file = VectorFile::open(path, format).value();
  Matrix matrix;
  std::vector<double> row;
  while (matrix.rows < limit && file.next(row).value()) {
    for (const double x : row) matrix.values.push_back(static_cast<float>(x));
    matrix.dimension = row.size();
    ++matrix.rows;
  }
  return matrix;
}

// Of this thread alone, so that what else the machine does counts little.
double thread_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// One of the two, asked for the rows nearest to a query.
class Side {
 public:
  virtual ~Side() = default;
  virtual const char* name() const = 0;
  virtual void answer(std::span<const float> query, std::size_t ef, std::vector<std::size_t>& rows) = 0;
};

class Ours final : public Side {
 public:
  Ours(const Matrix& base, Metric metric, const std::string& path) : metric_(metric) {
    std::filesystem::remove_all(path);
    build(base, path);
    database_ = Database::open(path, {.threads = 0}).value();
    collection_ = database_->collection("rows").value();
  }
  const char* name() const override { return "vecstore"; }
  double build_seconds() const { return build_seconds_; }
  void answer(std::span<const float> query, std::size_t ef, std::vector<std::size_t>& rows) override {
    Query asked{.vector = Vector(DenseVector(query.begin(), query.end())), .k = kNeighbours, .ef = ef};
    asked.include = {.metadata = false, .text = false};
    for (const Hit& hit : collection_->query(asked).value()) rows.push_back(std::stoul(hit.id));
  }
  // By looking at every vector.
  std::vector<double> truth(std::span<const float> query) {
    Query asked{.vector = Vector(DenseVector(query.begin(), query.end())), .k = kNeighbours, .plan = Plan::kScan};
    std::vector<double> distances;
    for (const Hit& hit : collection_->query(asked).value()) distances.push_back(*hit.distance);
    return distances;
  }

 private:
  // Log, segment file and graph, in this thread: one segment, as hnswlib has one graph.
  void build(const Matrix& base, const std::string& path) {
    const DatabaseOptions options{.durability = Durability::kOff, .threads = 0, .seal_bytes = 64ull << 30, .seal_rows = 1u << 30};
    Database database = Database::open(path, options).value();
    const CollectionOptions collection_options{.dimension = static_cast<std::uint32_t>(base.dimension), .metric = metric_,
                                               .index = IndexKind::kHnsw, .hnsw = {.m = kM, .ef_construction = kEfConstruction}};
    Collection collection = database.create_collection("rows", collection_options).value();
    const double begin = thread_seconds();
    for (std::size_t first = 0; first < base.rows; first += 1000) {
      const std::size_t count = std::min<std::size_t>(1000, base.rows - first);
      std::vector<std::string> ids;
      for (std::size_t i = 0; i < count; ++i) ids.push_back(std::to_string(first + i));
      collection.upsert_many(ids, {base.values.data() + first * base.dimension, count * base.dimension}).value();
    }
    if (!collection.flush().ok() || !collection.compact().ok()) std::abort();
    build_seconds_ = thread_seconds() - begin;
  }

  Metric metric_;
  std::optional<Database> database_;
  std::optional<Collection> collection_;
  double build_seconds_ = 0;
};

class Peer final : public Side {
 public:
  Peer(const Matrix& base, Metric metric) : normal_(metric == Metric::kCosine) {
    if (metric == Metric::kEuclidean) {
      space_ = std::make_unique<hnswlib::L2Space>(base.dimension);
    } else {
      space_ = std::make_unique<hnswlib::InnerProductSpace>(base.dimension);
    }
    const double begin = thread_seconds();
    graph_ = std::make_unique<hnswlib::HierarchicalNSW<float>>(space_.get(), base.rows, kM, kEfConstruction);
    for (std::size_t i = 0; i < base.rows; ++i) graph_->addPoint(point(base.row(i)), i);
    build_seconds_ = thread_seconds() - begin;
  }
  const char* name() const override { return "hnswlib"; }
  double build_seconds() const { return build_seconds_; }
  void answer(std::span<const float> query, std::size_t ef, std::vector<std::size_t>& rows) override {
    graph_->setEf(ef);
    auto found = graph_->searchKnn(point(query), kNeighbours);
    for (; !found.empty(); found.pop()) rows.push_back(found.top().second);
  }

 private:
  const float* point(std::span<const float> vector) {
    scratch_.assign(vector.begin(), vector.end());
    if (!normal_) return scratch_.data();
    const float norm = std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0f));
    for (float& x : scratch_) x /= norm;
    return scratch_.data();
  }

  bool normal_;
  std::vector<float> scratch_;
  std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
  std::unique_ptr<hnswlib::HierarchicalNSW<float>> graph_;
  double build_seconds_ = 0;
};

double distance(Metric metric, std::span<const float> a, std::span<const float> b) {
  double dot = 0, square = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = b[i];
    dot += x * y, square += (x - y) * (x - y), aa += x * x, bb += y * y;
  }
  if (metric == Metric::kEuclidean) return std::sqrt(square);
  return metric == Metric::kDot ? -dot : 1 - dot / std::sqrt(aa * bb);
}

struct Point {
  double recall = 0;
  double queries_per_second = 0;
};

class Comparison {
 public:
  Comparison(const Matrix& base, const Matrix& queries, Metric metric, Ours& ours) : base_(base), queries_(queries), metric_(metric) {
    for (std::size_t i = 0; i < queries.rows; ++i) truth_.push_back(ours.truth(queries.row(i)));
  }

  // The median of rounds, as many for each, in turn.
  std::vector<Point> measure(std::span<Side* const> sides, std::size_t ef) {
    std::vector<std::vector<double>> seconds(sides.size());
    std::vector<Point> points(sides.size());
    for (std::size_t round = 0; round < kRounds; ++round)
      for (std::size_t s = 0; s < sides.size(); ++s) {
        const double begin = thread_seconds();
        std::vector<std::vector<std::size_t>> answers(queries_.rows);
        for (std::size_t i = 0; i < queries_.rows; ++i) sides[s]->answer(queries_.row(i), ef, answers[i]);
        seconds[s].push_back(thread_seconds() - begin);
        if (round == 0) points[s].recall = recall(answers);
      }
    for (std::size_t s = 0; s < sides.size(); ++s) {
      std::ranges::sort(seconds[s]);
      points[s].queries_per_second = static_cast<double>(queries_.rows) / seconds[s][kRounds / 2];
    }
    return points;
  }

 private:
  // By distance: a row as near as the k-th nearest is right, whichever it is.
  double recall(const std::vector<std::vector<std::size_t>>& answers) const {
    double right = 0;
    for (std::size_t i = 0; i < answers.size(); ++i)
      for (const std::size_t row : answers[i])
        if (distance(metric_, queries_.row(i), base_.row(row)) <= truth_[i].back() * (1 + 1e-6) + 1e-6) right += 1;
    return right / static_cast<double>(answers.size() * kNeighbours);
  }

  const Matrix& base_;
  const Matrix& queries_;
  const Metric metric_;
  std::vector<std::vector<double>> truth_;
};

// The fastest setting that reaches `recall`; 0 when none does.
double fastest(const std::vector<Point>& points, double recall) {
  double best = 0;
  for (const Point& point : points)
    if (point.recall >= recall) best = std::max(best, point.queries_per_second);
  return best;
}

void compare(const Matrix& base, const Matrix& queries, Metric metric) {
  Ours ours(base, metric, (std::filesystem::temp_directory_path() / "vecstore_hnswlib_bench").string());
  Peer peer(base, metric);
  std::printf("{\"build\": {\"vecstore_s\": %.2f, \"hnswlib_s\": %.2f, \"ratio\": %.2f}}\n", ours.build_seconds(), peer.build_seconds(),
              peer.build_seconds() / ours.build_seconds());
  Side* const sides[] = {&ours, &peer};
  Comparison comparison(base, queries, metric, ours);
  std::vector<Point> points[2];
  for (const std::size_t ef : kEfs) {
    const std::vector<Point> found = comparison.measure(sides, ef);
    for (std::size_t s = 0; s < 2; ++s) {
      points[s].push_back(found[s]);
      std::printf("{\"engine\": \"%s\", \"ef\": %zu, \"recall\": %.4f, \"queries_per_second\": %.0f}\n", sides[s]->name(), ef,
                  found[s].recall, found[s].queries_per_second);
    }
    std::fflush(stdout);
  }
  for (const double recall : kRecalls) {
    const double mine = fastest(points[0], recall), theirs = fastest(points[1], recall);
    std::printf("{\"recall\": %g, \"vecstore\": %.0f, \"hnswlib\": %.0f, \"ratio\": %.2f}\n", recall, mine, theirs,
                theirs > 0 ? mine / theirs : 0.0);
  }
}

}  // namespace
}  // namespace vecstore

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::fprintf(stderr, "usage: hnswlib_bench BASE QUERIES [euclidean|cosine|dot]     files of fvecs or IDX\n");
    return 2;
  }
  using namespace vecstore;
  const Metric metric = parse_metric(argc == 4 ? argv[3] : "euclidean").value();
  compare(load(argv[1], 10'000'000), load(argv[2], kMostQueries), metric);
}
