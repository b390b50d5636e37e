#include "support/dockerd.h"

#include <unistd.h>

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "net/http_client.h"

namespace seawall::test {

std::unique_ptr<Dockerd> Dockerd::start(std::string& why, const std::string& storage) {
  if (!on_path("dockerd")) {
    why = "dockerd is not installed (apt-get install docker.io)";
    return nullptr;
  }
  if (::geteuid() != 0) {
    why = "dockerd needs root";
    return nullptr;
  }
  std::unique_ptr<Dockerd> engine(new Dockerd);
  const std::string& scratch = engine->scratch_.path();
  const std::string config = engine->scratch_.write("daemon.json", "{}");
  engine->service_ = std::make_unique<Service>(
      std::vector<std::string>{"dockerd", "--config-file", config, "--data-root", scratch + "/data",
                               "--exec-root", scratch + "/exec", "-H", "unix://" + engine->socket(),
                               "--pidfile", scratch + "/pid", "--iptables=false",
                               "--ip6tables=false", "--bridge=none", "--storage-driver=" + storage},
      scratch + "/log");
  const HttpClient client({.retries = 0});
  for (int i = 0; i < 300 && engine->service_->running(); ++i) {
    auto pong = client.send({.url = "http://engine/_ping", .unix_socket = engine->socket()});
    if (pong.ok() && pong->status == 200) return engine;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  const std::string log = read(scratch + "/log");
  why = "dockerd does not start: " + log.substr(log.size() > 400 ? log.size() - 400 : 0);
  return nullptr;
}

Status Dockerd::load(const std::string& archive) const {
  const HttpClient client;
  SEAWALL_TRY(HttpResponse response,
              client.send({.method = "POST",
                           .url = "http://engine/images/load?quiet=1",
                           .unix_socket = socket(),
                           .headers = {{"Content-Type", "application/x-tar"}},
                           .body = archive}));
  SEAWALL_TRY(const std::string said, read_all(*response.body, 1 << 20));
  if (response.status == 200 && said.find("errorDetail") == std::string::npos) return {};
  return Error(Code::kNetwork, fmt::format("status {}: {}", response.status, said));
}

}  // namespace seawall::test
