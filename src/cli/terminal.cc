#include "cli/terminal.h"

#include <cerrno>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/strings.h"

namespace seawall::cli {

unsigned terminal_width() {
  struct winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  if (const char* columns = std::getenv("COLUMNS")) {
    if (const auto value = parse_unsigned(columns))
      return static_cast<unsigned>(std::min<uint64_t>(*value, 1000));
  }
  return 100;
}

bool wants_ascii(const Arguments& arguments) {
  const char* term = std::getenv("TERM");
  return arguments.has("ascii") || (term && std::string_view(term) == "dumb");
}

Result<std::string> read_standard_input(uint64_t most) {
  std::string text;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("cannot read standard input", errno);
    if (got == 0) return text;
    text.append(buffer, static_cast<size_t>(got));
    if (text.size() > most) {
      return limit_reached("standard input is larger than " + std::to_string(most) + " bytes");
    }
  }
}

}  // namespace seawall::cli
