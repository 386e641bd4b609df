// What encrypts the members of ZIP archives: ZipCrypto, which any program writes and which keeps
// nobody out for long, and WinZip's AES (AE-1 and AE-2). Ciphers and hashes are nettle's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

Status wrong_zip_password();  // kPermissionDenied

// kPermissionDenied when `password` is not the one; `check` is the byte that the head of twelve
// bytes must end with. One in 256 wrong passwords gets through and shows in the checksum.
Result<std::string> decrypt_zip_crypto(std::string_view packed, std::string_view password,
                                       std::uint8_t check);

// `key_bytes`: 16, 24 or 32. kPermissionDenied when `password` is not the one (one in 65,536 gets
// through), kDataLoss when the bytes are not those that were encrypted.
Result<std::string> decrypt_winzip_aes(std::string_view packed, std::string_view password,
                                       std::size_t key_bytes);

}  // namespace vecstore
