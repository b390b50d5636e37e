#include "support/docker_registry.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "net/http_client.h"
#include "support/http_server.h"

namespace seawall::test {
namespace {

void pause_ms(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

}  // namespace

Service::Service(const std::vector<std::string>& arguments, const std::string& log) {
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ != 0) return;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int in = ::open("/dev/null", O_RDONLY);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

Service::~Service() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < 200 && running(); ++i) pause_ms(50);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Service::running() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) != 0) pid_ = -1;
  return pid_ > 0;
}

std::unique_ptr<DockerRegistry> DockerRegistry::start(std::string& why, const std::string& user,
                                                      const std::string& password) {
  for (const char* program : {"docker-registry", "skopeo", "umoci"}) {
    if (!on_path(program)) {
      why = fmt::format("{} is not installed", program);
      return nullptr;
    }
  }
  std::unique_ptr<DockerRegistry> registry(new DockerRegistry);
  registry->host_ = fmt::format("127.0.0.1:{}", free_port());
  const std::string& scratch = registry->scratch_.path();
  std::string config = fmt::format(
      "version: 0.1\nlog:\n  level: warn\nstorage:\n  filesystem:\n    rootdirectory: {}/data\n"
      "http:\n  addr: {}\n",
      scratch, registry->host_);
  if (!user.empty()) {
    const auto hashed = run({"htpasswd", "-nbB", user, password});
    if (hashed.exit_code != 0) {
      why = "htpasswd is not installed";
      return nullptr;
    }
    const auto file = registry->scratch_.write("htpasswd", hashed.out);
    config += fmt::format("auth:\n  htpasswd:\n    realm: tests\n    path: {}\n", file);
    registry->credentials_ = user + ":" + password;
  }
  const auto path = registry->scratch_.write("config.yml", config);
  registry->service_ = std::make_unique<Service>(
      std::vector<std::string>{"docker-registry", "serve", path}, scratch + "/log");
  const HttpClient client({.retries = 0});
  for (int i = 0; i < 200 && registry->service_->running(); ++i) {
    if (client.send({.url = "http://" + registry->host_ + "/v2/"}).ok()) return registry;
    pause_ms(50);
  }
  why = "docker-registry does not start: " + read(scratch + "/log").substr(0, 400);
  return nullptr;
}

RunResult DockerRegistry::push(const std::string& layout, const std::string& name) const {
  std::vector<std::string> command = {"skopeo", "copy", "--insecure-policy",
                                      "--dest-tls-verify=false"};
  if (!credentials_.empty()) command.insert(command.end(), {"--dest-creds", credentials_});
  command.insert(command.end(), {"oci:" + layout, fmt::format("docker://{}/{}", host_, name)});
  return run(command);
}

std::string make_layout(const ScratchDirectory& scratch, std::string& why) {
  if (!on_path("umoci")) {
    why = "umoci is not installed";
    return "";
  }
  const std::string layout = scratch.path() + "/layout", image = layout + ":latest";
  const auto release = scratch.write("files/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
  const auto status = scratch.write("files/status", "Package: base-files\nVersion: 12.4\n\n");
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"umoci", "init", "--layout", layout},
           {"umoci", "new", "--image", image},
           {"umoci", "insert", "--rootless", "--history.created_by", "ADD rootfs.tar /", "--image",
            image, release, "/etc/os-release"},
           {"umoci", "insert", "--rootless", "--history.created_by",
            "/bin/sh -c apt-get install -y base-files", "--image", image, status,
            "/var/lib/dpkg/status"},
           {"umoci", "config", "--image", image, "--config.cmd", "/bin/true"}}) {
    const auto done = run(command);
    if (done.exit_code != 0) {
      why = command[1] + " fails: " + done.err.substr(0, 400);
      return "";
    }
  }
  return image;
}

}  // namespace seawall::test
