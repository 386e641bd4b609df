// What a salvage has met so far. One thread.
#pragma once

#include <string>
#include <utility>

#include "db/damage_place.h"
#include "vecstore/salvage.h"
#include "vecstore/status.h"

namespace vecstore::db {

class Findings {
 public:
  explicit Findings(const SalvageOptions& options) : options_(options) {}

  void add(SalvageFinding finding) {
    (finding.doubtful ? report.doubtful : report.lost) += finding.records;
    ++report.findings_in_all;
    if (report.findings.size() < options_.findings) report.findings.push_back(std::move(finding));
  }
  // `of` names file and, where they are known, collection and id.
  void lost(SalvageFinding of, const Status& why) {
    of.offset = offset_in(why.message());
    of.reason = why.message();
    add(std::move(of));
  }
  void note(std::string text) { report.notes.push_back(std::move(text)); }

  SalvageReport report;

 private:
  const SalvageOptions options_;
};

}  // namespace vecstore::db
