#include "base/progress.h"

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string_view>

#include <fmt/format.h>

#include "base/strings.h"
#include "base/time.h"

namespace seawall {
namespace {

std::atomic<bool> disabled{false};
std::atomic<bool> line_shown{false};
std::mutex draw_mutex;

bool on_terminal() {
  static const bool terminal = [] {
    const char* term = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) == 1 && term && std::string_view(term) != "dumb";
  }();
  return terminal && !disabled;
}

int64_t milliseconds() {
  using namespace std::chrono;
  return duration_cast<std::chrono::milliseconds>(steady_clock::now().time_since_epoch()).count();
}

void put(std::string_view text) {
  [[maybe_unused]] const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

Progress::Progress(std::string what, uint64_t total)
    : what_(std::move(what)), total_(total), started_(milliseconds()) {
  drawn_at_ = started_;
}

Progress::~Progress() {
  clear_line();
}

void Progress::add(uint64_t bytes) {
  done_ += bytes;
  if (!on_terminal()) return;
  const int64_t time = milliseconds();
  int64_t last = drawn_at_;
  if (time - last >= 100 && drawn_at_.compare_exchange_strong(last, time)) draw();
}

void Progress::label(std::string what) {
  std::lock_guard lock(draw_mutex);
  what_ = std::move(what);
}

void Progress::draw() {
  std::lock_guard lock(draw_mutex);
  const uint64_t done = done_;
  const double seconds = static_cast<double>(milliseconds() - started_) / 1000.0 + 0.001;
  const auto rate = static_cast<uint64_t>(static_cast<double>(done) / seconds);
  std::string line = "\r\x1b[K" + printable(what_);
  if (total_ > 0 && done <= total_) line += fmt::format("  {} %", done * 100 / total_);
  line += fmt::format("  {}  {}/s", human_bytes(done), human_bytes(rate));
  if (total_ > done && rate > 0) {
    line += fmt::format("  {} left", human_duration(static_cast<int64_t>((total_ - done) / rate)));
  }
  put(line);
  line_shown = true;
}

void Progress::disable() {
  disabled = true;
}

void Progress::clear_line() {
  if (line_shown.exchange(false)) put("\r\x1b[K");
}

}  // namespace seawall
