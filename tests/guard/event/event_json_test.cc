#include "guard/event/event_json.h"

#include <fcntl.h>

#include "base/strings.h"
#include "codec/json.h"
#include "guard/event/address.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<Container> full_container() {
  auto container = std::make_shared<Container>();
  container->id = std::string(64, 'c');
  container->name = "shop_api_1";
  container->image = "registry.example/shop:1.4";
  container->repository = "registry.example/shop";
  container->tag = "1.4";
  container->digest = "sha256:" + std::string(64, '0');
  container->engine = "docker";
  container->privileged = container->known = true;
  container->created = 1'700'000'000'000'000'001;
  container->mounts = {{"/etc", "/host/etc", "rw", true}, {"/srv", "/srv", "ro", false}};
  container->labels = {{"a", "b"}, {"empty", ""}};
  container->pod.name = "shop-1";
  container->pod.space = "default";
  container->pod.uid = "2f2c";
  container->pod.labels = {{"app", "shop"}};
  return container;
}

// Every member away from its default.
Event full_event() {
  Event event;
  event.number = 17;
  event.time = 1'700'000'000'123'456'789;
  event.cpu = 3;
  event.type = EventType::kDenied;
  event.call = "openat";
  event.result = -13;
  event.file.number = 9;
  event.file.kind = FileKind::kIpv6;
  event.file.name = "/etc/shadow";
  event.file.raw_name = "../etc/shadow";
  event.file.protocol = "tcp";
  EXPECT_TRUE(parse_address("10.0.0.1", event.file.local));
  EXPECT_TRUE(parse_address("2001:db8::1", event.file.remote));
  event.file.local.port = 1;
  event.file.remote.port = 65535;
  event.file.remote_name = "db.example";
  event.file.is_server = event.file.connected = true;
  event.file.inode = 1u << 31;
  event.file.device = UINT32_MAX;
  event.arguments = {{"flags", "O_RDWR", O_RDWR}, {"mode", "", -1}};
  event.refused_by = "guard";

  auto parent = std::make_shared<Process>();
  parent->pid = 1;
  parent->name = "init";
  auto process = std::make_shared<Process>();
  process->pid = 700;
  process->parent_pid = 1;
  process->inner_pid = 7;
  process->name = "cat";
  process->executable = "/bin/cat";
  process->arguments = {"cat", "../etc/shadow", ""};
  process->arguments_cut = true;
  process->directory = "/srv";
  process->environment = {"A=b"};
  process->uid = 33;
  process->gid = 34;
  process->login_uid = 1000;
  process->user_name = "www-data";
  process->group_name = "www";
  process->login_name = "ada";
  process->capabilities = uint64_t{1} << 63 | 1;
  process->permitted_capabilities = uint64_t{1} << 21;
  process->session = 650;
  process->group = 651;
  process->terminal = 34816;
  process->origin = FileOrigin::kModified;
  process->inode = 12345;
  process->file_changed = 5;
  process->file_modified = 6;
  process->started = 7;
  process->flagged = true;
  process->container = full_container();
  process->parent = parent;
  event.process = process;
  return event;
}

Event least_event() {
  Event event;
  event.call = "execve";
  event.type = EventType::kExec;
  event.process = std::make_shared<Process>();
  return event;
}

std::string error_of(std::string_view line) {
  const auto event = read_event(line);
  return event.ok() ? "read" : event.error().text();
}

TEST(EventJson, EveryMemberComesBack) {
  const Event event = full_event();
  const auto read = read_event(write_event(event));
  ASSERT_OK(read);
  EXPECT_EQ(read->number, event.number);
  EXPECT_EQ(read->time, event.time);
  EXPECT_EQ(read->cpu, event.cpu);
  EXPECT_EQ(read->type, event.type);
  EXPECT_EQ(read->call, event.call);
  EXPECT_EQ(read->result, event.result);
  EXPECT_EQ(read->refused_by, event.refused_by);
  EXPECT_EQ(read->file.number, 9);
  EXPECT_EQ(read->file.kind, FileKind::kIpv6);
  EXPECT_EQ(read->file.name, event.file.name);
  EXPECT_EQ(read->file.raw_name, event.file.raw_name);
  EXPECT_EQ(read->file.protocol, "tcp");
  EXPECT_EQ(address_text(read->file.local), "10.0.0.1");
  EXPECT_EQ(address_text(read->file.remote), "2001:db8::1");
  EXPECT_EQ(read->file.remote.port, 65535);
  EXPECT_EQ(read->file.remote_name, "db.example");
  EXPECT_TRUE(read->file.is_server && read->file.connected);
  EXPECT_EQ(read->file.inode, event.file.inode);
  EXPECT_EQ(read->file.device, UINT32_MAX);
  ASSERT_EQ(read->arguments.size(), 2u);
  EXPECT_EQ(read->arguments[0].text, "O_RDWR");
  EXPECT_EQ(read->arguments[1].number, -1);
}

