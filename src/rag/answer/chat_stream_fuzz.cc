// Whatever a server sends, in whatever pieces: the same answer or error as in one piece.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/utf8.h"
#include "rag/answer/chat_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t step = std::size_t{data[0]} + 1;
  std::string heard;
  ChatStream whole([&](std::string_view text) { heard += text; });
  ChatStream pieces({});
  Status one = whole.take(bytes), many;
  for (std::size_t at = 0; at < bytes.size() && many.ok(); at += step)
    many = pieces.take(bytes.substr(at, step));
  if (one.ok() != many.ok()) std::abort();
  if (!one.ok()) return 0;
  const Result<ChatAnswer> first = whole.finish(), second = pieces.finish();
  if (first.ok() != second.ok()) std::abort();
  if (!first.ok()) return 0;
  if (first->text != second->text || first->text != heard || !is_valid_utf8(heard)) std::abort();
  return 0;
}
