#include "advisory/distribution.h"

#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "artifact/manifest.h"
#include "artifact/registry.h"
#include "artifact/registry_push.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/strings.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "net/url.h"

namespace seawall::advisory {
namespace {

using artifact::Descriptor;
using artifact::Repository;

constexpr std::string_view kEmptyType = "application/vnd.oci.empty.v1+json";
constexpr std::string_view kContentDigest = "dev.seawall.content.digest";
constexpr std::string_view kTitle = "org.opencontainers.image.title";
constexpr uint64_t kLargestDatabase = 16ull << 30;
constexpr uint64_t kLargestSignature = 4096;

void write_descriptor(JsonWriter& json, const Descriptor& descriptor, std::string_view title) {
  json.begin_object().key("mediaType").string(descriptor.media_type);
  json.key("digest").string(descriptor.digest.text());
  json.key("size").integer(static_cast<int64_t>(descriptor.size));
  if (!title.empty()) {
    json.key("annotations").begin_object().key(kTitle).string(title).end_object();
  }
  json.end_object();
}

std::string artifact_manifest(const Descriptor& config, const Descriptor& database,
                              const std::optional<Descriptor>& signature, const Digest& content) {
  std::string text;
  JsonWriter json(text, JsonWriter::kCompact);
  json.begin_object().key("schemaVersion").integer(2);
  json.key("mediaType").string(artifact::kOciManifest);
  json.key("artifactType").string(kDatabaseType);
  json.key("config");
  write_descriptor(json, config, {});
  json.key("layers").begin_array();
  write_descriptor(json, database, "advisories.swdb");
  if (signature) write_descriptor(json, *signature, "advisories.swdb.sig");
  json.end_array();
  json.key("annotations").begin_object().key(kContentDigest).string(content.text()).end_object();
  json.end_object();
  return text;
}

// A database on its way: bytes under a hidden name, and what is known about them from elsewhere.
struct Incoming {
  AtomicFile file;
  std::string signature;  // text; empty when there is none
  std::string content;    // the content digest the publisher names; empty when it does not
};

Result<uint64_t> copy_to(AtomicFile& file, Reader& reader, const std::string& what,
                         uint64_t expected) {
  Progress progress(what, expected);
  std::vector<char> buffer(256 << 10);
  uint64_t total = 0;
  while (true) {
    SEAWALL_CHECK(check_interrupted());
    SEAWALL_TRY(const size_t got, reader.read(buffer));
    if (got == 0) return total;
    total += got;
    if (total > kLargestDatabase) {
      return limit_reached(fmt::format("more than {} bytes", kLargestDatabase));
    }
    SEAWALL_CHECK(file.write({buffer.data(), got}));
    progress.add(got);
  }
}

const Descriptor* layer_of(const artifact::Manifest& manifest, std::string_view type) {
  for (const Descriptor& layer : manifest.layers) {
    if (layer.media_type == type) return &layer;
  }
  return nullptr;
}

// The manifest, proved to be one of a database. `content` receives what it says of the content.
Result<artifact::Manifest> read_manifest(const std::string& text, const Limits& limits,
                                         std::string& content) {
  SEAWALL_TRY(const Document document, parse_json(text, limits));
  const Node& root = document.root();
  const std::string_view type = root["artifactType"].string();
  if (type != kDatabaseType) {
    return unsupported(fmt::format("this is no advisory database but {}",
                                   type.empty() ? std::string("an image or an index")
                                                : printable(type.substr(0, 120))))
        .hint("publish one: seawall db push REGISTRY/REPOSITORY:TAG");
  }
  content = root["annotations"][kContentDigest].string();
  return artifact::parse_manifest(text, limits);
}

Result<Incoming> fetch_artifact(const FetchOptions& options) {
  SEAWALL_TRY(const artifact::Reference reference, artifact::parse_reference(options.from));
  auto repository = std::make_shared<Repository>(reference, options.access);
  const std::string name = reference.digest.empty() ? reference.tag : reference.digest.text();
  SEAWALL_TRY(const auto fetched, repository->fetch_manifest(name, reference.digest));
  std::string content;
  SEAWALL_TRY(const artifact::Manifest manifest,
              read_manifest(fetched.json, options.access.limits, content));
  const Descriptor* layer = layer_of(manifest, kDatabaseType);
  if (!layer) return malformed("the artifact holds no database");
  SEAWALL_TRY(AtomicFile file, AtomicFile::create(options.database));
  Incoming incoming{std::move(file), {}, std::move(content)};
  const Descriptor* signature = layer_of(manifest, kSignatureType);
  if (!options.public_key.empty() && signature) {
    if (signature->size > kLargestSignature) return malformed("the signature is too long");
    SEAWALL_TRY(incoming.signature, repository->fetch_blob(*signature));
  }
  SEAWALL_TRY(auto blob, Repository::open_blob(repository, *layer));
  HashingReader reader(std::move(blob), layer->digest.algorithm);
  SEAWALL_TRY(const uint64_t size, copy_to(incoming.file, reader, reference.text(), layer->size));
  const Digest digest = reader.digest();
  if (size != layer->size || digest != layer->digest) {
    return Error(Code::kMismatch, fmt::format("the database hashes to {} instead of {}",
                                              digest.short_text(), layer->digest.short_text()))
        .hint("it was damaged on the way, or changed; fetch it again");
  }
  return incoming;
}

Result<Incoming> fetch_file(const FetchOptions& options) {
  SEAWALL_TRY(const Url url, parse_url(options.from));
  if (url.scheme == "http" && !options.access.plain_http && !is_loopback(url.host)) {
    return usage_error("the address is not encrypted")
        .hint("use https://, or allow it with --plain-http (and --key)");
  }
  const HttpClient client(options.access.http);
  SEAWALL_TRY(HttpResponse response, client.send({.url = options.from}));
  if (response.status != 200) {
    return Error(Code::kNetwork, fmt::format("the server answers with status {}", response.status));
  }
  if (response.header("content-type").starts_with("text/html")) {
    return malformed("the answer is a web page, not a database")
        .hint("a proxy or a login page may stand in between");
  }
  SEAWALL_TRY(AtomicFile file, AtomicFile::create(options.database));
  Incoming incoming{std::move(file), {}, {}};
  const uint64_t length = parse_unsigned(response.header("content-length")).value_or(0);
  SEAWALL_CHECK(copy_to(incoming.file, *response.body, url.shown(), length));
  if (options.public_key.empty()) return incoming;
  Url beside = url;
  beside.path += ".sig";
  SEAWALL_TRY(HttpResponse signature, client.send({.url = beside.text()}));
  // Absent is judged with the database; anything else is trouble with the server.
  if (signature.status == 404 || signature.status == 410) return incoming;
  if (signature.status != 200) {
    return Error(Code::kNetwork, fmt::format("the server answers with status {} for the signature",
                                             signature.status));
  }
  SEAWALL_TRY(incoming.signature, read_all(*signature.body, kLargestSignature));
  return incoming;
}

// All that can be proved before the bytes become the database.
Status check_incoming(const Incoming& incoming, const FetchOptions& options) {
  SEAWALL_TRY(const Database database, Database::open(incoming.file.temporary()));
  SEAWALL_CHECK(database.verify());
  if (!incoming.content.empty() && incoming.content != database.digest().text()) {
    return Error(Code::kMismatch, "the content is not the one the manifest names");
  }
  if (!options.public_key.empty()) {
    if (trim(incoming.signature).empty()) {
      return Error(Code::kMismatch, "the database is not signed")
          .hint("ask its publisher to push with --key, or leave --key out");
    }
    SEAWALL_CHECK(verify_signature(database, incoming.signature, options.public_key));
  }
  if (!file_exists(options.database)) return {};
  // Every old signature stays good, so going back in time can be an attack; it can be wanted, too.
  const auto old = Database::open(options.database);
  if (old.ok() && database.built() < old->built()) {
    log_warning("the database fetched is older than the one it replaces");
  }
  return {};
}

bool is_address(const std::string& from) {
  return from.starts_with("https://") || from.starts_with("http://");
}

// Addresses can carry passwords, which errors must not repeat.
std::string shown_source(const std::string& from) {
  if (!is_address(from)) return printable(from);
  const auto url = parse_url(from);
  return url.ok() ? url->shown() : "the address";
}

}  // namespace

Result<Digest> publish_database(const Database& database, const PublishOptions& options) {
  SEAWALL_TRY(const artifact::Reference reference, artifact::parse_reference(options.to));
  if (!reference.digest.empty() || reference.tag.empty()) {
    return usage_error("a database is pushed to a tag, not to a digest")
        .hint("for example: seawall db push registry.example.org/advisories:latest");
  }
  if (auto verified = database.verify(); !verified.ok())
    return std::move(verified).error().at(database.path());
  SEAWALL_TRY(std::string bytes, read_file(database.path(), kLargestDatabase));
  std::string signature;
  if (!options.private_key.empty()) {
    SEAWALL_TRY(signature, sign_database(database, options.private_key));
  }
  Repository repository(reference, options.access, Repository::Access::kPush);
  SEAWALL_TRY(const Descriptor config, push_blob(repository, kEmptyType, "{}"));
  SEAWALL_TRY(const Descriptor layer, push_blob(repository, kDatabaseType, std::move(bytes)));
  std::optional<Descriptor> signature_layer;
  if (!signature.empty()) {
    SEAWALL_TRY(signature_layer, push_blob(repository, kSignatureType, std::move(signature)));
  }
  return push_manifest(repository, reference.tag,
                       artifact_manifest(config, layer, signature_layer, database.digest()),
                       artifact::kOciManifest);
}

Result<ImportSummary> fetch_database(const FetchOptions& options) {
  const size_t slash = options.database.rfind('/');
  if (slash != std::string::npos && slash != 0) {
    SEAWALL_CHECK(make_directories(options.database.substr(0, slash)));
  }
  const std::string place = shown_source(options.from);
  auto incoming = is_address(options.from) ? fetch_file(options) : fetch_artifact(options);
  if (!incoming.ok()) return std::move(incoming).error().at(place);
  if (auto checked = check_incoming(*incoming, options); !checked.ok()) {
    return std::move(checked).error().at(place);
  }
  SEAWALL_CHECK(incoming->file.commit());
  return summarise(options.database);
}

}  // namespace seawall::advisory
