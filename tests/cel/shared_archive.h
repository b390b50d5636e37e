// Files of a shared archive of test data (NAME.tar.zst) by their path in it, read into memory.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "codec/decompress.h"
#include "codec/tar.h"
#include "support/support.h"

namespace seawall::test {

// Empty where the data is absent or damaged; tests that need it skip with a message.
inline std::map<std::string, std::string> shared_archive(const std::string& name) {
  std::map<std::string, std::string> files;
  if (shared_data().empty()) return files;
  const auto bytes = read_file(shared_data() + "/" + name, 64u << 20);
  if (!bytes.ok()) return files;
  const auto unpacked = decompress(std::make_unique<MemoryReader>(*bytes));
  if (!unpacked.ok()) return files;
  TarReader tar(*unpacked->reader);
  while (true) {
    const auto entry = tar.next();
    if (!entry.ok() || *entry == nullptr) return files;
    if ((*entry)->type != TarType::kFile) continue;
    const std::string path = (*entry)->path;
    auto content = read_all(tar.content(), 16u << 20);
    if (content.ok()) files[path] = std::move(content).value();
  }
}

}  // namespace seawall::test