TEST(EventJson, ProcessesAndContainersComeBack) {
  const Event event = full_event();
  const auto read = read_event(write_event(event));
  ASSERT_OK(read);
  const Process& process = *read->process;
  EXPECT_EQ(process.arguments, event.process->arguments);
  EXPECT_EQ(process.environment, event.process->environment);
  EXPECT_EQ(process.capabilities, event.process->capabilities);
  EXPECT_EQ(process.permitted_capabilities, event.process->permitted_capabilities);
  EXPECT_EQ(process.login_uid, 1000u);
  EXPECT_EQ(process.user_name, "www-data");
  EXPECT_EQ(process.origin, FileOrigin::kModified);
  EXPECT_EQ(process.terminal, 34816u);
  EXPECT_TRUE(process.flagged && process.arguments_cut);
  ASSERT_NE(process.parent, nullptr);
  EXPECT_EQ(process.parent->name, "init");
  EXPECT_EQ(process.parent->login_uid, UINT32_MAX);
  EXPECT_EQ(process.parent->container, nullptr);
  ASSERT_NE(process.container, nullptr);
  EXPECT_EQ(process.container->created, event.process->container->created);
  EXPECT_EQ(process.container->labels, event.process->container->labels);
  EXPECT_EQ(process.container->pod.labels, event.process->container->pod.labels);
  ASSERT_EQ(process.container->mounts.size(), 2u);
  EXPECT_TRUE(process.container->mounts[0].writable);
  EXPECT_EQ(process.container->mounts[1].mode, "ro");
  EXPECT_EQ(write_event(*read), write_event(event));
}

TEST(EventJson, DefaultsAreLeftOut) {
  EXPECT_EQ(write_event(least_event()),
            R"({"schemaVersion":1,"type":"exec","call":"execve","processes":[{}]})");
}

TEST(EventJson, TheTypeFollowsFromTheCall) {
  const auto event = read_event(R"({"call":"openat2","processes":[{}]})");
  ASSERT_OK(event);
  EXPECT_EQ(event->type, EventType::kOpen);
  EXPECT_EQ(event->process->login_uid, UINT32_MAX);
}

TEST(EventJson, AContainerOfSeveralProcessesIsWrittenOnce) {
  Event event = least_event();
  auto parent = std::make_shared<Process>();
  auto child = std::make_shared<Process>();
  parent->container = child->container = full_container();
  child->parent = parent;
  event.process = child;
  const std::string line = write_event(event);
  EXPECT_EQ(line.find("shop_api_1"), line.rfind("shop_api_1"));
  const auto read = read_event(line);
  ASSERT_OK(read);
  EXPECT_EQ(read->process->container, read->process->parent->container);
}

TEST(EventJson, HostileTextsStayOneValidLine) {
  Event event = least_event();
  auto process = std::make_shared<Process>();
  process->name = "a\n\"\\\x1b";
  process->executable = "/\xff\xfe";
  event.process = process;
  const std::string line = write_event(event);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(is_valid_utf8(line));
  const auto read = read_event(line);
  ASSERT_OK(read);
  EXPECT_EQ(read->process->name, process->name);
}

TEST(EventJson, LongTextsAreCutBetweenCharacters) {
  Event event = least_event();
  auto process = std::make_shared<Process>();
  process->executable = std::string(EventJson::kMaxText - 1, 'x') + "\xc3\xa9";
  process->arguments.assign(EventJson::kMaxItems + 5, "a");
  event.process = process;
  const auto read = read_event(write_event(event));
  ASSERT_OK(read);
  EXPECT_EQ(read->process->executable, std::string(EventJson::kMaxText - 1, 'x'));
  EXPECT_EQ(read->process->arguments.size(), EventJson::kMaxItems);
}

TEST(EventJson, ALongLineOfAncestorsIsCut) {
  Event event = least_event();
  std::shared_ptr<const Process> last;
  for (int pid = 1; pid <= 100; ++pid) {
    auto process = std::make_shared<Process>();
    process->pid = pid;
    process->parent = last;
    last = process;
  }
  event.process = last;
  const auto read = read_event(write_event(event));
  ASSERT_OK(read);
  size_t count = 0;
  for (const Process* one = read->process.get(); one != nullptr; one = one->parent.get()) ++count;
  EXPECT_EQ(count, EventJson::kMaxProcesses);
}

