// The pieces of a vocabulary by their bytes: which of them does a text begin with?
//
// A trie whose edges lie in one hash table: a step is one probe, 8 bytes for each edge and as many
// free. Immutable once made, so safe from many threads.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// No piece: ids stay below it.
inline constexpr std::uint32_t kMaxVocabulary = 1u << 20;
inline constexpr std::uint32_t kNoPiece = kMaxVocabulary;

class PieceTrie {
 public:
  using Node = std::uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kNone = ~Node{0};

  struct Entry {
    std::string_view text;
    std::uint32_t id;
  };

  PieceTrie() : PieceTrie(std::span<const Entry>()) {}

  // Of entries with one text the last counts; empty ones are passed over. Together they must have
  // fewer than 2^24 bytes: see check_size().
  explicit PieceTrie(std::span<const Entry> entries);
  static Status check_size(std::span<const Entry> entries);

  Node step(Node from, char byte) const {
    const std::uint32_t key = from << 8 | static_cast<unsigned char>(byte);
    for (std::uint32_t at = slot(key);; at = (at + 1) & mask_) {
      if (edges_[at].key == key) return edges_[at].to;
      if (edges_[at].key == kFree) return kNone;
    }
  }

  Node walk(Node from, std::string_view text) const;

  // The piece that ends at a node, or kNoPiece.
  std::uint32_t id_at(Node node) const { return ids_[node]; }

  // The id of exactly this text, or kNoPiece.
  std::uint32_t find(std::string_view text) const;

  std::size_t longest() const { return longest_; }  // of all pieces, in bytes

 private:
  struct Edge {
    std::uint32_t key;  // node and byte
    Node to;
  };
  static constexpr std::uint32_t kFree = ~std::uint32_t{0};

  std::uint32_t slot(std::uint32_t key) const { return (key * 0x9E3779B1u) >> shift_; }
  void add(const Entry& entry);

  std::vector<Edge> edges_;
  std::vector<std::uint32_t> ids_;  // by node
  std::uint32_t mask_ = 0;
  unsigned shift_ = 0;
  std::size_t longest_ = 0;
};

}  // namespace vecstore
