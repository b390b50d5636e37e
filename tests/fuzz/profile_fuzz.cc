// Any bytes as a profile: what can be read is written and read again the same, judged, compared,
// merged with itself and exported without failing.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "guard/profile/export.h"
#include "guard/profile/judge.h"
#include "guard/profile/merge.h"
#include "guard/profile/profile_diff.h"
#include "guard/profile/profile_read.h"
#include "guard/profile/profile_write.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::guard;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto profile = read_profile(text, "p.yaml");
  if (!profile.ok()) {
    if (profile.error().text().empty()) std::abort();
    excerpt_of(profile.error(), text, "p.yaml");
    return 0;
  }
  const std::string written = write_profile(*profile);
  const auto again = read_profile(written, "again.yaml");
  if (!again.ok() || !(*again == *profile) || write_profile(*again) != written) std::abort();
  if (!diff(*profile, *again).empty()) std::abort();
  const auto merged = merge({*profile, *profile});
  if (!merged.ok() || !read_profile(write_profile(*merged), "merged.yaml").ok()) std::abort();
  for (const std::string_view word :
       {"execute:/bin/sh", "readWrite:/etc/x", "connect:10.0.0.1:80/tcp", "listen:0.0.0.0/0:80",
        "unix:/run/docker.sock", "raw", "privilege:mount", "origin:new", "capability:NET_RAW",
        "call:ptrace"}) {
    const auto need = parse_need(word);
    if (!need.ok()) std::abort();
    const Judgement one = judge(*profile, *need);
    if (one.denied != !one.reason.empty()) std::abort();
    // Replicas never make each other stricter.
    if (!one.denied && judge(*merged, *need).denied) std::abort();
  }
  for (const ExportFormat& format : export_formats()) {
    const auto text_of = format.render(*profile, {});
    if (text_of.ok() ? text_of->empty() : text_of.error().text().empty()) std::abort();
  }
  return 0;
}
