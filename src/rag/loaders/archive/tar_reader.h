// The members of a TAR archive in order, from memory: ustar, what GNU tar adds for long names and
// large sizes, and pax (path, size). Everything else in a pax head is passed over: owners, times,
// where links lead.
//
// Every head's checksum is verified. Sparse files are named and not read: of their content only
// pieces are there. An archive ends at the first empty block, or where its bytes end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rag/loaders/archive/archive_member.h"
#include "rag/loaders/load_budget.h"
#include "vecstore/status.h"

namespace vecstore {

inline constexpr std::size_t kTarBlockBytes = 512;

// Whether the bytes begin with a head whose checksum is right.
bool begins_with_tar_head(std::string_view bytes);

// For one thread. Errors are kDataLoss and do not say what the bytes are. Time is linear.
class TarReader {
 public:
  explicit TarReader(std::string_view bytes) : rest_(bytes) {}

  // Nothing at the end. After an error there is no next one.
  Result<std::optional<ArchiveMember>> next();

  // The content of the last member, counted against the budget.
  Result<std::string> read(LoadBudget& budget) const;

 private:
  // What heads say of the member that follows them.
  struct Said {
    std::string_view name = {};
    std::optional<std::uint64_t> size = {};
    bool sparse = false;
  };

  Result<std::string_view> take_head();
  std::string_view take_content(std::uint64_t size);
  Status read_pax(std::string_view records, Said& said) const;
  Status read_pax_record(std::string_view record, Said& said) const;
  Result<bool> describes_next(char type, std::uint64_t size, Said& said);
  void skip_sparse_map(bool goes_on);
  ArchiveMember member(std::string_view head, std::uint64_t size, const Said& said);

  std::string_view rest_;
  std::string_view content_ = {};  // of the last member
  bool sparse_ = false;
  bool cut_ = false;  // the bytes end within the content
};

}  // namespace vecstore
