// How many texts a model is given in one call: as many as keep it busy for a second or two, so that
// something is heard of it whatever its speed.
#pragma once

#include <cstddef>

namespace vecstore {

class BatchPace {
 public:
  // At least 1.
  explicit BatchPace(std::size_t most);

  std::size_t texts() const { return texts_; }

  // A call with texts() of them took so long. Where the rate depends on how many there are (a
  // provider far away), more is better; where it does not, a long call gains nothing.
  void took(double ms);

 private:
  std::size_t most_, texts_;
  double rate_ = 0;  // of the last call, in texts a millisecond
};

}  // namespace vecstore
