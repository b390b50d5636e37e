// A registry of blobs and manifests held in memory, for tests that attach things to images. It can
// be served over HTTP or written as an OCI layout.
//
//   FakeImages images;
//   const std::string image = images.image("linux", "amd64");       // a descriptor
//   images.tag("1", image);
//   images.refer(images.attach(image, "application/spdx+json", document, "2026-01-01T00:00:00Z"));
//   HttpServer server([&](const HttpCall& call, Peer& peer) { images.answer(call, peer); });
#pragma once

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "support/http_server.h"
#include "support/support.h"

namespace seawall::test {

class FakeImages {
 public:
  static constexpr const char* kManifest = "application/vnd.oci.image.manifest.v1+json";
  static constexpr const char* kIndex = "application/vnd.oci.image.index.v1+json";

  bool has_api = true;                         // whether the registry lists referrers
  size_t page = 1000;                          // entries of one answer
  std::string redirect_blobs;                  // where blobs are sent on to: "http://127.0.0.1:1"
  std::map<std::string, std::string> instead;  // digest to other bytes that are sent

  // Stores bytes; the descriptor has these further members (`"artifactType": "x"`).
  std::string add(const std::string& bytes, const std::string& type, const std::string& more = {}) {
    const std::string digest = digest_of(bytes).text();
    content_[digest] = {bytes, type};
    return fmt::format(R"({{"mediaType": "{}", "digest": "{}", "size": {}{}{}}})", type, digest,
                       bytes.size(), more.empty() ? "" : ", ", more);
  }
  static std::string digest(const std::string& descriptor) {
    return descriptor.substr(descriptor.find("sha256:"), 71);
  }
  // An image of one layer, as an entry of an index.
  std::string image(const std::string& os, const std::string& architecture) {
    const std::string config =
        add(fmt::format(R"({{"os": "{}", "architecture": "{}", "rootfs": {{"diff_ids": ["{}"]}},
          "history": [{{"created_by": "COPY a b"}}]}})",
                        os, architecture, digest_of("layer").text()),
            "application/vnd.oci.image.config.v1+json");
    return manifest(
        config, add("layer", "application/vnd.oci.image.layer.v1.tar"), "",
        fmt::format(R"("platform": {{"os": "{}", "architecture": "{}"}})", os, architecture));
  }
  std::string manifest(const std::string& config, const std::string& layers,
                       const std::string& members, const std::string& more = {}) {
    return add(fmt::format(
                   R"({{"schemaVersion": 2, "mediaType": "{}", "config": {}, "layers": [{}]{}{}}})",
                   kManifest, config, layers, members.empty() ? "" : ", ", members),
               kManifest, more);
  }
  std::string index(const std::string& entries, const std::string& more = {}) {
    return add(fmt::format(R"({{"schemaVersion": 2, "mediaType": "{}", "manifests": [{}]}})",
                           kIndex, entries),
               kIndex, more);
  }
  // A manifest with one document about `subject`, as `oras attach` makes it.
  std::string attach(const std::string& subject, const std::string& type,
                     const std::string& document, const std::string& created = {}) {
    const std::string annotations =
        created.empty()
            ? ""
            : fmt::format(R"(, "annotations": {{"org.opencontainers.image.created": "{}"}})",
                          created);
    return manifest(
        add("{}", "application/vnd.oci.empty.v1+json"), add(document, type),
        fmt::format(R"("artifactType": "{}", "subject": {}{})", type, subject, annotations),
        fmt::format(R"("artifactType": "{}"{})", type, annotations));
  }
  void refer(const std::string& subject, const std::string& descriptor) {
    referrers_[digest(subject)].push_back(descriptor);
  }
  void tag(const std::string& name, const std::string& descriptor) {
    tags_[name] = digest(descriptor);
    named_.emplace_back(name, descriptor);
  }
  static std::string tag_of(const std::string& descriptor) {
    return "sha256-" + digest(descriptor).substr(7);
  }

  void answer(const HttpCall& call, Peer& peer) const {
    const std::string last = call.target.substr(call.target.rfind('/') + 1);
    if (call.target.find("/referrers/") != std::string::npos) return answer_referrers(last, peer);
    const bool blob = call.target.find("/blobs/") != std::string::npos;
    if (blob && !redirect_blobs.empty())
      return peer.send(
          http_answer(307, "", fmt::format("Location: {}{}\r\n", redirect_blobs, call.target)));
    const auto tagged = tags_.find(last);
    const auto found = content_.find(tagged == tags_.end() ? last : tagged->second);
    if (found == content_.end()) return peer.send(http_answer(404, "{}"));
    const auto other = instead.find(found->first);
    peer.send(http_answer(200, other == instead.end() ? found->second.first : other->second,
                          fmt::format("Content-Type: {}\r\n", found->second.second)));
  }

  // An OCI layout with everything tagged, and every referrer, in index.json.
  std::string write_layout(const ScratchDirectory& scratch) const {
    scratch.write("layout/oci-layout", R"({"imageLayoutVersion": "1.0.0"})");
    for (const auto& [name, stored] : content_) {
      const auto other = instead.find(name);
      scratch.write("layout/blobs/sha256/" + name.substr(7),
                    other == instead.end() ? stored.first : other->second);
    }
    std::string entries;
    for (const auto& [name, descriptor] : named_) {
      entries += fmt::format(
          R"({}{}, "annotations": {{"org.opencontainers.image.ref.name": "{}"}}}})",
          entries.empty() ? "" : ", ", descriptor.substr(0, descriptor.size() - 1), name);
    }
    for (const auto& [subject, list] : referrers_) {
      for (const std::string& descriptor : list) entries += ", " + descriptor;
    }
    scratch.write("layout/index.json",
                  fmt::format(R"({{"schemaVersion": 2, "manifests": [{}]}})", entries));
    return scratch.path() + "/layout";
  }

 private:
  void answer_referrers(const std::string& last, Peer& peer) const {
    if (!has_api) return peer.send(http_answer(404, "404 page not found\n"));
    const std::string subject = last.substr(0, last.find('?'));
    const size_t at = last.find("from=");
    const size_t from = at == std::string::npos ? 0 : std::stoul(last.substr(at + 5));
    std::string entries, headers = fmt::format("Content-Type: {}\r\n", kIndex);
    const auto list = referrers_.find(subject);
    const size_t count = list == referrers_.end() ? 0 : list->second.size();
    for (size_t i = from; i < count && i < from + page; ++i)
      entries += (entries.empty() ? "" : ", ") + list->second[i];
    if (from + page < count) {
      headers += fmt::format("Link: </v2/app/referrers/{}?from={}>; rel=\"next\"\r\n", subject,
                             from + page);
    }
    peer.send(http_answer(200, fmt::format(R"({{"schemaVersion": 2, "manifests": [{}]}})", entries),
                          headers));
  }
  std::map<std::string, std::pair<std::string, std::string>> content_;  // by digest: bytes, type
  std::map<std::string, std::string> tags_;
  std::vector<std::pair<std::string, std::string>> named_;
  std::map<std::string, std::vector<std::string>> referrers_;
};

}  // namespace seawall::test
