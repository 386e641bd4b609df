#include "rag/loaders/markup/rtf_tables.h"

#include <array>
#include <cstdio>

namespace vecstore {

std::string charset_of_font(std::int32_t fcharset) {
  struct Known {
    std::int32_t fcharset;
    const char* name;
  };
  static constexpr std::array kKnown = {
      Known{0, "windows-1252"},   Known{77, "macintosh"},     Known{128, "cp932"},
      Known{129, "cp949"},        Known{130, "johab"},        Known{134, "gb18030"},
      Known{136, "big5"},         Known{161, "windows-1253"}, Known{162, "windows-1254"},
      Known{163, "windows-1258"}, Known{177, "windows-1255"}, Known{178, "windows-1256"},
      Known{186, "windows-1257"}, Known{204, "windows-1251"}, Known{222, "cp874"},
      Known{238, "windows-1250"}, Known{255, "cp437"}};
  for (const Known& known : kKnown) {
    if (known.fcharset == fcharset) return known.name;
  }
  return {};
}

std::string charset_of_code_page(std::int32_t number) {
  if (number == 10000) return "macintosh";
  if (number == 65001) return "utf-8";
  if (number == 936) return "gb18030";
  return number > 0 && number < 10000 ? "cp" + std::to_string(number) : std::string();
}

int level_of_style_name(const std::string& name) {
  constexpr std::string_view kHeading = "eading ";
  if (name.size() != 9 || (name[0] != 'h' && name[0] != 'H')) return 0;
  if (std::string_view(name).substr(1, 7) != kHeading) return 0;
  return name[8] >= '1' && name[8] <= '9' ? name[8] - '0' : 0;
}

std::string iso_time(const RtfTime& time) {
  const bool valid = time.year > 0 && time.year <= 9999 && time.month >= 1 && time.month <= 12 &&
                     time.day >= 1 && time.day <= 31 && time.hour >= 0 && time.hour < 24 &&
                     time.minute >= 0 && time.minute < 60 && time.second >= 0 && time.second < 60;
  if (!valid) return {};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", time.year, time.month, time.day,
                time.hour, time.minute, time.second);
  return text;
}

}  // namespace vecstore
