#include "rag/loaders/pdf/pdf_columns.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace vecstore {
namespace {

constexpr std::size_t kBins = 512;          // across a region
constexpr std::size_t kLeastLines = 3;      // of a column of text
constexpr std::size_t kLeastListLines = 8;  // of a column of an index
constexpr int kMostDepth = 4;               // gutters within columns
constexpr double kLeastGutter = 0.7;        // of the font's size
constexpr double kLeastTextWidth = 10;
constexpr double kLeastWidth = 6;  // of a column, in sizes of the font

struct Side {
  std::size_t lines = 0;
  double x0 = 0, x1 = 0, top = 0, bottom = 0;
  double filled = 0;  // sum of the widths of its lines

  double width() const { return x1 - x0; }
  // From line to line, on the average.
  double pitch() const { return lines < 2 ? 0 : (top - bottom) / static_cast<double>(lines - 1); }
  double fill() const {
    return lines == 0 || width() <= 0 ? 0 : filled / (static_cast<double>(lines) * width());
  }
};

// Segments that stand on one line count as one.
Side measure(const PdfColumn& part) {
  Side side;
  double y = 0, x0 = 0, x1 = 0;
  for (const PdfSegment* segment : part) {  // from the top
    const bool same = side.lines > 0 && std::abs(segment->y - y) < 0.4 * segment->size;
    if (same) {
      side.filled += std::max(0.0, segment->x1 - std::max(x1, segment->x0)) +
                     std::max(0.0, std::min(x0, segment->x1) - segment->x0);
      x0 = std::min(x0, segment->x0);
      x1 = std::max(x1, segment->x1);
    } else {
      ++side.lines;
      y = segment->y;
      x0 = segment->x0;
      x1 = segment->x1;
      side.filled += x1 - x0;
    }
    const bool first = side.lines == 1 && !same;
    side.x0 = first ? segment->x0 : std::min(side.x0, segment->x0);
    side.x1 = first ? segment->x1 : std::max(side.x1, segment->x1);
    side.top = first ? segment->y : std::max(side.top, segment->y);
    side.bottom = first ? segment->y : std::min(side.bottom, segment->y);
  }
  return side;
}

// A stretch of a region from top to bottom: beside a gutter, or whole where something spans it.
struct Band {
  PdfColumn left = {}, right = {}, whole = {};
  bool is_columns = false;
};

struct Gutter {
  double x = 0, width = 0;
  std::int32_t covered = 0;  // segments in the way
};

class Splitter {
 public:
  explicit Splitter(std::vector<PdfColumn>& out) : out_(out) {}

  void split(PdfColumn region, int depth) {
    std::ranges::stable_sort(region, [](auto a, auto b) { return a->y > b->y; });
    std::vector<Band> bands;
    if (depth < kMostDepth) bands = best_bands(region, depth);
    if (bands.empty()) {
      if (!region.empty()) out_.push_back(std::move(region));
      return;
    }
    PdfColumn whole;
    for (Band& band : bands) {
      if (band.is_columns) {
        if (!whole.empty()) split(std::exchange(whole, {}), depth + 1);
        split(std::move(band.left), depth + 1);
        split(std::move(band.right), depth + 1);
        continue;
      }
      for (const PdfColumn* part : {&band.left, &band.right, &band.whole}) {
        whole.insert(whole.end(), part->begin(), part->end());
      }
    }
    if (!whole.empty()) split(std::move(whole), depth + 1);
  }

 private:
  static double median_size(const PdfColumn& region) {
    std::vector<double> sizes;
    for (const PdfSegment* segment : region) sizes.push_back(segment->size);
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    return *middle;
  }

  // The bands of the gutter that most lines stand beside, less those in its way; none when there is
  // no gutter.
  static std::vector<Band> best_bands(const PdfColumn& region, int depth) {
    if (region.size() < 2 * kLeastLines) return {};
    const double size = median_size(region);
    std::vector<Band> best;
    double best_score = 0;
    for (const Gutter& gutter : gutters(region, size)) {
      std::vector<Band> bands = bands_of(region, gutter.x);
      double score = 0;
      for (Band& band : bands) {
        const double lines = judge(band, size, depth);
        score += band.is_columns
                     ? lines
                     : -static_cast<double>(std::min(band.left.size(), band.right.size()));
      }
      score *= std::min(1.0, 0.5 + gutter.width / (4 * size));  // a wide one is a better one
      if (score <= best_score) continue;
      best_score = score;
      best = std::move(bands);
    }
    return best;
  }

