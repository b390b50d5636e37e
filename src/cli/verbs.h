// The verbs, one file each; a verb only reads its flags, calls what does the work and prints.
#pragma once

#include "cli/command_line.h"

namespace seawall::cli {

Command scan_command();
Command sbom_command();
Command lint_command();
Command host_command();
Command diff_command();
std::vector<Command> db_commands();
std::vector<Command> policy_commands();
std::vector<Command> profile_commands();
std::vector<Command> guard_commands();
Command policy_eval_command();
Command version_command();

}  // namespace seawall::cli
