#include "rag/loaders/pdf/pdf_file.h"

// qpdf's headers want to know which pointers we use: the standard ones.
#define POINTERHOLDER_TRANSITION 4
// qpdf's JSON.hh is no C++20 to clang 14, and only its name is needed: it counts as included.
#define JSON_HH
class JSON;

#include <algorithm>
#include <exception>
#include <qpdf/Buffer.hh>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFStreamFilter.hh>
#include <stdexcept>

#include "base/clock.h"
#include "rag/loaders/pdf/pdf_filters.h"

namespace vecstore {

struct PdfObject::Handle {
  mutable QPDFObjectHandle object;
};

namespace {

// A page takes about a millisecond; these are for files that are made to take for ever.
constexpr double kBaseTimeMs = 5'000;
constexpr double kTimeMsPerMiB = 1'000;

// Values that qpdf may have to keep of what it unpacks by itself: each takes it about 200 bytes.
constexpr std::size_t kMostPackedValues = 5'000'000;

constexpr int kMostWarnings = 100'000;  // qpdf keeps each

// What qpdf unpacks by itself, tables and packs of objects, counts here.
struct Unpacking {
  LoadBudget* budget = nullptr;
  std::size_t values = 0;
};

thread_local Unpacking* unpacking = nullptr;

std::size_t count_values(std::string_view bytes) {
  std::size_t count = 0;
  bool within = false;
  for (const char c : bytes) {
    const bool part = c > ' ' && c != '[' && c != ']' && c != '<' && c != '>' && c != '/';
    count += (part && !within) || c == '[' || c == '<' || c == '/';
    within = part;
  }
  return count;
}

// A file that is nothing but tiny values, "[1 1 1 ...": qpdf makes up to a hundred bytes out of
// each of its bytes. Packed data, and text, have fewer than a value in four bytes.
bool is_crowded(std::string_view bytes) {
  constexpr std::size_t kWindow = 4096;
  std::size_t values = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kWindow) {
    const std::size_t count = count_values(bytes.substr(at, kWindow));
    if (count > kWindow / 4) values += count;
  }
  return values > kMostPackedValues;
}

PdfFilter filter_of(std::string name, QPDFObjectHandle parms) {
  PdfFilter filter{std::move(name)};
  if (!parms.isDictionary()) return filter;
  const auto number = [&](const char* key, int otherwise) {
    QPDFObjectHandle value = parms.getKey(key);
    return value.isInteger() ? value.getIntValueAsInt() : otherwise;
  };
  filter.predictor = number("/Predictor", 1);
  filter.colors = number("/Colors", 1);
  filter.bits = number("/BitsPerComponent", 8);
  filter.columns = number("/Columns", 1);
  filter.early_change = number("/EarlyChange", 1) != 0;
  return filter;
}

// A filter for qpdf's own use that holds to the budget of the file being read by this thread.
class BoundedFilter : public QPDFStreamFilter, public Pipeline {
 public:
  explicit BoundedFilter(std::string name)
      : Pipeline("bounded", nullptr), filter_{std::move(name)} {}

  bool setDecodeParms(QPDFObjectHandle parms) override {
    filter_ = filter_of(filter_.name, parms);
    return true;
  }

  Pipeline* getDecodePipeline(Pipeline* to) override {
    next_ = to;
    return this;
  }

  void write(unsigned char const* data, size_t size) override {
    packed_.append(reinterpret_cast<const char*>(data), size);
  }

  void finish() override {
    LoadBudget unlimited(LoadLimits{UINT64_MAX, 0, 0});
    LoadBudget& budget = unpacking ? *unpacking->budget : unlimited;
    const Result<std::string> out = decode_pdf_stream(packed_, {&filter_, 1}, budget);
    packed_.clear();
    if (!out.ok()) throw std::runtime_error(out.status().message());
    if (unpacking) {
      unpacking->values += count_values(*out);
      if (unpacking->values > kMostPackedValues) {
        (void)budget.unpack(UINT64_MAX);  // there is no more to come
        throw std::runtime_error("too many values in packs of objects");
      }
    }
    next_->write(reinterpret_cast<const unsigned char*>(out->data()), out->size());
    next_->finish();
  }

