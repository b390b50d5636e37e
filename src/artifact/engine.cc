#include "artifact/engine.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "artifact/image_config.h"
#include "artifact/platform.h"
#include "base/strings.h"
#include "base/time.h"
#include "codec/json.h"
#include "codec/tar.h"
#include "net/http_body.h"
#include "net/url.h"

namespace seawall::artifact {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::vector<std::string> usual_sockets(std::string_view engine) {
  const std::string runtime = variable("XDG_RUNTIME_DIR");
  if (engine == "podman") {
    std::vector<std::string> sockets;
    if (!runtime.empty()) sockets.push_back(runtime + "/podman/podman.sock");
    sockets.push_back("/run/podman/podman.sock");
    return sockets;
  }
  std::vector<std::string> sockets = {"/var/run/docker.sock"};
  if (!runtime.empty()) sockets.push_back(runtime + "/docker.sock");
  return sockets;
}

// What lets this user open the socket: the group that owns it, unless that is root's own.
std::string access_hint(const struct stat& info) {
  const struct group* owner = ::getgrgid(info.st_gid);
  if (owner && info.st_gid != 0 && (info.st_mode & S_IWGRP)) {
    return fmt::format(
        "join the group \"{0}\" (sudo usermod -aG {0} $USER, then log in again) or "
        "run as root",
        owner->gr_name);
  }
  return "run as root: only the socket's owner may write to it";
}

Status check_socket(std::string_view engine, const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == EACCES) return errno_error("cannot reach the engine's socket " + path, EACCES);
    return Error(Code::kNotFound, fmt::format("no {} engine listens at {}", engine, path))
        .hint("start it, or say where it listens with $DOCKER_HOST or $CONTAINER_HOST");
  }
  if (!S_ISSOCK(info.st_mode)) return usage_error(path + " is not a socket");
  if (::access(path.c_str(), R_OK | W_OK) == 0) return {};
  return Error(Code::kPermission, "no permission to use the engine's socket " + path)
      .hint(access_hint(info));
}

}  // namespace

Result<EngineAddress> parse_engine_address(std::string_view text) {
  if (text.starts_with("unix://")) text.remove_prefix(7);
  if (text.starts_with('/')) return EngineAddress{std::string(text), "http://engine"};
  if (text.starts_with("ssh://")) {
    return unsupported("engines are not reached over ssh")
        .hint("save the image there (docker save) and scan the archive");
  }
  std::string url(text);
  if (text.starts_with("tcp://")) {
    if (!variable("DOCKER_TLS_VERIFY").empty()) {
      return unsupported("engines are not reached with client certificates ($DOCKER_TLS_VERIFY)")
          .hint("save the image (docker save) and scan the archive");
    }
    url = fmt::format("http://{}", text.substr(6));
  }
  auto parsed = parse_url(url);
  if (!parsed.ok()) {
    return usage_error(
               fmt::format("\"{}\" is not an engine's address", printable(text.substr(0, 120))))
        .hint("write unix:///path/to/socket or tcp://host:port");
  }
  return EngineAddress{"", parsed->origin()};
}

Result<EngineAddress> find_engine(std::string_view engine, const std::string& setting) {
  const bool podman = engine == "podman";
  std::string text = setting;
  if (text.empty()) text = variable(podman ? "CONTAINER_HOST" : "DOCKER_HOST");
  if (text.empty()) {
    const auto sockets = usual_sockets(engine);
    const auto exists = [](const std::string& path) { return ::access(path.c_str(), F_OK) == 0; };
    const auto found = std::find_if(sockets.begin(), sockets.end(), exists);
    text = found == sockets.end() ? sockets.front() : *found;
  }
  SEAWALL_TRY(EngineAddress address, parse_engine_address(text));
  if (!address.socket.empty()) SEAWALL_CHECK(check_socket(engine, address.socket));
  return address;
}

// -- history ----------------------------------------------------------------------------------

namespace {

enum class MakesLayer { kNever, kAlways, kPerhaps };

MakesLayer judge(const std::string& instruction) {
  const std::string word = instruction.substr(0, instruction.find(' '));
  if (word == "WORKDIR" || word == "VOLUME") return MakesLayer::kPerhaps;
  for (const char* never : {"CMD", "ENTRYPOINT", "ENV", "LABEL", "EXPOSE", "USER", "ARG", "SHELL",
                            "STOPSIGNAL", "HEALTHCHECK", "MAINTAINER", "ONBUILD"}) {
    if (word == never) return MakesLayer::kNever;
  }
  return word == "RUN" || word == "ADD" || word == "COPY" ? MakesLayer::kAlways
                                                          : MakesLayer::kPerhaps;
}

}  // namespace

