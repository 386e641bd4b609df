#include "rag/splitters/json_splitter.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "rag/splitters/json_scan.h"
#include "rag/splitters/sections.h"

namespace vecstore {
namespace {

using Path = std::vector<std::string>;

// A run of members of one container.
struct Run {
  TextSpan span;
  std::size_t container;  // where that begins
  std::size_t chunk;      // of LangChain's
  std::shared_ptr<const Path> path;
};

// A container that was entered.
struct Frame {
  std::size_t begin = 0;
  std::size_t key_size = 0;
  std::shared_ptr<const Path> path = {};
  std::size_t chunk = 0;  // the one that it has members in
  std::size_t members = 0;
};

class JsonCutter {
 public:
  JsonCutter(std::string_view text, const SplitterOptions& options)
      : text_(text),
        lists_(options.split_lists),
        most_(options.chunk_size),
        least_(options.min_chunk_size > 0 ? options.min_chunk_size
                                          : std::max<std::size_t>(options.chunk_size, 250) - 200) {}

  // `values` are those at the top.
  std::vector<Run> cut(const std::vector<JsonValue>& values) {
    const auto none = std::make_shared<const Path>();
    const JsonValue& only = values[0];
    if (values.size() == 1 && !has_members(only, true)) return {{only.span, 0, 0, none}};
    frames_.push_back({only.span.begin, 0, none, 0, 0});
    if (values.size() == 1) {
      enter(only.span.begin);
      promote_root(only.span);
    } else {
      for (std::size_t i = 0; i < values.size(); ++i) {
        take({values[i].span, {}, index_digits(i) + 2, values[i]}, i);
      }
    }
    return std::move(runs_);
  }

 private:
  bool has_members(const JsonValue& value, bool enter_lists) const {
    const char c = text_[value.span.begin];
    if (c != '{' && !(c == '[' && enter_lists)) return false;
    const std::size_t first = skip_json_space(text_, value.span.begin + 1);
    return first < text_.size() && text_[first] != '}' && text_[first] != ']';
  }

  void enter(std::size_t begin) {
    JsonMembers members(text_, begin, lists_);
    JsonMember member;
    for (std::size_t i = 0; members.next(member); ++i) take(member, i);
  }

  void take(const JsonMember& member, std::size_t index) {
    const std::size_t alone = 2 + member.key_size + 2 + member.value.size;
    if (alone + size_ < most_) return insert(member);
    if (size_ >= least_) {
      ++chunk_;
      size_ = 2;
    }
    if (!has_members(member.value, lists_)) return insert(member);
    frames_.push_back({member.value.span.begin, member.key_size, path_to(member, index), 0, 0});
    const std::size_t before = runs_.size();
    enter(member.value.span.begin);
    frames_.pop_back();
    promote(member, before);
  }

  // Counts as LangChain's chunk does, which has the containers above a member too.
  void insert(const JsonMember& member) {
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      Frame& frame = frames_[i];
      if (frame.chunk == chunk_ + 1) continue;
      frame.chunk = chunk_ + 1;
      frame.members = 0;
      if (i > 0) size_ += (frames_[i - 1].members++ > 0 ? 2 : 0) + frame.key_size + 4;
    }
    size_ += (frames_.back().members++ > 0 ? 2 : 0) + member.key_size + 2 + member.value.size;
    add(member.span);
  }

  void add(TextSpan span) {
    const Frame& frame = frames_.back();
    const bool goes_on =
        !runs_.empty() && runs_.back().container == frame.begin && runs_.back().chunk == chunk_;
    if (goes_on) {
      runs_.back().span.end = span.end;
    } else {
      runs_.push_back({span, frame.begin, chunk_, frame.path});
    }
  }

  // A container all of whose members are one run is a member itself.
  void promote(const JsonMember& member, std::size_t runs_before) {
    if (!is_all(member.value.span, runs_before)) return;
    runs_.pop_back();
    add(member.span);
  }

  void promote_root(TextSpan root) {
    if (is_all(root, 0)) runs_.back().span = root;
  }

  bool is_all(TextSpan container, std::size_t runs_before) const {
    if (runs_.size() != runs_before + 1 || runs_.back().container != container.begin) return false;
    const TextSpan run = runs_.back().span;
    const std::size_t behind = skip_json_space(text_, run.end);
    return run.begin == skip_json_space(text_, container.begin + 1) && behind + 1 == container.end;
  }

  std::shared_ptr<const Path> path_to(const JsonMember& member, std::size_t index) const {
    Path path = *frames_.back().path;
    std::string title = std::to_string(index);
    if (!member.key.empty()) {
      const Result<Value> key = parse_json(member.key.of(text_));
      if (key.ok() && key->as_string()) title = *key->as_string();
    }
    if (title.size() > kMaxTitleBytes) title = shorten(title);
    path.push_back(std::move(title));
    return std::make_shared<const Path>(std::move(path));
  }

  std::string_view text_;
  bool lists_;
  std::size_t most_, least_;
  std::size_t chunk_ = 0;
  std::size_t size_ = 2;  // of LangChain's chunk: {}
  std::vector<Frame> frames_;
  std::vector<Run> runs_;
};

// The values at the top; none when something there is no JSON.
std::vector<JsonValue> top_values(std::string_view text, bool lists_as_objects) {
  std::vector<JsonValue> values;
  for (std::size_t at = 0; (at = skip_json_space(text, at)) < text.size();) {
    values.push_back(scan_json_value(text, at, lists_as_objects));
    at = values.back().span.end;
    if (!parse_json(values.back().span.of(text)).ok()) return {};
  }
  return values;
}

}  // namespace

JsonSplitter::JsonSplitter(const SplitterOptions& options, RecursiveSplitter inside)
    : options_(options), inside_(std::move(inside)) {}

Result<JsonSplitter> JsonSplitter::create(const SplitterOptions& options) {
  VECSTORE_ASSIGN(RecursiveSplitter inside, RecursiveSplitter::create(options));
  if (options.min_chunk_size > options.chunk_size) {
    return invalid_argument("min_chunk_size " + std::to_string(options.min_chunk_size) +
                            " is larger than chunk_size " + std::to_string(options.chunk_size));
  }
  return JsonSplitter(options, std::move(inside));
}

// The loaders of JSON make other text of it.
bool JsonSplitter::takes_source(std::string_view loader) const {
  return loader == "json" || loader == "jsonl";
}

Result<std::vector<Chunk>> JsonSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  const std::vector<JsonValue> values = top_values(document.text, options_.split_lists);
  if (values.empty()) return inside_.split(document);
  const std::vector<Run> runs = JsonCutter(document.text, options_).cut(values);
  std::vector<TextSpan> spans;
  std::size_t titles = 0;  // bytes
  for (const Run& run : runs) {
    spans.push_back(run.span);
    for (const std::string& title : *run.path) titles += title.size() + sizeof(title);
    if (titles > kMaxRepeatedTitles) {
      return resource_exhausted("the keys above more than " + std::to_string(spans.size()) +
                                " chunks are too long to be kept with each");
    }
  }
  std::vector<Chunk> chunks = make_chunks(document, spans);
  for (std::size_t i = 0; i < chunks.size(); ++i) chunks[i].headings = *runs[i].path;
  return chunks;
}

}  // namespace vecstore
