#include "db/segment/file_text.h"

#include <gtest/gtest.h>

#include <map>

#include "base/hash.h"
#include "db/segment/file_segment.h"
#include "db/segment/memory_segment.h"
#include "db/segment/segment_format.h"
#include "db/segment/segment_writer.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"
#include "storage/block_file.h"

namespace vecstore::db {
namespace {

const char* const kTexts[] = {"the quick brown fox", "a lazy dog", "quick quick dogs", "", "fox"};

Schema schema_with(const char* analyzer) {
  return Schema::from_options({.dimension = 2, .text = {.analyzer = analyzer}}).value();
}

// Terms, and the rows that have them.
std::map<std::string, std::vector<Row>> content(const text::FieldView& field) {
  std::map<std::string, std::vector<Row>> all;
  const auto add = [&](std::string_view term, std::uint32_t rows) {
    std::vector<Row>& found = all[std::string(term)];
    const auto postings = field.postings(term).value();
    for (; postings->row() != text::kNoRow; postings->next()) found.push_back(postings->row());
    EXPECT_EQ(found.size(), rows) << term;
  };
  EXPECT_TRUE(field.for_each_term("", add).ok());
  return all;
}

struct Sealed {
  io::MemoryFileSystem files;
  std::shared_ptr<MemorySegment> memory;

