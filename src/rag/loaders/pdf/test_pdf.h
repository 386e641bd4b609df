// Makes small PDF files for tests, with a correct table of objects.
#pragma once

#include <zlib.h>

#include <string>
#include <utility>
#include <vector>

#include "rag/loaders/pdf/pdf_loader.h"

namespace vecstore {

class TestPdf {
 public:
  // Objects 1 and 2 are the catalog and the tree of pages.
  TestPdf() : objects_(2) {}

  // Returns the number of the object.
  int add(std::string body) {
    objects_.push_back(std::move(body));
    return static_cast<int>(objects_.size());
  }

  int add_stream(const std::string& data, const std::string& dict = "") {
    return add("<< " + dict + " /Length " + std::to_string(data.size()) + " >>\nstream\n" + data +
               "\nendstream");
  }

  // A page of 200 by 200 points whose fonts are `fonts` ("/F1 3 0 R ..."), else Helvetica as /F1.
  int add_page(const std::string& content, const std::string& fonts = "",
               const std::string& more = "", const std::string& resources = "") {
    return add_page_of(add_stream(content), fonts, more, resources);
  }

  int add_page_of(int content, const std::string& fonts = "", const std::string& more = "",
                  const std::string& resources = "") {
    const std::string used = fonts.empty()
                                 ? "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
                                   "/Encoding /WinAnsiEncoding >>"
                                 : fonts;
    const int page =
        add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /Font << " + used +
            " >> " + resources + " >> /Contents " + ref(content) + " " + more + " >>");
    pages_.push_back(page);
    return page;
  }

  static std::string ref(int object) { return std::to_string(object) + " 0 R"; }

  void set_catalog(std::string more) { catalog_ = std::move(more); }
  void set_trailer(std::string more) { trailer_ = std::move(more); }
  void set_kids(std::string kids) { kids_ = std::move(kids); }
  void replace(int object, std::string body) {
    objects_[static_cast<std::size_t>(object) - 1] = std::move(body);
  }

  std::string bytes() {
    std::string kids = kids_;
    for (const int page : pages_) kids += (kids.empty() ? "" : " ") + ref(page);
    replace(1, "<< /Type /Catalog /Pages 2 0 R " + catalog_ + " >>");
    if (objects_[1].empty()) {
      replace(2, "<< /Type /Pages /Kids [" + kids + "] /Count " + std::to_string(pages_.size()) +
                     " >>");
    }
    std::string out = "%PDF-1.7\n";
    std::string table = "0000000000 65535 f \n";
    for (std::size_t i = 0; i < objects_.size(); ++i) {
      std::string at = std::to_string(out.size());
      table += std::string(10 - at.size(), '0') + at + " 00000 n \n";
      out += std::to_string(i + 1) + " 0 obj\n" + objects_[i] + "\nendobj\n";
    }
    const std::string size = std::to_string(objects_.size() + 1), at = std::to_string(out.size());
    return out + "xref\n0 " + size + "\n" + table + "trailer\n<< /Root 1 0 R /Size " + size + " " +
           trailer_ + " >>\nstartxref\n" + at + "\n%%EOF\n";
  }

 private:
  std::vector<std::string> objects_;
  std::vector<int> pages_;
  std::string catalog_, trailer_, kids_;
};

// What the loader makes of the file.
inline Document load_pdf(TestPdf& file) {
  const std::string bytes = file.bytes();
  return PdfLoader().load({bytes, "file.pdf"}).value().at(0);
}

inline std::string remarks_of(const Document& document) {
  std::string out;
  for (const std::string& remark : document.remarks) out += remark + "\n";
  return out;
}

inline std::string deflated(const std::string& data) {
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  std::string out(size, '\0');
  compress2(reinterpret_cast<Bytef*>(out.data()), &size,
            reinterpret_cast<const Bytef*>(data.data()), static_cast<uLong>(data.size()), 9);
  out.resize(size);
  return out;
}

}  // namespace vecstore
