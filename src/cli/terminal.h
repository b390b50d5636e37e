// What standard output is, for verbs that print tables.
#pragma once

#include <cstdint>
#include <string>

#include "cli/command_line.h"

namespace seawall::cli {

// Columns: the terminal's, else $COLUMNS, else 100.
unsigned terminal_width();
// --ascii, or a terminal that can do nothing else.
bool wants_ascii(const Arguments& arguments);
// All of standard input. ERRORS: kIo; kLimit beyond `most` bytes.
Result<std::string> read_standard_input(uint64_t most);

}  // namespace seawall::cli
