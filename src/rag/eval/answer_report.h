// Judged answers as a page for people, as html_report.h makes one of rankings.
#pragma once

#include <string>

#include "rag/eval/answer_evaluation.h"

namespace vecstore {

// Means with intervals, who judged, and the answers, worst first, with their passages.
std::string html_report(const AnswerEvaluation& evaluation);

}  // namespace vecstore
