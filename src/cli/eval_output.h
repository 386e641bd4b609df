// An evaluation as `eval` prints it, and the reports that it leaves and reads.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/output.h"
#include "vecstore/evaluation.h"

namespace vecstore {

// table: the means of each run, their intervals, and what differs; json: the whole report; jsonl
// and simple: the runs.
void print_evaluation(const Output& out, const Evaluation& evaluation);

// By the end of the name: .html or .json; kInvalidArgument for another.
Status check_report_name(const std::string& path);
Status write_text(const std::string& path, const std::string& text);
Status write_report(const std::string& path, const Evaluation& evaluation);

// Reports that were kept as JSON, by the names of their files without folder and ending, or, where
// these are the same, as they were given. Errors name the file.
Result<std::vector<std::pair<std::string, Evaluation>>> read_reports(
    const std::vector<std::string>& paths);

}  // namespace vecstore
