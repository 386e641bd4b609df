#include "rag/loaders/mail/mime_tree.h"

#include <algorithm>

namespace vecstore {
namespace {

class TreeReader {
 public:
  explicit TreeReader(std::string_view mail) : mail_(mail) {}

  MimeTree run() {
    std::size_t at = begin_part(0);
    while (at < mail_.size()) {
      const std::size_t newline = mail_.find('\n', at);
      const std::size_t next = newline == mail_.npos ? mail_.size() : newline + 1;
      at = mail_.substr(at, 2) == "--" && !levels_.empty() ? read_delimiter(at, next) : next;
    }
    end_leaf(mail_.size());
    while (!levels_.empty()) end_level();
    return std::move(tree_);
  }

 private:
  struct Level {
    std::string boundary;
    std::uint32_t part;
  };

  std::uint32_t count() const { return static_cast<std::uint32_t>(tree_.parts.size()); }

  // Reads the header at `at` and returns where the body begins.
  std::size_t begin_part(std::size_t at) {
    MimePart part;
    std::size_t body = 0;
    part.header = read_header(mail_.substr(at), body);
    part.type = read_mime_value(part.header.find("content-type"));
    if (part.type.value.find('/') == std::string::npos) part.type.value = default_type();
    const std::string boundary(part.type.find("boundary"));
    const bool level =
        part.is_multipart() && !boundary.empty() && levels_.size() < kMaxMultipartDepth;
    if (part.is_multipart() && !level) part.type.value = "text/plain";
    if (level) levels_.push_back({boundary, count()});
    leaf_begin_ = at + body;
    in_leaf_ = !level;
    part.end = count() + 1;
    tree_.parts.push_back(std::move(part));
    return at + body;
  }

  std::string default_type() const {
    const bool digest =
        !levels_.empty() && tree_.parts[levels_.back().part].type.value == "multipart/digest";
    return digest ? "message/rfc822" : "text/plain";
  }

  // The line [at, next) begins with "--". Returns where to go on.
  std::size_t read_delimiter(std::size_t at, std::size_t next) {
    const std::string_view line = mail_.substr(at + 2, next - at - 2);
    for (std::size_t level = levels_.size(); level-- > 0;) {
      const std::string& boundary = levels_[level].boundary;
      if (!line.starts_with(boundary)) continue;
      std::string_view rest = line.substr(boundary.size());
      const bool closing = rest.starts_with("--");
      if (closing) rest.remove_prefix(2);
      if (rest.find_first_not_of(" \t\r\n") != rest.npos) continue;
      end_leaf(at);
      while (levels_.size() > level + 1) end_level();
      if (closing) {
        end_level();
        return next;
      }
      tree_.cut |= tree_.parts.size() >= kMaxMimeParts;
      return tree_.cut ? next : begin_part(next);
    }
    return next;
  }

  // The line break before a delimiter belongs to the delimiter.
  void end_leaf(std::size_t end) {
    if (!in_leaf_) return;
    in_leaf_ = false;
    std::string_view body = mail_.substr(leaf_begin_, std::max(end, leaf_begin_) - leaf_begin_);
    if (end < mail_.size() && body.ends_with('\n')) body.remove_suffix(1);
    if (end < mail_.size() && body.ends_with('\r')) body.remove_suffix(1);
    tree_.parts.back().body = body;
  }

  void end_level() {
    tree_.parts[levels_.back().part].end = count();
    levels_.pop_back();
  }

  std::string_view mail_;
  MimeTree tree_;
  std::vector<Level> levels_;  // open multiparts, outermost first
  std::size_t leaf_begin_ = 0;
  bool in_leaf_ = false;
};

}  // namespace

MimeTree read_mime_tree(std::string_view mail) { return TreeReader(mail).run(); }

}  // namespace vecstore
