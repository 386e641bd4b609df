// The lines of all pages as text: paragraphs, headings by their size, tables by rows.
#pragma once

#include <string>
#include <vector>

#include "rag/loaders/document.h"
#include "rag/loaders/pdf/pdf_running.h"

namespace vecstore {

// Fills text, headings and places of `document`, pages counted from 1. Lines that were broken for
// their width are joined by a space, and words that were parted there are made whole where the
// document or their letters say so; others keep their line break; paragraphs are parted by an empty
// line.
void write_paragraphs(const std::vector<PdfPageLines>& pages, Document& document);

}  // namespace vecstore
