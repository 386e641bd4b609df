// One line of an audit log and its place in the chain.
//
// A line is a JSON object on one line. Its last two members are "previous", the hash of the line
// before (64 zeros for the first of all), and "hash", the SHA-256 of the line's text before that
// member. So a line that is changed, left out, put in or moved breaks the chain from there on. Who
// can write the file can make a new chain: the last hash, noted elsewhere, tells that.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vecstore/record.h"

namespace vecstore {

enum class Severity : unsigned char { kInfo, kNotice, kWarning, kError, kCritical };
std::string_view severity_name(Severity severity);

struct AuditEvent {
  std::string_view kind = {};  // "records.upsert", "access.denied"
  Severity severity = Severity::kInfo;
  Code outcome = Code::kOk;
  std::string principal = {};  // its key's id
  std::string address = {};
  std::string request_id = {};
  std::string collection = {};
  std::string detail = {};
  double duration_ms = 0;
};

// Where a chain stands: after `sequence` lines, the last of which has `hash`.
struct ChainEnd {
  std::uint64_t sequence = 0;
  std::string hash = std::string(64, '0');
};

// The line that comes after `end`, with its line feed; `end` moves on.
std::string audit_line(const AuditEvent& event, TimeMs now, ChainEnd& end);

// Checks one line, without its line feed, and moves `end` to it. `first`: of a log whose older
// files are gone, its place is believed. kDataLoss says what does not fit.
Status check_audit_line(std::string_view line, bool first, ChainEnd& end);

}  // namespace vecstore
