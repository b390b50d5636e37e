// Interruption: the first SIGINT or SIGTERM asks every long loop to stop; the second ends the
// process at once. Whatever was being written aside is removed on the way out; nothing half-written
// keeps a final name.
#pragma once

#include "base/result.h"

namespace seawall {

// Installs the handlers (SIGINT, SIGTERM, SIGHUP) and ignores SIGPIPE. Call once from main.
void install_interrupt_handlers();
bool interrupted();
// An Error with kCancelled once interrupted; loops call it every few thousand steps or per buffer.
Status check_interrupted();
void set_interrupted(bool value);  // tests

}  // namespace seawall
