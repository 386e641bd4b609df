#include "cli/ingest_settings.h"

#include <gmock/gmock.h>

#include <map>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<IngestOptions> with(const std::map<std::string, std::string>& variables) {
  SettingsSources sources;
  sources.collection = "default";
  sources.environment = [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  VECSTORE_ASSIGN(const Settings settings, Settings::load(sources));
  return ingest_options(settings);
}

TEST(IngestSettings, have_the_defaults_of_the_structs) {
  const IngestOptions options = with({}).value();
  EXPECT_EQ(options.splitter, IngestOptions().splitter);
  EXPECT_EQ(options.max_file_bytes, IngestOptions().max_file_bytes);
  EXPECT_EQ(options.gitignore, IngestOptions().gitignore);
  EXPECT_EQ(options.late_chunking, IngestOptions().late_chunking);
  EXPECT_TRUE(options.paths.empty());
  EXPECT_EQ(options.splitting.chunk_size, 1000u);
  EXPECT_EQ(options.splitting.chunk_overlap, 150u);
}

TEST(IngestSettings, reach_the_struct) {
  const IngestOptions options = with({{"VECSTORE_INGEST_PATHS", "a,b"},
                                      {"VECSTORE_INGEST_INCLUDE", "*.md"},
                                      {"VECSTORE_INGEST_EXCLUDE", "old/*"},
                                      {"VECSTORE_INGEST_GITIGNORE", "false"},
                                      {"VECSTORE_INGEST_LATE_CHUNKING", "true"},
                                      {"VECSTORE_INGEST_SPLITTER", "sentence"},
                                      {"VECSTORE_INGEST_CHUNK_SIZE", "100"},
                                      {"VECSTORE_INGEST_MAX_DEPTH", "2"},
                                      {"VECSTORE_INGEST_PASSWORD", "open"}})
                                    .value();
  EXPECT_THAT(options.paths, ElementsAre("a", "b"));
  EXPECT_THAT(options.include, ElementsAre("*.md"));
  EXPECT_THAT(options.exclude, ElementsAre("old/*"));
  EXPECT_FALSE(options.gitignore);
  EXPECT_TRUE(options.late_chunking);
  EXPECT_EQ(options.splitter, "sentence");
  EXPECT_EQ(options.splitting.chunk_size, 100u);
  EXPECT_EQ(options.splitting.chunk_overlap, 15u);
  EXPECT_EQ(options.limits.depth, 2u);
  EXPECT_EQ(options.password, "open");
}

TEST(IngestSettings, that_are_wrong_are_told) {
  EXPECT_THAT(with({{"VECSTORE_INGEST_CHUNK_SIZE", "0"}}).status().message(),
              HasSubstr("ingest.chunk_size must be from 1"));
  EXPECT_THAT(with({{"VECSTORE_INGEST_MAX_MEMBERS", "0"}}).status().message(),
              HasSubstr("ingest.max_members"));
}

}  // namespace
}  // namespace vecstore
