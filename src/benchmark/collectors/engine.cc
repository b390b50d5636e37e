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
#include "benchmark/collectors/podman.h"
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

// Of engines that run without root, one for each user that is logged in.
std::vector<std::string> sockets_of_users(const HostFiles& files, std::string_view name) {
  std::vector<std::string> paths;
  const auto users = files.names("/run/user");
  if (!users.ok()) return paths;
  for (const std::string& uid : *users) paths.push_back(fmt::format("/run/user/{}/{}", uid, name));
  return paths;
}

// The first place where a Docker engine listens; empty when there is none.
std::string find_docker(const CollectOptions& options, const HostFiles& files,
                        const std::vector<HostProcess>& processes) {
  if (!options.docker_socket.empty()) return options.docker_socket;
  if (!files.is_live()) return {};
  std::vector<std::string> places;
  // Who names an engine means that one, be it there or not.
  if (const std::string host = variable("DOCKER_HOST"); !host.empty())
    return host.starts_with("unix://") ? host.substr(7) : host;
  places.push_back("/var/run/docker.sock");
  if (const std::string runtime = variable("XDG_RUNTIME_DIR"); !runtime.empty())
    places.push_back(runtime + "/docker.sock");
  for (std::string& place : sockets_of_daemons(files, processes))
    places.push_back(std::move(place));
  for (std::string& place : sockets_of_users(files, "docker.sock"))
    places.push_back(std::move(place));
  const auto found = std::find_if(places.begin(), places.end(), [&](const std::string& place) {
    return is_socket(files, place);
  });
  return found == places.end() ? "" : *found;
}

std::vector<std::string> find_podman(const HostFiles& files) {
  if (!files.is_live()) return {};
  std::vector<std::string> places = sockets_of_users(files, "podman/podman.sock");
  places.insert(places.begin(), "/run/podman/podman.sock");
  std::erase_if(places, [&](const std::string& place) { return !is_socket(files, place); });
  return places;
}

