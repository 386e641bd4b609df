// Ctrl-C and SIGTERM as a question: long work asks at places where it can stop.
#pragma once

namespace vecstore {

// From now on the first signal is noted; a second one ends the program at once.
void watch_interrupts();
bool interrupted();

}  // namespace vecstore
