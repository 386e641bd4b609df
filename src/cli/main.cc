#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

#include "cli/run_cli.h"

namespace {

// With one of the three closed, the first file of a database would be opened in its place, to be
// read as input or written over with messages. What takes the place fails when it is used. This
// runs before the libraries set themselves up: gRPC's opens a file then.
[[gnu::constructor(101)]] void hold_standard_files() {
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(file, F_GETFD) >= 0) continue;
    (void)::open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) { return vecstore::run_cli(argc, argv); }
