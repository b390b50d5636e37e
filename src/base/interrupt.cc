#include "base/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace seawall {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");

void on_signal(int number) {
  if (stop_requested.exchange(true)) _exit(128 + number);
}

}  // namespace

void install_interrupt_handlers() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  for (int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() {
  return stop_requested.load(std::memory_order_relaxed);
}

Status check_interrupted() {
  if (interrupted()) return Error(Code::kCancelled, "interrupted");
  return {};
}

void set_interrupted(bool value) {
  stop_requested = value;
}

}  // namespace seawall
