#include "guard/falco/field.h"

#include <fcntl.h>

#include <set>

#include "guard/event/event_json.h"
#include "guard/falco/slot.h"
#include "support/support.h"

namespace seawall::guard::falco {
namespace {

Event event_of(std::string_view json) {
  auto event = read_event(json);
  EXPECT_TRUE(event.ok()) << (event.ok() ? "" : event.error().text());
  return event.ok() ? std::move(*event) : Event{};
}

// A field or function of an event as outputs show it.
std::string shown(const Event& event, std::string_view text) {
  size_t used = 0;
  const auto operand = parse_operand(text, used);
  if (!operand || used != text.size()) return "not a field";
  Slots slots;
  const Result<int> slot = slots.add(*operand);
  if (!slot.ok()) return slot.error().message();
  falco::Run run;
  run.start(event, slots.size(), 0);
  return text_of(slots.read(*slot, run));
}

constexpr std::string_view kChain = R"({"call":"execve","number":3,"time":9000000000,"cpu":2,
"processes":[
 {"pid":30,"parentPid":20,"innerPid":3,"name":"sh","executable":"/bin/sh",
  "arguments":["sh","-c","id; ls"],"directory":"/srv","environment":["A=1","AB=2"],"uid":33,"gid":34,
  "loginUid":1000,"userName":"www-data","groupName":"www","loginName":"ada","capabilities":[0,21],
  "session":20,"group":30,"terminal":34816,"origin":"new","inode":77,"fileChanged":1000000000,
  "fileModified":1500000000,"started":8000000000,"container":0},
 {"pid":20,"parentPid":10,"name":"node","executable":"/usr/bin/node","arguments":["node","app.js"],
  "started":2000000000,"container":0},
 {"pid":10,"name":"shim","executable":"/usr/bin/shim"}],
"containers":[{"id":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
 "name":"shop","image":"r/shop:1","repository":"r/shop","tag":"1","digest":"sha256:00",
 "engine":"docker","known":true,"created":4000000000,"labels":[{"name":"a.b","value":"c"}],
 "mounts":[{"source":"/etc","target":"/host/etc","mode":"rw","writable":true}],
 "pod":{"name":"p","namespace":"ns","uid":"u","labels":[{"name":"app","value":"x"}]}}]})";

TEST(Fields, OfProcesses) {
  const Event event = event_of(kChain);
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"proc.name", "sh"},
      {"proc.pname", "node"},
      {"proc.aname[0]", "sh"},
      {"proc.aname[2]", "shim"},
      {"proc.aname[3]", "<NA>"},
      {"proc.aname", "(node,shim)"},
      {"proc.exe", "sh"},
      {"proc.pexe", "node"},
      {"proc.aexe[2]", "/usr/bin/shim"},
      {"proc.exepath", "/bin/sh"},
      {"proc.pexepath", "/usr/bin/node"},
      {"proc.aexepath[2]", "/usr/bin/shim"},
      {"proc.args", "-c id; ls"},
      {"proc.args[0]", "-c"},
      {"proc.args[2]", "<NA>"},
      {"proc.aargs[1]", "app.js"},
      {"proc.cmdline", "sh -c id; ls"},
      {"proc.pcmdline", "node app.js"},
      {"proc.acmdline", "(node app.js,shim)"},
      {"proc.exeline", "sh -c id; ls"},
      {"proc.cmdnargs", "2"},
      {"proc.cmdlenargs", "8"},
      {"proc.env", "A=1 AB=2"},
      {"proc.env[A]", "1"},
      {"proc.env[B]", "<NA>"},
      {"proc.cwd", "/srv/"},
      {"proc.tty", "34816"},
      {"proc.pid", "30"},
      {"proc.ppid", "20"},
      {"proc.apid[2]", "10"},
      {"proc.vpid", "3"},
      {"proc.sid", "20"},
      {"proc.sname", "node"},
      {"proc.sid.exepath", "/usr/bin/node"},
      {"proc.vpgid.name", "sh"},
      {"proc.is_vpgid_leader", "true"},
      {"proc.is_sid_leader", "false"},
      {"proc.duration", "1000000000"},
      {"proc.ppid.duration", "7000000000"},
      {"proc.is_exe_upper_layer", "true"},
      {"proc.is_exe_lower_layer", "false"},
      {"proc.is_exe_from_memfd", "false"},
      {"proc.exe_ino", "77"},
      {"proc.exe_ino.ctime", "1000000000"},
      {"proc.exe_ino.mtime", "1500000000"},
      {"proc.exe_ino.ctime_duration_proc_start", "7000000000"},
      {"thread.cap_effective", "CAP_CHOWN CAP_SYS_ADMIN"},
      {"thread.cap_permitted", ""},
      {"thread.tid", "30"},
      {"proc.nthreads", "<NA>"},
  };
  for (const auto& [field, text] : expected) EXPECT_EQ(shown(event, field), text) << field;
}

