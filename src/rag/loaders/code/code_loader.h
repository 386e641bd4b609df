// Source code: the text is the file itself, with its "language"; places are lines.
//
// Which extensions are whose: languages.h. A file with very long lines, generated or minified, is
// taken with a remark. Offsets are the file's own when it is UTF-8.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

inline constexpr std::size_t kMaxCodeLines = 1'000'000;  // a file with more has no places
inline constexpr std::size_t kLongLineBytes = 5'000;

class CodeLoader : public Loader {
 public:
  std::string_view name() const override { return "code"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
