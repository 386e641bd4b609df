// The files below a folder, in a fixed order: names sorted bytewise, folder by folder.
//
// Names that begin with a dot are left out (.git with them). Links are followed; a folder that is
// reached again, as by a link to a folder above, is not entered twice, and one that is no link goes
// first. What cannot be read is reported and does not end the walk.
// A folder that holds a VecStore database is left out as well, and what .gitignore files say
// (gitignore.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

struct WalkOptions {
  std::vector<std::string> include = {};  // patterns of glob.h; empty: every file
  std::vector<std::string> exclude =
      {};                 // matched against folders too: an excluded one is not entered
  bool gitignore = true;  // obey .gitignore files, also those above up to the repository's root
};

struct FoundFile {
  std::string path = {};      // to open
  std::string relative = {};  // below the folder, with '/'
  std::uint64_t bytes = 0;
};

struct WalkProblem {
  std::string relative = {};
  Status status = {};
};

struct FolderFiles {
  std::vector<FoundFile> files = {};  // by relative path, bytewise
  std::vector<WalkProblem> problems = {};
  std::vector<WalkProblem> skips = {};  // pipes, sockets and devices that would have been chosen
};

// An error only when the folder itself cannot be listed.
Result<FolderFiles> walk_folder(const std::string& folder, const WalkOptions& options = {});

}  // namespace vecstore
