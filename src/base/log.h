// Messages to people on stderr: "seawall: warning: text". Text is made printable; secrets are never
// passed in. Results never go through here. THREADS: safe; a line is written whole.
#pragma once

#include <string_view>

namespace seawall {

enum class LogLevel { kQuiet, kError, kWarning, kInfo, kDebug };
void set_log_level(LogLevel level);  // default kWarning
LogLevel log_level();
void log_error(std::string_view text);
void log_warning(std::string_view text);
void log_info(std::string_view text);
void log_debug(std::string_view text);

}  // namespace seawall
