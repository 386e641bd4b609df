// Hits as they are printed.
#pragma once

#include <string>

#include "cli/output.h"
#include "vecstore/query.h"

namespace vecstore {

// {"rank","id","score","distance","arms"?,"text"?,"highlights"?,"passage"?,"metadata"}; of a fused
// hit "arms" is a list of
// {"rank","score","share"}, rank 0 where the arm did not find it
Object hit_object(const Hit& hit, std::size_t rank);
List hit_list(const Hits& hits);

// "docs/a.md › Title › Section": where a hit is from; its id when it does not say.
std::string citation(const Hit& hit);

// json: {"hits":[...],"took_ms"}; jsonl: a hit per line; simple: id, score; table: for people.
void print_hits(const Output& out, const Hits& hits);

}  // namespace vecstore
