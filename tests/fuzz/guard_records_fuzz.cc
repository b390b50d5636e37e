// Any bytes as a record of the guard's ring: it is read whole or refused, and what is read becomes
// an event whose JSON reads back.
#include <cstdlib>

#include "guard/agent/event_maker.h"
#include "guard/event/event_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::guard;
  const auto record = read_record({data, size});
  if (!record.ok()) return 0;
  static ContainerDirectory directory({}, "");
  EventMaker maker(directory);
  const auto event = maker.make(*record);
  if (!event) return 0;
  if (!event->process) std::abort();
  if (!read_event(write_event(*event)).ok()) std::abort();
  return 0;
}
