#include "cli/interrupt.h"

#include <csignal>

namespace vecstore {
namespace {

volatile std::sig_atomic_t noted = 0;

void note_signal(int) { noted = 1; }

}  // namespace

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return noted != 0; }

}  // namespace vecstore
