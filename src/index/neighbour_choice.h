// Which of the rows near to one are to be its neighbours (Malkov and Yashunin 2018, algorithm 4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "index/growing_graph.h"
#include "index/nearest_list.h"

namespace vecstore::index {

// One thread at a time.
class NeighbourChoice {
 public:
  explicit NeighbourChoice(const GrowingGraph& graph) : graph_(graph) {}

  // Of the candidates, nearest first, those that are nearer to the row they are candidates of than
  // to any chosen before them, `most` at the most. Valid until the next call.
  std::span<const std::uint32_t> choose(std::span<const Candidate> candidates, std::size_t most);

  // The same for candidates that are in no order and whose distances from `row` are not known.
  std::span<const std::uint32_t> choose_for(std::uint32_t row, std::span<const std::uint32_t> rows,
                                            std::size_t most);

  // `kept`, and then as many more of `rows`, in any order and of any number of times each, that are
  // nearer to `row` than to any before them.
  std::span<const std::uint32_t> choose_more(std::uint32_t row, std::span<const std::uint32_t> kept,
                                             std::vector<std::uint32_t>& rows, std::size_t most);

 private:
  std::span<const std::uint32_t> choose_besides(std::span<const Candidate> candidates,
                                                std::size_t most);
  std::span<const Candidate> sorted(std::uint32_t row, std::span<const std::uint32_t> rows);
  void drop_nearer_to(std::uint32_t chosen, std::size_t from);

  const GrowingGraph& graph_;
  std::vector<std::uint32_t> chosen_;
  std::vector<Candidate> left_;  // some candidates that are nearer to none chosen
  std::vector<std::uint32_t> ids_;
  std::vector<float> distances_;
  std::vector<Candidate> sorted_;
};

}  // namespace vecstore::index