 private:
  PdfFilter filter_;
  std::string packed_;
  Pipeline* next_ = nullptr;
};

// qpdf has one table of filters for the whole process; others who use it here see the same bytes.
void register_filters() {
  static const bool done = [] {
    for (const char* name : {"FlateDecode", "LZWDecode", "RunLengthDecode"}) {
      QPDF::registerStreamFilter("/" + std::string(name),
                                 [name]() -> std::shared_ptr<QPDFStreamFilter> {
                                   return std::make_shared<BoundedFilter>(name);
                                 });
    }
    return true;
  }();
  (void)done;
}

// What qpdf says, which may quote the file.
std::string printable(std::string_view message) {
  std::string out(message.substr(0, 200));
  for (char& c : out) c = c >= ' ' && c <= '~' ? c : '?';
  return out;
}

// The value of `get()`, and T() when it throws.
template <typename Get>
auto caught(Get get) -> decltype(get()) {
  try {
    return get();
  } catch (const std::exception&) {
    return {};
  }
}

std::vector<PdfFilter> filters_of(QPDFObjectHandle stream) {
  QPDFObjectHandle dict = stream.getDict();
  QPDFObjectHandle names = dict.getKey("/Filter"), parms = dict.getKey("/DecodeParms");
  std::vector<PdfFilter> filters;
  if (names.isName()) {
    filters.push_back(filter_of(names.getName().substr(1), parms));
  } else if (names.isArray()) {
    const int count = std::min(names.getArrayNItems(), static_cast<int>(kMaxPdfFilters) + 1);
    for (int i = 0; i < count; ++i) {
      QPDFObjectHandle name = names.getArrayItem(i);
      QPDFObjectHandle own = parms.isArray() ? parms.getArrayItem(i) : parms;
      if (name.isName()) filters.push_back(filter_of(name.getName().substr(1), own));
    }
  }
  return filters;
}

}  // namespace

struct PdfFile::State {
  std::string_view bytes;
  std::shared_ptr<LoadBudget> budget;
  double deadline_ms = 0;
  std::unique_ptr<QPDF> file;
  Unpacking mine;
  Unpacking* before = nullptr;

