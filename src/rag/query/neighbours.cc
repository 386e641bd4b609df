#include "rag/query/neighbours.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "base/number.h"
#include "rag/answer/passage_parts.h"
#include "rag/ingest/file_memory.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 3> kParents = {"none", "section", "document"};
constexpr std::size_t kReadAtATime = 16;

const std::string* string_at(const Metadata& metadata, const char* key) {
  const Value* value = metadata.find(key);
  return value ? value->as_string() : nullptr;
}

// The chunk's number within its file; none where the record is no chunk.
std::optional<std::size_t> chunk_number(const std::string& id, const Metadata& metadata) {
  const std::string* source = string_at(metadata, "source");
  const Value* start = metadata.find("start");
  if (!source || !start || !start->as_int()) return std::nullopt;
  if (id.size() < source->size() + 2 || !id.starts_with(*source)) return std::nullopt;
  const auto number = parse_int64(std::string_view(id).substr(source->size() + 1));
  if (!number || *number < 0) return std::nullopt;
  const auto n = static_cast<std::size_t>(*number);
  return chunk_id(*source, n) == id ? std::optional(n) : std::nullopt;
}

bool same_at(const Metadata& a, const Metadata& b, const char* key) {
  const Value* const one = a.find(key);
  const Value* const other = b.find(key);
  return one && other ? *one == *other : one == other;
}

// One hit and the chunks around it.
class Growing {
 public:
  Growing(const Collection& collection, const NeighbourOptions& options,
          std::set<std::string>& shown, Hit& hit, std::size_t number)
      : collection_(collection), options_(options), shown_(shown), hit_(hit), number_(number) {}

  Status grow() {
    parts_ = parts_of(hit_);
    bytes_ = hit_.text->size();
    Metadata first = hit_.metadata, last = hit_.metadata;
    bool before = true, behind = true;
    for (std::size_t step = 1; before || behind; ++step) {
      if (before) {
        VECSTORE_ASSIGN(before, take(number_ >= step, number_ - step, -1, first));
      }
      if (behind) {
        VECSTORE_ASSIGN(behind, take(true, number_ + step, 1, last));
      }
      if (options_.parent == Parent::kNone && step == options_.window) break;
    }
    if (parts_.size() < 2) return {};
    set_places(first, last);
    set_parts(hit_, std::move(parts_));
    return {};
  }

 private:
  // The next record in that direction, read with those behind it; none at the end of the file.
  Result<std::optional<Record>> record(std::size_t number, int direction) {
    const auto known = read_.find(number);
    if (known != read_.end()) return std::optional(std::move(known->second));
    const std::size_t most = options_.parent == Parent::kNone ? options_.window : kReadAtATime;
    std::vector<std::string> ids;
    const std::string& source = *string_at(hit_.metadata, "source");
    for (std::size_t i = 0; i < std::min(most, kReadAtATime); ++i) {
      if (direction < 0 && number < i) break;
      ids.push_back(chunk_id(source, direction < 0 ? number - i : number + i));
    }
    VECSTORE_ASSIGN(std::vector<Record> records, collection_.get_many(ids));
    std::optional<Record> wanted;
    for (Record& one : records) {
      const auto at = chunk_number(one.id, one.metadata);
      if (at == number)
        wanted = std::move(one);
      else if (at)
        read_.emplace(*at, std::move(one));
    }
    return wanted;
  }

  bool belongs(const Record& record) const {
    const Metadata& own = hit_.metadata;
    if (!same_at(record.metadata, own, "document")) return false;
    if (!same_at(record.metadata, own, "text_hash")) return false;
    return options_.parent != Parent::kSection || same_at(record.metadata, own, "headings");
  }

  // Whether there may be more in that direction.
  Result<bool> take(bool there, std::size_t number, int direction, Metadata& outermost) {
    if (!there) return false;
    VECSTORE_ASSIGN(std::optional<Record> found, record(number, direction));
    if (!found || !found->text || !belongs(*found) || shown_.contains(found->id)) return false;
    if (bytes_ + found->text->size() > options_.max_bytes) return false;
    bytes_ += found->text->size();
    shown_.insert(found->id);
    parts_.push_back({*found->metadata.find("start")->as_int(), *std::move(found->text)});
    outermost = std::move(found->metadata);
    return true;
  }

  // From the page of the first chunk to that of the last.
  void set_places(const Metadata& first, const Metadata& last) {
    for (const char* key : {"page", "slide", "row", "cell", "line"}) {
      const std::string end_key = std::string(key) + "_end";
      const Value* begin = first.find(key);
      const Value* end = last.find(end_key) ? last.find(end_key) : last.find(key);
      if (!begin || !end) continue;
      hit_.metadata[key] = *begin;
      hit_.metadata.erase(end_key);
      if (*end != *begin) hit_.metadata[end_key] = *end;
    }
  }

  const Collection& collection_;
  const NeighbourOptions& options_;
  std::set<std::string>& shown_;
  Hit& hit_;
  std::size_t number_;
  std::vector<PassagePart> parts_;
  std::size_t bytes_ = 0;
  std::map<std::size_t, Record> read_;
};

}  // namespace

std::string_view parent_name(Parent parent) { return kParents[static_cast<std::size_t>(parent)]; }

Result<Parent> parse_parent(std::string_view name) {
  const auto found = std::ranges::find(kParents, name);
  if (found != kParents.end()) return static_cast<Parent>(found - kParents.begin());
  return invalid_argument("unknown parent '" + std::string(name.substr(0, 40)) + "', " +
                          nearest_or_known(name, kParents));
}

Result<Hits> with_neighbours(const Collection& collection, Hits hits,
                             const NeighbourOptions& options) {
  if (options.window > kMaxWindow)
    return invalid_argument("a window is at most " + std::to_string(kMaxWindow) + " chunks");
  if (!options.any()) return hits;
  std::set<std::string> shown;
  std::vector<Hit> out;
  for (Hit& hit : hits.hits) {
    if (options.cancel && options.cancel->cancelled())
      return Status(Code::kCancelled, "called off while neighbours of hits were read");
    if (!shown.insert(hit.id).second) continue;
    const auto number = chunk_number(hit.id, hit.metadata);
    if (number && hit.text && !hit.metadata.find(kTextPartsKey))
      VECSTORE_TRY(Growing(collection, options, shown, hit, *number).grow());
    out.push_back(std::move(hit));
  }
  hits.hits = std::move(out);
  return hits;
}

}  // namespace vecstore
