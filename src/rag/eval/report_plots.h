// Plots of an evaluation as SVG for a page that has the classes of report_style.h. Their size
// depends on the numbers alone, never on a font.
#pragma once

#include <string>

#include "vecstore/evaluation.h"

namespace vecstore {

// A bar for each run with its interval and its mean.
std::string bars_plot(const Evaluation& evaluation, std::size_t metric);

// What each query gained and lost, most first; a title says which it is where there are no more
// than some hundred.
std::string differences_plot(const Evaluation& evaluation, const ComparedMetric& compared);

// Recall or precision at each depth, a line for each run. `of` gives its values.
std::string curves_plot(const Evaluation& evaluation, std::vector<double> EvaluatedRun::*of);

// The class that gives a run its colour.
std::string colour_class(std::size_t run);

}  // namespace vecstore
