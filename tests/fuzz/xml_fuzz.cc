#include <cstdint>
#include <cstdlib>

#include "codec/xml.h"

namespace {

size_t walk(const seawall::XmlNode& node) {
  size_t count = node.name().size() + node.text().size() + node.line();
  for (const seawall::XmlNode& child : node.children()) count += walk(child);
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  seawall::Limits limits;
  limits.depth = 32;
  const auto document =
      seawall::XmlDocument::parse({reinterpret_cast<const char*>(data), size}, limits);
  if (document.ok() && walk((*document)->root()) == 0) std::abort();
  return 0;
}
