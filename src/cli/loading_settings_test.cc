#include "cli/loading_settings.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

Settings defaults() {
  SettingsSources sources;
  sources.environment = [](const char*) -> const char* { return nullptr; };
  return Settings::load(sources).value();
}

TEST(LoadingSettings, each_is_read_and_has_a_default) {
  Settings settings = defaults();
  EXPECT_EQ(loading_settings(settings)->max_file_bytes, std::size_t{64} << 20);
  EXPECT_EQ(loading_settings(settings)->limits.unpacked_bytes, LoadLimits().unpacked_bytes);
  settings.set_by_flag("ingest.max_file_bytes", 1, "-");
  settings.set_by_flag("ingest.max_unpacked_bytes", 2, "-");
  settings.set_by_flag("ingest.max_members", 3, "-");
  settings.set_by_flag("ingest.max_depth", 4, "-");
  const LoadingSettings read = loading_settings(settings).value();
  EXPECT_EQ(read.max_file_bytes, 1U);
  EXPECT_EQ(read.limits.unpacked_bytes, 2U);
  EXPECT_EQ(read.limits.members, 3U);
  EXPECT_EQ(read.limits.depth, 4U);
  EXPECT_EQ(read.password, "");
  settings.set_by_flag("ingest.password", "open", "-");
  EXPECT_EQ(loading_settings(settings)->password, "open");
}

TEST(LoadingSettings, none_is_less_than_one) {
  for (const char* key : {"max_file_bytes", "max_unpacked_bytes", "max_members", "max_depth"}) {
    Settings settings = defaults();
    settings.set_by_flag(std::string("ingest.") + key, 0, "-");
    EXPECT_EQ(loading_settings(settings).status().message(),
              std::string("ingest.") + key + " must be at least 1, it is 0");
  }
}

TEST(LoadingSettings, a_watch_is_by_notices_or_by_looking) {
  Settings settings = defaults();
  EXPECT_FALSE(watch_method(settings)->looking);
  EXPECT_EQ(watch_method(settings)->interval, WatchMethod().interval);
  settings.set_by_flag("ingest.watch_by", "looking", "-");
  settings.set_by_flag("ingest.watch_interval_ms", 50, "-");
  EXPECT_TRUE(watch_method(settings)->looking);
  EXPECT_EQ(watch_method(settings)->interval, std::chrono::milliseconds(50));
  settings.set_by_flag("ingest.watch_interval_ms", 0, "-");
  EXPECT_EQ(watch_method(settings).status().code(), Code::kInvalidArgument);
  settings.set_by_flag("ingest.watch_by", "guessing", "-");
  EXPECT_EQ(watch_method(settings).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
