// Events as the kernel's side gives them, for tests: one container, one process unless said
// otherwise.
//
//   Events events;
//   events.open("/etc/app.conf", O_RDONLY);
//   learner.learn(events.last());
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "guard/event/address.h"
#include "guard/event/event.h"

namespace seawall::test {

inline guard::Address address_of(const std::string& text, uint16_t port) {
  guard::Address address;
  EXPECT_TRUE(guard::parse_address(text, address)) << text;
  address.port = port;
  return address;
}

class Events {
 public:
  Events() {
    container->id = std::string(64, 'a');
    container->name = "shop_api_1";
    container->digest = "sha256:" + std::string(64, '1');
    container->image = "registry.example/shop/api:1.4";
    process->pid = 100;
    process->executable = "/usr/bin/app";
    process->arguments = {"app", "--serve"};
    process->origin = guard::FileOrigin::kImage;
    process->container = container;
  }

  guard::Event& add(guard::EventType type, std::string_view call) {
    guard::Event& event = all.emplace_back();
    event.number = all.size();
    event.time = 1'795'737'600'000'000'000 + static_cast<int64_t>(all.size()) * 1'000'000'000;
    event.type = type;
    event.call = call;
    event.process = process;
    return event;
  }
  guard::Event& last() { return all.back(); }

  guard::Event& open(const std::string& path, int flags) {
    guard::Event& event = add(guard::EventType::kOpen, "openat");
    event.file.name = path;
    event.file.kind = guard::FileKind::kRegular;
    event.result = event.file.number = 3;
    event.arguments.push_back({"flags", "", flags});
    return event;
  }
  guard::Event& exec(const std::string& path,
                     guard::FileOrigin origin = guard::FileOrigin::kImage) {
    auto other = std::make_shared<guard::Process>(*process);
    other->executable = path;
    other->arguments = {path};
    other->origin = origin;
    other->parent = process;
    guard::Event& event = add(guard::EventType::kExec, "execve");
    event.file.name = path;
    event.process = other;
    return event;
  }
  guard::Event& connect(const std::string& address, uint16_t port,
                        const std::string& protocol = "tcp") {
    guard::Event& event = add(guard::EventType::kConnect, "connect");
    event.file.kind =
        address.find(':') == std::string::npos ? guard::FileKind::kIpv4 : guard::FileKind::kIpv6;
    event.file.protocol = protocol;
    event.file.remote = address_of(address, port);
    return event;
  }
  guard::Event& bind(const std::string& address, uint16_t port) {
    guard::Event& event = connect(address, port);
    event.type = guard::EventType::kBind;
    event.call = "bind";
    event.file.local = event.file.remote;
    event.file.remote = {};
    return event;
  }
  guard::Event& unix_socket(const std::string& path) {
    guard::Event& event = add(guard::EventType::kConnect, "connect");
    event.file.kind = guard::FileKind::kUnix;
    event.file.name = path;
    return event;
  }

  std::shared_ptr<guard::Container> container = std::make_shared<guard::Container>();
  std::shared_ptr<guard::Process> process = std::make_shared<guard::Process>();
  std::vector<guard::Event> all;
};

}  // namespace seawall::test
