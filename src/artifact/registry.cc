#include "artifact/registry.h"

#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "artifact/manifest.h"
#include "artifact/platform.h"
#include "base/log.h"
#include "base/strings.h"
#include "net/http_body.h"
#include "net/url.h"

namespace seawall::artifact {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kAuthorization = "Authorization";
constexpr int kMostResumes = 3;
constexpr int kMostIndexes = 3;  // an index of indexes is allowed, a chain of them is not

std::string registry_host(const std::string& registry) {
  return registry == "docker.io" ? "registry-1.docker.io" : registry;
}

std::string accept_manifests() {
  return fmt::format("{}, {}, {}, {}", kOciManifest, kOciIndex, kDockerManifest,
                     kDockerManifestList);
}

std::string media_type_of(const HttpResponse& response) {
  return to_lower(trim(split_once(response.header("content-type"), ';').first));
}

HttpOptions without_retries(HttpOptions options) {
  options.retries = 0;
  return options;
}

// A blob whose connection may break: the rest is asked for with a Range request.
class BlobReader : public Reader {
 public:
  BlobReader(std::shared_ptr<Repository> repository, Descriptor descriptor, std::string what)
      : repository_(std::move(repository)),
        descriptor_(std::move(descriptor)),
        what_(std::move(what)) {}

  Status connect() {
    Headers headers;
    if (at_ != 0) headers.emplace_back("Range", fmt::format("bytes={}-", at_));
    SEAWALL_TRY(HttpResponse response,
                repository_->get("blobs/" + descriptor_.digest.text(), what_, headers));
    const auto length = parse_unsigned(response.header("content-length"));
    if (response.status == 206) {
      const auto range = response.header("content-range");
      if (!range.starts_with(fmt::format("bytes {}-", at_))) {
        return malformed(fmt::format("the registry answers a request for byte {} with \"{}\"", at_,
                                     printable(range.substr(0, 80))));
      }
    } else if (length && *length != descriptor_.size) {
      return malformed(
          fmt::format("the registry sends {} bytes for a blob of {}", *length, descriptor_.size));
    }
    body_ = std::move(response.body);
    // A server without ranges sends all of it again.
    return response.status == 206 ? Status() : body_->skip(at_);
  }

  Result<size_t> read(std::span<char> buffer) override {
    while (true) {
      auto got = read_body(buffer);
      if (got.ok()) return got;
      const Code code = got.error().code();
      const bool broken =
          code == Code::kNetwork || code == Code::kTimeout || code == Code::kMalformed;
      if (!broken || at_ > descriptor_.size || resumes_ == kMostResumes) {
        return std::move(got).error().at(what_);
      }
      ++resumes_;
      log_info(fmt::format("{}: {}; going on at byte {}", what_, got.error().text(), at_));
      body_.reset();
      if (auto connected = connect(); !connected.ok()) {
        if (resumes_ == kMostResumes) return std::move(connected).error().at(what_);
        body_.reset();
      }
    }
  }

 private:
  Result<size_t> read_body(std::span<char> buffer) {
    if (!body_) return Error(Code::kNetwork, "no connection");
    SEAWALL_TRY(const size_t got, body_->read(buffer));
    at_ += got;
    if (at_ > descriptor_.size) {
      return malformed(fmt::format("more than the {} bytes of the blob", descriptor_.size));
    }
    if (got == 0 && at_ < descriptor_.size) {
      return malformed(fmt::format("ends after {} of {} bytes", at_, descriptor_.size));
    }
    return got;
  }

  std::shared_ptr<Repository> repository_;
  Descriptor descriptor_;
  std::string what_;
  std::unique_ptr<Reader> body_;
  uint64_t at_ = 0;
  int resumes_ = 0;
};

Status check_digest(std::string_view bytes, const Digest& expected, std::string_view what) {
  const Digest actual = digest_of(bytes, expected.algorithm);
  if (actual == expected) return {};
  return Error(Code::kMismatch, fmt::format("{} hashes to {} instead of {}", what,
                                            actual.short_text(), expected.short_text()));
}

}  // namespace

