// The objects of a PDF file, decrypted, and the bytes of its streams, by qpdf, which mends broken
// tables of objects. The one place that sees qpdf: nothing throws beyond it.
//
// All that is unpacked counts against the budget, also where qpdf unpacks by itself; whatever is
// damaged is null, and check() tells whether a limit was the reason. For one thread, and files are
// closed in the reverse order of their opening.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/load_budget.h"
#include "vecstore/status.h"

namespace vecstore {

class PdfFile;

// A value of a PDF file; what is asked of a value of another kind is null, zero or empty. Cheap to
// copy; valid as long as its file.
class PdfObject {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kName, kArray, kDict, kStream };

  PdfObject() = default;

  Kind kind() const;
  bool is_null() const { return kind() == Kind::kNull; }
  double number(double otherwise = 0) const;
  int integer(int otherwise = 0) const;
  bool truth(bool otherwise = false) const;
  std::string name() const;   // without the slash
  std::string bytes() const;  // of a string

  std::size_t size() const;  // of an array
  PdfObject at(std::size_t index) const;
  PdfObject get(const char* key) const;  // of a dictionary or a stream's dictionary
  std::vector<std::string> keys() const;

  // The number of an object that others refer to; 0 of one that lies within another.
  std::uint64_t id() const;

 private:
  friend class PdfFile;
  struct Handle;
  explicit PdfObject(std::shared_ptr<const Handle> handle) : handle_(std::move(handle)) {}

  std::shared_ptr<const Handle> handle_;
};

class PdfFile {
 public:
  // `bytes` outlive the file. An encrypted file opens with the empty password or the given one, be
  // it the user's or the owner's; kFailedPrecondition when neither fits, kInvalidArgument when the
  // bytes are no PDF file.
  static Result<PdfFile> open(std::string_view bytes, std::string_view password,
                              std::shared_ptr<LoadBudget> budget);

  PdfFile(PdfFile&&) noexcept;
  PdfFile& operator=(PdfFile&&) noexcept;
  ~PdfFile();

  PdfObject trailer() const;
  PdfObject root() const;

  // Of a stream; kInvalidArgument for anything else.
  Result<std::string> stream_bytes(const PdfObject& stream) const;

  // kResourceExhausted once a limit of the budget or of the time for a file of this size was met.
  Status check() const;

  bool encrypted() const;
  bool repaired() const;  // what stands in the file was not all sound

 private:
  struct State;
  explicit PdfFile(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace vecstore
