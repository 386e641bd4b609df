// Words that every wire reads alike: keys, ids of requests, names of this machine. Safe from many
// threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vecstore {

// With capital letters of ASCII made small.
std::string small_letters(std::string_view text);

// The KEY of "Bearer KEY", or nothing.
std::optional<std::string_view> bearer_of(std::string_view authorization);

// Of "name", "name:port" or "[::1]:port". A page of the web that calls itself by another name
// reaches this machine as well: without keys only its own names are answered.
bool is_loopback_name(std::string_view host);

// The id that a client gave, where it is 1 to 64 plain characters, else one that no other has.
class RequestIds {
 public:
  RequestIds();
  std::string id_of(std::string_view given);

 private:
  const std::string prefix_;
  std::atomic<std::uint64_t> next_{1};  // relaxed: only differs
};

}  // namespace vecstore
