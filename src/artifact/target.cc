#include "artifact/target.h"

#include <sys/stat.h>

#include <fmt/format.h>

#include "artifact/archive.h"
#include "artifact/platform.h"
#include "artifact/reference.h"
#include "base/file.h"
#include "base/strings.h"

namespace seawall::artifact {
namespace {

struct Scheme {
  std::string_view name;
  TargetKind kind;
};
constexpr Scheme kSchemes[] = {
    {"docker-archive", TargetKind::kDockerArchive},
    {"oci-archive", TargetKind::kOciArchive},
    {"oci", TargetKind::kOciLayout},
    {"registry", TargetKind::kRegistry},
    {"docker", TargetKind::kDocker},
    {"podman", TargetKind::kPodman},
    {"rootfs", TargetKind::kRootfs},
    {"dir", TargetKind::kDirectory},
    {"rootfs-archive", TargetKind::kRootArchive},
    {"sbom", TargetKind::kSbom},
};

bool is_directory(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// "FILE:TAG" where FILE exists; the whole text when a file has that very name.
void split_which(Target& target) {
  if (file_exists(target.location)) return;
  for (size_t colon = target.location.find(':'); colon != std::string::npos;
       colon = target.location.find(':', colon + 1)) {
    if (!file_exists(target.location.substr(0, colon))) continue;
    target.which = target.location.substr(colon + 1);
    target.location.resize(colon);
    return;
  }
}

bool takes_which(TargetKind kind) {
  return kind == TargetKind::kDockerArchive || kind == TargetKind::kOciArchive ||
         kind == TargetKind::kOciLayout;
}

// No archive begins like JSON, XML or SPDX tag-value text.
bool begins_like_text(const std::string& path) {
  auto file = File::open(path);
  if (!file.ok()) return false;
  char buffer[64];
  const auto count = (*file)->read_at(0, buffer);
  if (!count.ok()) return false;
  std::string_view text(buffer, *count);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = trim(text);
  return text.starts_with('{') || text.starts_with('<') || text.starts_with("SPDXVersion:");
}

Result<Target> recognise_path(const std::string& path, const Limits& limits) {
  Target target{TargetKind::kDirectory, path, "", false};
  if (is_directory(path)) {
    if (file_exists(path + "/oci-layout") && file_exists(path + "/index.json")) {
      target.kind = TargetKind::kOciLayout;
    } else {
      for (const char* sign :
           {"/etc/os-release", "/usr/lib/os-release", "/var/lib/dpkg/status",
            "/lib/apk/db/installed", "/etc/alpine-release", "/etc/redhat-release"}) {
        struct stat info;
        if (::lstat((path + sign).c_str(), &info) == 0) target.kind = TargetKind::kRootfs;
      }
    }
    return target;
  }
  if (begins_like_text(path)) {
    target.kind = TargetKind::kSbom;
    return target;
  }
  SEAWALL_TRY(const std::string kind, recognise_archive(path, limits));
  target.kind = kind == "docker-archive" ? TargetKind::kDockerArchive
                : kind == "oci-archive"  ? TargetKind::kOciArchive
                                         : TargetKind::kRootArchive;
  return target;
}

// An image that is not what --platform asked for must not pass for it.
Result<Artifact> as_artifact(Result<Image> image, const OpenOptions& options) {
  if (!image.ok()) return std::move(image).error();
  if (!options.platform.empty() && !image->platform.empty() &&
      !platform_fits(image->platform, options.platform)) {
    return Error(Code::kNotFound, fmt::format("{} is an image for {}, not for {}", image->name,
                                              image->platform, options.platform));
  }
  return Artifact(std::move(image).value());
}

// Without a scheme: what an engine on this machine already has need not be fetched.
Result<Artifact> open_reference(const Target& target, const OpenOptions& options) {
  for (const char* engine : {"docker", "podman"}) {
    auto image = open_engine_image(engine, target.location, options);
    if (image.ok()) return as_artifact(std::move(image), options);
  }
  return as_artifact(open_registry_image(target.location, options), options);
}

}  // namespace

std::string_view to_string(TargetKind kind) {
  for (const Scheme& scheme : kSchemes) {
    if (scheme.kind == kind) return scheme.name;
  }
  return "dir";
}

Result<Target> parse_target(std::string_view text, const Limits& limits) {
  if (text.empty())
    return usage_error("no target given").hint("for example: seawall scan debian:12");
  for (const Scheme& scheme : kSchemes) {
    if (!text.starts_with(std::string(scheme.name) + ":")) continue;
    Target target{scheme.kind, std::string(text.substr(scheme.name.size() + 1)), "", true};
    if (target.location.empty())
      return usage_error(fmt::format("nothing after \"{}:\"", scheme.name));
    if (takes_which(target.kind)) split_which(target);
    return target;
  }
  const std::string path(text);
  if (file_exists(path)) return recognise_path(path, limits);
  if (text.starts_with("/") || text.starts_with("./") || text.starts_with("../") ||
      text.ends_with(".tar") || text.ends_with(".tar.gz")) {
    return Error(Code::kNotFound, fmt::format("{}: no such file or directory", text));
  }
  if (auto reference = parse_reference(text); !reference.ok()) return std::move(reference).error();
  return Target{TargetKind::kRegistry, path, "", false};
}

Result<Artifact> open_artifact(const Target& target, const OpenOptions& options) {
  switch (target.kind) {
    case TargetKind::kDockerArchive:
      return as_artifact(open_docker_archive(target.location, target.which, options), options);
    case TargetKind::kOciArchive:
      return as_artifact(open_oci_archive(target.location, target.which, options), options);
    case TargetKind::kOciLayout:
      return as_artifact(open_oci_layout(target.location, target.which, options), options);
    case TargetKind::kRootArchive:
      return as_artifact(open_root_archive(target.location, options), options);
    case TargetKind::kDocker:
      return as_artifact(open_engine_image("docker", target.location, options), options);
    case TargetKind::kPodman:
      return as_artifact(open_engine_image("podman", target.location, options), options);
    case TargetKind::kRegistry:
      if (!target.explicit_kind) return open_reference(target, options);
      return as_artifact(open_registry_image(target.location, options), options);
    case TargetKind::kSbom: {
      SEAWALL_TRY(std::string bytes, read_file(target.location, options.limits.document_bytes));
      return Artifact(SbomFile{target.location, std::move(bytes)});
    }
    case TargetKind::kRootfs:
    case TargetKind::kDirectory:
      if (!is_directory(target.location)) {
        return Error(Code::kNotFound, target.location + " is not a directory");
      }
      return Artifact(
          FileTree{target.location, std::string(to_string(target.kind)), target.location});
  }
  return Error(Code::kInternal, "unknown kind of target");
}

}  // namespace seawall::artifact
