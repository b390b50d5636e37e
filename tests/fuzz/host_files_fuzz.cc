// Any bytes as what the kernel and a host's files say of it: audit rules, mounts, sockets, a
// certificate. What is read from them is whole and text.
#include <cstdlib>

#include "base/strings.h"
#include "benchmark/collectors/audit_rules.h"
#include "benchmark/collectors/certificates.h"
#include "benchmark/collectors/listening.h"
#include "benchmark/collectors/mount_info.h"
#include "benchmark/collectors/status_file.h"

namespace {

void check(const std::string& text) {
  if (!seawall::is_valid_utf8(text)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::benchmark;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto rule = parse_audit_rule(bytes); rule.ok()) {
    check(rule->text);
    if (rule->watch && rule->watch->path.empty()) std::abort();
    if (rule->watch) check(rule->watch->path);
  }
  if (const auto rule = parse_audit_line(bytes)) {
    check(rule->text);
    if (rule->watch && rule->watch->path.empty()) std::abort();
  }
  for (const MountInfo& mount : parse_mount_info(bytes)) {
    check(mount.target);
    check(mount.source);
    if (mount.propagation.empty() || mount.options.empty()) std::abort();
  }
  for (const char* protocol : {"tcp", "udp6"}) {
    for (const ListeningSocket& socket : parse_listening(protocol, bytes)) {
      if (socket.address.empty() || socket.protocol != protocol) std::abort();
    }
  }
  if (const auto certificate = read_certificate(bytes); certificate.ok())
    check(certificate->subject);
  if (const auto mask = status_mask(bytes, "CapEff"); mask && status_value(bytes, "CapEff").empty())
    std::abort();
  return 0;
}
