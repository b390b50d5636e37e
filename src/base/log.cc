#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <string>

#include "base/progress.h"
#include "base/strings.h"

namespace seawall {
namespace {

std::atomic<LogLevel> current_level{LogLevel::kWarning};

void write_line(LogLevel level, std::string_view label, std::string_view text) {
  if (level > current_level.load()) return;
  Progress::clear_line();
  const std::string line = "seawall: " + std::string(label) + printable(text) + "\n";
  [[maybe_unused]] const ssize_t put = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void set_log_level(LogLevel level) {
  current_level = level;
}
LogLevel log_level() {
  return current_level;
}
void log_error(std::string_view text) {
  write_line(LogLevel::kError, "", text);
}
void log_warning(std::string_view text) {
  write_line(LogLevel::kWarning, "warning: ", text);
}
void log_info(std::string_view text) {
  write_line(LogLevel::kInfo, "", text);
}
void log_debug(std::string_view text) {
  write_line(LogLevel::kDebug, "debug: ", text);
}

}  // namespace seawall
