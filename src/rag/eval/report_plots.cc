#include "rag/eval/report_plots.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rag/eval/report_markup.h"

namespace vecstore {
namespace {

constexpr std::size_t kColours = 8;
constexpr std::size_t kMostTitles = 400;  // queries: beyond it a plot has one shape for all
constexpr std::size_t kLongestLabel = 26;

std::string at(double place) { return decimal(place, 1); }

std::string attribute(const char* name, double place) {
  return std::string(" ") + name + "=\"" + at(place) + "\"";
}

std::string line(double x1, double y1, double x2, double y2, const std::string& kind) {
  return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
         attribute("y2", y2) + " class=\"" + kind + "\"/>";
}

// `inside` is markup.
std::string rectangle(double x, double y, double width, double height, const std::string& kind,
                      const std::string& inside = "") {
  return "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
         attribute("height", height) + " class=\"" + kind + "\">" + inside + "</rect>";
}

std::string label(double x, double y, const char* kind, std::string_view text) {
  return "<text" + attribute("x", x) + attribute("y", y) + " class=\"" + kind + "\">" +
         escaped_html(text) + "</text>";
}

std::string title(std::string_view text) { return "<title>" + escaped_html(text) + "</title>"; }

std::string svg(double width, double height, std::string_view about, const std::string& inside) {
  return "<svg viewBox=\"0 0 " + at(width) + " " + at(height) + "\" role=\"img\" aria-label=\"" +
         escaped_html(about) + "\">" + inside + "</svg>\n";
}

// Where values lie: from 0 to 1, wider where a metric of one's own goes beyond.
struct Scale {
  double low = 0, high = 1;  // values
  double from = 0, to = 0;   // places

