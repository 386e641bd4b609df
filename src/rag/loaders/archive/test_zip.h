// For tests: archives as other programs write them, from names and contents.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vecstore {

struct TestMember {
  std::string name = {};
  std::string content = {};
  unsigned type = AE_IFREG;
  std::string link = {};  // what a link leads to
};

inline void must(int outcome, archive* writer) {
  if (outcome == ARCHIVE_OK) return;
  std::fprintf(stderr, "no archive to test with: %s\n", archive_error_string(writer));
  std::abort();
}

struct TestArchive {
  int format = ARCHIVE_FORMAT_ZIP;
  int filter = ARCHIVE_FILTER_NONE;
  std::string options = {};  // as of archive_write_set_options
  std::string password = {};
};

inline std::string make_archive(const std::vector<TestMember>& members, const TestArchive& how) {
  std::string out;
  archive* writer = archive_write_new();
  archive_write_set_format(writer, how.format);
  archive_write_add_filter(writer, how.filter);
  archive_write_set_bytes_in_last_block(writer, 1);
  if (!how.options.empty()) must(archive_write_set_options(writer, how.options.c_str()), writer);
  if (!how.password.empty()) archive_write_set_passphrase(writer, how.password.c_str());
  const auto append = [](archive*, void* to, const void* data, std::size_t size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  };
  archive_write_open(writer, &out, nullptr, append, nullptr);
  for (const TestMember& member : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_copy_pathname(entry, member.name.c_str());
    archive_entry_set_filetype(entry, member.type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(member.content.size()));
    if (member.type == AE_IFLNK) archive_entry_copy_symlink(entry, member.link.c_str());
    must(archive_write_header(writer, entry), writer);
    archive_write_data(writer, member.content.data(), member.content.size());
    archive_entry_free(entry);
  }
  must(archive_write_close(writer), writer);
  archive_write_free(writer);
  return out;
}

inline std::string make_zip(const std::vector<TestMember>& members) {
  return make_archive(members, {});
}

// For fuzz targets: `data`, cut at bytes of value 1, as the content of the files `names`.
inline std::string fuzzed_zip(std::span<const std::uint8_t> data,
                              const std::vector<std::string>& names,
                              std::vector<TestMember> members = {}) {
  std::string_view rest(reinterpret_cast<const char*>(data.data()), data.size());
  for (const std::string& name : names) {
    const std::string_view part = rest.substr(0, rest.find('\1'));
    rest.remove_prefix(part.size() < rest.size() ? part.size() + 1 : rest.size());
    if (!part.empty()) members.push_back({name, std::string(part)});
  }
  return make_archive(members, {.options = "compression=store"});
}

// `content` as gzip and its like pack a single file.
inline std::string pack(std::string_view content, int filter) {
  return make_archive({{"data", std::string(content)}},
                      {.format = ARCHIVE_FORMAT_RAW, .filter = filter});
}

}  // namespace vecstore
