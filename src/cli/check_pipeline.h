// Whether the configuration describes a way from sources to answers, before any of it runs.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"

namespace vecstore {

struct PipelineStage {
  std::string stage = {};  // the section
  std::string what = {};   // in words
  Status status = {};      // what is wrong with it
};

// Every stage, in the order in which a document goes through it. Reads settings, and looks whether
// files and models are there; loads no model, sends nothing and opens no database.
std::vector<PipelineStage> check_pipeline(const Session& session);

}  // namespace vecstore
