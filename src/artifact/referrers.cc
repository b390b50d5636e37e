#include "artifact/referrers.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "artifact/archive.h"
#include "artifact/manifest.h"
#include "artifact/platform.h"
#include "base/strings.h"
#include "base/time.h"

namespace seawall::artifact {
namespace {

constexpr size_t kMostManifests = 64;
constexpr size_t kMostIndexes = 32;
constexpr int kMostNesting = 3;
constexpr uint64_t kMostDocumentBytes = 128ull << 20;

// A layer that may be the document, and what decides between several.
struct Candidate {
  UnixSeconds created = 0;
  Digest manifest;
  size_t position = 0;
  AttachedLayer layer;
};

class Search {
 public:
  Search(AttachmentSource& source, const Image& image, AttachedKind kind, const Limits& limits)
      : source_(source), image_(image), kind_(kind), limits_(limits) {}

  Result<AttachedDocument> run() {
    const Digest& subject = image_.manifest_digest;
    SEAWALL_CHECK(look_at_referrers(subject, "the list of referrers"));
    if (!found_) SEAWALL_CHECK(look_at_tags(subject));
    if (!found_) SEAWALL_CHECK(look_at_indexes());
    if (found_) return std::move(*found_);
    return Error(Code::kNotFound, fmt::format("no {} is attached to {} ({})", to_string(kind_),
                                              printable(image_.name), subject.short_text()));
  }

 private:
  static std::string tag_of(const Digest& digest) {
    return fmt::format("{}-{}", split_once(digest.text(), ':').first, digest.hex);
  }

  Status look_at_referrers(const Digest& subject, const std::string& place) {
    SEAWALL_TRY(const auto entries, source_.referrers(subject));
    if (entries) return choose(*entries, subject, place);
    const std::string tag = tag_of(subject);
    SEAWALL_TRY(const auto json, source_.tagged(tag));
    if (!json) return {};
    auto list = parse_referrers(*json, limits_);
    if (!list.ok()) return std::move(list).error().at("the tag " + tag);
    return choose(*list, subject, "the tag " + tag);
  }

  Status look_at_tags(const Digest& subject) {
    for (const char* suffix : {".att", ".sbom"}) {
      if (found_) break;
      const std::string tag = tag_of(subject) + suffix;
      SEAWALL_TRY(const auto json, source_.tagged(tag));
      if (!json) continue;
      std::vector<Candidate> candidates;
      auto added = add(*json, {}, digest_of(*json), "", subject, candidates);
      if (!added.ok()) return std::move(added).error().at("the tag " + tag);
      SEAWALL_CHECK(take_best(candidates, "the tag " + tag));
    }
    return {};
  }

  // BuildKit's attestations lie beside the image in its index; an index may hold others.
  Status look_at_indexes() {
    SEAWALL_TRY(const std::string top, source_.top());
    SEAWALL_TRY(const bool index, is_index(top, "", limits_));
    if (!index) return {};
    SEAWALL_CHECK(walk(top, 0));
    SEAWALL_CHECK(choose(attestations_, image_.manifest_digest, "the attestations in its index"));
    for (const Digest& holder : holders_) {
      if (found_) break;
      SEAWALL_CHECK(look_at_referrers(holder, "the list of referrers of its index"));
    }
    return {};
  }

  // Fills attestations_ and holders_. A digest cannot be part of what it is made from, so indexes
  // form no circle; how many and how deep is bounded all the same.
  Status walk(const std::string& json, int depth) {
    if (depth > kMostNesting) return limit_reached("image indexes are nested too deep");
    if (++indexes_ > kMostIndexes) return limit_reached("the image has too many indexes");
    SEAWALL_TRY(const auto entries, parse_referrers(json, limits_));
    for (const ReferrerEntry& entry : entries) {
      const Descriptor& descriptor = entry.descriptor;
      if (entry.attests_to == image_.manifest_digest.text()) attestations_.push_back(entry);
      if (descriptor.digest == image_.manifest_digest) holders_.push_back(digest_of(json));
      const bool index =
          descriptor.media_type == kOciIndex || descriptor.media_type == kDockerManifestList;
      if (!index || !entry.artifact_type.empty()) continue;
      SEAWALL_TRY(const std::string inner, source_.manifest(descriptor));
      SEAWALL_CHECK(walk(inner, depth + 1));
    }
    return {};
  }

