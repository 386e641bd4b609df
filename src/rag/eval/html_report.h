// An evaluation as a page for people: one file that asks nothing of a network and runs no script.
#pragma once

#include <string>

#include "rag/eval/evaluation.h"

namespace vecstore {

// Means with intervals, differences of pairs and of each query, recall and precision by depth, and
// the queries that fared worst with their hits. What ids and texts hold is text and nothing else.
std::string html_report(const Evaluation& evaluation);

}  // namespace vecstore