Repository::Repository(Reference reference, const OpenOptions& options, Access access)
    : reference_(std::move(reference)),
      limits_(options.limits),
      client_(options.http),
      probe_(without_retries(options.http)),
      scheme_(Scheme::kHttps),
      auth_(reference_, options.docker_config, client_, access == Access::kPush) {
  const auto url = parse_url("https://" + reference_.registry);
  if (options.plain_http) {
    scheme_ = Scheme::kHttp;
  } else if (url.ok() && is_loopback(url->host)) {
    scheme_ = Scheme::kUndecided;
  }
}

std::string Repository::login_hint() const {
  return reference_.registry == "docker.io" ? "docker login"
                                            : fmt::format("docker login {}", reference_.registry);
}

Result<HttpResponse> Repository::send_once(HttpRequest& request, const std::string& path,
                                           const std::string& authorization) {
  std::erase_if(request.headers, [](const auto& header) { return header.first == kAuthorization; });
  if (path.starts_with("http://") || path.starts_with("https://")) {
    SEAWALL_TRY(const Url url, parse_url(path));
    SEAWALL_TRY(const Url own,
                parse_url(fmt::format("{}://{}", scheme_ == Scheme::kHttp ? "http" : "https",
                                      registry_host(reference_.registry))));
    if (url.scheme == "http" && own.scheme == "https") {
      return Error(Code::kNetwork,
                   fmt::format("the registry {} sends on to {}, which is not encrypted",
                               reference_.registry, url.shown()));
    }
    if (url.origin() == own.origin() && !authorization.empty()) {
      request.headers.emplace_back(kAuthorization, authorization);
    }
    request.url = path;
    return client_.send(request);
  }
  if (!authorization.empty()) request.headers.emplace_back(kAuthorization, authorization);
  const std::string rest = fmt::format("://{}/v2/{}/{}", registry_host(reference_.registry),
                                       reference_.repository, path);
  if (scheme_ == Scheme::kUndecided) {
    request.url = "https" + rest;
    auto response = probe_.send(request);
    const bool no_https = !response.ok() && response.error().code() != Code::kCancelled &&
                          response.error().code() != Code::kUnsupported;
    scheme_ = no_https ? Scheme::kHttp : Scheme::kHttps;
    if (!no_https) return response;
  }
  request.url = (scheme_ == Scheme::kHttp ? "http" : "https") + rest;
  return client_.send(request);
}

Result<HttpResponse> Repository::send(std::string_view method, const std::string& path,
                                      std::string body, Headers headers) {
  HttpRequest request;
  request.method = method;
  request.headers = std::move(headers);
  request.body = std::move(body);
  std::string authorization = auth_.header();
  SEAWALL_TRY(HttpResponse response, send_once(request, path, authorization));
  if (response.status != 401) return response;
  const std::string challenge(response.header("www-authenticate"));
  SEAWALL_TRY(const Url url, parse_url(response.url));
  // Only the registry itself is answered, not a host it redirected to.
  SEAWALL_TRY(const Url own,
              parse_url(fmt::format("{}://{}", url.scheme, registry_host(reference_.registry))));
  if (url.origin() != own.origin()) return response;
  SEAWALL_TRY(const bool again, auth_.answer(challenge, authorization, url));
  if (!again) return response;
  return send_once(request, path, auth_.header());
}

