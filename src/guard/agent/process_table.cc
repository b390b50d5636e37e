#include "guard/agent/process_table.h"

#include <ctime>
#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "benchmark/collectors/status_file.h"

namespace seawall::guard {
namespace {

constexpr size_t kMostProcFile = 64u << 10;
constexpr int kMostAncestors = 32;  // read from /proc at once

// Words that end with a zero byte each.
std::vector<std::string> words_of(std::string_view bytes) {
  std::vector<std::string> words;
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\0'), bytes.size());
    words.push_back(to_valid_utf8(bytes.substr(0, end)));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return words;
}

std::string text_of(std::string_view bytes) {
  return to_valid_utf8(bytes);
}

std::string link_of(const std::string& path) {
  std::error_code failed;
  return to_valid_utf8(std::filesystem::read_symlink(path, failed).string());
}

// Nanoseconds between what the clock of the boot and the time of day say.
int64_t boot_time() {
  timespec boot, day;
  ::clock_gettime(CLOCK_BOOTTIME, &boot);
  ::clock_gettime(CLOCK_REALTIME, &day);
  constexpr int64_t kSecond = 1'000'000'000;
  return (day.tv_sec - boot.tv_sec) * kSecond + (day.tv_nsec - boot.tv_nsec);
}

}  // namespace

int64_t time_of_day(uint64_t since_boot) {
  const int64_t boot = boot_time();
  const auto room = static_cast<uint64_t>(INT64_MAX - boot);
  return since_boot > room ? INT64_MAX : boot + static_cast<int64_t>(since_boot);
}

void ProcessTable::keep(std::shared_ptr<Process> process) {
  if (processes_.size() >= kMost && !processes_.contains(process->pid)) {
    processes_.erase(processes_.begin());
    ++forgotten_;
  }
  processes_[process->pid] = std::move(process);
}

void ProcessTable::read_proc() {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
    const auto pid = parse_unsigned(entry.path().filename().string());
    if (pid && *pid <= INT32_MAX) find(static_cast<int>(*pid));
  }
}

std::shared_ptr<Process> ProcessTable::from_proc(int pid, int depth) {
  const std::string folder = fmt::format("/proc/{}", pid);
  auto process = std::make_shared<Process>();
  process->pid = pid;
  const auto status = read_file(folder + "/status", kMostProcFile);
  if (!status.ok()) return process;
  const auto number = [&](std::string_view line) {
    return parse_unsigned(benchmark::status_value(*status, line)).value_or(0);
  };
  process->name = text_of(benchmark::status_value(*status, "Name"));
  process->parent_pid = static_cast<int>(number("PPid"));
  process->uid = benchmark::status_ids(*status, "Uid").value_or(0);
  process->gid = benchmark::status_ids(*status, "Gid").value_or(0);
  process->capabilities = benchmark::status_mask(*status, "CapEff").value_or(0);
  process->permitted_capabilities = benchmark::status_mask(*status, "CapPrm").value_or(0);
  process->inner_pid = static_cast<int>(number("NStgid"));
  process->session = static_cast<int>(number("NSsid"));
  process->group = static_cast<int>(number("NSpgid"));
  process->executable = link_of(folder + "/exe");
  process->directory = link_of(folder + "/cwd");
  if (const auto words = read_file(folder + "/cmdline", kMostProcFile); words.ok())
    process->arguments = words_of(*words);
  if (const auto uid = read_file(folder + "/loginuid", 64); uid.ok())
    process->login_uid = static_cast<uint32_t>(parse_unsigned(trim(*uid)).value_or(UINT32_MAX));
  if (process->parent_pid > 0 && depth < kMostAncestors) {
    const auto known = processes_.find(process->parent_pid);
    process->parent =
        known != processes_.end() ? known->second : from_proc(process->parent_pid, depth + 1);
  }
  return process;
}

std::shared_ptr<const Process> ProcessTable::find(int pid) {
  if (const auto known = processes_.find(pid); known != processes_.end()) return known->second;
  std::shared_ptr<Process> process = from_proc(pid, 0);
  keep(process);
  return process;
}

std::shared_ptr<const Process> ProcessTable::fork(const ForkRecord& record) {
  const auto parent = find(static_cast<int>(record.fixed.parent));
  // As its parent in all until it executes something.
  auto child = std::make_shared<Process>(*parent);
  child->pid = static_cast<int>(record.fixed.record.pid);
  child->parent_pid = parent->pid;
  child->inner_pid = static_cast<int>(record.fixed.inner_pid);
  child->started = time_of_day(record.fixed.started);
  child->container = container_of_(record.fixed.record.group);
  child->parent = parent;
  keep(child);
  return child;
}

std::shared_ptr<const Process> ProcessTable::exec(const ExecRecord& record) {
  const wire::sw_exec& fixed = record.fixed;
  auto process = std::make_shared<Process>();
  const int pid = static_cast<int>(fixed.record.pid);
  if (const auto before = processes_.find(pid); before != processes_.end()) {
    process->parent = before->second->parent;
    process->flagged = before->second->flagged;
    process->environment = before->second->environment;
  }
  if (!process->parent && fixed.parent > 0) process->parent = find(static_cast<int>(fixed.parent));
  process->pid = pid;
  process->parent_pid = static_cast<int>(fixed.parent);
  process->inner_pid = static_cast<int>(fixed.inner_pid);
  process->name = text_of({fixed.name, ::strnlen(fixed.name, sizeof fixed.name)});
  process->executable = text_of(record.executable);
  process->arguments = words_of(record.arguments);
  process->arguments_cut = record.arguments.size() + 1 >= wire::SW_ARGUMENTS;
  process->directory = text_of(record.directory);
  process->uid = fixed.uid;
  process->gid = fixed.gid;
  process->login_uid = fixed.login_uid;
  process->capabilities = fixed.effective;
  process->permitted_capabilities = fixed.permitted;
  process->session = static_cast<int>(fixed.session);
  process->group = static_cast<int>(fixed.group);
  process->terminal = fixed.terminal;
  process->origin = static_cast<FileOrigin>(
      fixed.origin <= wire::SW_ORIGIN_MEMORY ? fixed.origin : uint32_t{wire::SW_ORIGIN_UNKNOWN});
  process->inode = fixed.inode;
  process->file_changed = static_cast<int64_t>(fixed.changed);
  process->file_modified = static_cast<int64_t>(fixed.modified);
  process->started = time_of_day(fixed.record.time);
  process->container = container_of_(fixed.record.group);
  keep(process);
  return process;
}

std::shared_ptr<const Process> ProcessTable::exit(const ExitRecord& record) {
  const auto found = processes_.find(static_cast<int>(record.fixed.pid));
  if (found == processes_.end()) return nullptr;
  std::shared_ptr<const Process> process = found->second;
  processes_.erase(found);
  return process;
}

void ProcessTable::flag(int pid) {
  const auto found = processes_.find(pid);
  if (found != processes_.end()) found->second->flagged = true;
}

}  // namespace seawall::guard
