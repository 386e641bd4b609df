// What an RTF file says before its text: fonts, styles and the document's properties.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "vecstore/value.h"

namespace vecstore {

// "windows-1251" for \fcharset204 and the like, empty for the document's own code page.
std::string charset_of_font(std::int32_t fcharset);

// "cp1251" for \ansicpg1251; empty when there is no such code page.
std::string charset_of_code_page(std::int32_t number);

// 1 to 9 for "heading 1" to "Heading 9", else 0.
int level_of_style_name(const std::string& name);

// \yr2020\mo1\dy2\hr3\min4
struct RtfTime {
  std::int32_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

// "2020-01-02T03:04:00"; empty when it is no time.
std::string iso_time(const RtfTime& time);

}  // namespace vecstore