TEST(Fields, OfUsersAndContainers) {
  const Event event = event_of(kChain);
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"user.name", "www-data"},
      {"user.uid", "33"},
      {"user.loginuid", "1000"},
      {"user.loginname", "ada"},
      {"group.gid", "34"},
      {"group.name", "www"},
      {"container.id", "0123456789ab"},
      {"container.full_id", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
      {"container.name", "shop"},
      {"container.type", "docker"},
      {"container.image", "r/shop:1"},
      {"container.image.repository", "r/shop"},
      {"container.image.tag", "1"},
      {"container.image.digest", "sha256:00"},
      {"container.privileged", "false"},
      {"container.start_ts", "4000000000"},
      {"container.duration", "5000000000"},
      {"container.info", "container_id=0123456789ab container_name=shop"},
      {"container.mounts", "/etc:/host/etc:rw:true"},
      {"container.mount[0]", "/etc:/host/etc:rw:true"},
      {"container.mount[1]", "N/A"},
      {"container.mount.dest[/e*]", "/host/etc"},
      {"container.mount.source[/host/etc]", "/etc"},
      {"container.mount.mode[/etc]", "rw"},
      {"container.mount.rdwr[/etc]", "true"},
      {"container.mount.dest[/var]", "N/A"},
      {"container.label[a.b]", "c"},
      {"container.labels", "a.b:c"},
      {"k8s.ns.name", "ns"},
      {"k8s.pod.name", "p"},
      {"k8s.pod.uid", "u"},
      {"k8s.pod.label[app]", "x"},
      {"k8s.pod.labels", "app:x"},
  };
  for (const auto& [field, text] : expected) EXPECT_EQ(shown(event, field), text) << field;
}

TEST(Fields, OfTheHostAndOfUnknownAccounts) {
  const Event event = event_of(R"({"call":"execve","processes":[{"uid":5}]})");
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"container.id", "host"},
      {"container.name", "host"},
      {"container.image", "<NA>"},
      {"k8s.ns.name", "<NA>"},
      {"container.privileged", "<NA>"},
      {"user.name", "<NA>"},
      {"group.name", "root"},
      {"user.loginuid", "-1"},
      {"user.loginname", "<NA>"},
      {"proc.name", "<NA>"},
      {"proc.pname", "<NA>"},
      {"proc.cwd", "<NA>"},
      {"proc.cmdline", ""},
      {"container.mount.dest[/etc]", "N/A"},
      {"proc.duration", "<NA>"},
      {"proc.vpid", "<NA>"},
  };
  for (const auto& [field, text] : expected) EXPECT_EQ(shown(event, field), text) << field;
}

TEST(Fields, OfOpens) {
  const Event event = event_of(
      R"({"call":"openat","result":5,"number":9,"time":1700000000000000123,"cpu":2,
      "file":{"kind":"regular","number":5,"name":"/etc/passwd","rawName":"../etc/passwd","inode":3,
      "device":2049},"arguments":[{"name":"flags","text":"O_RDWR|O_CREAT","number":66},
      {"name":"mode","number":493}],"processes":[{}]})");
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"fd.num", "5"},
      {"fd.type", "file"},
      {"fd.typechar", "f"},
      {"fd.name", "/etc/passwd"},
      {"fd.nameraw", "../etc/passwd"},
      {"fd.directory", "/etc"},
      {"fd.filename", "passwd"},
      {"fd.ino", "3"},
      {"fd.dev", "2049"},
      {"fd.dev.major", "8"},
      {"fd.dev.minor", "1"},
      {"fd.sip", "<NA>"},
      {"fd.l4proto", "<NA>"},
      {"fs.path.name", "/etc/passwd"},
      {"fs.path.nameraw", "../etc/passwd"},
      {"evt.type", "openat"},
      {"syscall.type", "openat"},
      {"evt.num", "9"},
      {"evt.cpu", "2"},
      {"evt.dir", "<"},
      {"evt.res", "SUCCESS"},
      {"evt.rawres", "5"},
      {"evt.failed", "false"},
      {"evt.args", "flags=O_RDWR|O_CREAT mode=493"},
      {"evt.arg.flags", "O_RDWR|O_CREAT"},
      {"evt.arg[1]", "493"},
      {"evt.arg[flags]", "O_RDWR|O_CREAT"},
      {"evt.arg.name", "../etc/passwd"},
      {"evt.arg.res", "5"},
      {"evt.arg.fd", "5"},
      {"evt.arg.other", "<NA>"},
      {"evt.rawarg.flags", "66"},
      {"evt.is_open_read", "true"},
      {"evt.is_open_write", "true"},
      {"evt.is_open_create", "true"},
      {"evt.is_open_exec", "true"},
      {"evt.time", "22:13:20.000000123"},
      {"evt.time.s", "22:13:20"},
      {"evt.datetime", "2023-11-14 22:13:20.000000123"},
      {"evt.time.iso8601", "2023-11-14T22:13:20.000000123Z"},
      {"evt.rawtime", "1700000000000000123"},
      {"evt.rawtime.s", "1700000000"},
      {"evt.rawtime.ns", "123"},
      {"evt.source", "syscall"},
      {"evt.latency", "<NA>"},
  };
  for (const auto& [field, text] : expected) EXPECT_EQ(shown(event, field), text) << field;
}

