#include "artifact/platform.h"

#include <fmt/format.h>

#include "artifact/image.h"
#include "base/strings.h"

namespace seawall::artifact {
namespace {

struct Parts {
  std::string os, architecture, variant;
};

// Lower case, the kernel's names turned into Go's, the default variant left out, so that equal
// platforms compare equal.
Parts parts_of(std::string_view text) {
  const auto [os, rest] = split_once(text, '/');
  const auto [architecture, variant] = split_once(rest, '/');
  Parts parts{to_lower(os), to_lower(architecture), to_lower(variant)};
  if (parts.architecture == "x86_64" || parts.architecture == "x86-64") {
    parts.architecture = "amd64";
  } else if (parts.architecture == "aarch64") {
    parts.architecture = "arm64";
  } else if (parts.architecture == "i386") {
    parts.architecture = "386";
  } else if (parts.architecture == "armhf") {
    parts.architecture = "arm";
    if (parts.variant.empty()) parts.variant = "v7";
  }
  if (!parts.variant.empty() && parts.variant[0] != 'v' && parts.architecture.starts_with("a")) {
    parts.variant.insert(0, "v");  // "arm/7" is written, too
  }
  if (parts.architecture == "arm64" && parts.variant == "v8") parts.variant.clear();
  if (parts.architecture == "amd64" && parts.variant == "v1") parts.variant.clear();
  return parts;
}

bool is_default_variant(const Parts& parts) {
  return parts.variant.empty() || (parts.architecture == "arm" && parts.variant == "v7");
}

bool fits(const Parts& have, const Parts& want, bool want_has_variant) {
  return have.os == want.os && have.architecture == want.architecture &&
         (!want_has_variant || have.variant == want.variant);
}

bool has_variant(std::string_view platform) {
  return !split_once(split_once(platform, '/').second, '/').second.empty();
}

// The best entry for `wanted`: the default variant when none was asked for, else the first that
// fits, as container engines do.
const Descriptor* best(const std::vector<Descriptor>& manifests, std::string_view wanted) {
  const Parts want = parts_of(wanted);
  const Descriptor* found = nullptr;
  for (const Descriptor& manifest : manifests) {
    const Parts have = parts_of(manifest.platform);
    if (manifest.platform.empty() || !fits(have, want, has_variant(wanted))) continue;
    if (has_variant(wanted) || is_default_variant(have)) return &manifest;
    if (!found) found = &manifest;
  }
  return found;
}

Error nothing_fits(const std::vector<Descriptor>& manifests, std::string_view wanted) {
  constexpr size_t kShown = 24;
  std::vector<std::string> names;
  for (const Descriptor& manifest : manifests) {
    if (names.size() == kShown) {
      names.push_back(fmt::format("{} more", manifests.size() - kShown));
      break;
    }
    names.push_back(manifest.platform.empty() ? "one without a platform"
                                              : printable(manifest.platform.substr(0, 80)));
  }
  return Error(Code::kNotFound,
               fmt::format("the index has no image for {}; it has {}", printable(wanted),
                           names.empty() ? "none at all" : join(names, ", ")))
      .hint("choose one of them with --platform");
}

}  // namespace

std::string platform_text(const Node& object) {
  const std::string_view architecture = object["architecture"].string();
  if (architecture.empty()) return "";
  std::string text = fmt::format(
      "{}/{}", object["os"].string().empty() ? "linux" : object["os"].string(), architecture);
  if (const auto variant = object["variant"].string(); !variant.empty()) {
    text += fmt::format("/{}", variant);
  }
  return text;
}

bool platform_fits(std::string_view platform, std::string_view wanted) {
  return fits(parts_of(platform), parts_of(wanted), has_variant(wanted));
}

std::string host_platform() {
#if defined(__x86_64__)
  return "linux/amd64";
#elif defined(__aarch64__)
  return "linux/arm64";
#elif defined(__arm__)
  return "linux/arm";
#elif defined(__i386__)
  return "linux/386";
#elif defined(__riscv)
  return "linux/riscv64";
#elif defined(__s390x__)
  return "linux/s390x";
#elif defined(__powerpc64__)
  return "linux/ppc64le";
#else
  return "linux/unknown";
#endif
}

Result<Descriptor> choose_platform(const std::vector<Descriptor>& manifests,
                                   std::string_view platform) {
  if (platform.empty()) {
    const std::string host = host_platform();
    if (const Descriptor* found = best(manifests, host)) return *found;
    if (manifests.size() == 1) return manifests[0];
    return nothing_fits(manifests, host);
  }
  const auto [os, architecture] = split_once(platform, '/');
  if (os.empty() || architecture.empty() || architecture.front() == '/') {
    return usage_error(fmt::format("\"{}\" is not a platform", printable(platform.substr(0, 80))))
        .hint("write it as os/architecture, e.g. linux/arm64");
  }
  if (const Descriptor* found = best(manifests, platform)) return *found;
  // An index of one entry often leaves the platform out; its configuration then tells.
  if (manifests.size() == 1 && manifests[0].platform.empty()) return manifests[0];
  return nothing_fits(manifests, platform);
}

}  // namespace seawall::artifact
