#include "service/audit_record.h"

#include <array>

#include "service/digest.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 5> kSeverities = {"info", "notice", "warning", "error",
                                                         "critical"};
constexpr std::string_view kHash = ",\"hash\":\"";
constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kTailBytes = kHash.size() + kHashDigits + 2;  // and "}

}  // namespace

std::string_view severity_name(Severity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}

std::string audit_line(const AuditEvent& event, TimeMs now, ChainEnd& end) {
  Object object{{"sequence", static_cast<std::int64_t>(end.sequence + 1)},
                {"time", now},
                {"event", event.kind},
                {"severity", severity_name(event.severity)},
                {"outcome", code_name(event.outcome)},
                {"principal", event.principal},
                {"address", event.address},
                {"request_id", event.request_id},
                {"collection", event.collection},
                {"detail", event.detail},
                {"duration_ms", event.duration_ms},
                {"previous", end.hash}};
  std::string line = Value(std::move(object)).to_json();
  line.pop_back();
  end = {end.sequence + 1, sha256_hex(line)};
  line += kHash;
  line += end.hash;
  line += "\"}\n";
  return line;
}

Status check_audit_line(std::string_view line, bool first, ChainEnd& end) {
  if (line.size() < kTailBytes || !line.ends_with("\"}") ||
      line.substr(line.size() - kTailBytes, kHash.size()) != kHash)
    return data_loss("it does not end with a hash");
  const std::string_view content = line.substr(0, line.size() - kTailBytes);
  const std::string_view hash = line.substr(line.size() - kHashDigits - 2, kHashDigits);
  if (sha256_hex(content) != hash) return data_loss("its hash is not that of its text");
  const Result<Value> json = Value::parse_json(std::string(content) + "}");
  const Object* object = json.ok() ? json->as_object() : nullptr;
  const Value* sequence = object ? object->find("sequence") : nullptr;
  const Value* previous = object ? object->find("previous") : nullptr;
  if (!sequence || !sequence->as_int() || *sequence->as_int() < 1 || !previous ||
      !previous->as_string())
    return data_loss("it is no audit record");
  const auto number = static_cast<std::uint64_t>(*sequence->as_int());
  if (!first && number != end.sequence + 1)
    return data_loss("record " + std::to_string(number) + " comes after record " +
                     std::to_string(end.sequence));
  if (!first && *previous->as_string() != end.hash)
    return data_loss("record " + std::to_string(number) + " does not continue the one before");
  if (first && number == 1 && *previous->as_string() != ChainEnd().hash)
    return data_loss("record 1 is not the beginning of a chain");
  end = {number, std::string(hash)};
  return {};
}

}  // namespace vecstore
