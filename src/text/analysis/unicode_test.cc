#include "text/analysis/unicode.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "text/analysis/unicode_tables.h"

#if VECSTORE_HAS_UTF8PROC
#include <utf8proc.h>
#endif

namespace vecstore::text {
namespace {

std::string folded(std::string_view text) {
  std::string out;
  append_folded(text, out);
  return out;
}

std::string utf8(char32_t value) {
  std::string out;
  append_utf8(out, value);
  return out;
}

bool is_surrogate(char32_t value) { return value >= 0xD800 && value < 0xE000; }

TEST(Unicode, folds_case_compatibility_and_composition) {
  EXPECT_EQ(folded("Hello"), "hello");
  EXPECT_EQ(folded("STRASSE Straße"), "strasse strasse");
  EXPECT_EQ(folded("ﬁne ﷺ"), "fine صلى الله عليه وسلم");
  EXPECT_EQ(folded("e\u0301"), "é");
  EXPECT_EQ(folded("\u1112\u1161\u11AB"), "한");
  EXPECT_EQ(folded("Ｆｕｌｌ１"), "full1");
  EXPECT_EQ(folded("ΣΊΣΥΦΟΣ"), folded("Σίσυφος"));
  EXPECT_EQ(folded("so\u00ADft"), "soft");
  EXPECT_EQ(folded("q\u0307\u0323"), folded("q\u0323\u0307"));
  EXPECT_EQ(folded("\xff"), "\uFFFD");
}

TEST(Unicode, folding_twice_changes_nothing) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (is_surrogate(c)) continue;
    const std::string once = folded(utf8(c));
    ASSERT_EQ(folded(once), once) << std::hex << static_cast<unsigned>(c);
  }
}

// What is stored was made with these tables: another number makes every index with words
// unreadable.
TEST(Unicode, tables_are_what_they_were) {
  std::uint64_t hash = 0;
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (is_surrogate(c)) continue;
    std::string all = folded(utf8(c));
    all.push_back(static_cast<char>(word_class(c)));
    all.push_back(static_cast<char>(combining_class(c)));
    hash = hash64(as_bytes(all), hash);
  }
  EXPECT_EQ(hash, 6997007128569078098u);
  EXPECT_EQ(unicode_tables(), 3042610551u);
}

TEST(Unicode, accents_come_off_european_letters_alone) {
  EXPECT_EQ(without_accents("crème brûlée"), "creme brulee");
  EXPECT_EQ(without_accents("øre æble łódź"), "ore aeble lodz");
  EXPECT_EQ(without_accents("ёлка"), "елка");
  EXPECT_EQ(without_accents("が"), "が");
  EXPECT_EQ(without_accents("한"), "한");
  EXPECT_EQ(without_accents("हिन्दी"), "हिन्दी");
}

TEST(Unicode, characters_have_the_classes_of_words) {
  EXPECT_EQ(word_class('a'), WordClass::kLetter);
  EXPECT_EQ(word_class('7'), WordClass::kNumeric);
  EXPECT_EQ(word_class('_'), WordClass::kExtendNumLet);
  EXPECT_EQ(word_class('\''), WordClass::kMidNumLet);
  EXPECT_EQ(word_class(' '), WordClass::kSpace);
  EXPECT_EQ(word_class('+'), WordClass::kOther);
  EXPECT_EQ(word_class(U'東'), WordClass::kIdeograph);
  EXPECT_EQ(word_class(U'\U00020001'), WordClass::kIdeograph);
  EXPECT_EQ(word_class(U'カ'), WordClass::kKatakana);
  EXPECT_EQ(word_class(U'ก'), WordClass::kComplex);
  EXPECT_EQ(word_class(U'\u0301'), WordClass::kExtend);
  EXPECT_EQ(word_class(U'\U0001F389'), WordClass::kEmoji);
}

#if VECSTORE_HAS_UTF8PROC
std::string reference(const std::string& text) {
  utf8proc_uint8_t* made = nullptr;
  const auto options = static_cast<utf8proc_option_t>(
      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(text.size()), &made, options);
  std::string out(reinterpret_cast<char*>(made), static_cast<std::size_t>(size < 0 ? 0 : size));
  std::free(made);
  return out;
}

// Cyrillic modifier letters that came with Unicode 15, which utf8proc may know.
bool is_later(char32_t value) { return value >= 0x1E030 && value <= 0x1E06D; }

TEST(Unicode, every_character_folds_as_utf8proc_has_it) {
  int different = 0;
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (is_surrogate(c) || is_later(c) ||
        utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_CN)
      continue;
    const std::string text = utf8(c);
    if (folded(text) != reference(text) && ++different <= 20) {
      ADD_FAILURE() << "U+" << std::hex << static_cast<unsigned>(c) << ": '" << folded(text)
                    << "', utf8proc has '" << reference(text) << "'";
    }
  }
  EXPECT_EQ(different, 0);
}

TEST(Unicode, marks_combine_as_utf8proc_has_it) {
  const char32_t marks[] = {0x300, 0x301, 0x307, 0x308,  0x323, 0x327,
                            0x328, 0x345, 0x5B0, 0x1161, 0x11A8};
  for (char32_t base = 0x41; base < 0x2100; ++base) {
    if (utf8proc_category(static_cast<utf8proc_int32_t>(base)) == UTF8PROC_CATEGORY_CN) continue;
    for (const char32_t first : marks) {
      const char32_t second = marks[(base + first) % std::size(marks)];
      const std::string text = utf8(base) + utf8(first) + utf8(second) + "x";
      ASSERT_EQ(folded(text), reference(text))
          << std::hex << static_cast<unsigned>(base) << " " << static_cast<unsigned>(first);
    }
  }
}
#else
TEST(Unicode, every_character_folds_as_utf8proc_has_it) {
  GTEST_SKIP() << "utf8proc is not installed";
}
#endif

}  // namespace
}  // namespace vecstore::text
