// Which distances between neighbours are large, as langchain_experimental's SemanticChunker
// decides: in NumPy's arithmetic, to the last bit.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "rag/splitters/splitter.h"

namespace vecstore {

// numpy.mean, numpy.std, numpy.percentile (linear interpolation), numpy.gradient with unit steps.
// Of at least one number; gradient of at least two.
double mean_of(std::span<const double> values);
double deviation_of(std::span<const double> values);
double percentile_of(std::span<const double> values, double percent);
std::vector<double> gradient_of(std::span<const double> values);

// The amount that a way has by default: 95 percent, 3 deviations, 1.5 ranges, 95 percent.
double default_amount(Breakpoint way);

// The indexes that are above the threshold, ascending. With `chunks` the percentile that gives
// about so many chunks stands for way and amount. None for fewer distances than the way needs.
std::vector<std::size_t> find_breakpoints(std::span<const double> distances, Breakpoint way,
                                          double amount, std::size_t chunks);

}  // namespace vecstore
