#include "artifact/registry_push.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "net/url.h"

namespace seawall::artifact {
namespace {

// A registry that says what it stored must say what was sent.
Status check_stored(const HttpResponse& response, const Digest& sent, std::string_view what) {
  const auto claimed = Digest::parse(response.header("docker-content-digest"));
  if (!claimed.ok() || claimed->algorithm != sent.algorithm || *claimed == sent) return {};
  return Error(Code::kMismatch,
               fmt::format("the registry stored {} as {}", what, claimed->short_text()));
}

Result<HttpResponse> send(Repository& repository, std::string_view method, const std::string& path,
                          std::string body, std::string_view type, std::string_view what) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (!type.empty()) headers.emplace_back("Content-Type", type);
  auto response = repository.send(method, path, std::move(body), std::move(headers));
  if (!response.ok()) return std::move(response).error().at(what);
  return response;
}

// Where the bytes go: the answered Location, the digest added to its query.
Result<std::string> begin_upload(Repository& repository, const Digest& digest,
                                 std::string_view what) {
  SEAWALL_TRY(HttpResponse response, send(repository, "POST", "blobs/uploads/", {}, {}, what));
  if (response.status != 202) return repository.refused(response, what);
  const std::string_view location = response.header("location");
  if (location.empty()) {
    return Error(Code::kNetwork, "the registry does not say where to upload to").at(what);
  }
  SEAWALL_TRY(const Url base, parse_url(response.url));
  auto target = resolve_url(base, location);
  if (!target.ok()) return std::move(target).error().at(what);
  target->query += (target->query.empty() ? "digest=" : "&digest=") + percent_encode(digest.text());
  return target->text();
}

}  // namespace

Result<Descriptor> push_blob(Repository& repository, std::string_view media_type,
                             std::string bytes) {
  Descriptor descriptor;
  descriptor.media_type = media_type;
  descriptor.digest = digest_of(bytes);
  descriptor.size = bytes.size();
  const std::string what = fmt::format("the blob {}", descriptor.digest.short_text());
  SEAWALL_TRY(HttpResponse there,
              send(repository, "HEAD", "blobs/" + descriptor.digest.text(), {}, {}, what));
  if (there.status == 200) return descriptor;
  // Some registries refuse to look for blobs in a repository that does not exist yet.
  if (there.status != 404 && there.status != 403) return repository.refused(there, what);
  SEAWALL_TRY(const std::string target, begin_upload(repository, descriptor.digest, what));
  SEAWALL_TRY(HttpResponse stored,
              send(repository, "PUT", target, std::move(bytes), "application/octet-stream", what));
  if (stored.status != 201 && stored.status != 204) return repository.refused(stored, what);
  SEAWALL_CHECK(check_stored(stored, descriptor.digest, what));
  return descriptor;
}

Result<Digest> push_manifest(Repository& repository, const std::string& tag,
                             const std::string& json, std::string_view media_type) {
  const std::string what = fmt::format("the manifest \"{}\"", printable(tag));
  SEAWALL_TRY(HttpResponse stored,
              send(repository, "PUT", "manifests/" + tag, json, media_type, what));
  if (stored.status != 201 && stored.status != 200) return repository.refused(stored, what);
  const Digest digest = digest_of(json);
  SEAWALL_CHECK(check_stored(stored, digest, what));
  return digest;
}

}  // namespace seawall::artifact
