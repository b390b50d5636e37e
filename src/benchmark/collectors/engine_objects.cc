#include "benchmark/collectors/engine_objects.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "base/thread_pool.h"
#include "base/time.h"
#include "benchmark/collectors/container_facts.h"
#include "benchmark/collectors/fact_writer.h"
#include "net/url.h"

namespace seawall::benchmark {
namespace {

void write_labels(JsonWriter& json, std::string_view key, const Node& labels) {
  json.key(key).begin_object();
  for (const Member& label : labels.members()) json.key(label.key).string(label.value.string());
  json.end_object();
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
  for (size_t i = steps.size(); i > 0; --i) json.string(steps[i - 1]["CreatedBy"].string());
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
  write_history(json, api.get(path + "/history"));
  json.end_object();
  return out;
}

std::string joined(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (item.empty()) continue;
    if (out.size() > 1) out += ",";
    out += item;
  }
  return out + "]";
}

// How many items a list has that only managers may ask for.
void write_count(JsonWriter& json, std::string_view key, const EngineApi& api,
                 const std::string& question) {
  const auto list = api.get(question);
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

}  // namespace

std::string image_facts(const EngineApi& api, const std::map<std::string, size_t>& running,
                        unsigned jobs) {
  const auto list = api.get("/images/json");
  if (!list.ok()) return error_value(list.error());
  std::vector<std::string> ids;
  for (const Node& image : list->root().items()) {
    if (ids.size() < kMostImages) ids.emplace_back(image["Id"].string());
  }
  std::sort(ids.begin(), ids.end());
  std::vector<std::string> images(ids.size());
  parallel_for(ids.size(), jobs, [&](size_t i) {
    const auto found = running.find(ids[i]);
    images[i] = one_image(api, ids[i], found == running.end() ? 0 : found->second);
  });
  return joined(images);
}

std::string network_facts(const EngineApi& api) {
  const auto list = api.get("/networks");
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
      json.key("encrypted").boolean(network["Options"]["encrypted"].exists());
    json.key("containers").begin_array();
    for (const Member& container : network["Containers"].members())
      json.string(container.value["Name"].string());
    json.end_array().end_object();
  }
  json.end_array();
  return out;
}

std::string volume_facts(const EngineApi& api) {
  const auto list = api.get("/volumes");
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

std::string swarm_facts(const EngineApi& api, const Node& info) {
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
    const Node& cluster = swarm["Cluster"];
    json.optional("dataPath", cluster["DataPathAddr"].string());
    json.optional("rootRotatedAt", cluster["UpdatedAt"].string());
    if (manager) write_manager(json, api);
  }
  json.end_object();
  return out;
}

}  // namespace seawall::benchmark
