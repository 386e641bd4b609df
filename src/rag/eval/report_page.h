// The frame and the parts that pages of html_report.h and answer_report.h share. What goes into a
// part is markup: text is escaped before (report_markup.h).
#pragma once

#include <string>

#include "rag/eval/resampling.h"

namespace vecstore {

// One whole file, with a policy that forbids scripts and everything from a network.
std::string report_page(const std::string& body);

std::string report_tag(const char* name, const std::string& inside, const char* kind = "");
std::string report_row(const std::string& cells);
std::string report_table(const std::string& head, const std::string& rows);
// A plot in its box.
std::string report_plot(const std::string& heading, const std::string& about,
                        const std::string& svg);

// "0.1000 to 0.2000".
std::string interval_text(const Interval& interval);
// "31.6 %", "95 %".
std::string percent_text(double share);
// "Intervals: 95 %, bootstrap over queries; 10000 draws, seed 1."
std::string resampling_text(const Resampling& how, const char* what);

}  // namespace vecstore
