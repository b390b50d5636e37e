#include "artifact/attachment_source.h"

#include <fmt/format.h>

#include "artifact/file_store.h"
#include "artifact/manifest.h"
#include "artifact/reference.h"
#include "base/strings.h"
#include "codec/json.h"

namespace seawall::artifact {
namespace {

constexpr int kMostPages = 16;  // of a registry's list

Status check(std::string_view bytes, const Descriptor& descriptor) {
  if (bytes.size() != descriptor.size) {
    return Error(Code::kMismatch,
                 fmt::format("{} has {} bytes; its list says {}", descriptor.digest.short_text(),
                             bytes.size(), descriptor.size));
  }
  const Digest actual = digest_of(bytes, descriptor.digest.algorithm);
  if (actual == descriptor.digest) return {};
  return Error(Code::kMismatch,
               fmt::format("{} hashes to {}", descriptor.digest.short_text(), actual.short_text()))
      .hint("it was changed or damaged; attach it again");
}

// The path within the repository that a Link header's next page has; empty without one.
Result<std::string> next_page(std::string_view link, const std::string& repository) {
  if (link.find("rel=\"next\"") == link.npos) return std::string();
  const size_t begin = link.find('<'), end = link.find('>');
  const std::string prefix = fmt::format("/v2/{}/", repository);
  if (begin != 0 || end == link.npos || !link.substr(1).starts_with(prefix)) {
    return malformed(fmt::format("the registry goes on with its list at \"{}\"",
                                 printable(link.substr(0, 120))));
  }
  return std::string(link.substr(1 + prefix.size(), end - 1 - prefix.size()));
}

class RegistrySource : public AttachmentSource {
 public:
  RegistrySource(Reference reference, const OpenOptions& options)
      : limits_(options.limits), repository_(std::move(reference), options) {}

  Result<std::string> top() override {
    const Reference& reference = repository_.reference();
    const std::string name = reference.digest.empty() ? reference.tag : reference.digest.text();
    SEAWALL_TRY(FetchedManifest fetched, repository_.fetch_manifest(name, reference.digest));
    return std::move(fetched.json);
  }

  Result<std::string> manifest(const Descriptor& descriptor) override {
    SEAWALL_TRY(FetchedManifest fetched,
                repository_.fetch_manifest(descriptor.digest.text(), descriptor.digest));
    SEAWALL_CHECK(check(fetched.json, descriptor));
    return std::move(fetched.json);
  }

  Result<std::optional<std::string>> tagged(const std::string& tag) override {
    auto fetched = repository_.fetch_manifest(tag, {});
    if (fetched.ok()) return std::optional(std::move(fetched->json));
    if (fetched.error().code() == Code::kNotFound) return std::optional<std::string>();
    return std::move(fetched).error();
  }

  // A registry without the API answers 404 to the request; then a tag has the list.
  Result<std::optional<std::vector<ReferrerEntry>>> referrers(const Digest& subject) override {
    std::vector<ReferrerEntry> all;
    std::string path = "referrers/" + subject.text();
    for (int page = 0; !path.empty(); ++page) {
      if (page == kMostPages) return limit_reached("the list of referrers has too many pages");
      SEAWALL_TRY(HttpResponse response,
                  repository_.send("GET", path, {}, {{"Accept", std::string(kOciIndex)}}));
      const bool unknown = response.status == 404 || response.status == 405 ||
                           response.status == 400 || response.status == 501;
      if (unknown && page == 0) return std::optional<std::vector<ReferrerEntry>>();
      if (response.status != 200) return repository_.refused(response, "the list of referrers");
      SEAWALL_TRY(path, next_page(response.header("link"), repository_.reference().repository));
      SEAWALL_TRY(const std::string json, read_all(*response.body, limits_.manifest_bytes));
      auto entries = parse_referrers(json, limits_);
      if (!entries.ok()) return std::move(entries).error().at("the registry's list of referrers");
      std::move(entries->begin(), entries->end(), std::back_inserter(all));
      if (all.size() > kMostReferrers) return limit_reached("too many referrers are listed");
    }
    return std::optional(std::move(all));
  }

  Result<std::string> document(const Descriptor& descriptor) override {
    const std::string what = "the attached document " + descriptor.digest.short_text();
    SEAWALL_TRY(HttpResponse response,
                repository_.get("blobs/" + descriptor.digest.text(), what, {}));
    auto bytes = read_all(*response.body, descriptor.size);
    if (!bytes.ok()) return std::move(bytes).error().at(what);
    SEAWALL_CHECK(check(*bytes, descriptor));
    return std::move(bytes).value();
  }

 private:
  const Limits limits_;
  Repository repository_;
};

// A layout has no API: index.json lists all manifests, and those that are attached name their
// subject themselves.
class LayoutSource : public AttachmentSource {
 public:
  LayoutSource(const std::string& directory, const OpenOptions& options)
      : limits_(options.limits), store_(directory) {}

  Result<std::string> top() override { return store_.read("index.json", limits_.manifest_bytes); }

  Result<std::string> manifest(const Descriptor& descriptor) override {
    return document(descriptor);
  }

  Result<std::optional<std::string>> tagged(const std::string& tag) override {
    SEAWALL_TRY(const auto entries, list());
    for (const ReferrerEntry& entry : entries) {
      if (entry.name != tag && !entry.name.ends_with(":" + tag)) continue;
      SEAWALL_TRY(std::string json, document(entry.descriptor));
      return std::optional(std::move(json));
    }
    return std::optional<std::string>();
  }

  Result<std::optional<std::vector<ReferrerEntry>>> referrers(const Digest& subject) override {
    SEAWALL_TRY(auto entries, list());
    std::vector<ReferrerEntry> about;
    for (ReferrerEntry& entry : entries) {
      if (entry.descriptor.digest == subject) continue;
      SEAWALL_TRY(std::string json, document(entry.descriptor));
      SEAWALL_TRY(const Document parsed, parse_json(std::move(json), limits_));
      if (parsed.root()["subject"]["digest"].string() == subject.text())
        about.push_back(std::move(entry));
    }
    if (about.empty()) return std::optional<std::vector<ReferrerEntry>>();
    return std::optional(std::move(about));
  }

  Result<std::string> document(const Descriptor& descriptor) override {
    const std::string path = fmt::format(
        "blobs/{}/{}", split_once(descriptor.digest.text(), ':').first, descriptor.digest.hex);
    SEAWALL_TRY(std::string bytes, store_.read(path, descriptor.size));
    SEAWALL_CHECK(check(bytes, descriptor));
    return bytes;
  }

 private:
  Result<std::vector<ReferrerEntry>> list() {
    SEAWALL_TRY(const std::string json, top());
    return parse_referrers(json, limits_);
  }
  const Limits limits_;
  const DirectoryStore store_;
};

}  // namespace

Result<std::unique_ptr<AttachmentSource>> registry_attachments(std::string_view reference,
                                                               const OpenOptions& options) {
  SEAWALL_TRY(Reference parsed, parse_reference(reference));
  return std::unique_ptr<AttachmentSource>(
      std::make_unique<RegistrySource>(std::move(parsed), options));
}

std::unique_ptr<AttachmentSource> layout_attachments(const std::string& directory,
                                                     const OpenOptions& options) {
  return std::make_unique<LayoutSource>(directory, options);
}

}  // namespace seawall::artifact
