// What standard output is, for verbs that print tables.
#pragma once

#include "cli/command_line.h"

namespace seawall::cli {

// Columns: the terminal's, else $COLUMNS, else 100.
unsigned terminal_width();
// --ascii, or a terminal that can do nothing else.
bool wants_ascii(const Arguments& arguments);

}  // namespace seawall::cli
