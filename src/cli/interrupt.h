// Ctrl-C and SIGTERM as a question: long work asks at places where it can stop.
#pragma once

#include "vecstore/query.h"

namespace vecstore {

// From now on the first signal is noted; a second one ends the program at once. What takes the
// token is cancelled by the signal itself, wherever it is at that moment.
CancelToken watch_interrupts();
bool interrupted();
// From now on the first signal ends the program at once.
void forget_interrupts();

}  // namespace vecstore
