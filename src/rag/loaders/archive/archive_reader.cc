#include "rag/loaders/archive/archive_reader.h"

#include <array>
#include <utility>

#include "base/utf8.h"

namespace vecstore {
namespace {

using namespace std::string_view_literals;

struct Form {
  ArchiveForm form;
  std::string_view name;
  std::string_view begin;
  Packing packing = Packing::kStored;
};

constexpr std::array kForms = {
    Form{ArchiveForm::kZip, "a ZIP archive", "PK\x03\x04"},
    Form{ArchiveForm::kZip, "a ZIP archive", "PK\x05\x06"},  // without members
    Form{ArchiveForm::kGzip, "a gzip file", "\x1f\x8b", Packing::kGzip},
    Form{ArchiveForm::kBzip2, "a bzip2 file", "BZh", Packing::kBzip2},
    Form{ArchiveForm::kXz, "an xz file", "\xfd\x37zXZ\0"sv, Packing::kXz},
    Form{ArchiveForm::kZstd, "a zstd file", "\x28\xb5\x2f\xfd", Packing::kZstd},
    Form{ArchiveForm::kTar, "a TAR archive", {}},
};

const Form& form_of(ArchiveForm form) {
  std::size_t i = 0;
  while (kForms[i].form != form) ++i;
  return kForms[i];
}

std::string clean(std::string_view rest) {
  std::string out;
  while (!rest.empty() && out.size() < kMaxMemberNameBytes) {
    const CodePoint c = decode_utf8(rest);
    append_utf8(out, c.value < 0x20 || c.value == 0x7f ? 0xFFFD : c.value);
    rest.remove_prefix(c.size);
  }
  return out;
}

// "ustar", or a head whose checksum is right: archives of before 1988 have no mark.
bool is_tar(std::string_view bytes) {
  if (bytes.size() < kTarBlockBytes) return false;
  return bytes.substr(257, 5) == "ustar" || begins_with_tar_head(bytes);
}

}  // namespace

std::optional<ArchiveForm> archive_form(std::string_view bytes) {
  for (const Form& form : kForms) {
    if (!form.begin.empty() && bytes.starts_with(form.begin)) return form.form;
  }
  return is_tar(bytes) ? std::optional(ArchiveForm::kTar) : std::nullopt;
}

std::string_view form_name(ArchiveForm form) { return form_of(form).name; }

Result<std::optional<ArchiveMember>> ArchiveReader::PackedFile::next() {
  if (std::exchange(taken, true)) return std::optional<ArchiveMember>();
  return std::optional(ArchiveMember());
}

Status ArchiveReader::named(const Status& status, ArchiveForm form) {
  if (status.code() != Code::kDataLoss) return status;
  return data_loss(std::string(form_name(form)) + " that is damaged: " + status.message());
}

Result<ArchiveReader> ArchiveReader::open(std::string_view bytes, ArchiveForm form,
                                          std::string_view password) {
  if (form == ArchiveForm::kTar) return ArchiveReader(TarReader(bytes), form);
  if (form != ArchiveForm::kZip) {
    return ArchiveReader(PackedFile{bytes, form_of(form).packing}, form);
  }
  Result<ZipReader> zip = ZipReader::open(bytes, password);
  if (!zip.ok()) return named(zip.status(), form);
  return ArchiveReader(*std::move(zip), form);
}

Result<std::optional<ArchiveMember>> ArchiveReader::next() {
  Result<std::optional<ArchiveMember>> found =
      std::visit([](auto& reader) { return reader.next(); }, reader_);
  if (!found.ok()) return named(found.status(), form_);
  if (*found) (*found)->name = clean((*found)->name);
  return found;
}

Result<std::string> ArchiveReader::read(LoadBudget& budget) {
  Result<std::string> content =
      std::visit([&](auto& reader) { return reader.read(budget); }, reader_);
  return content.ok() ? std::move(content) : named(content.status(), form_);
}

}  // namespace vecstore
