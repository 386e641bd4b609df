#include "cli/settings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/test_folder.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_ / "project/deep");
    fs::create_directories(root_ / "home");
  }

  void write(const std::string& path, const std::string& text) { root_.write(path, text); }

  Result<Settings> load(std::map<std::string, std::string> environment = {}) {
    environment_ = std::move(environment);
    SettingsSources sources;
    sources.folder = (root_ / "project/deep").string();
    sources.home = (root_ / "home").string();
    sources.collection = "default";
    sources.environment = [this](const char* name) -> const char* {
      const auto found = environment_.find(name);
      return found == environment_.end() ? nullptr : found->second.c_str();
    };
    return Settings::load(sources);
  }

  std::string origin(const Settings& settings, std::string_view key) {
    for (const Setting& setting : settings.all()) {
      if (setting.key == key) return setting.origin;
    }
    return "absent";
  }

  TestFolder root_;
  std::map<std::string, std::string> environment_;
};

TEST_F(SettingsTest, defaults_are_those_of_the_structs) {
  const Settings settings = load().value();
  EXPECT_EQ(settings.integer("database.threads"), DatabaseOptions{}.threads);
  EXPECT_EQ(settings.text("database.path"), "vecstore.db");
  EXPECT_EQ(settings.text("embedding.model"),
            (root_ / "home/.cache/vecstore/models/wordllama-256").string());
  EXPECT_EQ(settings.collection_options("default").value(), CollectionOptions{});
}

TEST_F(SettingsTest, the_nearest_file_above_beats_home_and_the_environment_beats_both) {
  write("home/.vecstore.toml", "[database]\nthreads = 7\n");
  EXPECT_EQ(load().value().integer("database.threads"), 7);
  write("project/.vecstore.toml", "[database]\nthreads = 5\npath = \"data/x.db\"\n");
  const Settings by_file = load().value();
  EXPECT_EQ(by_file.integer("database.threads"), 5);
  EXPECT_EQ(by_file.text("database.path"), (root_ / "project/data/x.db").string());
  EXPECT_EQ(origin(by_file, "database.threads"), (root_ / "project/.vecstore.toml").string());
  const Settings by_environment =
      load({{"VECSTORE_DATABASE_THREADS", "3"}, {"VECSTORE_DB", "y.db"}}).value();
  EXPECT_EQ(by_environment.integer("database.threads"), 3);
  EXPECT_EQ(by_environment.text("database.path"), "y.db");
  EXPECT_EQ(origin(by_environment, "database.path"), "VECSTORE_DB");
}

TEST_F(SettingsTest, an_unknown_key_names_the_nearest) {
  write("project/.vecstore.toml", "[ingest]\nchunk_sise = 5\n");
  const Status status = load().status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find("'ingest.chunk_sise', did you mean 'ingest.chunk_size'?"),
            std::string::npos)
      << status.message();
}

TEST_F(SettingsTest, unknown_sections_are_errors_even_when_empty) {
  write("project/.vecstore.toml", "[databse]\n");
  EXPECT_FALSE(load().ok());
  write("project/.vecstore.toml", "threads = 3\n");
  EXPECT_FALSE(load().ok());
  write("project/.vecstore.toml", "[ingest]\n");
  EXPECT_TRUE(load().ok());
}

TEST_F(SettingsTest, a_value_of_another_type_is_refused) {
  write("project/.vecstore.toml", "[database]\nthreads = \"many\"\n");
  EXPECT_NE(load().status().message().find("must be an integer, it is \"many\""),
            std::string::npos);
  write("project/.vecstore.toml", "[ingest]\ninclude = [1]\n");
  EXPECT_FALSE(load().ok());
  write("project/.vecstore.toml", "");
  EXPECT_NE(load({{"VECSTORE_DATABASE_THREADS", "x"}}).status().message().find("VECSTORE_DATABASE"),
            std::string::npos);
}

TEST_F(SettingsTest, collections_have_sections_of_their_own) {
  write("project/.vecstore.toml",
        "[collection.default]\nmetric = \"dot\"\n[collection.docs]\ndimension = 8\nstorage = "
        "\"f16\"\n");
  const Settings settings = load({{"VECSTORE_COLLECTION_DOCS_DIMENSION", "16"}}).value();
  EXPECT_EQ(settings.collection_options("default").value().metric, Metric::kDot);
  const CollectionOptions docs = settings.collection_options("docs").value();
  EXPECT_EQ(docs.dimension, 16u);
  EXPECT_EQ(docs.storage, ElementType::kF16);
}

TEST_F(SettingsTest, numbers_out_of_range_are_refused_with_their_origin) {
  const Settings settings = load({{"VECSTORE_DATABASE_THREADS", "-1"}}).value();
  EXPECT_NE(settings.database_options().status().message().find("VECSTORE_DATABASE_THREADS"),
            std::string::npos);
}

TEST_F(SettingsTest, flags_give_text_of_any_kind_and_lists_one_by_one) {
  write("project/.vecstore.toml", "[ingest]\nseparators = [\"x\"]\n");
  Settings settings = load().value();
  EXPECT_TRUE(settings.set_text_by_flag("ingest.separators", ", ", "--f").ok());
  EXPECT_TRUE(settings.set_text_by_flag("ingest.separators", "", "--f").ok());
  EXPECT_EQ(settings.texts("ingest.separators"), (std::vector<std::string>{", ", ""}));
  EXPECT_TRUE(settings.set_text_by_flag("ingest.regex_separators", "true", "--f").ok());
  EXPECT_TRUE(*settings.value("ingest.regex_separators").as_bool());
  EXPECT_EQ(settings.set_text_by_flag("ingest.regex_separators", "often", "--f").message(),
            "--f: 'ingest.regex_separators' must be true or false, it is \"often\"");
  EXPECT_EQ(settings.set_text_by_flag("ingest.seperators", "x", "--f").message(),
            "--f: unknown key 'ingest.seperators', did you mean 'ingest.separators'?");
}

TEST_F(SettingsTest, lists_come_from_variables_by_commas) {
  const Settings settings = load({{"VECSTORE_INGEST_INCLUDE", "*.md,*.txt"}}).value();
  EXPECT_EQ(settings.texts("ingest.include"), (std::vector<std::string>{"*.md", "*.txt"}));
}

}  // namespace
}  // namespace vecstore
