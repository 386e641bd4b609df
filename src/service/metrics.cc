#include "service/metrics.h"

#include "base/number.h"

namespace vecstore {
namespace {

struct FamilyRow {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  std::vector<std::string_view> labels;
};

const std::array<FamilyRow, kFigures>& rows() {
  static const std::array<FamilyRow, kFigures> rows = {{
      {"vecstore_requests_total", "counter", "Requests answered.", {"operation", "code"}},
      {"vecstore_request_seconds",
       "histogram",
       "From the last byte of a request to its answer.",
       {"operation"}},
      {"vecstore_refused_total", "counter", "Requests refused before any work.", {"reason"}},
      {"vecstore_connections", "gauge", "Connections open now.", {}},
      {"vecstore_requests_in_flight", "gauge", "Requests worked on now.", {}},
      {"vecstore_requests_queued", "gauge", "Requests waiting for a worker.", {}},
      {"vecstore_records_written_total", "counter", "Records upserted, changed or removed.", {}},
      {"vecstore_audit_failures_total", "counter", "Audit records that could not be written.", {}},
      {"vecstore_collections", "gauge", "Collections of the database.", {}},
      {"vecstore_file_bytes", "gauge", "Bytes of the database's folder.", {}},
      {"vecstore_log_bytes", "gauge", "Bytes of the log that the next open replays.", {}},
      {"vecstore_records", "gauge", "Active records.", {"collection"}},
      {"vecstore_usage_failures_total",
       "counter",
       "Requests whose usage could not be written.",
       {}},
  }};
  return rows;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') out += "\\n";
    if (c == '\\' || c == '"') out += '\\';
    if (c != '\n') out += c;
  }
}

// {operation="query",le="0.5"}; `le` is left out where it is empty.
std::string label_text(const FamilyRow& row, const Metrics::Labels& values, std::string_view le) {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    out += out.empty() ? "{" : ",";
    out += std::string(name) + "=\"";
    append_escaped(out, value);
    out += '"';
  };
  for (std::size_t i = 0; i < row.labels.size(); ++i) add(row.labels[i], values[i]);
  if (!le.empty()) add("le", le);
  return out.empty() ? out : out + "}";
}

std::string number_text(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? std::to_string(whole) : format_double(value);
}

}  // namespace

Metrics::Series& Metrics::series(Figure figure, const Labels& labels) {
  Family& family = families_[static_cast<std::size_t>(figure)];
  const auto found = family.find(labels);
  if (found != family.end()) return found->second;
  if (family.size() < kMaxSeries) return family[labels];
  return family[Labels(labels.size(), "other")];
}

void Metrics::add(Figure figure, double amount, const Labels& labels) {
  MutexLock lock(mutex_);
  series(figure, labels).value += amount;
}

void Metrics::set(Figure figure, double value, const Labels& labels) {
  MutexLock lock(mutex_);
  series(figure, labels).value = value;
}

void Metrics::observe(Figure figure, double seconds, const Labels& labels) {
  std::size_t bucket = 0;
  while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
  MutexLock lock(mutex_);
  Series& one = series(figure, labels);
  one.value += seconds;
  ++one.buckets[bucket];
}

void Metrics::clear(Figure figure) {
  MutexLock lock(mutex_);
  families_[static_cast<std::size_t>(figure)].clear();
}

double Metrics::value(Figure figure, const Labels& labels) const {
  MutexLock lock(mutex_);
  const Family& family = families_[static_cast<std::size_t>(figure)];
  const auto found = family.find(labels);
  return found == family.end() ? 0 : found->second.value;
}

std::string Metrics::text() const {
  MutexLock lock(mutex_);
  std::string out;
  for (std::size_t i = 0; i < kFigures; ++i) {
    const FamilyRow& row = rows()[i];
    const std::string name(row.name);
    out += "# HELP " + name + " " + std::string(row.help) + "\n";
    out += "# TYPE " + name + " " + std::string(row.type) + "\n";
    for (const auto& [labels, one] : families_[i]) {
      if (row.type != "histogram") {
        out += name + label_text(row, labels, "") + " " + number_text(one.value) + "\n";
        continue;
      }
      std::uint64_t count = 0;
      for (std::size_t b = 0; b <= kBounds.size(); ++b) {
        count += one.buckets[b];
        const std::string le = b < kBounds.size() ? number_text(kBounds[b]) : "+Inf";
        out += name + "_bucket" + label_text(row, labels, le) + " " + std::to_string(count) + "\n";
      }
      out += name + "_sum" + label_text(row, labels, "") + " " + format_double(one.value) + "\n";
      out += name + "_count" + label_text(row, labels, "") + " " + std::to_string(count) + "\n";
    }
  }
  return out;
}

}  // namespace vecstore
