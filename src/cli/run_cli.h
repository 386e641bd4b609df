// The whole program.
#pragma once

namespace vecstore {

// Runs one command line; the exit code. Reads the environment and configuration, prints.
int run_cli(int argc, char** argv);

}  // namespace vecstore