  State(std::string_view all, std::shared_ptr<LoadBudget> limits)
      : bytes(all), budget(std::move(limits)), mine{budget.get()}, before(unpacking) {
    unpacking = &mine;
    deadline_ms =
        thread_cpu_ms() + kBaseTimeMs + kTimeMsPerMiB * static_cast<double>(bytes.size() >> 20);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { unpacking = before; }

  // True with that password; false when another is wanted; else it throws.
  bool read(const std::string& password) {
    file = std::make_unique<QPDF>();
    file->setSuppressWarnings(true);
    try {
      file->processMemoryFile("", bytes.data(), bytes.size(), password.c_str());
    } catch (const QPDFExc& error) {
      if (error.getErrorCode() == qpdf_e_password) return false;
      throw;
    }
    return true;
  }
};

PdfFile::PdfFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
PdfFile::PdfFile(PdfFile&&) noexcept = default;
PdfFile& PdfFile::operator=(PdfFile&&) noexcept = default;
PdfFile::~PdfFile() = default;

Result<PdfFile> PdfFile::open(std::string_view bytes, std::string_view password,
                              std::shared_ptr<LoadBudget> budget) {
  if (is_crowded(bytes)) {
    return resource_exhausted("a PDF file of more than " + std::to_string(kMostPackedValues) +
                              " values");
  }
  register_filters();
  auto state = std::make_unique<State>(bytes, std::move(budget));
  try {
    if (!state->read("") && (password.empty() || !state->read(std::string(password)))) {
      return failed_precondition(
          password.empty()
              ? "the PDF file is encrypted: it needs a password (ingest.password)"
              : "the PDF file is encrypted, and the password that is set does not open it");
    }
  } catch (const std::exception& error) {
    PdfFile broken(std::move(state));
    VECSTORE_TRY(broken.check());
    return invalid_argument("not a PDF file that can be read: " + printable(error.what()));
  }
  PdfFile file(std::move(state));
  VECSTORE_TRY(file.check());
  return file;
}

Status PdfFile::check() const {
  if (state_->budget->exhausted()) {
    const Status limit = state_->budget->unpack(UINT64_MAX);
    return limit.ok() ? resource_exhausted("a PDF file that unpacks to too much") : limit;
  }
  if (thread_cpu_ms() > state_->deadline_ms) {
    return resource_exhausted("a PDF file of " + std::to_string(state_->bytes.size()) +
                              " bytes that takes too long to read");
  }
  const bool noisy = caught([&] { return state_->file->numWarnings() > kMostWarnings; });
  return noisy ? resource_exhausted("a PDF file with more than " + std::to_string(kMostWarnings) +
                                    " damaged objects")
               : Status();
}

bool PdfFile::encrypted() const {
  return caught([&] { return state_->file->isEncrypted(); });
}

bool PdfFile::repaired() const {
  return caught([&] { return state_->file->anyWarnings(); });
}

PdfObject PdfFile::trailer() const {
  return caught([&] {
    return PdfObject(
        std::make_shared<PdfObject::Handle>(PdfObject::Handle{state_->file->getTrailer()}));
  });
}

PdfObject PdfFile::root() const { return trailer().get("Root"); }

Result<std::string> PdfFile::stream_bytes(const PdfObject& stream) const {
  if (stream.kind() != PdfObject::Kind::kStream) return invalid_argument("not a stream");
  try {
    QPDFObjectHandle object = stream.handle_->object;
    const std::shared_ptr<Buffer> raw = object.getRawStreamData();
    const std::string_view bytes(reinterpret_cast<const char*>(raw->getBuffer()), raw->getSize());
    return decode_pdf_stream(bytes, filters_of(object), *state_->budget);
  } catch (const std::exception& error) {
    return data_loss("a stream cannot be read: " + printable(error.what()));
  }
}

PdfObject::Kind PdfObject::kind() const {
  if (!handle_) return Kind::kNull;
  return caught([&] {
    QPDFObjectHandle& object = handle_->object;
    if (object.isStream()) return Kind::kStream;
    if (object.isDictionary()) return Kind::kDict;
    if (object.isArray()) return Kind::kArray;
    if (object.isName()) return Kind::kName;
    if (object.isString()) return Kind::kString;
    if (object.isNumber()) return Kind::kNumber;
    return object.isBool() ? Kind::kBool : Kind::kNull;
  });
}

double PdfObject::number(double otherwise) const {
  if (kind() != Kind::kNumber) return otherwise;
  return caught([&] { return handle_->object.getNumericValue(); });
}

int PdfObject::integer(int otherwise) const {
  constexpr double kMost = 2'000'000'000;
  const double value = number(otherwise);
  return value >= -kMost && value <= kMost ? static_cast<int>(value) : otherwise;
}

bool PdfObject::truth(bool otherwise) const {
  if (kind() != Kind::kBool) return otherwise;
  return caught([&] { return handle_->object.getBoolValue(); });
}

std::string PdfObject::name() const {
  if (kind() != Kind::kName) return {};
  return caught([&] { return handle_->object.getName().substr(1); });
}

std::string PdfObject::bytes() const {
  if (kind() != Kind::kString) return {};
  return caught([&] { return handle_->object.getStringValue(); });
}

std::size_t PdfObject::size() const {
  if (kind() != Kind::kArray) return 0;
  return caught([&] { return static_cast<std::size_t>(handle_->object.getArrayNItems()); });
}

PdfObject PdfObject::at(std::size_t index) const {
  if (index >= size()) return {};
  return caught([&] {
    return PdfObject(
        std::make_shared<Handle>(Handle{handle_->object.getArrayItem(static_cast<int>(index))}));
  });
}

PdfObject PdfObject::get(const char* key) const {
  const Kind what = kind();
  if (what != Kind::kDict && what != Kind::kStream) return {};
  return caught([&] {
    QPDFObjectHandle dict = what == Kind::kStream ? handle_->object.getDict() : handle_->object;
    return PdfObject(std::make_shared<Handle>(Handle{dict.getKey("/" + std::string(key))}));
  });
}

std::vector<std::string> PdfObject::keys() const {
  const Kind what = kind();
  if (what != Kind::kDict && what != Kind::kStream) return {};
  return caught([&] {
    QPDFObjectHandle dict = what == Kind::kStream ? handle_->object.getDict() : handle_->object;
    std::vector<std::string> keys;
    for (const std::string& key : dict.getKeys()) keys.push_back(key.substr(1));
    return keys;
  });
}

std::uint64_t PdfObject::id() const {
  if (!handle_) return 0;
  return caught([&] {
    const QPDFObjGen id = handle_->object.getObjGen();
    return static_cast<std::uint64_t>(id.getObj()) << 16 | static_cast<std::uint16_t>(id.getGen());
  });
}

}  // namespace vecstore
