#include "benchmark/collectors/engine_objects.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "base/thread_pool.h"
#include "base/time.h"
#include "benchmark/collectors/certificates.h"
#include "benchmark/collectors/container_facts.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/go_flags.h"
#include "benchmark/collectors/settings_text.h"
#include "net/url.h"

namespace seawall::benchmark {
namespace {

void write_labels(JsonWriter& json, std::string_view key, const Node& labels) {
  json.key(key);
  if (labels.is_object()) return write_without_secrets(json, labels);
  json.begin_object().end_object();
}

void write_list(JsonWriter& json, std::string_view key, const Node& list) {
  json.key(key).begin_array();
  for (const Node& item : list.items()) json.string(item.string());
  json.end_array();
}

// The oldest step first, as the image was made.
void write_history(JsonWriter& json, const Result<Document>& history) {
  json.key("history");
  if (!history.ok()) return write_error(json, history.error());
  const auto steps = history->root().items();
  json.begin_array();
  for (size_t i = steps.size(); i > 0; --i)
    json.string(line_without_secrets(steps[i - 1]["CreatedBy"].string()));
  json.end_array();
}

// Empty when the image vanished meanwhile.
std::string one_image(const EngineApi& api, const std::string& id, size_t containers) {
  const std::string path = "/images/" + percent_encode(id, ":");
  const auto image = api.get(path + "/json");
  if (!image.ok() && image.error().code() == Code::kNotFound) return {};
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  json.key("id").string(id);
  json.key("containers").integer(static_cast<int64_t>(containers));
  if (!image.ok()) {
    json.key("user");
    write_error(json, image.error());
    json.end_object();
    return out;
  }
  const Node& root = image->root();
  const Node& config = root["Config"];
  write_list(json, "tags", root["RepoTags"]);
  write_list(json, "digests", root["RepoDigests"]);
  json.key("created").string(root["Created"].string());
  json.key("size").integer(root["Size"].integer().value_or(0));
  json.key("user").string(config["User"].string());
  json.key("rootUser").boolean(is_root_user(config["User"].string()));
  const Node& test = config["Healthcheck"]["Test"];
  json.key("healthCheck").boolean(test.size() > 0 && test[0].string() != "NONE");
  write_labels(json, "labels", config["Labels"]);
  write_history(json, api.get(path + "/history", NodeKind::kArray));
  json.end_object();
  return out;
}

// How many items a list has that only managers may ask for.
void write_count(JsonWriter& json, std::string_view key, const EngineApi& api,
                 const std::string& question) {
  const auto list = api.get(question, NodeKind::kArray);
  json.key(key);
  if (list.ok()) {
    json.integer(static_cast<int64_t>(list->root().size()));
  } else {
    write_error(json, list.error());
  }
}

void write_manager(JsonWriter& json, const EngineApi& api) {
  const auto swarm = api.get("/swarm");
  if (!swarm.ok()) {
    json.key("autolock");
    return write_error(json, swarm.error());
  }
  const Node& root = swarm->root();
  json.key("autolock").boolean(root["Spec"]["EncryptionConfig"]["AutoLockManagers"].boolean());
  constexpr int64_t kNanosecondsADay = 86'400'000'000'000;
  const int64_t expiry = root["Spec"]["CAConfig"]["NodeCertExpiry"].integer().value_or(0);
  json.key("certificateDays").integer(expiry / kNanosecondsADay);
  write_count(json, "secrets", api, "/secrets");
  write_count(json, "services", api, "/services");
  if (root["RootRotationInProgress"].boolean()) json.key("rotating").boolean(true);
}

// The engine does not say which address its data take: that stands in the state that it keeps.
void write_data_path(JsonWriter& json, const Result<std::string>& state) {
  const auto document = state.ok() ? parse_json(*state) : Result<Document>(state.error());
  if (document.ok()) {
    json.optional("dataPath", document->root()["DataPathAddr"].string());
  } else {
    json.key("dataPath");
    write_error(json, document.error());
  }
}

// The option alone turns it on; "encrypted=false" does not.
bool is_encrypted(const Node& option) {
  return option.exists() && parse_go_bool(option.string()).value_or(true);
}

}  // namespace

Result<std::string> image_facts(const EngineApi& api, const std::map<std::string, size_t>& running,
                                unsigned jobs) {
  SEAWALL_TRY(const Document list, api.get("/images/json", NodeKind::kArray));
  std::vector<std::string> ids;
  for (const Node& image : list.root().items()) {
    if (ids.size() < kMostImages) ids.emplace_back(image["Id"].string());
  }
  std::sort(ids.begin(), ids.end());
  std::vector<std::string> images(ids.size());
  parallel_for(ids.size(), jobs, [&](size_t i) {
    const auto found = running.find(ids[i]);
    images[i] = one_image(api, ids[i], found == running.end() ? 0 : found->second);
  });
  std::erase(images, std::string());
  if (list.root().size() > kMostImages) {
    const Error error = limit_reached(fmt::format("only {} images are looked at", kMostImages));
    images.push_back(error_value(error));
  }
  return join(images, ",");
}

std::string network_facts(const EngineApi& api, const Attached& attached) {
  const auto list = api.get("/networks", NodeKind::kArray);
  if (!list.ok()) return error_value(list.error());
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_array();
  for (const Node& network : list->root().items()) {
    json.begin_object();
    for (const auto& [key, name] : {std::pair("id", "Id"), std::pair("name", "Name"),
                                    std::pair("driver", "Driver"), std::pair("scope", "Scope")})
      json.key(key).string(network[name].string());
    json.key("internal").boolean(network["Internal"].boolean());
    json.key("ipv6").boolean(network["EnableIPv6"].boolean());
    write_labels(json, "options", network["Options"]);
    if (network["Driver"].string() == "overlay")
      json.key("encrypted").boolean(is_encrypted(network["Options"]["encrypted"]));
    // The engine's list of networks does not name them.
    const auto names = attached.find(std::string(network["Name"].string()));
    write_texts(json, "containers",
                names == attached.end() ? std::vector<std::string>() : names->second);
    json.end_object();
  }
  json.end_array();
  return out;
}

Result<VolumeDevices> volume_devices(const Result<Document>& list) {
  VolumeDevices devices;
  if (!list.ok()) return list.error();
  for (const Node& volume : list->root()["Volumes"].items()) {
    const std::string_view device = volume["Options"]["device"].string();
    const std::string_view how = volume["Options"]["o"].string();
    const std::vector<std::string_view> words = split(how, ',');
    const bool binds = std::any_of(words.begin(), words.end(), [](std::string_view word) {
      return word == "bind" || word == "rbind";
    });
    if (device.starts_with('/') && binds) devices.emplace(volume["Name"].string(), device);
  }
  return devices;
}

std::string volume_facts(const Result<Document>& list) {
  if (!list.ok()) return error_value(list.error());
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_array();
  for (const Node& volume : list->root()["Volumes"].items()) {
    json.begin_object();
    for (const auto& [key, name] : {std::pair("name", "Name"), std::pair("driver", "Driver"),
                                    std::pair("mountpoint", "Mountpoint")})
      json.key(key).string(volume[name].string());
    write_labels(json, "options", volume["Options"]);
    json.end_object();
  }
  json.end_array();
  return out;
}

std::string swarm_facts(const EngineApi& api, const Node& info, Result<std::string> state) {
  const Node& swarm = info["Swarm"];
  const bool active = swarm["LocalNodeState"].string() == "active";
  const bool manager = swarm["ControlAvailable"].boolean();
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  json.key("active").boolean(active);
  if (active) {
    json.key("manager").boolean(manager);
    json.key("managers").integer(swarm["Managers"].integer().value_or(0));
    json.key("nodes").integer(swarm["Nodes"].integer().value_or(0));
    json.optional("listen", swarm["NodeAddr"].string());
    write_data_path(json, state);
    const auto root = read_certificate(swarm["Cluster"]["TLSInfo"]["TrustRoot"].string());
    if (root.ok()) json.key("rootRotatedAt").string(root->not_before);
    if (manager) write_manager(json, api);
  }
  json.end_object();
  return out;
}

}  // namespace seawall::benchmark
