#include "cli/interrupt.h"

#include <unistd.h>

#include <csignal>

#include "cli/exit_code.h"

namespace vecstore {
namespace {

CancelToken& token() {
  static CancelToken token;
  return token;
}

// Stores into an atomic that is there before the handler is.
void note_signal(int) { token().cancel(); }

std::string& last_words() {
  static std::string words;
  return words;
}

// Calls what a handler may call alone. The words are there before the handler is.
void end_with_last_words(int) {
  (void)!::write(STDERR_FILENO, last_words().data(), last_words().size());
  ::_exit(static_cast<int>(ExitCode::kFailed));
}

}  // namespace

CancelToken watch_interrupts() {
  const CancelToken watched = token();
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return watched;
}

void end_on_interrupt(const std::string& message) {
  last_words() = "vecstore: " + message + "\n";
  struct sigaction action {};
  action.sa_handler = end_with_last_words;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return token().cancelled(); }

}  // namespace vecstore