TEST(EventJson, TheReaderIsStrict) {
  EXPECT_THAT(error_of("{"), HasSubstr("column"));
  EXPECT_THAT(error_of("[]"), HasSubstr("an object is expected"));
  EXPECT_THAT(error_of(R"({"call":"execve"})"), HasSubstr("an event has processes"));
  EXPECT_THAT(error_of(R"({"processes":[{}]})"), HasSubstr("no call is named"));
  EXPECT_THAT(error_of(R"({"call":"execv","processes":[{}]})"), HasSubstr("no call is named"));
  EXPECT_THAT(error_of(R"({"call":"execve","type":"x","processes":[{}]})"), HasSubstr("no type"));
  EXPECT_THAT(error_of(R"({"call":"execve","processes":[{}],"extra":1})"),
              HasSubstr("the key \"extra\" is not known"));
  EXPECT_THAT(error_of(R"({"call":"execve","processes":[{"nmae":"x"}]})"), HasSubstr("nmae"));
  EXPECT_THAT(error_of(R"({"call":"execve","processes":[{"pid":"1"}]})"), HasSubstr("a number"));
  EXPECT_THAT(error_of(R"({"call":"execve","processes":[{"uid":-1}]})"), HasSubstr("in range"));
  EXPECT_THAT(error_of(R"({"call":"execve","cpu":65536,"processes":[{}]})"), HasSubstr("in range"));
  EXPECT_THAT(error_of(R"({"call":"execve","processes":[{"name":1}]})"), HasSubstr("a text"));
  EXPECT_THAT(error_of(R"({"call":"execve","processes":[{"flagged":1}]})"), HasSubstr("true or"));
  EXPECT_THAT(error_of(R"({"call":"execve","processes":[{"container":0}]})"),
              HasSubstr("no such container"));
  EXPECT_THAT(error_of(R"({"call":"execve","processes":[{"origin":"sky"}]})"),
              HasSubstr("no origin is named sky"));
  EXPECT_THAT(error_of(R"({"call":"execve","processes":[{"capabilities":[64]}]})"),
              HasSubstr("0 to 63"));
  EXPECT_THAT(error_of(R"({"call":"open","file":{"kind":"x"},"processes":[{}]})"),
              HasSubstr("no kind of file"));
  EXPECT_THAT(error_of(R"({"call":"open","file":{"local":{"address":"1.2.3"}},"processes":[{}]})"),
              HasSubstr("not an address"));
  EXPECT_THAT(error_of(R"({"schemaVersion":2,"call":"open","processes":[{}]})"),
              HasSubstr("schemaVersion"));
}

TEST(EventJson, LimitsAreLimits) {
  const std::string long_text(EventJson::kMaxText + 1, 'x');
  const auto text = read_event(R"({"call":"execve","processes":[{"name":")" + long_text + "\"}]}");
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code(), Code::kLimit);
  std::string many = R"({"call":"execve","processes":[{})";
  for (size_t at = 0; at < EventJson::kMaxProcesses; ++at) many += ",{}";
  const auto processes = read_event(many + "]}");
  ASSERT_FALSE(processes.ok());
  EXPECT_EQ(processes.error().code(), Code::kLimit);
  const auto line = read_event(std::string(EventJson::kMaxLine + 1, ' ') + "x");
  EXPECT_FALSE(line.ok());
}

TEST(EventJson, NumbersThatJsonCannotHoldAreTheLargest) {
  Event event = least_event();
  event.number = UINT64_MAX;
  const auto read = read_event(write_event(event));
  ASSERT_OK(read);
  EXPECT_EQ(read->number, static_cast<uint64_t>(INT64_MAX));
}

TEST(EventJson, TruncatedLinesAreErrors) {
  const std::string line = write_event(full_event());
  for (size_t size = 0; size < line.size(); ++size) {
    EXPECT_FALSE(read_event(std::string_view(line).substr(0, size)).ok()) << size;
  }
}

TEST(EventJson, FitsItsSchema) {
  if (test::run({"python3", "-c", "import jsonschema"}).exit_code != 0) {
    GTEST_SKIP() << "python3 with jsonschema is not installed";
  }
  const test::ScratchDirectory scratch;
  const std::string events =
      scratch.write("events", write_event(full_event()) + '\n' + write_event(least_event()) + '\n');
  const auto result = test::run(
      {"python3", "-c",
       "import json,sys,jsonschema\n"
       "schema=json.load(open(sys.argv[1]))\n"
       "jsonschema.Draft202012Validator.check_schema(schema)\n"
       "check=jsonschema.Draft202012Validator(schema)\n"
       "for line in open(sys.argv[2]): check.validate(json.loads(line))\n"
       "sys.exit(0 if not check.is_valid({'call':'open','processes':[{'x':1}]}) else 3)\n",
       test::source_directory() + "/docs/schema/guard-event-1.json", events});
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

}  // namespace
}  // namespace seawall::guard
