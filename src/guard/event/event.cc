#include "guard/event/event.h"

#include <fcntl.h>

#include <iterator>

namespace seawall::guard {
namespace {

constexpr std::string_view kTypes[] = {
    "exec",   "fork",    "exit",        "open",      "connect",   "accept", "bind",
    "listen", "send",    "receive",     "socket",    "duplicate", "link",   "symlink",
    "rename", "unlink",  "make_folder", "make_node", "mode",      "owner",  "memory",
    "trace",  "module",  "mount",       "namespace", "identity",  "signal", "bpf",
    "perf",   "keyring", "faults",      "other",     "denied"};
static_assert(std::size(kTypes) == static_cast<size_t>(EventType::kDenied) + 1);

constexpr std::string_view kOrigins[] = {"unknown", "image",  "modified", "touched",
                                         "new",     "volume", "memory"};
static_assert(std::size(kOrigins) == static_cast<size_t>(FileOrigin::kMemory) + 1);

constexpr std::string_view kDenied[] = {
    "",          "exec",       "newFile", "modifiedFile",   "memory",        "volume",
    "mapped",    "read",       "write",   "connect",        "listen",        "unixSocket",
    "rawSocket", "capability", "ptrace",  "otherProcesses", "mount",         "namespaces",
    "modules",   "bpf",        "perf",    "devices",        "kernelSettings"};

}  // namespace

std::span<const std::string_view> denied_words() {
  return kDenied;
}

std::string_view to_string(EventType type) {
  return kTypes[static_cast<size_t>(type)];
}
std::string_view to_string(FileOrigin origin) {
  return kOrigins[static_cast<size_t>(origin)];
}

std::string Process::command_line() const {
  std::string line;
  for (const std::string& word : arguments) {
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line;
}

const Argument* Event::argument(std::string_view name) const {
  for (const Argument& one : arguments) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

bool Event::writes() const {
  if (type != EventType::kOpen || failed()) return false;
  const Argument* flags = argument("flags");
  return flags != nullptr && (flags->number & O_ACCMODE) != O_RDONLY;
}

bool Event::reads() const {
  if (type != EventType::kOpen || failed()) return false;
  const Argument* flags = argument("flags");
  return flags != nullptr && (flags->number & O_ACCMODE) != O_WRONLY;
}

}  // namespace seawall::guard
