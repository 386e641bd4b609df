// What a file says about itself: title, author, subject, keywords, language, dates.
#pragma once

#include <string>
#include <string_view>

#include "rag/loaders/pdf/pdf_file.h"
#include "vecstore/value.h"

namespace vecstore {

// From the information dictionary, and what that lacks from the XMP packet.
void read_pdf_metadata(const PdfFile& file, Metadata& metadata);

// "D:20240131235959+01'00'" as "2024-01-31T23:59:59+01:00", as far as it goes; empty when it is no
// date.
std::string pdf_date(std::string_view date);

}  // namespace vecstore