TEST(Fields, OfAnOpenThatFailed) {
  const Event event =
      event_of(R"({"call":"open","result":-13,"file":{"name":"/x"},"processes":[{}]})");
  EXPECT_EQ(shown(event, "fd.num"), "-1");
  EXPECT_EQ(shown(event, "fd.typechar"), "f");
  EXPECT_EQ(shown(event, "fd.directory"), "/");
  EXPECT_EQ(shown(event, "evt.res"), "EACCES");
  EXPECT_EQ(shown(event, "evt.failed"), "true");
  EXPECT_EQ(shown(event, "evt.is_open_read"), "false");
}

TEST(Fields, OfConnectionsOfBothEnds) {
  constexpr std::string_view kEnds =
      R"("kind":"ipv4","number":3,"protocol":"tcp","local":{"address":"10.0.0.1","port":1000},)"
      R"("remote":{"address":"10.0.0.2","port":443},"remoteName":"db")";
  const Event client =
      event_of(R"({"call":"connect","file":{)" + std::string(kEnds) + R"(},"processes":[{}]})");
  const Event server = event_of(R"({"call":"accept","file":{"isServer":true,)" +
                                std::string(kEnds) + R"(},"processes":[{}]})");
  const std::pair<std::string_view, std::pair<std::string_view, std::string_view>> expected[] = {
      {"fd.name", {"10.0.0.1:1000->10.0.0.2:443", "10.0.0.2:443->10.0.0.1:1000"}},
      {"fd.sip", {"10.0.0.2", "10.0.0.1"}},
      {"fd.cip", {"10.0.0.1", "10.0.0.2"}},
      {"fd.lip", {"10.0.0.1", "10.0.0.1"}},
      {"fd.rip", {"10.0.0.2", "10.0.0.2"}},
      {"fd.sport", {"443", "1000"}},
      {"fd.cport", {"1000", "443"}},
      {"fd.lport", {"1000", "1000"}},
      {"fd.rport", {"443", "443"}},
      {"fd.sip.name", {"db", "<NA>"}},
      {"fd.cip.name", {"<NA>", "db"}},
      {"fd.rip.name", {"db", "db"}},
      {"fd.l4proto", {"tcp", "tcp"}},
      {"fd.sockfamily", {"ip", "ip"}},
      {"fd.is_server", {"false", "true"}},
      {"fd.directory", {"<NA>", "<NA>"}},
      {"fd.typechar", {"4", "4"}},
  };
  for (const auto& [field, texts] : expected) {
    EXPECT_EQ(shown(client, field), texts.first) << field;
    EXPECT_EQ(shown(server, field), texts.second) << field;
  }
}

TEST(Functions, OfFields) {
  const Event event = event_of(
      R"({"call":"execve","processes":[{"name":"Sh","executable":"/usr/bin/Sh","arguments":
      ["sh","c2VjcmV0","-nt5"],"environment":["E=-e"]},{"name":"p"}]})");
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"tolower(proc.name)", "sh"},
      {"toupper(proc.name)", "SH"},
      {"basename(proc.exepath)", "Sh"},
      {"len(proc.name)", "2"},
      {"len(proc.aname)", "1"},
      {"b64(proc.args[0])", "secret"},
      {"b64(proc.args[1])", "<NA>"},
      {"concat(proc.name, \"-\", proc.pname)", "Sh-p"},
      {"concat(proc.name, proc.aname[7])", "<NA>"},
      {"join(\"+\", (proc.name, \"x\", proc.pname))", "Sh+x+p"},
      {"join(\",\", proc.aname)", "p"},
      {"getopt((proc.args[1]), \"nt:\")", "(n,t,5)"},
      {"getopt((proc.args[1]), \"nt:\")[t]", "5"},
      {"getopt((proc.args[1]), \"nt:\")[n]", "n"},
      {"getopt((proc.args[1]), \"nt:\")[x]", "<NA>"},
      {"getopt((proc.args[1], \"a\"), \"t\")", "(?,t,?)"},
      {"getopt((\"-t\"), \"t:\")[t]", ""},
      {"getopt((\"-t\", \"v\", \"-t\", \"w\"), \"t:\")[t]", "w"},
      {"getopt((\"--long\", \"-t\", \"--\", \"-n\"), \"tn\")", "(t)"},
      {"tolower(toupper(proc.name))", "sh"},
      {"val(proc.pname)", "p"},
  };
  for (const auto& [field, text] : expected) EXPECT_EQ(shown(event, field), text) << field;
}

