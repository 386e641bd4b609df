// Ctrl-C and SIGTERM as a question: long work asks at places where it can stop.
#pragma once

#include <string>

#include "vecstore/query.h"

namespace vecstore {

// From now on the first signal is noted; a second one ends the program at once. What takes the
// token is cancelled by the signal itself, wherever it is at that moment.
CancelToken watch_interrupts();
bool interrupted();
// From now on the first signal says `message` on standard error and ends the program at once with
// ExitCode::kFailed: for work that cannot be stopped and may be lost.
void end_on_interrupt(const std::string& message);

}  // namespace vecstore
