// Opens any bytes as an advisory database and asks everything a reader can be asked.

#include <cstdint>
#include <string>

#include "advisory/database.h"
#include "advisory/database_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::advisory;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  // The one field a mutation always breaks and that would end every run at the door.
  if (bytes.size() >= format::kHeaderSize) {
    std::string right;
    format::put64(right, bytes.size());
    bytes.replace(16, right.size(), right);
  }
  const auto database = Database::from_bytes(bytes);
  if (!database.ok()) return 0;
  size_t seen = 0;
  for (const auto& ecosystem : database->ecosystems()) {
    for (const char* package : {"expat", "expat-devel", "lodash", "tar", ""}) {
      (void)database
          ->find(ecosystem, package,
                 [&](const Match& match) { seen += match.id.size() + match.ranges.size(); })
          .ok();
    }
  }
  for (uint32_t i = 0; i < 8; ++i) (void)database->detail(i).ok();
  for (const char* name : {"CVE-2019-10744", "SNYK-1", "CVE-2024-45491"}) {
    (void)database->find_vulnerability(name).ok();
  }
  (void)database->end_of_life("debian", "12");
  (void)database->verify().ok();
  DatabaseBuilder builder;
  for (const auto& feed : database->feeds()) (void)builder.keep_feed(*database, feed.name).ok();
  return seen == SIZE_MAX ? 1 : 0;
}
