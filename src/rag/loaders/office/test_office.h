// For tests: Office files made of their XML parts.
#pragma once

#include <string>
#include <vector>

#include "rag/loaders/archive/test_zip.h"

namespace vecstore {

inline std::string relation(const std::string& id, const std::string& type,
                            const std::string& target) {
  return "<Relationship Id='" + id +
         "' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/" + type +
         "' Target='" + target + "'/>";
}

inline std::string relations(const std::string& all) {
  return "<?xml version='1.0' encoding='UTF-8' standalone='yes'?><Relationships xmlns="
         "'http://schemas.openxmlformats.org/package/2006/relationships'>" +
         all + "</Relationships>";
}

// A package whose main part is `main`, with core properties when there are some.
inline std::string make_package(const std::string& main, std::vector<TestMember> parts,
                                const std::string& properties = {}) {
  parts.insert(parts.begin(), {"[Content_Types].xml", "<Types/>"});
  std::string root = relation("rId1", "officeDocument", main);
  if (!properties.empty()) {
    root += relation("rId2", "metadata/core-properties", "docProps/core.xml");
    parts.push_back({"docProps/core.xml",
                     "<cp:coreProperties xmlns:cp='a' xmlns:dc='b' "
                     "xmlns:dcterms='c'>" +
                         properties + "</cp:coreProperties>"});
  }
  parts.push_back({"_rels/.rels", relations(root)});
  return make_zip(parts);
}

}  // namespace vecstore
