// hnswlib, compiled for this processor as its authors advise. It knows no filters in the packaged
// version.
#include <hnswlib/hnswlib.h>

#include <cmath>
#include <numeric>

#include "bench/peers/runner.h"

namespace {

using bench::Matrix;
using bench::Settings;

class Hnswlib final : public bench::Engine {
 public:
  explicit Hnswlib(const Settings& settings)
      : metric_(settings.at("metric")),
        m_(bench::number(settings, "m", 16)),
        ef_construction_(bench::number(settings, "ef_construction", 200)) {}

  void build(const Matrix& base, const std::string& metadata, const std::string& folder) override {
    if (!metadata.empty()) bench::fail("hnswlib keeps no metadata");
    make_space(base.dimension());
    graph_ = std::make_unique<hnswlib::HierarchicalNSW<float>>(space_.get(), base.rows(), m_,
                                                               ef_construction_);
    for (std::size_t i = 0; i < base.rows(); ++i) graph_->addPoint(point(base.row(i)), i);
    graph_->saveIndex(folder + "/graph");
  }
  void open(const std::string& folder, std::size_t dimension) override {
    make_space(dimension);
    graph_ = std::make_unique<hnswlib::HierarchicalNSW<float>>(space_.get(), folder + "/graph");
  }
  void set(const Settings& settings) override { graph_->setEf(bench::number(settings, "ef", 64)); }
  void filter(const std::string& json) override {
    if (!json.empty()) bench::fail("hnswlib knows no filters");
  }
  void ask(std::span<const float> query, std::size_t k) override {
    found_ = graph_->searchKnn(point(query), k);
  }
  void rows(std::vector<std::int32_t>& found) override {
    for (; !found_.empty(); found_.pop())
      found.insert(found.begin(), static_cast<std::int32_t>(found_.top().second));
  }

 private:
  void make_space(std::size_t dimension) {
    if (metric_ == "euclidean") {
      space_ = std::make_unique<hnswlib::L2Space>(dimension);
    } else {
      space_ = std::make_unique<hnswlib::InnerProductSpace>(dimension);
    }
  }
  const float* point(std::span<const float> vector) {
    if (metric_ != "cosine") return vector.data();
    const float norm =
        std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0f));
    scratch_.assign(vector.begin(), vector.end());
    for (float& x : scratch_) x /= norm > 0 ? norm : 1;
    return scratch_.data();
  }

  const std::string metric_;
  const std::size_t m_, ef_construction_;
  std::vector<float> scratch_;
  std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
  std::unique_ptr<hnswlib::HierarchicalNSW<float>> graph_;
  std::priority_queue<std::pair<float, hnswlib::labeltype>> found_;
};

}  // namespace

int main(int argc, char** argv) {
  return bench::run(argc, argv, [](const Settings& settings) -> std::unique_ptr<bench::Engine> {
    return std::make_unique<Hnswlib>(settings);
  });
}