TEST(Functions, SayWhatTheyTake) {
  const Event event = event_of(R"({"call":"execve","processes":[{}]})");
  for (const std::string_view wrong :
       {"tolower(proc.pid)", "len(proc.pid)", "join(proc.name, proc.name)", "concat(proc.name)",
        "getopt(proc.name, \"a\")", "getopt((proc.name), \"a\")[ab]", "tolower(proc.aname)",
        "val(tolower(proc.name))", "join(\",\", (proc.pid))"}) {
    EXPECT_THAT(shown(event, wrong),
                ::testing::AnyOf(::testing::HasSubstr("take"), ::testing::HasSubstr("argument"),
                                 ::testing::HasSubstr("holds")))
        << wrong;
  }
  EXPECT_EQ(shown(event, "tolower(proc.nope)"), "no field is named proc.nope");
}

TEST(Slots, ArgumentsMustFit) {
  const Event event = event_of(R"({"call":"execve","processes":[{}]})");
  EXPECT_EQ(shown(event, "proc.name[1]"), "proc.name takes no argument in brackets");
  EXPECT_EQ(shown(event, "proc.aname[x]"), "the argument of proc.aname is a number");
  EXPECT_EQ(shown(event, "proc.apid"), "proc.apid needs an argument, as in proc.apid[1]");
  EXPECT_EQ(shown(event, "container.label"),
            "container.label needs an argument, as in container.label[1]");
  EXPECT_EQ(shown(event, "evt.arg.x[1]"), "evt.arg.x takes no argument in brackets");
}

TEST(Slots, AFieldIsOneSlotAndReadOncePerEvent) {
  Slots slots;
  size_t used = 0;
  const auto operand = parse_operand("proc.cmdline", used);
  const auto first = slots.add(*operand), second = slots.add(*operand);
  ASSERT_OK(first);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(slots.size(), 1u);
  falco::Run run;
  const Event one = event_of(R"({"call":"execve","processes":[{"name":"a"}]})");
  const Event two = event_of(R"({"call":"execve","processes":[{"name":"b"}]})");
  run.start(one, 1, 0);
  EXPECT_EQ(text_of(slots.read(*first, run)), "a");
  run.event = &two;  // the same run: what was read stays
  EXPECT_EQ(text_of(slots.read(*first, run)), "a");
  run.start(two, 1, 0);
  EXPECT_EQ(text_of(slots.read(*first, run)), "b");
}

TEST(FieldTable, NamesAreUniqueAndEveryReaderStandsAnEmptyEvent) {
  Event event;
  event.process = std::make_shared<Process>();
  std::set<std::string_view> names;
  size_t read = 0;
  for (const Field& field : fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_EQ(find_field(field.name), &field);
    if (field.read == nullptr) continue;
    ++read;
    Value value;
    field.read(Reading{event, "0", 0}, value);
    EXPECT_LE(text_of(value).size(), 256u) << field.name;
  }
  EXPECT_GT(names.size(), 220u);
  EXPECT_GT(read, 140u);
}

// A loop of parents cannot be built of shared pointers to const, but a long chain can.
TEST(FieldTable, LongChainsOfAncestorsAreBounded) {
  std::shared_ptr<const Process> last;
  for (int at = 0; at < 500; ++at) {
    auto process = std::make_shared<Process>();
    process->name = "p";
    process->parent = last;
    last = process;
  }
  Event event;
  event.process = last;
  EXPECT_LE(shown(event, "proc.aname").size(), 2u * kMaxAncestors + 2);
  EXPECT_EQ(shown(event, "proc.aname[499]"), "<NA>");
  EXPECT_EQ(shown(event, "proc.aname[60]"), "p");
}

}  // namespace
}  // namespace seawall::guard::falco
