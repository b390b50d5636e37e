// The processes of the host, as the kernel tells of their beginnings and ends: who is whose child,
// what runs in which container.
//
//   ProcessTable table;
//   table.read_proc();                       // those that run already
//   table.exec(record);  table.fork(record);  table.exit(record);
//   const auto process = table.find(pid);    // with its ancestors
//
// A process that was never told of (lost records) is read from /proc when it is asked for, and else
// is one of which only the number is known. LIMITS: kMost processes; the ones asked for longest ago
// make room, which is counted. What was handed out stays valid. THREADS: one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "guard/event/process.h"
#include "guard/kernel/records.h"

namespace seawall::guard {

// Turns what the kernel counts (nanoseconds since boot) into the time of day.
int64_t time_of_day(uint64_t since_boot);

class ProcessTable {
 public:
  static constexpr size_t kMost = 65'536;
  using ContainerOf = std::function<std::shared_ptr<const Container>(uint64_t group)>;
  explicit ProcessTable(ContainerOf container_of) : container_of_(std::move(container_of)) {}

  void read_proc();
  std::shared_ptr<const Process> exec(const ExecRecord& record);
  std::shared_ptr<const Process> fork(const ForkRecord& record);
  // The process that ended; null when it was not known.
  std::shared_ptr<const Process> exit(const ExitRecord& record);
  // Never null.
  std::shared_ptr<const Process> find(int pid);
  // A rule spoke of it: neither it nor what it starts teaches a profile anything.
  void flag(int pid);

  size_t size() const { return processes_.size(); }
  uint64_t forgotten() const { return forgotten_; }

 private:
  std::shared_ptr<Process> from_proc(int pid, int depth);
  void keep(std::shared_ptr<Process> process);
  ContainerOf container_of_;
  std::unordered_map<int, std::shared_ptr<Process>> processes_;
  uint64_t forgotten_ = 0;
};

}  // namespace seawall::guard