std::vector<std::string> match_history(const std::vector<HistoryStep>& newest_first,
                                       size_t layers) {
  // From the surest reading to the boldest; the first that gives as many steps as there are layers.
  for (const int reading : {0, 1, 2}) {
    std::vector<std::string> made;
    for (auto step = newest_first.rbegin(); step != newest_first.rend(); ++step) {
      std::string instruction = dockerfile_instruction(step->created_by);
      const MakesLayer judged = judge(instruction);
      const bool layer = step->size > 0 || (reading >= 1 && judged == MakesLayer::kAlways) ||
                         (reading == 2 && judged == MakesLayer::kPerhaps);
      if (layer) made.push_back(std::move(instruction));
    }
    if (made.size() == layers) return made;
  }
  return {};
}

// -- the stream of `save` ---------------------------------------------------------------------

namespace {

// Gives back the bytes that were looked at, then the rest of the entry.
class PeekedReader : public Reader {
 public:
  PeekedReader(std::string first, Reader& rest) : first_(std::move(first)), rest_(rest) {}
  Result<size_t> read(std::span<char> buffer) override {
    if (at_ == first_.size()) return rest_.read(buffer);
    const size_t count = std::min(buffer.size(), first_.size() - at_);
    std::memcpy(buffer.data(), first_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string first_;
  size_t at_ = 0;
  Reader& rest_;
};

constexpr size_t kTarBlock = 512;
constexpr size_t kTarMagic = 257;

Result<std::string> peek(Reader& reader) {
  std::string bytes(kTarBlock, '\0');
  size_t size = 0;
  while (size < bytes.size()) {
    SEAWALL_TRY(const size_t got, reader.read(std::span(bytes).subspan(size)));
    if (got == 0) break;
    size += got;
  }
  bytes.resize(size);
  return bytes;
}

// Blobs have no names that tell manifests and configurations from layers. A tar has its magic
// even where its first member's name begins like JSON.
bool is_json(std::string_view first) {
  const bool tar = first.size() >= kTarBlock && first.substr(kTarMagic, 5) == "ustar";
  const std::string_view text = trim(first);
  return !tar && (text.empty() ? first.empty() : text[0] == '{' || text[0] == '[');
}

bool may_be_layer(std::string_view path) {
  if (path.starts_with("./")) path.remove_prefix(2);
  return path.ends_with(".tar") || path.starts_with("blobs/sha256/");
}

}  // namespace

Status walk_saved_layers(Reader& stream, const Limits& limits,
                         const std::function<Status(std::unique_ptr<Reader>)>& visit) {
  TarReader tar(stream, limits);
  while (true) {
    SEAWALL_TRY(const TarEntry* entry, tar.next());
    if (!entry) return {};
    if (entry->type != TarType::kFile || !may_be_layer(entry->path)) continue;
    SEAWALL_TRY(std::string first, peek(tar.content()));
    if (!entry->path.ends_with(".tar") && is_json(first)) continue;
    SEAWALL_CHECK(visit(std::make_unique<PeekedReader>(std::move(first), tar.content())));
  }
}

// -- the API ----------------------------------------------------------------------------------

namespace {

class Engine {
 public:
  Engine(std::string_view name, EngineAddress address, const OpenOptions& options)
      : name_(name), address_(std::move(address)), client_(options.http), limits_(options.limits) {}

  Result<HttpResponse> get(std::string_view image, std::string_view what) const {
    HttpRequest request;
    request.unix_socket = address_.socket;
    request.url = fmt::format("{}/images/{}/{}", address_.url, percent_encode(image, "/:@"), what);
    auto response = client_.send(request);
    const std::string place = fmt::format("the {} engine at {}", name_,
                                          address_.socket.empty() ? address_.url : address_.socket);
    if (!response.ok()) return std::move(response).error().at(place);
    if (response->status == 200) return response;
    const std::string said = quote_answer(*response->body);
    if (response->status == 404) {
      return Error(Code::kNotFound, fmt::format("{} has no image \"{}\"", place, printable(image)))
          .hint(fmt::format("`{0} pull` it first (`{0} images` lists what there is), or scan it "
                            "from its registry with registry:",
                            name_));
    }
    return Error(Code::kNetwork,
                 fmt::format("{} answers with status {}: {}", place, response->status, said));
  }

  Result<Document> get_json(std::string_view image, std::string_view what) const {
    SEAWALL_TRY(HttpResponse response, get(image, what));
    auto text = read_all(*response.body, limits_.manifest_bytes);
    if (!text.ok()) return std::move(text).error().at(fmt::format("the {} engine", name_));
    auto document = parse_json(std::move(text).value(), limits_);
    if (!document.ok()) {
      return std::move(document).error().at(fmt::format("the {} engine's answer", name_));
    }
    return document;
  }