// Who may not open the socket learns what is missing.
Status check_right(const std::string& socket) {
  if (!socket.starts_with('/')) {
    return unsupported(
               fmt::format("only sockets of this host are asked, not {}", printable(socket)))
        .hint("ssh HOST sudo seawall host --facts -");
  }
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
        jobs_(options.jobs == 0 ? default_jobs() : options.jobs),
        podman_sockets_(find_podman(files_)) {}

  EngineFacts run() {
    const std::string docker = find_docker(options_, files_, processes_);
    if (!docker.empty()) ask("docker", docker);
    for (const std::string& podman : podman_sockets_) {
      if (podman != docker) ask("podman", podman);
    }
    add("containers", containers_.json());
    add("images", images_.json());
    add("conflicts", conflicts_.json());
    return std::move(facts_);
  }

 private:
  // What several engines give. An engine that cannot be asked stands in it as an error, and as the
  // whole of it when no other one was asked.
  struct List {
    std::string items, error;
    bool known = false;
    void add(const std::string& more) {
      if (!more.empty()) items += (items.empty() ? "" : ",") + more;
    }
    std::string json() const { return known || error.empty() ? "[" + items + "]" : error; }
  };

  // The first engine of a name is the one that is described.
  void add(const std::string& name, std::string json) {
    const auto same = [&](const auto& member) { return member.first == name; };
    if (std::none_of(facts_.members.begin(), facts_.members.end(), same))
      facts_.members.emplace_back(name, std::move(json));
  }

  void cannot_ask(const std::string& name, const std::string& socket, const Error& error) {
    const std::string value = error_value(
        error, error.code() == Code::kPermission ? "root or group docker" : std::string_view());
    add(name, value);
    cannot_list(name, value);
    cannot(images_, value);
    if (name != "docker") return;
    facts_.docker_socket = socket;
    for (const char* member : {"networks", "volumes", "swarm"}) add(member, value);
  }

  // Containers of another engine stay; those of this one are a container that nobody could see.
  void cannot_list(const std::string& name, const std::string& value) {
    containers_.add(unseen({}, "containers of " + name, name, value));
    cannot(containers_, value);
    cannot(conflicts_, value);
  }

  static void cannot(List& list, const std::string& value) {
    if (list.error.empty()) list.error = value;
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
    const auto volumes = api.get("/volumes");
    running_.clear();
    attached_.clear();
    collect_containers(name, api, volume_devices(volumes));
    collect_images(api);
    if (name != "docker") return;
    add("networks", network_facts(api, attached_));
    add("volumes", volume_facts(volumes));
    const std::string state = facts_.data_root + "/swarm/docker-state.json";
    add("swarm",
        info.ok() ? swarm_facts(api, info->root(), files_.read(state)) : error_value(info.error()));
  }

  void describe(const std::string& name, const EngineApi& api, const Document& version,
                const Result<Document>& info) {
    if (name == "docker") {
      DockerDaemon daemon = docker_daemon(api, version, info, files_, processes_, facts_);
      add("docker", std::move(daemon.json));
      conflicts_.add(daemon.conflicts);
    } else {
      add("podman", podman_facts(api, version.root(), info));
    }
  }

  void collect_images(const EngineApi& api) {
    const auto images = image_facts(api, running_, jobs_);
    if (!images.ok()) return cannot(images_, error_value(images.error()));
    images_.known = true;
    images_.add(*images);
  }

  void collect_containers(const std::string& name, const EngineApi& api,
                          Result<VolumeDevices> devices) {
    auto list = api.get("/containers/json", NodeKind::kArray);
    std::vector<std::string> ids;
    if (list.ok()) {
      for (const Node& container : list->root().items()) ids.emplace_back(container["Id"].string());
      if (std::find(ids.begin(), ids.end(), "") != ids.end())
        list = malformed("a container has no id").at("/containers/json");
    }
    if (!list.ok()) return cannot_list(name, error_value(list.error()));
    containers_.known = conflicts_.known = true;
    std::sort(ids.begin(), ids.end());
    const size_t left_out = ids.size() > kMostContainers ? ids.size() - kMostContainers : 0;
    ids.resize(ids.size() - left_out);
    std::vector<Result<Document>> answers;
    for (size_t i = 0; i < ids.size(); ++i) answers.emplace_back(Error(Code::kCancelled, ""));
    parallel_for(ids.size(), jobs_, [&](size_t i) { answers[i] = inspect(api, ids[i]); });
    describe_containers(name, api, std::move(devices), ids, answers);
    if (left_out > 0) {
      containers_.add(unseen({}, fmt::format("{} more", left_out), name,
                             error_value(limit_reached(fmt::format(
                                 "only {} containers are looked at", kMostContainers)))));
    }
  }

  static bool is_running(const Node& container) {
    return container["State"]["Running"].boolean(true);
  }

  // What runs no more is not found, as if it were gone.
  static Result<Document> inspect(const EngineApi& api, const std::string& id) {
    const std::string question = "/containers/" + percent_encode(id) + "/json";
    SEAWALL_TRY(Document answer, api.get(question));
    const Node& root = answer.root();
    if (!is_running(root)) return Error(Code::kNotFound, "it has stopped").at(question);
    if (root["Id"].string() != id || !root["HostConfig"].is_object() || !root["Config"].is_object())
      return malformed("the engine does not describe the container").at(question);
    return answer;
  }

  void describe_containers(const std::string& name, const EngineApi& api,
                           Result<VolumeDevices> devices, const std::vector<std::string>& ids,
                           const std::vector<Result<Document>>& answers) {
    ContainerContext context{files_, name, podman_sockets_, std::move(devices), {}, {}, {}};
    context.known_sockets.push_back(facts_.docker_socket);
    context.known_sockets.push_back(facts_.containerd_socket);
    context.of_host = host_namespaces(files_);
    context.in_cgroup = host_cgroups(files_, processes_);
    for (const auto& answer : answers) {
      if (answer.ok()) remember(answer->root(), context);
    }
    std::vector<ContainerFacts> described(ids.size());
    parallel_for(ids.size(), jobs_, [&](size_t i) {
      if (!answers[i].ok()) return;
      described[i] = container_facts(answers[i]->root(), context);
      // Its process is not to be seen, or has ended since.
      if (!described[i].process_seen && is_gone(inspect(api, ids[i]))) described[i] = {};
    });
    for (size_t i = 0; i < ids.size(); ++i) {
      if (!answers[i].ok() && !is_gone(answers[i])) {
        containers_.add(
            unseen(ids[i], ids[i].substr(0, 12), name, error_value(answers[i].error())));
      }
      containers_.add(described[i].json);
      conflicts_.add(described[i].conflicts);
    }
  }

  static bool is_gone(const Result<Document>& answer) {
    return !answer.ok() && answer.error().code() == Code::kNotFound;
  }

  void remember(const Node& container, ContainerContext& context) {
    const std::string name = container_name(container);
    context.by_name.emplace(container["Id"].string(), &container);
    context.by_name.emplace(name, &container);
    ++running_[std::string(container["Image"].string())];
    for (const Member& network : container["NetworkSettings"]["Networks"].members())
      attached_[std::string(network.key)].push_back(name);
  }

  static std::string unseen(const std::string& id, const std::string& name,
                            const std::string& engine, const std::string& value) {
    std::string out;
    JsonWriter json(out, JsonWriter::kCompact);
    json.begin_object();
    json.optional("id", id);
    json.key("name").string(name);
    json.key("engine").string(engine);
    json.end_object();
    out.pop_back();
    for (const char* member : {"host", "kernel", "joined", "mounts", "ports", "config", "rootUser",
                               "health", "networks"})
      out += fmt::format(",\"{}\":{}", member, value);
    return out + "}";
  }

  const CollectOptions& options_;
  const HostFiles files_;
  const std::vector<HostProcess> processes_;
  const unsigned jobs_;
  const std::vector<std::string> podman_sockets_;
  EngineFacts facts_;
  List containers_, images_, conflicts_;
  // Of the engine that is being asked.
  std::map<std::string, size_t> running_;
  Attached attached_;
};

}  // namespace

EngineFacts collect_engines(const CollectOptions& options) {
  return EngineCollector(options).run();
}

}  // namespace seawall::benchmark