  Status choose(const std::vector<ReferrerEntry>& entries, const Digest& subject,
                const std::string& place) {
    std::vector<Candidate> candidates;
    for (const ReferrerEntry& entry : entries) {
      if (!may_hold(entry.artifact_type, kind_) || !fits(entry.descriptor.platform)) continue;
      if (++manifests_ > kMostManifests) {
        return limit_reached(
            fmt::format("more than {} manifests are attached to the image", kMostManifests));
      }
      auto json = source_.manifest(entry.descriptor);
      if (!json.ok()) return std::move(json).error().at(place);
      auto added = add(*json, entry.artifact_type, entry.descriptor.digest, entry.created, subject,
                       candidates);
      if (!added.ok()) return std::move(added).error().at(entry.descriptor.digest.short_text());
    }
    return take_best(candidates, place);
  }

  // Attestations have the platform "unknown/unknown"; most others none.
  bool fits(const std::string& platform) const {
    return platform.empty() || platform == "unknown/unknown" || image_.platform.empty() ||
           platform_fits(image_.platform, platform);
  }

  // The documents of one attached manifest.
  Status add(const std::string& json, std::string_view artifact_type, const Digest& digest,
             const std::string& created, const Digest& subject,
             std::vector<Candidate>& candidates) const {
    SEAWALL_TRY(AttachedManifest manifest, parse_attached(json, artifact_type, kind_, limits_));
    if (!manifest.subject.empty() && manifest.subject != subject.text()) {
      return Error(Code::kMismatch,
                   fmt::format("it is about {}, not about this image ({})",
                               printable(manifest.subject.substr(0, 80)), subject.short_text()));
    }
    const auto time = parse_time(created.empty() ? manifest.created : created);
    for (size_t i = 0; i < manifest.layers.size(); ++i)
      candidates.push_back({time.value_or(0), digest, i, std::move(manifest.layers[i])});
    return {};
  }

  Status take_best(std::vector<Candidate>& candidates, const std::string& place) {
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      return std::tie(b.created, a.manifest, a.position) <
             std::tie(a.created, b.manifest, b.position);
    });
    for (const Candidate& candidate : candidates) {
      const Descriptor& descriptor = candidate.layer.descriptor;
      const uint64_t most = std::min(kMostDocumentBytes, limits_.document_bytes);
      if (descriptor.size > most) {
        return limit_reached(
            fmt::format("the attached document {} has {} bytes; at most {} are "
                        "read",
                        descriptor.digest.short_text(), descriptor.size, most));
      }
      auto bytes = source_.document(descriptor);
      if (!bytes.ok()) return std::move(bytes).error().at(place);
      if (!candidate.layer.surely && !attests(*bytes, kind_, limits_)) continue;
      found_ = {std::move(bytes).value(), descriptor.media_type, descriptor.digest, place};
      return {};
    }
    return {};
  }

  AttachmentSource& source_;
  const Image& image_;
  const AttachedKind kind_;
  const Limits& limits_;
  size_t manifests_ = 0, indexes_ = 0;
  std::vector<ReferrerEntry> attestations_;  // of this image, in its indexes
  std::vector<Digest> holders_;              // the indexes that list the image
  std::optional<AttachedDocument> found_;
};

}  // namespace

Result<AttachedDocument> find_attached(AttachmentSource& source, const Image& image,
                                       AttachedKind kind, const Limits& limits) {
  return Search(source, image, kind, limits).run();
}

Result<Attached> open_attached(const Target& target, AttachedKind kind,
                               const OpenOptions& options) {
  Attached attached;
  std::unique_ptr<AttachmentSource> source;
  if (target.kind == TargetKind::kRegistry) {
    SEAWALL_TRY(attached.image, open_registry_image(target.location, options));
    SEAWALL_TRY(source, registry_attachments(target.location, options));
  } else if (target.kind == TargetKind::kOciLayout) {
    SEAWALL_TRY(attached.image, open_oci_layout(target.location, target.which, options));
    source = layout_attachments(target.location, options);
  } else {
    return usage_error(fmt::format("{} is neither in a registry nor an OCI layout, so nothing is "
                                   "attached to it",
                                   target.location))
        .hint("name the image as registry:REFERENCE or oci:DIRECTORY");
  }
  SEAWALL_TRY(attached.document, find_attached(*source, attached.image, kind, options.limits));
  return attached;
}

}  // namespace seawall::artifact