  const std::string& name() const { return name_; }
  const Limits& limits() const { return limits_; }

 private:
  std::string name_;
  EngineAddress address_;
  HttpClient client_;
  Limits limits_;
};

Status fill_from_inspect(Image& image, const Node& root, const Limits& limits) {
  auto id = Digest::parse(root["Id"].string());
  if (!id.ok()) {  // podman leaves "sha256:" out
    id = Digest::parse(fmt::format("sha256:{}", root["Id"].string()));
  }
  if (!id.ok()) return std::move(id).error().at("the image's Id");
  image.config_digest = std::move(id).value();
  for (const Node& tag : root["RepoTags"].items()) image.tags.emplace_back(tag.string());
  const Node& layers = root["RootFS"]["Layers"];
  if (layers.size() > limits.layers) {
    return limit_reached(
        fmt::format("the image has {} layers; at most {} are read", layers.size(), limits.layers));
  }
  for (const Node& node : layers.items()) {
    auto digest = Digest::parse(node.string());
    if (!digest.ok()) return std::move(digest).error().at("the image's layers");
    ImageLayer layer;
    layer.diff_id = std::move(digest).value();
    image.layers.push_back(std::move(layer));
  }
  const std::string_view architecture = root["Architecture"].string();
  if (!architecture.empty()) {
    const std::string_view os = root["Os"].string();
    const std::string_view variant = root["Variant"].string();
    image.platform = fmt::format("{}/{}{}{}", os.empty() ? "linux" : os, architecture,
                                 variant.empty() ? "" : "/", variant);
  }
  const std::string_view created = root["Created"].string();
  image.created = parse_time(created) ? created : "";
  return {};
}

void fill_instructions(Image& image, const Node& history) {
  std::vector<HistoryStep> steps;
  for (const Node& node : history.items()) {
    const int64_t size = node["Size"].integer().value_or(0);
    steps.push_back(
        {std::string(node["CreatedBy"].string()), size > 0 ? static_cast<uint64_t>(size) : 0});
  }
  auto instructions = match_history(steps, image.layers.size());
  for (size_t i = 0; i < instructions.size(); ++i) {
    image.layers[i].instruction = std::move(instructions[i]);
  }
}

// Names go into a URL's path, where "." and ".." would mean another one.
Status check_name(std::string_view name) {
  const auto hostile = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
  bool dots = false;
  for (const std::string_view part : split(name, '/')) {
    dots |= part.empty() || part == "." || part == "..";
  }
  if (!dots && name.size() <= 512 && std::none_of(name.begin(), name.end(), hostile)) return {};
  return usage_error(
      fmt::format("\"{}\" is not the name or id of an image", printable(name.substr(0, 80))));
}

}  // namespace

Result<Image> open_engine_image(std::string_view name, std::string_view reference,
                                const OpenOptions& options) {
  SEAWALL_CHECK(check_name(reference));
  SEAWALL_TRY(EngineAddress address, find_engine(name, options.engine_socket));
  auto engine = std::make_shared<Engine>(name, std::move(address), options);
  Image image;
  image.name = reference;
  image.kind = name;
  SEAWALL_TRY(const Document inspected, engine->get_json(reference, "json"));
  SEAWALL_CHECK(fill_from_inspect(image, inspected.root(), options.limits));
  if (!options.platform.empty() && !image.platform.empty() &&
      !platform_fits(image.platform, options.platform)) {
    return Error(Code::kNotFound, fmt::format("the {} engine has \"{}\" for {}, not for {}", name,
                                              printable(reference), printable(image.platform),
                                              printable(options.platform)))
        .hint(fmt::format("{} pull --platform {}", name, printable(options.platform)));
  }
  // From here on by id: the name may be given to another image meanwhile.
  const std::string id = image.config_digest.text();
  SEAWALL_TRY(const Document history, engine->get_json(id, "history"));
  fill_instructions(image, history.root());
  image.stream_layers =
      [engine, id](const std::function<Status(std::unique_ptr<Reader>)>& visit) -> Status {
    SEAWALL_TRY(HttpResponse response, engine->get(id, "get"));
    auto walked = walk_saved_layers(*response.body, engine->limits(), visit);
    if (!walked.ok()) {
      return std::move(walked).error().at(fmt::format("the {} engine's image", engine->name()));
    }
    return {};
  };
  return image;
}

}  // namespace seawall::artifact
