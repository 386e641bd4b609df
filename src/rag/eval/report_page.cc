#include "rag/eval/report_page.h"

#include "rag/eval/report_markup.h"
#include "rag/eval/report_style.h"

namespace vecstore {

std::string report_page(const std::string& body) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "style-src 'unsafe-inline'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<title>VecStore: how good the answers are</title>\n<style>" +
         std::string(kReportStyle) + "</style></head>\n<body>\n" + body + "</body></html>\n";
}

std::string report_tag(const char* name, const std::string& inside, const char* kind) {
  const std::string with = *kind ? std::string(" class=\"") + kind + "\"" : "";
  return std::string("<") + name + with + ">" + inside + "</" + name + ">";
}

std::string report_row(const std::string& cells) { return report_tag("tr", cells) + "\n"; }

std::string report_table(const std::string& head, const std::string& rows) {
  return "<div class=\"wide\"><table><thead>" + report_row(head) + "</thead><tbody>\n" + rows +
         "</tbody></table></div>\n";
}

std::string report_plot(const std::string& heading, const std::string& about,
                        const std::string& svg) {
  return report_tag(
      "div", report_tag("h3", heading) + (about.empty() ? "" : report_tag("p", about)) + svg);
}

std::string interval_text(const Interval& interval) {
  return shown_decimal(interval.low, 4) + " to " + shown_decimal(interval.high, 4);
}

std::string percent_text(double share) {
  const std::string text = decimal(share * 100, 1);
  return (text.ends_with(".0") ? text.substr(0, text.size() - 2) : text) + " %";
}

std::string resampling_text(const Resampling& how, const char* what) {
  return "Intervals: " + percent_text(how.confidence) + ", bootstrap over " + what + "; " +
         std::to_string(how.samples) + " draws, seed " + std::to_string(how.seed) + ".";
}

}  // namespace vecstore
