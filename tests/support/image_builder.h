// Small images made in memory: layers as tar bytes, and the archives and layouts that hold them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "codec/packing.h"
#include "codec/tar_builder.h"
#include "support/support.h"

namespace seawall::test {

inline constexpr std::string_view kDebian12 =
    "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n"
    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";

// Paragraphs of a dpkg status file: (name, version) pairs, all installed.
inline std::string dpkg_status(const std::vector<std::pair<std::string, std::string>>& packages) {
  std::string text;
  for (const auto& [name, version] : packages) {
    text += fmt::format(
        "Package: {}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {}\n\n", name,
        version);
  }
  return text;
}

// Files by path as one tar; a path that ends in "/" is a directory.
inline std::string tar_of(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string tar;
  for (const auto& [path, bytes] : files) {
    tar += path.ends_with("/") ? tar_header({.name = path, .type = '5', .mode = 0755})
                               : tar_file(path, bytes);
  }
  return tar + tar_end();
}

inline std::string debian_layer(const std::vector<std::pair<std::string, std::string>>& packages) {
  return tar_of(
      {{"etc/os-release", std::string(kDebian12)}, {"var/lib/dpkg/status", dpkg_status(packages)}});
}

struct ImageParts {
  std::vector<std::string> layers;  // tar bytes, from the bottom
  std::vector<std::string> blobs;   // what is stored; made from layers when empty
  Compression compression = Compression::kNone;
  std::string config;  // made when empty
  std::string tag = "app:1.0";
};

inline std::string hex_of(std::string_view bytes) {
  return digest_of(bytes).hex;
}

inline void complete(ImageParts& parts) {
  if (parts.blobs.empty()) {
    for (const auto& layer : parts.layers) parts.blobs.push_back(pack(parts.compression, layer));
  }
  if (!parts.config.empty()) return;
  std::string diffs, history;
  for (size_t i = 0; i < parts.layers.size(); ++i) {
    diffs += fmt::format("{}\"sha256:{}\"", i ? "," : "", hex_of(parts.layers[i]));
    history += fmt::format("{}{{\"created_by\":\"RUN step {}\"}}", i ? "," : "", i + 1);
  }
  parts.config =
      fmt::format(R"({{"architecture":"amd64","os":"linux","created":"2026-11-01T00:00:00Z",)"
                  R"("rootfs":{{"type":"layers","diff_ids":[{}]}},"history":[{}]}})",
                  diffs, history);
}

// `docker save` of Docker 1.10 to 24: ID/layer.tar and HEX.json; the manifest first or last.
inline std::string docker_archive(ImageParts parts, bool manifest_first = false) {
  complete(parts);
  std::string manifest, layers;
  for (size_t i = 0; i < parts.blobs.size(); ++i) {
    layers += tar_file(fmt::format("layer{}/layer.tar", i), parts.blobs[i]);
    manifest += fmt::format("{}\"layer{}/layer.tar\"", i ? "," : "", i);
  }
  const std::string config_name = hex_of(parts.config) + ".json";
  manifest = fmt::format(R"([{{"Config":"{}","RepoTags":["{}"],"Layers":[{}]}}])", config_name,
                         parts.tag, manifest);
  const std::string metadata =
      tar_file("manifest.json", manifest) + tar_file(config_name, parts.config);
  return (manifest_first ? metadata + layers : layers + metadata) + tar_end();
}

struct OciBlobs {
  std::vector<std::pair<std::string, std::string>> files;  // path, bytes
  std::string manifest;
};

inline OciBlobs oci_blobs(ImageParts parts) {
  complete(parts);
  OciBlobs blobs;
  const auto blob = [&](const std::string& bytes) {
    blobs.files.emplace_back("blobs/sha256/" + hex_of(bytes), bytes);
  };
  std::string layers;
  for (const auto& bytes : parts.blobs) {
    blob(bytes);
    layers += fmt::format(
        R"({}{{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:{}","size":{}}})",
        layers.empty() ? "" : ",", hex_of(bytes), bytes.size());
  }
  blob(parts.config);
  blobs.manifest = fmt::format(
      R"({{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
      R"("config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{}","size":{}}},)"
      R"("layers":[{}]}})",
      hex_of(parts.config), parts.config.size(), layers);
  blob(blobs.manifest);
  return blobs;
}

inline std::string manifest_descriptor(const std::string& manifest, std::string_view more = "") {
  return fmt::format(
      R"({{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{}","size":{}{}}})",
      hex_of(manifest), manifest.size(), more);
}

inline std::string index_of(const std::string& descriptors) {
  return fmt::format(R"({{"schemaVersion":2,"manifests":[{}]}})", descriptors);
}

// An OCI layout's files for one image.
inline std::vector<std::pair<std::string, std::string>> oci_layout(ImageParts parts) {
  OciBlobs blobs = oci_blobs(std::move(parts));
  blobs.files.emplace_back("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  blobs.files.emplace_back("index.json", index_of(manifest_descriptor(blobs.manifest)));
  return std::move(blobs.files);
}

// Advisories for the packages of these tests: "demo" before 2.0-1 is critical, "other" has no fix,
// "exploited" is in KEV; written as feeds below `directory`, whose path is returned.
inline std::string write_feed(const ScratchDirectory& directory) {
  const auto record = [](std::string_view id, std::string_view package, std::string_view event,
                         std::string_view vector) {
    return fmt::format(
        R"({{"schema_version":"1.6.0","id":"{}","modified":"2026-11-01T00:00:00Z","details":"A flaw.",)"
        R"("severity":[{{"type":"CVSS_V3","score":"{}"}}],"affected":[{{"package":{{"ecosystem":"Debian:12",)"
        R"("name":"{}"}},"ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}}{}]}}]}}]}})"
        "\n",
        id, vector, package, event);
  };
  constexpr std::string_view kCritical = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
  constexpr std::string_view kMedium = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N";
  directory.write("feed/debian.jsonl",
                  record("CVE-2026-1001", "demo", R"(,{"fixed":"2.0-1"})", kCritical) +
                      record("CVE-2026-1002", "other", "", kMedium) +
                      record("CVE-2026-1003", "exploited", "", kMedium));
  directory.write(
      "feed/kev.json",
      R"({"catalogVersion":"1","dateReleased":"2026-11-20T00:00:00Z","vulnerabilities":[)"
      R"({"cveID":"CVE-2026-1003","dateAdded":"2026-11-02","dueDate":"2026-11-20"}]})");
  return directory.path() + "/feed";
}

// The same as a database; its path.
inline std::string write_database(const ScratchDirectory& directory) {
  const std::string path = directory.path() + "/advisories.swdb";
  const RunResult built = seawall({"db", "import", write_feed(directory), "--db", path});
  EXPECT_EQ(built.exit_code, 0) << built.err;
  return path;
}

}  // namespace seawall::test
