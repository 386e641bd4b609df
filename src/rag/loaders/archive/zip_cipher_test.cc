#include "rag/loaders/archive/zip_cipher.h"

#include <gtest/gtest.h>

#include <map>

namespace vecstore {
namespace {

using namespace std::string_view_literals;

// By `zip -P pass`; its last byte of the head is that of the time.
constexpr std::string_view kZipCrypto =
    "\x77\xaf\xe2\x6a\x65\x54\x03\x4f\x82\xa8\x92\x79\x79\xa8\xdb\xa8\x0b\x67\x74\x7e\x6e\x20\xfc"sv;
constexpr std::uint8_t kCheck = 0x2b;

// By Python's hashlib and OpenSSL's counter mode, for each size of the key.
const std::map<std::size_t, std::string_view> kAes = {
    {16,
     "\x00\x01\x02\x03\x04\x05\x06\x07\x73\xb6\x86\xc0\xf5\x14\xe5\x03\x38\xd5\xde\x94\x1c\xb7"
     "\x48\x8b\xd4\x2a\x7b\x07\xd2\xe4\xe5"sv},
    {24,
     "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x40\xfb\x41\xc0\x00\x41\x58\x4a\xed\xf5"
     "\xfc\x31\x13\x3b\xf3\x86\x9e\x4b\x3b\xa0\x66\xed\x49"sv},
    {32,
     "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x4b\x48\x4b\xbe\x81\x41"
     "\x2b\xfe\x69\x9e\xc3\xf8\xe0\xe8\x05\x9e\x18\x30\xda\x31\xcd\xa2\x9b"sv}};

TEST(ZipCipher, the_password_opens_what_other_programs_encrypted) {
  EXPECT_EQ(decrypt_zip_crypto(kZipCrypto, "pass", kCheck).value(), "secret text");
  for (auto [key_bytes, packed] : kAes) {
    EXPECT_EQ(decrypt_winzip_aes(packed, "pass", key_bytes).value(), "secret text") << key_bytes;
  }
}

TEST(ZipCipher, a_wrong_password_is_said_to_be_wrong) {
  EXPECT_EQ(decrypt_zip_crypto(kZipCrypto, "word", kCheck).status().message(),
            wrong_zip_password().message());
  for (auto [key_bytes, packed] : kAes) {
    EXPECT_EQ(decrypt_winzip_aes(packed, "word", key_bytes).status().message(),
              wrong_zip_password().message());
  }
}

TEST(ZipCipher, what_was_changed_after_it_was_encrypted_is_damage) {
  for (auto [key_bytes, packed] : kAes) {
    for (std::size_t i = key_bytes / 2 + 2; i < packed.size(); ++i) {
      std::string changed(packed);
      changed[i] = static_cast<char>(changed[i] ^ 1);
      EXPECT_EQ(decrypt_winzip_aes(changed, "pass", key_bytes).status().code(), Code::kDataLoss);
    }
  }
}

TEST(ZipCipher, what_is_too_short_is_damage) {
  for (std::size_t size = 0; size < 12; ++size) {
    EXPECT_EQ(decrypt_zip_crypto(kZipCrypto.substr(0, size), "pass", kCheck).status().code(),
              Code::kDataLoss);
  }
  for (auto [key_bytes, packed] : kAes) {
    for (std::size_t size = 0; size < key_bytes / 2 + 12; ++size) {
      EXPECT_EQ(decrypt_winzip_aes(packed.substr(0, size), "pass", key_bytes).status().code(),
                Code::kDataLoss);
    }
  }
}

}  // namespace
}  // namespace vecstore
