// Any bytes as an event in JSON: what is read is written, read again and written the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "guard/event/event_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::guard;
  const auto event = read_event(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!event.ok()) return 0;
  if (event->process == nullptr) std::abort();
  const std::string line = write_event(*event);
  if (line.find('\n') != std::string::npos) std::abort();
  const auto again = read_event(line);
  if (!again.ok() || write_event(*again) != line) std::abort();
  return 0;
}
