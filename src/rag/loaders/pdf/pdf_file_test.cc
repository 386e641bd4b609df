#include "rag/loaders/pdf/pdf_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/test_folder.h"
#include "rag/loaders/pdf/pdf_loader.h"
#include "rag/loaders/pdf/test_pdf.h"

namespace vecstore {
namespace {

Result<std::string> text_of(const std::string& bytes, std::string_view password = {},
                            const LoadLimits& limits = {}) {
  LoadInput input{bytes, "file.pdf", password};
  input.budget = std::make_shared<LoadBudget>(limits);
  VECSTORE_ASSIGN(const std::vector<Document> documents, PdfLoader().load(input));
  return documents.at(0).text;
}

std::string simple() {
  TestPdf file;
  file.add_page("BT /F1 10 Tf 20 150 Td (secret text) Tj ET");
  return file.bytes();
}

// The file as the program qpdf writes it with these options; empty without that program.
std::string rewritten(const std::string& bytes, const std::string& options) {
  const TestFolder folder;
  folder.write("in.pdf", bytes);
  const std::string command = "qpdf " + options + " '" + (folder / "in.pdf").string() + "' '" +
                              (folder / "out.pdf").string() + "' 2>/dev/null";
  if (std::system(command.c_str()) != 0) return {};
  std::ifstream out(folder / "out.pdf", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(out), {});
}

TEST(PdfFile, encrypted_files_open_with_either_password) {
  for (const char* kind : {"40 --allow-weak-crypto", "128 --use-aes=n", "128 --use-aes=y", "256"}) {
    const std::string key(kind);
    const std::string bits = key.substr(0, key.find(' ')), more = key.substr(bits.size());
    const bool weak = bits == "40";
    const std::string file =
        rewritten(simple(), std::string("--allow-weak-crypto --encrypt user owner ") + bits +
                                (weak ? "" : more) + " --");
    if (file.empty()) GTEST_SKIP() << "the program qpdf is not installed";
    EXPECT_EQ(text_of(file, "user").value(), "secret text") << kind;
    EXPECT_EQ(text_of(file, "owner").value(), "secret text") << kind;
    const Status none = text_of(file).status(), wrong = text_of(file, "other").status();
    EXPECT_EQ(none.code(), Code::kFailedPrecondition) << kind;
    EXPECT_NE(none.message().find("needs a password (ingest.password)"), none.message().npos);
    EXPECT_EQ(wrong.code(), Code::kFailedPrecondition) << kind;
    EXPECT_EQ(wrong.message().find("other"), wrong.message().npos);
  }
}

TEST(PdfFile, a_file_that_only_its_owner_may_change_is_read_without_a_password) {
  const std::string file = rewritten(simple(), "--encrypt '' owner 256 --");
  if (file.empty()) GTEST_SKIP() << "the program qpdf is not installed";
  EXPECT_EQ(text_of(file).value(), "secret text");
  EXPECT_EQ(text_of(file, "some other").value(), "secret text");
}

TEST(PdfFile, packs_of_objects_are_read) {
  const std::string file = rewritten(simple(), "--object-streams=generate");
  if (file.empty()) GTEST_SKIP() << "the program qpdf is not installed";
  EXPECT_NE(file.find("/ObjStm"), file.npos);
  EXPECT_EQ(text_of(file).value(), "secret text");
}

TEST(PdfFile, a_file_without_its_table_is_mended) {
  std::string bytes = simple();
  bytes.resize(bytes.find("xref"));
  EXPECT_FALSE(text_of(bytes).ok());  // nobody says which object is the first
  bytes += "trailer << /Root 1 0 R >>";
  EXPECT_EQ(text_of(bytes).value(), "secret text");
}

TEST(PdfFile, damage_is_an_error_and_no_crash) {
  for (const char* bytes :
       {"%PDF-1.4", "%PDF-1.4\ntrailer << /Root 5 0 R >>",
        "%PDF-1.4\n1 0 obj << /Pages 1 0 R /Kids [1 0 R] >> endobj trailer << /Root 1 0 R >>"}) {
    const Status status = text_of(bytes).status();
    EXPECT_TRUE(status.ok() || status.code() == Code::kInvalidArgument) << status.to_string();
  }
}

TEST(PdfFile, every_prefix_of_a_file_ends) {
  const std::string bytes = simple();
  for (std::size_t size = 0; size < bytes.size(); size += 7) (void)text_of(bytes.substr(0, size));
}

TEST(PdfFile, a_tree_of_pages_that_loops_is_walked_once) {
  TestPdf file;
  const int page = file.add_page("BT /F1 10 Tf 20 150 Td (once) Tj ET");
  file.replace(2, "<< /Type /Pages /Count 100000 /Kids [2 0 R " + TestPdf::ref(page) + " 2 0 R " +
                      TestPdf::ref(page) + " null 77 0 R] >>");
  EXPECT_EQ(text_of(file.bytes()).value(), "once");
}

TEST(PdfFile, a_deep_tree_of_pages_is_walked) {
  TestPdf file;
  const int page = file.add_page("BT /F1 10 Tf 20 150 Td (deep) Tj ET");
  int below = page;
  for (int i = 0; i < 20'000; ++i)
    below = file.add("<< /Type /Pages /Kids [" + TestPdf::ref(below) + "] >>");
  file.replace(2, "<< /Type /Pages /Count 100000 /Kids [" + TestPdf::ref(below) + "] >>");
  EXPECT_EQ(text_of(file.bytes()).value(), "deep");
}

TEST(PdfFile, bombs_end_at_the_budget) {
  LoadLimits limits;
  limits.unpacked_bytes = 1 << 20;
  TestPdf file;
  const std::string bomb = deflated(deflated(std::string(32 << 20, ' ')));
  file.add_page_of(file.add_stream(bomb, "/Filter [/FlateDecode /FlateDecode]"));
  const Status status = text_of(file.bytes(), {}, limits).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_NE(status.message().find("max_unpacked_bytes"), status.message().npos) << status.message();
}

// qpdf unpacks packs of objects by itself.
TEST(PdfFile, a_pack_of_objects_that_is_a_bomb_ends_at_the_budget) {
  LoadLimits limits;
  limits.unpacked_bytes = 1 << 20;
  const std::string pack = deflated("9 0 " + std::string(32 << 20, ' ') + "<< >>");
  std::string bytes =
      "%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length " +
      std::to_string(pack.size()) + " >>\nstream\n" + pack + "\nendstream\nendobj\n";
  const std::size_t table = bytes.size();
  // Object 1 stands in the file, 9 in the pack, 2 is this table.
  std::string entries;
  const auto entry = [&](char kind, std::size_t where, char index) {
    entries += kind;
    entries += static_cast<char>(where >> 16);
    entries += static_cast<char>(where >> 8);
    entries += static_cast<char>(where);
    entries += index;
  };
  entry(0, 0, 0);
  entry(1, 9, 0);
  entry(1, table, 0);
  for (int i = 3; i < 9; ++i) entry(0, 0, 0);
  entry(2, 1, 0);
  bytes += "2 0 obj\n<< /Type /XRef /Size 10 /W [1 3 1] /Root 9 0 R /Length " +
           std::to_string(entries.size()) + " >>\nstream\n" + entries +
           "\nendstream\nendobj\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
  const Status status = text_of(bytes, {}, limits).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted) << status.to_string();
}

TEST(PdfFile, a_file_of_nothing_but_tiny_values_is_refused) {
  std::string kids(12'000'000, '1');
  for (std::size_t i = 1; i < kids.size(); i += 2) kids[i] = ' ';
  TestPdf file;
  file.set_kids(kids);
  EXPECT_EQ(text_of(file.bytes()).status().code(), Code::kResourceExhausted);
}

TEST(PdfFile, a_drawing_that_repeats_itself_for_ever_ends_by_the_time_it_takes) {
  TestPdf file;
  std::string draw;
  for (int i = 0; i < 1000; ++i) draw += "/X Do ";
  int inner = file.add_stream("0 0 m ", "/Subtype /Form");
  for (int i = 0; i < 8; ++i) {
    inner = file.add_stream(
        draw, "/Subtype /Form /Resources << /XObject << /X " + TestPdf::ref(inner) + " >> >>");
  }
  file.add_page(draw, "", "", "/XObject << /X " + TestPdf::ref(inner) + " >>");
  const Status status = text_of(file.bytes()).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_NE(status.message().find("takes too long"), status.message().npos);
}

TEST(PdfFile, values_of_another_kind_are_null_or_nothing) {
  TestPdf file;
  const int object = file.add("<< /N 1.5 /S (text) /A [1 (two) /Three] /B true /Name /Na#20me >>");
  file.set_trailer("/Test " + TestPdf::ref(object));
  const std::string bytes = file.bytes();
  const PdfFile pdf = PdfFile::open(bytes, {}, std::make_shared<LoadBudget>()).value();
  const PdfObject test = pdf.trailer().get("Test");
  EXPECT_EQ(test.get("N").number(), 1.5);
  EXPECT_EQ(test.get("S").bytes(), "text");
  EXPECT_EQ(test.get("Name").name(), "Na me");
  EXPECT_EQ(test.get("A").size(), 3u);
  EXPECT_EQ(test.get("A").at(2).name(), "Three");
  EXPECT_TRUE(test.get("B").truth());
  EXPECT_EQ(test.id() >> 16, static_cast<std::uint64_t>(object));
  EXPECT_EQ(test.keys().size(), 5u);
  for (const PdfObject& none :
       {test.get("None"), test.get("A").at(3), test.get("S").get("X"), PdfObject()}) {
    EXPECT_TRUE(none.is_null());
    EXPECT_EQ(none.number(7), 7);
    EXPECT_EQ(none.size(), 0u);
    EXPECT_EQ(none.name() + none.bytes(), "");
    EXPECT_TRUE(none.keys().empty());
  }
  EXPECT_FALSE(pdf.stream_bytes(test).ok());
}

}  // namespace
}  // namespace vecstore
