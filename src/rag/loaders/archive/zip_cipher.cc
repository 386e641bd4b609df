#include "rag/loaders/archive/zip_cipher.h"

#include <nettle/aes.h>
#include <nettle/hmac.h>
#include <nettle/nettle-meta.h>
#include <nettle/pbkdf2.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <span>

namespace vecstore {
namespace {

const std::uint8_t* raw(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// Three numbers that each byte of password and content stirs; APPNOTE 6.1.
class ZipCryptoKeys {
 public:
  explicit ZipCryptoKeys(std::string_view password) {
    for (char c : password) stir(static_cast<std::uint8_t>(c));
  }

  char decrypt(char c) {
    const std::uint32_t from = (keys_[2] & 0xffff) | 2;
    const auto plain = static_cast<std::uint8_t>(static_cast<std::uint8_t>(c) ^
                                                 ((from * (from ^ 1) & 0xffff) >> 8));
    stir(plain);
    return static_cast<char>(plain);
  }

 private:
  void stir(std::uint8_t byte) {
    keys_[0] = crc(keys_[0], byte);
    keys_[1] = (keys_[1] + (keys_[0] & 0xff)) * 134775813 + 1;
    keys_[2] = crc(keys_[2], static_cast<std::uint8_t>(keys_[1] >> 24));
  }

  std::uint32_t crc(std::uint32_t value, std::uint8_t byte) const {
    return static_cast<std::uint32_t>(table_[(value ^ byte) & 0xff]) ^ (value >> 8);
  }

  const z_crc_t* table_ = get_crc_table();
  std::array<std::uint32_t, 3> keys_ = {0x12345678, 0x23456789, 0x34567890};
};

// AES in counter mode as WinZip has it: the counter is little-endian and begins at 1.
class WinZipStream {
 public:
  explicit WinZipStream(std::span<const std::uint8_t> key)
      : cipher_(key.size() == 16   ? nettle_aes128
                : key.size() == 24 ? nettle_aes192
                                   : nettle_aes256) {
    cipher_.set_encrypt_key(&context_, key.data());
  }

  std::string decrypt(std::string_view bytes) {
    std::string out(bytes);
    std::array<std::uint8_t, AES_BLOCK_SIZE> block;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t within = i % AES_BLOCK_SIZE;
      if (within == 0) {
        advance();
        cipher_.encrypt(&context_, block.size(), block.data(), counter_.data());
      }
      out[i] = static_cast<char>(out[i] ^ static_cast<char>(block[within]));
    }
    return out;
  }

 private:
  void advance() {
    for (std::uint8_t& byte : counter_) {
      if (++byte != 0) return;
    }
  }

  const nettle_cipher& cipher_;
  union {
    aes128_ctx small;
    aes192_ctx middle;
    aes256_ctx large;
  } context_;
  std::array<std::uint8_t, AES_BLOCK_SIZE> counter_ = {};
};

constexpr std::size_t kTagBytes = 10, kCheckBytes = 2;
constexpr unsigned kRounds = 1000;

std::array<std::uint8_t, kTagBytes> tag_of(std::string_view bytes,
                                           std::span<const std::uint8_t> key) {
  std::array<std::uint8_t, kTagBytes> out;
  hmac_sha1_ctx hash;
  hmac_sha1_set_key(&hash, key.size(), key.data());
  hmac_sha1_update(&hash, bytes.size(), raw(bytes));
  hmac_sha1_digest(&hash, out.size(), out.data());
  return out;
}

}  // namespace

Status wrong_zip_password() {
  return Status(Code::kPermissionDenied, "encrypted, and the password does not open it");
}

Result<std::string> decrypt_zip_crypto(std::string_view packed, std::string_view password,
                                       std::uint8_t check) {
  constexpr std::size_t kHeadBytes = 12;
  if (packed.size() < kHeadBytes) return data_loss("it ends too early");
  ZipCryptoKeys keys(password);
  std::string out;
  out.reserve(packed.size());
  for (char c : packed) out += keys.decrypt(c);
  if (static_cast<std::uint8_t>(out[kHeadBytes - 1]) != check) return wrong_zip_password();
  out.erase(0, kHeadBytes);
  return out;
}

// Salt, two bytes that check the password, what is encrypted, ten bytes that check all of it.
Result<std::string> decrypt_winzip_aes(std::string_view packed, std::string_view password,
                                       std::size_t key_bytes) {
  const std::size_t salt_bytes = key_bytes / 2;
  if (packed.size() < salt_bytes + kCheckBytes + kTagBytes) return data_loss("it ends too early");
  const std::string_view salt = packed.substr(0, salt_bytes);
  const std::string_view check = packed.substr(salt_bytes, kCheckBytes);
  const std::string_view tag = packed.substr(packed.size() - kTagBytes);
  packed =
      packed.substr(salt_bytes + kCheckBytes, packed.size() - salt_bytes - kCheckBytes - kTagBytes);

  std::array<std::uint8_t, 2 * AES256_KEY_SIZE + kCheckBytes> derived;
  const std::size_t derived_bytes = 2 * key_bytes + kCheckBytes;
  pbkdf2_hmac_sha1(password.size(), raw(password), kRounds, salt.size(), raw(salt), derived_bytes,
                   derived.data());
  const std::span<const std::uint8_t> keys(derived.data(), derived_bytes);
  if (!std::equal(check.begin(), check.end(),
                  keys.begin() + static_cast<std::ptrdiff_t>(2 * key_bytes),
                  [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; })) {
    return wrong_zip_password();
  }
  const auto expected = tag_of(packed, keys.subspan(key_bytes, key_bytes));
  if (tag != std::string_view(reinterpret_cast<const char*>(expected.data()), expected.size())) {
    return data_loss("what is encrypted was changed");
  }
  return WinZipStream(keys.first(key_bytes)).decrypt(packed);
}

}  // namespace vecstore
