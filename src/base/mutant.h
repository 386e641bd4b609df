// Bugs seeded on purpose: `if (VECSTORE_MUTANT("log.sync_skipped")) return {};` stands where a bug
// would do harm. Only the preset `mutants` compiles them in, and only one is on in a process: the
// one that the environment variable VECSTORE_MUTANT names. Everywhere else they are `false`, and
// nothing of them is left in the program.
//
// tools/mutants runs the tests against each of them, docs/reliability/mutants.md says what noticed.
#pragma once

#ifdef VECSTORE_MUTANTS

namespace vecstore {

// The environment is read once, at the first question.
bool mutant_is_on(const char* name);

}  // namespace vecstore

// Asked once for each place: there are places that a search passes thousands of times.
#define VECSTORE_MUTANT(name)                                     \
  ([] {                                                           \
    static const bool mutant_on = ::vecstore::mutant_is_on(name); \
    return mutant_on;                                             \
  }())

#else

#define VECSTORE_MUTANT(name) false

#endif
