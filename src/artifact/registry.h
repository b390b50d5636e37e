// One repository of one registry, spoken to as the OCI distribution-spec v1.1 says ("Pull") and
// Docker's registry v2 did before it.
//
//   auto repository = std::make_shared<Repository>(reference, options);
//   SEAWALL_TRY(auto manifest, repository->fetch_manifest("latest", {}));
//   SEAWALL_TRY(auto reader, Repository::open_blob(repository, descriptor));
//
// docker.io lives on registry-1.docker.io. Registries on loopback are tried with https first and
// then with http; others use http only when OpenOptions::plain_http says so. A 401 is answered once
// (registry_auth.h). Errors name the registry and the repository and say what to do.
// THREADS: safe; layers are fetched in parallel.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "artifact/image.h"
#include "artifact/reference.h"
#include "artifact/registry_auth.h"

namespace seawall::artifact {

struct FetchedManifest {
  std::string json;
  std::string media_type;
  Digest digest;  // of these bytes
};

class Repository {
 public:
  // kPush asks for tokens that allow writing (registry_push.h).
  enum class Access { kPull, kPush };
  Repository(Reference reference, const OpenOptions& options, Access access = Access::kPull);

  // `name` is a tag or a digest; `expected`, when not empty, what the bytes must hash to. Without
  // it the digest the registry itself claims is checked. LIMITS: manifest_bytes.
  Result<FetchedManifest> fetch_manifest(const std::string& name, const Digest& expected);
  // A small blob, whole, its digest and size checked. LIMITS: manifest_bytes.
  Result<std::string> fetch_blob(const Descriptor& descriptor);
  // A blob as a stream of exactly descriptor.size bytes (its digest is the reader's to check). A
  // connection that breaks is taken up again where it broke, at most three times.
  static Result<std::unique_ptr<Reader>> open_blob(const std::shared_ptr<Repository>& repository,
                                                   const Descriptor& descriptor);

  // Sends GET /v2/NAME/`path`; a status other than 200 (or 206 to a Range request) is an error.
  // `what` is "the image", "the layer sha256:..." for messages.
  Result<HttpResponse> get(const std::string& path, std::string_view what,
                           std::vector<std::pair<std::string, std::string>> headers);
  // Sends METHOD /v2/NAME/`path`, or METHOD to `path` itself when it is a whole URL (where a
  // registry says that an upload goes). Any status but 401 is the caller's to judge; the
  // credentials go to the registry's own origin only.
  Result<HttpResponse> send(std::string_view method, const std::string& path, std::string body,
                            std::vector<std::pair<std::string, std::string>> headers);
  // The error for a status that `what` was answered with.
  Error refused(HttpResponse& response, std::string_view what) const;
  const Reference& reference() const { return reference_; }

 private:
  enum class Scheme { kUndecided, kHttps, kHttp };
  Result<HttpResponse> send_once(HttpRequest& request, const std::string& path,
                                 const std::string& authorization);
  std::string login_hint() const;

  const Reference reference_;
  const Limits limits_;
  const HttpClient client_;
  const HttpClient probe_;  // without retries, to learn whether https is spoken at all
  std::atomic<Scheme> scheme_;
  RegistryAuth auth_;
};

}  // namespace seawall::artifact