Error Repository::refused(HttpResponse& response, std::string_view what) const {
  const int status = response.status;
  const std::string said = quote_answer(*response.body);
  const std::string place = what.find(" of ") == what.npos
                                ? fmt::format("{} of {}", what, reference_.repository)
                                : std::string(what);
  const std::string quoted = said.empty() ? "" : fmt::format(" (\"{}\")", said);
  if (status == 401 || status == 403) {
    return Error(Code::kUnauthorized,
                 fmt::format("the registry {} refuses {}{}: {}", reference_.registry, place, quoted,
                             auth_.has_credentials() ? "the stored credentials do not allow it"
                                                     : "it does not exist or is not public"))
        .hint(login_hint());
  }
  if (status == 404) {
    return Error(Code::kNotFound,
                 fmt::format("the registry {} has not {}{}", reference_.registry, place, quoted))
        .hint("check the name and the tag; a private repository needs `" + login_hint() + "`");
  }
  if (status == 429) {
    return Error(Code::kNetwork, fmt::format("the registry {} limits how often {} may be asked "
                                             "for{}",
                                             reference_.registry, place, quoted))
        .hint("wait, or raise the limit with `" + login_hint() + "`");
  }
  return Error(Code::kNetwork, fmt::format("the registry {} answers with status {} for {}{}",
                                           reference_.registry, status, place, quoted));
}

Result<HttpResponse> Repository::get(const std::string& path, std::string_view what,
                                     Headers headers) {
  auto response = send("GET", path, {}, std::move(headers));
  if (!response.ok()) {
    const Code code = response.error().code();
    auto error = std::move(response).error().at(what);
    if (code == Code::kUnauthorized) return std::move(error).hint(login_hint());
    return error;
  }
  if (response->status != 200 && response->status != 206) return refused(*response, what);
  return response;
}

Result<FetchedManifest> Repository::fetch_manifest(const std::string& name,
                                                   const Digest& expected) {
  const std::string what = expected.empty() ? fmt::format("the image \"{}\"", printable(name))
                                            : fmt::format("the manifest {}", expected.short_text());
  SEAWALL_TRY(HttpResponse response,
              get("manifests/" + name, what, {{"Accept", accept_manifests()}}));
  FetchedManifest fetched;
  fetched.media_type = media_type_of(response);
  if (fetched.media_type == "text/html") {
    return Error(Code::kNetwork, what + ": the answer is a web page, not a manifest")
        .hint(fmt::format("is {} really a registry, or does a login page or proxy stand before it?",
                          reference_.registry));
  }
  const auto length = parse_unsigned(response.header("content-length"));
  if (length && *length > limits_.manifest_bytes) {
    return limit_reached(fmt::format("{}: the manifest has {} bytes; at most {} are read", what,
                                     *length, limits_.manifest_bytes));
  }
  auto bytes = read_all(*response.body, limits_.manifest_bytes);
  if (!bytes.ok()) return std::move(bytes).error().at(what);
  fetched.json = std::move(bytes).value();
  Digest wanted = expected;
  if (wanted.empty()) {
    auto claimed = Digest::parse(response.header("docker-content-digest"));
    wanted = claimed.ok() ? *claimed : digest_of(fetched.json);
  }
  SEAWALL_CHECK(check_digest(fetched.json, wanted, what));
  fetched.digest = wanted;
  return fetched;
}

Result<std::string> Repository::fetch_blob(const Descriptor& descriptor) {
  const std::string what = fmt::format("the configuration {}", descriptor.digest.short_text());
  if (descriptor.size > limits_.manifest_bytes) {
    return limit_reached(fmt::format("{} has {} bytes; at most {} are read", what, descriptor.size,
                                     limits_.manifest_bytes));
  }
  SEAWALL_TRY(HttpResponse response, get("blobs/" + descriptor.digest.text(), what, {}));
  auto bytes = read_all(*response.body, descriptor.size);
  if (!bytes.ok()) return std::move(bytes).error().at(what);
  if (bytes->size() != descriptor.size) {
    return malformed(
        fmt::format("{}: {} bytes instead of {}", what, bytes->size(), descriptor.size));
  }
  SEAWALL_CHECK(check_digest(*bytes, descriptor.digest, what));
  return bytes;
}

