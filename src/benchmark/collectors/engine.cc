// Asks every engine of the host what it runs.
#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "base/strings.h"
#include "base/thread_pool.h"
#include "benchmark/collectors/container_facts.h"
#include "benchmark/collectors/daemon_process.h"
#include "benchmark/collectors/docker_daemon.h"
#include "benchmark/collectors/engine_objects.h"
#include "benchmark/collectors/fact_writer.h"
#include "cel/value.h"
#include "net/url.h"

namespace seawall::benchmark {
namespace {

constexpr size_t kMostContainers = 5000;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool is_socket(const HostFiles& files, const std::string& path) {
  const auto info = files.status(path);
  return info.ok() && S_ISSOCK(info->st_mode);
}

// What the words of a dockerd name after -H, as paths.
std::vector<std::string> sockets_of_daemons(const HostFiles& files,
                                            const std::vector<HostProcess>& processes) {
  std::vector<std::string> paths;
  for (const HostProcess& process : processes) {
    if (program_name(process.executable) != "dockerd") continue;
    for (const std::string& word : process_arguments(files, process.pid)) {
      const size_t at = word.find("unix://");
      if (at != word.npos) paths.push_back(word.substr(at + 7));
    }
  }
  return paths;
}

// The first place where a Docker engine listens; empty when there is none.
std::string find_docker(const CollectOptions& options, const HostFiles& files,
                        const std::vector<HostProcess>& processes) {
  if (!options.docker_socket.empty()) return options.docker_socket;
  if (!files.is_live()) return {};
  std::vector<std::string> places;
  if (const std::string host = variable("DOCKER_HOST"); host.starts_with("unix://"))
    places.push_back(host.substr(7));
  places.push_back("/var/run/docker.sock");
  if (const std::string runtime = variable("XDG_RUNTIME_DIR"); !runtime.empty())
    places.push_back(runtime + "/docker.sock");
  for (std::string& place : sockets_of_daemons(files, processes))
    places.push_back(std::move(place));
  const auto found = std::find_if(places.begin(), places.end(), [&](const std::string& place) {
    return is_socket(files, place);
  });
  return found == places.end() ? "" : *found;
}

std::vector<std::string> find_podman(const HostFiles& files) {
  std::vector<std::string> places = {"/run/podman/podman.sock"};
  if (!files.is_live()) return {};
  const auto users = files.names("/run/user");
  if (users.ok()) {
    for (const std::string& uid : *users)
      places.push_back("/run/user/" + uid + "/podman/podman.sock");
  }
  std::erase_if(places, [&](const std::string& place) { return !is_socket(files, place); });
  return places;
}

// Who may not open the socket learns what is missing.
Status check_right(const std::string& socket) {
  if (::access(socket.c_str(), R_OK | W_OK) == 0) return {};
  if (errno == EACCES) return Error(Code::kPermission, "no right to ask the engine").at(socket);
  return errno_error("cannot ask the engine at " + socket, errno);
}

class EngineCollector {
 public:
  explicit EngineCollector(const CollectOptions& options)
      : options_(options),
        files_(options.root),
        processes_(host_processes(files_)),
        jobs_(options.jobs == 0 ? default_jobs() : options.jobs) {}

  EngineFacts run() {
    const std::string docker = find_docker(options_, files_, processes_);
    if (!docker.empty()) ask("docker", docker);
    for (const std::string& podman : find_podman(files_)) {
      if (podman != docker) ask("podman", podman);
    }
    const bool known = unknown_.empty();
    add("containers", known ? "[" + containers_ + "]" : unknown_);
    if (images_.empty()) images_ = known ? "[]" : unknown_;
    add("images", std::move(images_));
    add("conflicts", known ? "[" + conflicts_ + "]" : unknown_);
    return std::move(facts_);
  }

 private:
  void add(std::string name, std::string json) {
    facts_.members.emplace_back(std::move(name), std::move(json));
  }

  // An engine that is there and cannot be asked leaves all of its facts unknown.
  void cannot_ask(const std::string& name, const std::string& socket, const Error& error) {
    const std::string value = error_value(
        error, error.code() == Code::kPermission ? "root or group docker" : std::string_view());
    add(name, value);
    unknown_ = value;
    if (name != "docker") return;
    facts_.docker_socket = socket;
    for (const char* member : {"networks", "volumes", "swarm"}) add(member, value);
  }

  void ask(std::string name, const std::string& socket) {
    const EngineApi api(socket, options_);
    const Status right = check_right(socket);
    auto version = right.ok() ? api.get("/version") : Result<Document>(right.error());
    if (version.ok() && !version->root()["Version"].is_string())
      version = malformed("it does not say which engine it is").at("/version");
    if (!version.ok()) return cannot_ask(name, socket, version.error());
    // Podman answers at Docker's socket where people want it to.
    const std::string_view first = version->root()["Components"][0]["Name"].string();
    if (first.starts_with("Podman")) name = "podman";
    const auto info = api.get("/info");
    describe(name, api, *version, info);
    collect_containers(name, api);
    if (images_.empty()) images_ = image_facts(api, running_, jobs_);
    if (name != "docker") return;
    add("networks", network_facts(api));
    add("volumes", volume_facts(api));
    add("swarm", info.ok() ? swarm_facts(api, info->root()) : error_value(info.error()));
  }

