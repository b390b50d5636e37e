// Records of the kernel become events: joined with who did it and with the container, named as the
// kernel names system calls.
//
//   EventMaker maker(directory);
//   const std::optional<Event> event = maker.make(record);
//
// THREADS: one.
#pragma once

#include <optional>

#include "guard/agent/container_directory.h"
#include "guard/agent/process_table.h"
#include "guard/event/event.h"
#include "guard/kernel/records.h"

namespace seawall::guard {

// "exec", "new", "modified", ... of a wire::sw_what.
std::string_view denied_word(uint32_t what);

class EventMaker {
 public:
  explicit EventMaker(ContainerDirectory& directory);
  // None: a control group's coming or going, which only the directory is told of.
  std::optional<Event> make(const Record& record);
  ProcessTable& processes() { return processes_; }
  uint64_t made() const { return number_; }

 private:
  Event start(const wire::sw_record& record, EventType type, std::string_view call);
  ContainerDirectory& directory_;
  ProcessTable processes_;
  uint64_t number_ = 0;
};

}  // namespace seawall::guard