  explicit Sealed(const Schema& schema)
      : memory(std::make_shared<MemorySegment>(schema.texts.size())) {
    EXPECT_TRUE(files.make_folder("s").ok());
    int i = 0;
    for (const char* words : kTexts) {
      Bytes payload;
      Record record{.id = "id" + std::to_string(i++), .text = words};
      record.metadata = Metadata{{"tags", List{"all things", "tag" + std::to_string(i)}}};
      EXPECT_TRUE(encode_record(schema, "c", record, payload).ok());
      const RecordView view = decode_record(schema, payload).value();
      const RowInfo info{static_cast<std::uint64_t>(i), 1, 1, 0, 0};
      EXPECT_TRUE(memory->append(schema, view, hash64(as_bytes(view.id)), info).ok());
    }
  }
  std::shared_ptr<FileSegment> write(const Schema& schema, const Schema& reader, int number,
                                     std::vector<std::shared_ptr<StoredSegment>> sources) {
    const std::string path = "s/" + std::to_string(number) + ".seg";
    const storage::BlockFileIdentity identity{kSegmentKind, 7, static_cast<std::uint64_t>(number)};
    const SegmentPlan plan = plan_segment(3, schema, std::move(sources), 1000, 0).value();
    EXPECT_TRUE(write_segment(files, path, identity, plan, [] { return Status(); }).ok());
    return FileSegment::open(files, path, io::Access::kRead, identity, 3, reader).value();
  }
};

TEST(FileText, is_what_the_memory_segment_had) {
  const Schema schema = schema_with("english");
  Sealed sealed(schema);
  const auto memory = content(sealed.memory->text_index(0, 5).value());
  EXPECT_EQ(memory.at("quick"), (std::vector<Row>{0, 2}));
  EXPECT_EQ(memory.at("dog"), (std::vector<Row>{1, 2}));
  const auto file = sealed.write(schema, schema, 1, {sealed.memory});
  EXPECT_TRUE(file->file()->has("text.terms"));
  EXPECT_NE(file->text_index(0, 5).value().file(), nullptr);
  EXPECT_EQ(content(file->text_index(0, 5).value()), memory);
  EXPECT_TRUE(file->verify_structure().ok());
}

TEST(FileText, is_made_of_the_texts_where_the_file_has_none_or_another_analyzers) {
  const Schema english = schema_with("english");
  for (const char* writer : {"none", "simple", "whitespace"}) {
    const Schema schema = schema_with(writer);
    Sealed sealed(schema);
    const auto file = sealed.write(schema, english, 1, {sealed.memory});
    EXPECT_EQ(file->file()->has("text.terms"), std::string(writer) != "none");
    EXPECT_NE(file->text_index(0, 5).value().memory(), nullptr);
    const auto expected = content(Sealed(english).memory->text_index(0, 5).value());
    EXPECT_EQ(content(file->text_index(0, 5).value()), expected) << writer;
  }
}

TEST(FileText, of_a_merge_drops_the_dead_and_takes_over_the_rest) {
  const Schema schema = schema_with("english");
  Sealed sealed(schema);
  const auto file = sealed.write(schema, schema, 1, {sealed.memory});
  file->mark_dead(0, 9);
  const auto merged = sealed.write(schema, schema, 2, {file});
  ASSERT_EQ(merged->rows(), 4u);
  const auto found = content(merged->text_index(0, 4).value());
  EXPECT_EQ(found.at("quick"), (std::vector<Row>{1}));
  EXPECT_EQ(found.at("fox"), (std::vector<Row>{3}));
  EXPECT_FALSE(found.contains("brown"));
}

Schema schema_with_tags() {
  const TextOptions options{.fields = {{.name = "tags", .analyzer = "simple"}, {.name = "text"}}};
  return Schema::from_options({.dimension = 2, .text = options}).value();
}

TEST(FileText, of_a_metadata_field_is_what_the_memory_segment_had) {
  const Schema schema = schema_with_tags();
  Sealed sealed(schema);
  const auto tags = content(sealed.memory->text_index(0, 5).value());
  EXPECT_EQ(tags.at("things"), (std::vector<Row>{0, 1, 2, 3, 4}));
  EXPECT_EQ(tags.at("tag3"), (std::vector<Row>{2}));
  const auto file = sealed.write(schema, schema, 1, {sealed.memory});
  EXPECT_NE(file->text_index(0, 5).value().file(), nullptr);
  EXPECT_EQ(content(file->text_index(0, 5).value()), tags);
  EXPECT_EQ(content(file->text_index(1, 5).value()),
            content(sealed.memory->text_index(1, 5).value()));
  EXPECT_TRUE(file->verify_structure().ok());
}

TEST(FileText, of_a_metadata_field_is_made_where_the_file_has_none) {
  Sealed sealed(schema_with_tags());
  const auto tags = content(sealed.memory->text_index(0, 5).value());
  const Schema none = schema_with("none");
  const auto file = sealed.write(none, schema_with_tags(), 1, {sealed.memory});
  EXPECT_NE(file->text_index(0, 5).value().memory(), nullptr);
  EXPECT_EQ(content(file->text_index(0, 5).value()), tags);
}

TEST(FileText, is_nothing_without_an_analyzer) {
  const Schema none = schema_with("none");
  Sealed sealed(schema_with("english"));
  const auto file = sealed.write(none, none, 1, {sealed.memory});
  EXPECT_FALSE(file->file()->has("text.terms"));
}

// Reads the text index with each reading operation failing in turn. How many there were.
std::size_t fail_reading(io::FileSystem& disk, const Schema& reader) {
  const storage::BlockFileIdentity identity{kSegmentKind, 7, 1};
  for (std::size_t n = 0;; ++n) {
    io::FaultFileSystem files(disk);
    const auto file =
        FileSegment::open(files, "s/1.seg", io::Access::kRead, identity, 3, reader).value();
    files.fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const Status first = file->text_index(0, 5).status();
    if (files.faults_hit() == 0) {
      EXPECT_TRUE(first.ok()) << first.to_string();
      return n;
    }
    EXPECT_EQ(first.code(), Code::kUnknown) << "operation " << n;
    EXPECT_TRUE(file->text_index(0, 5).ok()) << "operation " << n;
  }
}

TEST(FileText, that_is_failing_to_be_read_is_read_when_it_can_be) {
  const Schema english = schema_with("english");
  for (const char* writer : {"english", "none", "simple"}) {
    Sealed sealed(schema_with(writer));
    sealed.write(schema_with(writer), english, 1, {sealed.memory});
    EXPECT_GT(fail_reading(sealed.files, english), 3u) << writer;
  }
  Sealed sealed(schema_with_tags());
  sealed.write(schema_with("none"), schema_with_tags(), 1, {sealed.memory});
  EXPECT_GT(fail_reading(sealed.files, schema_with_tags()), 3u);
}

// The blocks of one file with those of its text index from another.
void exchange_text(io::FileSystem& files, int number, int other) {
  const auto open = [&](int of) {
    const std::string path = "s/" + std::to_string(of) + ".seg";
    const auto identity = storage::identify_block_file(files, path).value();
    return storage::BlockFile::open(files, path, io::Access::kRead, identity).value();
  };
  const auto whole = open(number), from = open(other);
  const std::string path = whole->path();
  ASSERT_TRUE(files.remove(path).ok());
  const storage::BlockFileIdentity identity{kSegmentKind, 7, static_cast<std::uint64_t>(number)};
  auto writer = storage::BlockFileWriter::create(files, path, identity).value();
  for (const std::string& name : whole->names()) {
    Bytes scratch;
    const bool of_text = name.starts_with("text.") && name != "text.end";
    const ByteView bytes = (of_text ? from : whole)->block(name).value().all(scratch).value();
    ASSERT_TRUE(writer->add(name, storage::BlockLayout::kPaged, bytes).ok());
  }
  ASSERT_TRUE(writer->finish().ok());
}

TEST(FileText, of_another_number_of_rows_is_refused) {
  const Schema schema = schema_with("english");
  Sealed sealed(schema);
  const auto file = sealed.write(schema, schema, 1, {sealed.memory});
  file->mark_dead(0, 9);
  sealed.write(schema, schema, 2, {file});  // one row less
  exchange_text(sealed.files, 1, 2);
  const auto changed = FileSegment::open(sealed.files, "s/1.seg", io::Access::kRead,
                                         {kSegmentKind, 7, 1}, 3, schema);
  const Status status = (*changed)->text_index(0, 5).status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_NE(status.message().find("has 4 rows, the segment 5"), std::string::npos)
      << status.to_string();
}

}  // namespace
}  // namespace vecstore::db