  // Where few segments are in the way.
  static std::vector<Gutter> gutters(const PdfColumn& region, double size) {
    double x0 = region.front()->x0, x1 = region.front()->x1;
    for (const PdfSegment* segment : region) {
      x0 = std::min(x0, segment->x0);
      x1 = std::max(x1, segment->x1);
    }
    const double unit = (x1 - x0) / kBins;
    if (!(unit > 0)) return {};
    std::vector<std::int32_t> change(kBins + 2);
    const auto bin = [&](double x) {
      return static_cast<std::size_t>(std::clamp((x - x0) / unit, 0.0, double{kBins}));
    };
    for (const PdfSegment* segment : region) {
      ++change[bin(segment->x0)];
      --change[bin(segment->x1) + 1];
    }
    const auto most = static_cast<std::int32_t>(std::max<std::size_t>(1, region.size() / 4));
    std::vector<Gutter> found;
    std::int32_t covered = 0;
    std::size_t begin = 0;
    std::int32_t lowest = 0;
    bool open = false;
    for (std::size_t i = 0; i <= kBins; ++i) {
      covered += change[i];
      if (open && (covered > most || covered != lowest)) {
        const double width = static_cast<double>(i - begin) * unit;
        const double middle = (static_cast<double>(begin) + static_cast<double>(i)) / 2;
        if (width >= kLeastGutter * size) found.push_back({x0 + middle * unit, width, lowest});
        open = false;
      }
      if (!open && covered <= most) {
        open = true;
        begin = i;
        lowest = covered;
      }
    }
    std::ranges::stable_sort(found, [](const Gutter& one, const Gutter& other) {
      return one.covered < other.covered ||
             (one.covered == other.covered && one.width > other.width);
    });
    if (found.size() > kMostGutters) found.resize(kMostGutters);
    return found;
  }

  static std::vector<Band> bands_of(const PdfColumn& region, double gutter) {
    std::vector<Band> bands(1);
    for (const PdfSegment* segment : region) {
      const bool spans = segment->x0 < gutter && segment->x1 > gutter;
      if (spans) {
        if (bands.back().whole.empty()) bands.emplace_back();
        bands.back().whole.push_back(segment);
        continue;
      }
      if (!bands.back().whole.empty()) bands.emplace_back();
      (segment->x1 <= gutter ? bands.back().left : bands.back().right).push_back(segment);
    }
    return bands;
  }

  // How many lines stand side by side; 0 when this is no text in columns.
  static double judge(Band& band, double size, int depth) {
    const Side left = measure(band.left), right = measure(band.right);
    const std::size_t fewer = std::min(left.lines, right.lines);
    if (fewer < kLeastLines) return 0;
    const double gap = right.x0 - left.x1;
    const double narrow = std::min(left.width(), right.width());
    const double wide = std::max(left.width(), right.width());
    if (narrow < kLeastWidth * size || gap < kLeastGutter * size) return 0;
    const double shared = std::min(left.top, right.top) - std::max(left.bottom, right.bottom);
    const double shorter = std::min(left.top - left.bottom, right.top - right.bottom);
    if (shared < 0.5 * shorter) return 0;
    const bool text = narrow >= kLeastTextWidth * size && left.fill() >= 0.6 && right.fill() >= 0.6;
    // The cells of a table have gaps between them that an index has not.
    const bool list =
        fewer >= kLeastListLines && std::max(left.pitch(), right.pitch()) <= 1.7 * size;
    band.is_columns = text || (list && wide <= 1.3 * narrow);
    if (!band.is_columns && list && depth + 1 < kMostDepth) {
      band.is_columns =
          is_two_columns(left.width() > right.width() ? band.left : band.right, narrow);
    }
    return band.is_columns ? static_cast<double>(left.lines + right.lines) : 0;
  }

  // Whether the wider side of three columns is two as wide as the other side.
  static bool is_two_columns(const PdfColumn& side, double width) {
    std::size_t in_columns = 0;
    for (const Band& band : best_bands(side, kMostDepth)) {
      if (!band.is_columns) continue;
      for (const PdfColumn* column : {&band.left, &band.right}) {
        const double own = measure(*column).width();
        if (own > 1.3 * width || width > 1.3 * own) return false;
        in_columns += column->size();
      }
    }
    return in_columns * 2 > side.size();
  }

  static constexpr std::size_t kMostGutters = 16;

  std::vector<PdfColumn>& out_;
};

}  // namespace

std::vector<PdfColumn> find_columns(const std::vector<PdfSegment>& segments) {
  PdfColumn all;
  for (const PdfSegment& segment : segments) all.push_back(&segment);
  std::vector<PdfColumn> out;
  Splitter(out).split(std::move(all), 0);
  return out;
}

}  // namespace vecstore
