// seawall db update|push: the verbs of the advisory database that use the network.
#pragma once

#include "cli/command_line.h"

namespace seawall::cli {

std::vector<Command> db_update_commands();

}  // namespace seawall::cli
