#include "embed/tokenizer/models/piece_trie.h"

#include <algorithm>
#include <bit>

namespace vecstore {
namespace {

std::size_t bytes_in(std::span<const PieceTrie::Entry> entries) {
  std::size_t bytes = 0;
  for (const PieceTrie::Entry& entry : entries) bytes += entry.text.size();
  return bytes;
}

// An upper bound of the nodes: what an entry shares with the one before it is not counted twice.
std::size_t count_nodes(std::span<const PieceTrie::Entry> entries) {
  std::vector<std::string_view> texts;
  texts.reserve(entries.size());
  for (const PieceTrie::Entry& entry : entries) texts.push_back(entry.text);
  std::ranges::sort(texts);
  std::size_t nodes = 1;
  std::string_view before;
  for (std::string_view text : texts) {
    const auto [end, _] = std::ranges::mismatch(text, before);
    nodes += static_cast<std::size_t>(text.end() - end);
    before = text;
  }
  return nodes;
}

}  // namespace

Status PieceTrie::check_size(std::span<const Entry> entries) {
  if (bytes_in(entries) < 1u << 24) return {};
  return invalid_argument("the pieces have " + std::to_string(bytes_in(entries)) +
                          " bytes, the limit is " + std::to_string((1u << 24) - 1));
}

PieceTrie::PieceTrie(std::span<const Entry> entries) {
  const std::size_t nodes = count_nodes(entries);
  const std::size_t slots = std::bit_ceil(nodes * 2);
  edges_.assign(slots, {kFree, kNone});
  mask_ = static_cast<std::uint32_t>(slots - 1);
  shift_ = static_cast<unsigned>(32 - std::countr_zero(slots));
  ids_.reserve(nodes);
  ids_.push_back(kNoPiece);
  for (const Entry& entry : entries) add(entry);
}

void PieceTrie::add(const Entry& entry) {
  if (entry.text.empty()) return;
  longest_ = std::max(longest_, entry.text.size());
  Node node = kRoot;
  for (char byte : entry.text) {
    const std::uint32_t key = node << 8 | static_cast<unsigned char>(byte);
    std::uint32_t at = slot(key);
    while (edges_[at].key != kFree && edges_[at].key != key) at = (at + 1) & mask_;
    if (edges_[at].key == kFree) {
      edges_[at] = {key, static_cast<Node>(ids_.size())};
      ids_.push_back(kNoPiece);
    }
    node = edges_[at].to;
  }
  ids_[node] = entry.id;
}

PieceTrie::Node PieceTrie::walk(Node from, std::string_view text) const {
  for (char byte : text) {
    if (from == kNone) break;
    from = step(from, byte);
  }
  return from;
}

std::uint32_t PieceTrie::find(std::string_view text) const {
  if (text.size() > longest_) return kNoPiece;
  const Node node = walk(kRoot, text);
  return node == kNone ? kNoPiece : ids_[node];
}

}  // namespace vecstore
