// Reads steps, one a line, and answers each with a line of JSON: the protocol of
// tests/conformance/README.md.
//
// usage: conformance_surface FOLDER
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "conformance/cpp/answers.h"
#include "conformance/cpp/surface.h"

namespace {

std::vector<std::string> split_at_tabs(const std::string& line) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find('\t', at), line.size());
    parts.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string answer_line(vecstore::conformance::Surface& surface, const std::string& line) {
  std::vector<std::string> parts = split_at_tabs(line);
  const std::string verb = parts.front();
  parts.erase(parts.begin());
  const auto answer = surface.run(verb, vecstore::conformance::Arguments(std::move(parts)));
  if (answer.ok()) return "{\"answer\":" + *answer + "}";
  return "{\"error\":" + vecstore::conformance::error_json(answer.status()) + "}";
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("usage: conformance_surface FOLDER\n", stderr);
    return 2;
  }
  std::ios::sync_with_stdio(false);
  vecstore::conformance::Surface surface(words[1]);
  for (std::string line; std::getline(std::cin, line);)
    std::cout << answer_line(surface, line) << '\n' << std::flush;
  return 0;
}
