// Any bytes as Kubernetes manifests: what is said of objects, pods and their security must hold for
// the text, and the levels must build on each other.
#include <cstdint>
#include <cstdlib>
#include <set>

#include "base/strings.h"
#include "inspect/manifest/pod_security.h"

namespace {

using namespace seawall;
using namespace seawall::inspect;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string told(const PodSecurityVerdict& verdict) {
  std::string out = verdict.text();
  for (const PodSecurityViolation& one : verdict.violations) {
    for (const FieldPlace& field : one.fields) out += field.json_path;
  }
  return out;
}

// Where Kubernetes itself refuses pods, restricted may be more lenient than baseline: Linux
// settings with os windows, two sources of one volume.
bool may_differ(const PodTemplate& pod) {
  if ((*pod.spec)["os"]["name"].string() == "windows") return true;
  for (const Node& volume : (*pod.spec)["volumes"].items()) {
    if (volume.size() > (volume["name"].exists() ? 2u : 1u)) return true;
  }
  return false;
}

void check(const PodTemplate& pod, uint64_t lines) {
  const PodSecurityVerdict privileged =
      evaluate_pod_security({PodSecurityLevel::kPrivileged, PodSecurityPolicy::kLatest}, pod);
  require(privileged.allowed());
  for (const uint32_t minor : {0u, 8u, 18u, 19u, 22u, 23u, 25u, 29u, 34u, 35u, 37u}) {
    const auto baseline = evaluate_pod_security({PodSecurityLevel::kBaseline, minor}, pod);
    const auto restricted = evaluate_pod_security({PodSecurityLevel::kRestricted, minor}, pod);
    require(told(restricted) ==
            told(evaluate_pod_security({PodSecurityLevel::kRestricted, minor}, pod)));
    require(baseline.unreadable.size() == restricted.unreadable.size());
    if (!baseline.allowed() && !may_differ(pod)) require(!restricted.allowed());
    for (const auto* verdict : {&baseline, &restricted}) {
      for (const PodSecurityViolation& one : verdict->violations) {
        require(!one.check.empty() && !one.reason.empty());
        require(!one.fields.empty() && is_valid_utf8(one.detail));
        for (const FieldPlace& field : one.fields) {
          require(!field.json_path.empty() && field.line >= 1 && field.line <= lines);
          require(is_valid_utf8(field.json_path));
        }
      }
      for (const UnreadableField& one : verdict->unreadable)
        require(one.field.line >= 1 && one.field.line <= lines && !one.message.empty());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.depth = 24;
  limits.nodes = 3'000;
  const ManifestFile file = ManifestFile::read(text, limits);
  // libyaml counts a lone CR, NEL, LS and PS as line ends as well.
  const uint64_t lines = size + 1;
  for (const Error& problem : file.problems()) require(!problem.text().empty());
  for (const ManifestObject& object : file.objects()) {
    require(object.node != nullptr && object.node->is_object());
    require(!object.kind.empty() && !object.api_version.empty());
    require(object.line >= 1 && object.line <= lines);
    std::set<std::string> paths;
    for (const PodTemplate& pod : pod_templates(object)) {
      require(paths.insert(pod.spec_path).second);
      require(pod.spec_path.starts_with(object.json_path));
      for (const ImageUse& use : images_of(pod)) require(!use.json_path.empty());
      check(pod, lines);
    }
  }
  return 0;
}
