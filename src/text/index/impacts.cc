#include "text/index/impacts.h"

#include <algorithm>

namespace vecstore::text {
namespace {

struct Pair {
  std::uint8_t frequency;
  std::uint8_t length;
};

// The postings that no other one beats in both: ascending in length and in frequency.
std::vector<Pair> front_of(std::vector<Impact>& postings) {
  std::sort(postings.begin(), postings.end(), [](const Impact& a, const Impact& b) {
    return a.length != b.length ? a.length < b.length : a.frequency > b.frequency;
  });
  std::vector<Pair> front;
  for (const Impact& posting : postings) {
    const Pair pair = {encode_up(posting.frequency), encode_down(posting.length)};
    if (!front.empty() && pair.frequency <= front.back().frequency) continue;
    if (!front.empty() && pair.length == front.back().length) front.pop_back();
    front.push_back(pair);
  }
  return front;
}

// Two neighbours become one that bounds both: those that are nearest.
void merge_nearest(std::vector<Pair>& front) {
  std::size_t best = 0;
  int least = 1 << 20;
  for (std::size_t i = 0; i + 1 < front.size(); ++i) {
    const int apart =
        (front[i + 1].frequency - front[i].frequency) + (front[i + 1].length - front[i].length);
    if (apart < least) {
      least = apart;
      best = i;
    }
  }
  front[best].frequency = front[best + 1].frequency;
  front.erase(front.begin() + static_cast<std::ptrdiff_t>(best) + 1);
}

}  // namespace

Impacts Impacts::of(std::vector<Impact>& postings) {
  std::vector<Pair> front = front_of(postings);
  while (front.size() > kPairs) merge_nearest(front);
  Impacts impacts;
  for (std::size_t i = 0; i < kPairs; ++i) {
    const Pair& pair = front[std::min(i, front.size() - 1)];
    impacts.frequencies[i] = pair.frequency;
    impacts.lengths[i] = pair.length;
  }
  return impacts;
}

}  // namespace vecstore::text
