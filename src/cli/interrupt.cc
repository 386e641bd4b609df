#include "cli/interrupt.h"

#include <csignal>

namespace vecstore {
namespace {

CancelToken& token() {
  static CancelToken token;
  return token;
}

// Stores into an atomic that is there before the handler is.
void note_signal(int) { token().cancel(); }

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

void forget_interrupts() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return token().cancelled(); }

}  // namespace vecstore
