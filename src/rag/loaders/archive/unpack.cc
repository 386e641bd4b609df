#include "rag/loaders/archive/unpack.h"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>

namespace vecstore {
namespace {

enum class Step { kMore, kEndOfStream, kDamaged, kTooMuchMemory };

constexpr std::size_t kPieceBytes = std::size_t{1} << 16;

// zlib and bzip2 count in 32 bits.
template <typename Size>
Size at_most_a_gigabyte(std::size_t size) {
  return static_cast<Size>(std::min(size, std::size_t{1} << 30));
}

// A decoder takes bytes from the front of `in`, puts content into `room` and says in `got` how
// much. another(): a stream has ended; whether what is left begins one more of this content.
class Inflater {
 public:
  enum class Frame { kRaw, kGzip };
  explicit Inflater(Frame frame) : frame_(frame) {
    constexpr int kMaxWindowBits = 15, kWithGzipHead = 16;
    ready_ = inflateInit2(&stream_, frame == Frame::kRaw ? -kMaxWindowBits
                                                         : kMaxWindowBits + kWithGzipHead) == Z_OK;
  }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool ready() const { return ready_; }
  Step step(std::string_view& in, std::span<char> room, std::size_t& got) {
    // zlib's interface has no const; it only reads.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    const uInt given = stream_.avail_in = at_most_a_gigabyte<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = static_cast<uInt>(room.size());
    const int code = inflate(&stream_, Z_NO_FLUSH);
    in.remove_prefix(given - stream_.avail_in);
    got = room.size() - stream_.avail_out;
    if (code == Z_STREAM_END) return Step::kEndOfStream;
    return code == Z_OK || code == Z_BUF_ERROR ? Step::kMore : Step::kDamaged;
  }
  bool another(std::string_view in) {
    return frame_ == Frame::kGzip && in.starts_with("\x1f\x8b") && inflateReset(&stream_) == Z_OK;
  }

 private:
  Frame frame_;
  z_stream stream_ = {};
  bool ready_ = false;
};

class Bunzipper {
 public:
  Bunzipper() { begin(); }
  ~Bunzipper() { end(); }
  Bunzipper(const Bunzipper&) = delete;
  Bunzipper& operator=(const Bunzipper&) = delete;

  bool ready() const { return ready_; }
  Step step(std::string_view& in, std::span<char> room, std::size_t& got) {
    stream_.next_in = const_cast<char*>(in.data());
    const unsigned given = stream_.avail_in = at_most_a_gigabyte<unsigned>(in.size());
    stream_.next_out = room.data();
    stream_.avail_out = static_cast<unsigned>(room.size());
    const int code = BZ2_bzDecompress(&stream_);
    in.remove_prefix(given - stream_.avail_in);
    got = room.size() - stream_.avail_out;
    if (code == BZ_STREAM_END) return Step::kEndOfStream;
    return code == BZ_OK ? Step::kMore : Step::kDamaged;
  }
  bool another(std::string_view in) {
    if (!in.starts_with("BZh")) return false;
    end();
    begin();
    return ready_;
  }

 private:
  void begin() {
    stream_ = {};
    ready_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
  }
  void end() {
    if (ready_) BZ2_bzDecompressEnd(&stream_);
  }
  bz_stream stream_ = {};
  bool ready_ = false;
};

class XzDecoder {
 public:
  XzDecoder()
      : ready_(lzma_stream_decoder(&stream_, kMaxUnpackMemoryBytes, LZMA_CONCATENATED) == LZMA_OK) {
  }
  ~XzDecoder() { lzma_end(&stream_); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;

  bool ready() const { return ready_; }
  Step step(std::string_view& in, std::span<char> room, std::size_t& got) {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(room.data());
    stream_.avail_out = room.size();
    const lzma_ret code = lzma_code(&stream_, LZMA_FINISH);
    in.remove_prefix(in.size() - stream_.avail_in);
    got = room.size() - stream_.avail_out;
    if (code == LZMA_STREAM_END) return Step::kEndOfStream;
    if (code == LZMA_MEMLIMIT_ERROR || code == LZMA_MEM_ERROR) return Step::kTooMuchMemory;
    return code == LZMA_OK || code == LZMA_BUF_ERROR ? Step::kMore : Step::kDamaged;
  }
  bool another(std::string_view) { return false; }  // LZMA_CONCATENATED has read them all

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ready_;
};

class ZstdDecoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {
    constexpr int kMaxWindowLog = std::bit_width(kMaxUnpackMemoryBytes) - 1;
    ready_ = context_ && !ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax,
                                                              kMaxWindowLog));
  }

  bool ready() const { return ready_; }
  Step step(std::string_view& in, std::span<char> room, std::size_t& got) {
    ZSTD_inBuffer from = {in.data(), in.size(), 0};
    ZSTD_outBuffer to = {room.data(), room.size(), 0};
    const std::size_t code = ZSTD_decompressStream(context_.get(), &to, &from);
    in.remove_prefix(from.pos);
    got = to.pos;
    if (code == 0) return Step::kEndOfStream;
    if (!ZSTD_isError(code)) return Step::kMore;
    const ZSTD_ErrorCode why = ZSTD_getErrorCode(code);
    return why == ZSTD_error_frameParameter_windowTooLarge || why == ZSTD_error_memory_allocation
               ? Step::kTooMuchMemory
               : Step::kDamaged;
  }
  bool another(std::string_view in) { return !in.empty(); }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool ready_ = false;
};

template <typename Decoder>
Result<std::string> drain(Decoder&& decoder, std::string_view in, LoadBudget& budget) {
  if (!decoder.ready()) return resource_exhausted("no memory to unpack with");
  std::string out, piece(kPieceBytes, '\0');
  for (;;) {
    const std::size_t before = in.size();
    std::size_t got = 0;
    const Step step = decoder.step(in, piece, got);
    VECSTORE_TRY(budget.unpack(got));
    out.append(piece, 0, got);
    if (step == Step::kDamaged) return data_loss("what is packed cannot be unpacked");
    if (step == Step::kTooMuchMemory) {
      return unimplemented("unpacking asks for more memory than " +
                           std::to_string(kMaxUnpackMemoryBytes) + " bytes");
    }
    if (step == Step::kEndOfStream && !decoder.another(in)) return out;
    if (step == Step::kMore && got == 0 && in.size() == before) {
      return data_loss("it ends too early");
    }
  }
}

}  // namespace

Result<std::string> unpack(std::string_view packed, Packing how, LoadBudget& budget) {
  switch (how) {
    case Packing::kDeflate:
      return drain(Inflater(Inflater::Frame::kRaw), packed, budget);
    case Packing::kGzip:
      return drain(Inflater(Inflater::Frame::kGzip), packed, budget);
    case Packing::kBzip2:
      return drain(Bunzipper(), packed, budget);
    case Packing::kXz:
      return drain(XzDecoder(), packed, budget);
    case Packing::kZstd:
      return drain(ZstdDecoder(), packed, budget);
    case Packing::kStored:
      break;
  }
  VECSTORE_TRY(budget.unpack(packed.size()));
  return std::string(packed);
}

}  // namespace vecstore
