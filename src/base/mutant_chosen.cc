// Compiled by the preset `mutants` only.
#include <cstdlib>
#include <string_view>

#include "base/mutant.h"

#ifdef VECSTORE_MUTANTS

namespace vecstore {

bool mutant_is_on(const char* name) {
  static const char* const chosen = std::getenv("VECSTORE_MUTANT");
  return chosen != nullptr && std::string_view(chosen) == name;
}

}  // namespace vecstore

#endif
