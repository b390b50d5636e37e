// Any bytes as a tar stream. With an odd first byte every block gets a fitting checksum first, so
// that the fields behind the checksum are reached.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/tar.h"

namespace {

void fit_checksums(std::string& archive) {
  for (size_t at = 0; at + 512 <= archive.size(); at += 512) {
    unsigned sum = 0;
    archive.replace(at + 148, 8, "        ");
    for (size_t i = at; i < at + 512; ++i) sum += static_cast<unsigned char>(archive[i]);
    if (sum == 8 * ' ') {
      archive.replace(at + 148, 8, 8, '\0');
      continue;
    }
    char text[9];
    std::snprintf(text, sizeof text, "%06o", sum);
    archive.replace(at + 148, 7, text, 7);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  using namespace seawall;
  std::string archive(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 1) fit_checksums(archive);
  MemoryReader stream(archive);
  TarReader tar(stream);
  while (true) {
    const auto entry = tar.next();
    if (!entry.ok() || *entry == nullptr) return 0;
    if ((*entry)->data_offset > archive.size()) std::abort();
    if (tar.entries() % 2 == 0) (void)tar.content().skip((*entry)->size / 2);
    const uint64_t rest = (*entry)->size - (tar.entries() % 2 == 0 ? (*entry)->size / 2 : 0);
    const auto content = read_all(tar.content(), 1 << 20);
    if (content.ok() && content->size() != rest) std::abort();
  }
}