Result<std::unique_ptr<Reader>> Repository::open_blob(const std::shared_ptr<Repository>& repository,
                                                      const Descriptor& descriptor) {
  const Reference& reference = repository->reference();
  std::string what = fmt::format("the layer {} of {}/{}", descriptor.digest.short_text(),
                                 reference.registry, reference.repository);
  auto reader = std::make_unique<BlobReader>(repository, descriptor, std::move(what));
  if (auto connected = reader->connect(); !connected.ok()) {
    Error error = std::move(connected).error();
    if (error.code() == Code::kNotFound && is_foreign_layer(descriptor.media_type)) {
      return unsupported(fmt::format("{}: the layer {} is a foreign one, which registries do not "
                                     "hold and only its vendor hands out",
                                     repository->reference().text(),
                                     descriptor.digest.short_text()))
          .hint("save the image with an engine that has it and scan the archive");
    }
    return error;
  }
  return std::unique_ptr<Reader>(std::move(reader));
}

namespace {

// Follows indexes down to one manifest. `image.platform` is not yet known then.
Result<FetchedManifest> find_manifest(Repository& repository, const OpenOptions& options) {
  const Reference& reference = repository.reference();
  const std::string name = reference.digest.empty() ? reference.tag : reference.digest.text();
  SEAWALL_TRY(FetchedManifest fetched, repository.fetch_manifest(name, reference.digest));
  for (int depth = 0;; ++depth) {
    SEAWALL_TRY(const bool index, is_index(fetched.json, fetched.media_type, options.limits));
    if (!index) return fetched;
    if (depth == kMostIndexes) return limit_reached("indexes are nested deeper than allowed");
    SEAWALL_TRY(const auto manifests, parse_index(fetched.json, options.limits));
    SEAWALL_TRY(const Descriptor chosen, choose_platform(manifests, options.platform));
    SEAWALL_TRY(fetched, repository.fetch_manifest(chosen.digest.text(), chosen.digest));
    if (fetched.json.size() != chosen.size) {
      return malformed(fmt::format("the manifest {} has {} bytes; the index says {}",
                                   chosen.digest.short_text(), fetched.json.size(), chosen.size));
    }
  }
}

Status fill_image(Image& image, const std::shared_ptr<Repository>& repository,
                  const OpenOptions& options) {
  SEAWALL_TRY(const FetchedManifest fetched, find_manifest(*repository, options));
  SEAWALL_TRY(const Manifest manifest, parse_manifest(fetched.json, options.limits));
  SEAWALL_CHECK(check_is_image(manifest));
  image.manifest_digest = fetched.digest;
  image.config_digest = manifest.config.digest;
  SEAWALL_TRY(image.config, repository->fetch_blob(manifest.config));
  for (const Descriptor& descriptor : manifest.layers) {
    ImageLayer layer;
    layer.digest = descriptor.digest;
    layer.size = descriptor.size;
    layer.media_type = descriptor.media_type;
    layer.open = [repository, descriptor] { return Repository::open_blob(repository, descriptor); };
    image.layers.push_back(std::move(layer));
  }
  SEAWALL_CHECK(apply_config(image, options.limits));
  if (!options.platform.empty() && !platform_fits(image.platform, options.platform)) {
    return Error(Code::kNotFound,
                 fmt::format("the image is for {}, not for {}", printable(image.platform),
                             printable(options.platform)));
  }
  return {};
}

}  // namespace

Result<Image> open_registry_image(std::string_view text, const OpenOptions& options) {
  SEAWALL_TRY(Reference reference, parse_reference(text));
  Image image;
  image.name = text;
  image.kind = "registry";
  if (!reference.tag.empty()) image.tags.push_back(reference.text());
  const std::string place = reference.text();
  auto repository = std::make_shared<Repository>(std::move(reference), options);
  if (auto filled = fill_image(image, repository, options); !filled.ok()) {
    return std::move(filled).error().at(place);
  }
  return image;
}

}  // namespace seawall::artifact