  void describe(const std::string& name, const EngineApi& api, const Document& version,
                const Result<Document>& info) {
    if (name == "docker") {
      DockerDaemon daemon = docker_daemon(api, version, info, files_, processes_, facts_);
      add("docker", std::move(daemon.json));
      add_to(conflicts_, daemon.conflicts);
      return;
    }
    std::string out;
    JsonWriter json(out, JsonWriter::kCompact);
    json.begin_object();
    json.key("version").string(version.root()["Version"].string());
    json.key("socket").string(api.socket());
    if (info.ok()) {
      const auto options = info->root()["SecurityOptions"].items();
      json.key("rootless")
          .boolean(std::any_of(options.begin(), options.end(), [](const Node& option) {
            return option.string().find("rootless") != std::string::npos;
          }));
    }
    json.end_object();
    if (info.ok()) {
      out.pop_back();
      out += ",\"info\":";
      cel::write_json(cel::Value::of(info->root()), out);
      out += "}";
    }
    add("podman", std::move(out));
  }

  static void add_to(std::string& list, const std::string& items) {
    if (items.empty()) return;
    list += (list.empty() ? "" : ",") + items;
  }

  void collect_containers(const std::string& name, const EngineApi& api) {
    const auto list = api.get("/containers/json");
    if (!list.ok()) {
      unknown_ = error_value(list.error());
      return;
    }
    std::vector<std::string> ids;
    for (const Node& container : list->root().items()) ids.emplace_back(container["Id"].string());
    std::sort(ids.begin(), ids.end());
    const size_t left_out = ids.size() > kMostContainers ? ids.size() - kMostContainers : 0;
    ids.resize(ids.size() - left_out);
    std::vector<Result<Document>> answers;
    for (size_t i = 0; i < ids.size(); ++i) answers.emplace_back(Error(Code::kCancelled, ""));
    parallel_for(ids.size(), jobs_, [&](size_t i) {
      answers[i] = api.get("/containers/" + percent_encode(ids[i], "") + "/json");
    });
    describe_containers(name, ids, answers);
    if (left_out > 0) {
      add_to(containers_,
             fmt::format("{{\"name\":\"{} more\",\"engine\":\"{}\",\"host\":{}}}", left_out, name,
                         error_value(limit_reached(
                             fmt::format("only {} containers are looked at", kMostContainers)))));
    }
  }

  void describe_containers(const std::string& name, const std::vector<std::string>& ids,
                           const std::vector<Result<Document>>& answers) {
    ContainerContext context{files_, name, {facts_.docker_socket, facts_.containerd_socket},
                             {},     {},   {}};
    context.of_host = host_namespaces(files_);
    context.in_cgroup = host_cgroups(files_, processes_);
    for (const auto& answer : answers) {
      if (!answer.ok()) continue;
      const Node& node = answer->root();
      context.by_name.emplace(node["Id"].string(), &node);
      context.by_name.emplace(container_name(node), &node);
      ++running_[std::string(node["Image"].string())];
    }
    std::vector<ContainerFacts> described(ids.size());
    parallel_for(ids.size(), jobs_, [&](size_t i) {
      if (answers[i].ok()) described[i] = container_facts(answers[i]->root(), context);
    });
    for (size_t i = 0; i < ids.size(); ++i) {
      // What vanished since the list was given runs no more.
      if (!answers[i].ok() && answers[i].error().code() != Code::kNotFound) {
        add_to(containers_, unseen(ids[i], name, answers[i].error()));
      }
      add_to(containers_, described[i].json);
      add_to(conflicts_, described[i].conflicts);
    }
  }

  static std::string unseen(const std::string& id, const std::string& engine, const Error& error) {
    const std::string value = error_value(error);
    std::string out;
    JsonWriter json(out, JsonWriter::kCompact);
    json.begin_object();
    json.key("id").string(id);
    json.key("name").string(id.substr(0, 12));
    json.key("engine").string(engine);
    json.end_object();
    out.pop_back();
    for (const char* member : {"host", "kernel", "joined", "mounts", "ports", "config", "rootUser"})
      out += fmt::format(",\"{}\":{}", member, value);
    return out + "}";
  }

  const CollectOptions& options_;
  const HostFiles files_;
  const std::vector<HostProcess> processes_;
  const unsigned jobs_;
  EngineFacts facts_;
  std::string containers_, images_, conflicts_;
  std::string unknown_;  // an error when an engine could not be asked
  std::map<std::string, size_t> running_;
};

}  // namespace

EngineFacts collect_engines(const CollectOptions& options) {
  return EngineCollector(options).run();
}

}  // namespace seawall::benchmark
