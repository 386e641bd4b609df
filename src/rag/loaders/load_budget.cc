#include "rag/loaders/load_budget.h"

#include <string>

namespace vecstore {

Status LoadBudget::refuse(const char* what, const char* option, std::uint64_t limit) {
  exhausted_ = true;
  return resource_exhausted(std::string(what) + ": more than " + std::to_string(limit) + " (" +
                            option + ")");
}

Status LoadBudget::unpack(std::uint64_t bytes) {
  if (bytes > bytes_left()) {
    return refuse("bytes unpacked from one file", "max_unpacked_bytes", limits_.unpacked_bytes);
  }
  bytes_ += bytes;
  return {};
}

Status LoadBudget::enter_member() {
  if (members_ == limits_.members) {
    return refuse("files within one file", "max_members", limits_.members);
  }
  if (depth_ == limits_.depth) return refuse("files within files", "max_depth", limits_.depth);
  ++members_;
  ++depth_;
  return {};
}

}  // namespace vecstore
