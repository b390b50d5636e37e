// Telling a finished database from everything else by its first bytes.
#pragma once

#include <string>

namespace seawall::advisory {

// False also when the file cannot be read.
bool is_database(const std::string& path);

}  // namespace seawall::advisory