  double operator()(double value) const {
    const double share = (std::clamp(value, low, high) - low) / (high - low);
    return from + share * (to - from);
  }
};

// At most four decimals, as many as it takes.
std::string tick_text(double value) {
  std::string text = decimal(value, 4);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

// Room for the longest name: a letter takes some 6.5 units.
double label_width(const Evaluation& evaluation) {
  std::size_t longest = 0;
  for (const EvaluatedRun& run : evaluation.runs)
    longest = std::max(longest, std::min(run.title().size(), kLongestLabel + 1));
  return 16 + 6.5 * static_cast<double>(longest);
}

constexpr int kTicks = 4;
double tick(const Scale& scale, int i) { return scale.low + (scale.high - scale.low) * i / kTicks; }

}  // namespace

std::string colour_class(std::size_t run) { return "c" + std::to_string(run % kColours); }

std::string bars_plot(const Evaluation& evaluation, std::size_t metric) {
  constexpr double kWidth = 480, kRight = 420, kRow = 26, kTop = 8;
  const double left = label_width(evaluation);
  Scale x{0, 1, left, kRight};
  for (const EvaluatedRun& run : evaluation.runs) {
    x.low = std::min(x.low, run.intervals[metric].low);
    x.high = std::max(x.high, run.intervals[metric].high);
  }
  const double bottom = kTop + kRow * static_cast<double>(evaluation.runs.size());
  std::string inside;
  for (int i = 0; i <= kTicks; ++i) {
    const double place = x(tick(x, i));
    inside += line(place, kTop, place, bottom, "grid");
    inside += label(place, bottom + 14, "tick middle", tick_text(tick(x, i)));
  }
  for (std::size_t r = 0; r < evaluation.runs.size(); ++r) {
    const EvaluatedRun& run = evaluation.runs[r];
    const double middle = kTop + kRow * (static_cast<double>(r) + 0.5), mean = x(run.means[metric]);
    const Interval& interval = run.intervals[metric];
    inside += label(left - 8, middle + 4, "end", cut_text(run.title(), kLongestLabel));
    inside += rectangle(std::min(x(0), mean), middle - 8, std::abs(mean - x(0)), 16,
                        "bar " + colour_class(r), title(run.title()));
    inside += line(x(interval.low), middle, x(interval.high), middle, "whisker");
    for (const double end : {interval.low, interval.high})
      inside += line(x(end), middle - 4, x(end), middle + 4, "whisker");
    inside += label(kRight + 8, middle + 4, "value", decimal(run.means[metric], 4));
  }
  return svg(kWidth, bottom + 20, evaluation.metrics[metric] + " of each mode", inside);
}

std::string differences_plot(const Evaluation& evaluation, const ComparedMetric& compared) {
  constexpr double kWidth = 480, kHeight = 170, kLeft = 48, kRight = 472, kTop = 8, kBottom = 158;
  constexpr double kStep = 0.2;  // of the scale
  const auto& a = evaluation.runs[compared.a].values[compared.metric];
  const auto& b = evaluation.runs[compared.b].values[compared.metric];
  std::vector<std::size_t> order(a.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t i, std::size_t j) { return a[i] - b[i] > a[j] - b[j]; });
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  most = std::max(kStep, std::ceil(most / kStep) * kStep);
  const Scale y{-most, most, kBottom, kTop};
  std::string inside;
  for (int i = 0; i <= kTicks; ++i) {
    const double value = tick(y, i);
    inside += line(kLeft, y(value), kRight, y(value), value == 0 ? "axis" : "grid");
    inside += label(kLeft - 6, y(value) + 4, "tick end",
                    value > 0 ? "+" + tick_text(value) : tick_text(value));
  }
  const double step =
      (kRight - kLeft) / static_cast<double>(std::max<std::size_t>(1, order.size()));
  const std::string colour_a = colour_class(compared.a), colour_b = colour_class(compared.b);
  for (std::size_t place = 0; place < order.size(); ++place) {
    const std::size_t q = order[place];
    const double difference = a[q] - b[q];
    if (difference == 0) continue;
    const EvaluatedQuery& query = evaluation.queries[q];
    const std::string about = order.size() > kMostTitles
                                  ? ""
                                  : title(query.id + " (" + signed_decimal(difference, 4) +
                                          "): " + cut_text(query.text, 80));
    inside += rectangle(kLeft + step * static_cast<double>(place), std::min(y(0), y(difference)),
                        std::max(0.3, step * 0.9), std::abs(y(difference) - y(0)),
                        "bar " + (difference > 0 ? colour_a : colour_b), about);
  }
  return svg(kWidth, kHeight, "difference of each query", inside);
}

std::string curves_plot(const Evaluation& evaluation, std::vector<double> EvaluatedRun::*of) {
  constexpr double kWidth = 480, kHeight = 220, kLeft = 40, kRight = 465, kTop = 8, kBottom = 190;
  const Scale y{0, 1, kBottom, kTop};
  const auto x = [](std::size_t point) {
    return kLeft +
           (kRight - kLeft) * static_cast<double>(point) / static_cast<double>(kCurvePoints - 1);
  };
  std::string inside;
  for (int i = 0; i <= kTicks; ++i) {
    inside += line(kLeft, y(tick(y, i)), kRight, y(tick(y, i)), i == 0 ? "axis" : "grid");
    inside += label(kLeft - 6, y(tick(y, i)) + 4, "tick end", tick_text(tick(y, i)));
  }
  for (std::size_t point = 0; point < kCurvePoints; ++point)
    inside += label(x(point), kBottom + 16, "tick middle", std::to_string(kCurveDepths[point]));
  for (std::size_t r = 0; r < evaluation.runs.size(); ++r) {
    const EvaluatedRun& run = evaluation.runs[r];
    std::string points;
    for (std::size_t point = 0; point < kCurvePoints; ++point)
      points += at(x(point)) + "," + at(y((run.*of)[point])) + " ";
    inside += "<polyline points=\"" + points + "\" class=\"curve " + colour_class(r) + "\"/>";
    for (std::size_t point = 0; point < kCurvePoints; ++point)
      inside += "<circle" + attribute("cx", x(point)) + attribute("cy", y((run.*of)[point])) +
                " r=\"3\" class=\"dot " + colour_class(r) + "\">" +
                title(run.title() + " at " + std::to_string(kCurveDepths[point]) + ": " +
                      decimal((run.*of)[point], 4)) +
                "</circle>";
  }
  return svg(kWidth, kHeight, "by the number of hits that are looked at", inside);
}

}  // namespace vecstore
