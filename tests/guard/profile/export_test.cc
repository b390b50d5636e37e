// What other programs are given: their shapes, and what the programs themselves say where they are
// installed. The filter on a real engine is seccomp_dockerd_test.cc.
#include "guard/profile/export.h"

#include <set>

#include "codec/json.h"
#include "codec/yaml.h"
#include "guard/profile/profile_read.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Profile profile_of(std::string_view rest) {
  auto profile = read_profile(
      "apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: shop-api}\nmode: enforce\n" +
          std::string(rest),
      "p.yaml");
  EXPECT_OK(profile);
  return profile.ok() ? std::move(*profile) : Profile();
}

constexpr std::string_view kWeb =
    "executables: {allow: [/usr/sbin/nginx, '/opt/a b[1]'], deny: [/usr/bin/nc]}\n"
    "files: {allow: [{path: /etc/nginx/**, access: read}, {path: /var/cache/nginx/**, access: "
    "readWrite}, {path: /run/nginx.pid, access: readWrite}, {path: /proc/**, access: read}, {path: "
    "/dev/null, access: readWrite}], deny: [{path: /etc/shadow, access: readWrite}]}\n"
    "network: {connect: {allow: [{cidr: 10.0.0.0/8, ports: 5432, protocol: tcp}, {cidr: "
    "127.0.0.0/8}, {name: db.example, ports: 80}, {cidr: \"2001:db8::/32\", ports: 8000-8080, "
    "protocol: udp}], deny: [{cidr: 10.9.0.0/16}, {cidr: 10.8.0.0/16, ports: 22}]}, listen: "
    "{allow: "
    "[{cidr: 0.0.0.0/0, ports: 80, protocol: tcp}, {cidr: 127.0.0.0/8, ports: 6060}]}, raw: deny, "
    "unix: {deny: [engine, /run/x.sock]}}\n"
    "capabilities: [NET_BIND_SERVICE]\nsystemCalls: [read, openat, socket, clone, unshare]\n"
    "deny: [ptrace, mount, namespaces, kernelSettings, otherProcesses]\n";

std::string output(Result<std::string> text) {
  EXPECT_OK(text);
  return text.ok() ? *text : "";
}

// Names by action, of rules without conditions.
std::set<std::string> names(const Node& root, std::string_view action) {
  std::set<std::string> out;
  for (const Node& rule : root["syscalls"].items()) {
    if (rule["action"].string() != action || rule["args"].size() > 0) continue;
    for (const Node& name : rule["names"].items()) out.emplace(name.string());
  }
  return out;
}

TEST(ExportSeccomp, HoldsWhatWasLearnedAndTheRuntimesOwn) {
  EXPECT_EQ(runtime_calls(false).size(), 25u) << "23, fchown, rt_sigreturn";
  EXPECT_EQ(runtime_calls(true).size(), 10u) << "9, rt_sigreturn";
  for (const bool no_new_privileges : {false, true}) {
    const auto json = parse_json(output(export_seccomp(profile_of("systemCalls: [pause]\n"),
                                                       {.no_new_privileges = no_new_privileges})));
    ASSERT_OK(json);
    EXPECT_EQ(json->root()["defaultAction"].string(), "SCMP_ACT_ERRNO");
    EXPECT_EQ(json->root()["architectures"][0].string(), "SCMP_ARCH_X86_64");
    std::set<std::string> expected = {"pause", "exit", "exit_group", "restart_syscall"};
    for (const std::string_view name : runtime_calls(no_new_privileges)) expected.emplace(name);
    EXPECT_EQ(names(json->root(), "SCMP_ACT_ALLOW"), expected) << "and nothing else";
    const auto denied = names(json->root(), "SCMP_ACT_ERRNO");
    EXPECT_THAT(denied, Contains("ptrace"));
    EXPECT_THAT(denied, Contains("mount_setattr"));
    for (const std::string& name : denied) EXPECT_FALSE(expected.contains(name)) << name;
  }
}

TEST(ExportSeccomp, ArgumentsWhereTheProfileDeniesUses) {
  const auto json = parse_json(output(export_seccomp(profile_of(kWeb), {})));
  ASSERT_OK(json);
  const Node& root = json->root();
  const auto allowed = names(root, "SCMP_ACT_ALLOW");
  for (const char* name : {"clone", "clone3", "unshare", "socket"})
    EXPECT_THAT(allowed, Not(Contains(name)));
  size_t sockets = 0;
  for (const Node& rule : root["syscalls"].items()) {
    const std::string_view first = rule["names"][0].string();
    if (first == "clone") {
      EXPECT_EQ(rule["args"][0]["value"].integer(), 0x7e020000) << "every CLONE_NEW flag";
      EXPECT_EQ(rule["args"][0]["valueTwo"].integer(), 0);
    }
    if (first == "clone3") {
      EXPECT_EQ(rule["errnoRet"].integer(), 38);
    }
    sockets += first == "socket";
  }
  EXPECT_EQ(sockets, 7u);
  const auto open = parse_json(output(
      export_seccomp(profile_of("systemCalls: [clone, clone3, socket, unshare, ptrace]\n"), {})));
  ASSERT_OK(open);
  for (const char* name : {"clone", "clone3", "socket", "unshare", "ptrace"})
    EXPECT_THAT(names(open->root(), "SCMP_ACT_ALLOW"), Contains(name)) << "nothing denies it";
  EXPECT_THAT(names(open->root(), "SCMP_ACT_ERRNO"), Not(Contains("ptrace")));
}

TEST(ExportSeccomp, OptionsAndErrors) {
  const Profile profile = profile_of("systemCalls: [read]\n");
  EXPECT_THAT(output(export_seccomp(profile, {.architecture = "arm64"})),
              HasSubstr("SCMP_ARCH_AARCH64"));
  EXPECT_THAT(output(export_seccomp(profile, {.system_calls = {"close_range"}})),
              HasSubstr("close_range"));
  EXPECT_EQ(export_seccomp(profile, {.architecture = "mips"}).error().code(), Code::kUsage);
  EXPECT_EQ(export_seccomp(profile, {.system_calls = {"no call"}}).error().code(), Code::kUsage);
  const auto nothing = export_seccomp(profile_of(""), {});
  ASSERT_FALSE(nothing.ok());
  EXPECT_EQ(nothing.error().code(), Code::kUnsupported);
}

TEST(ExportAppArmor, SaysWhatItCan) {
  const std::string text = output(export_apparmor(profile_of(kWeb), {}));
  for (const char* line :
       {"profile seawall-shop-api flags=(attach_disconnected,mediate_deleted) {",
        "  capability net_bind_service,\n", "  network inet stream,\n", "  network inet dgram,\n",
        "  ptrace (tracedby, readby),\n", "  deny \"/proc/sys/**\" wl,\n",
        "  deny \"/etc/shadow{,/}\" rwl,\n", "  \"/etc/nginx{,/,/**}\" rm,\n",
        "  \"/var/cache/nginx{,/,/**}\" rwlk,\n", "  deny \"/usr/bin/nc{,/}\" x,\n",
        "  \"/usr/sbin/nginx{,/}\" rmix,\n", "  \"/opt/a b\\[1\\]{,/}\" rmix,\n",
        "  deny \"/{,var/}run/docker.sock\" rwl,\n", "  deny \"/run/x.sock{,/}\" rwl,\n"})
    EXPECT_THAT(text, HasSubstr(line));
  for (const char* word : {"inet raw", "packet", "  mount,", "\"/**\" rix", "  signal,"})
    EXPECT_THAT(text, Not(HasSubstr(word)));
  const std::string open = output(export_apparmor(profile_of("executables: {allow: image}\n"), {}));
  for (const char* line : {"  capability,\n", "  network inet raw,\n", "  network packet,\n",
                           "  ptrace,\n", "  mount,\n", "  \"/**\" rwlkm,\n", "  \"/**\" rix,\n",
                           "no matter of AppArmor: all may run"})
    EXPECT_THAT(open, HasSubstr(line));
}

TEST(ExportAppArmor, TheParserTakesIt) {
  if (!test::on_path("apparmor_parser")) GTEST_SKIP() << "apparmor_parser is not installed";
  const test::ScratchDirectory scratch;
  for (const std::string_view rest :
       {kWeb, std::string_view(),
        std::string_view("executables: {allow: []}\nfiles: {allow: []}\n"),
        std::string_view(
            "files: {allow: [{path: '/a \"b\" {c} ^d,e@f', access: readWrite}, {path: /**,"
            " access: read}, {path: /, access: read}]}\nexecutables: {allow: "
            "['/x$y;z#', '/ü']}\ncapabilities: [CHECKPOINT_RESTORE, BPF]\n")}) {
    const std::string path =
        scratch.write("profile", output(export_apparmor(profile_of(rest), {})));
    const test::RunResult result =
        test::run({"apparmor_parser", "--skip-kernel-load", "--skip-cache", path});
    EXPECT_EQ(result.exit_code, 0) << result.err << rest;
  }
}

Document yaml_of(const std::string& text) {
  auto documents = parse_yaml(text);
  EXPECT_OK(documents);
  return std::move(documents->front());
}

TEST(ExportNetworkPolicy, PeersAreBlocksAndOwnPortsIngress) {
  const std::string text =
      output(export_network_policy(profile_of(kWeb), {.labels = {{"app", "a"}}}));
  const Document document = yaml_of(text);
  const Node& spec = document.root()["spec"];
  EXPECT_EQ(document.root()["apiVersion"].string(), "networking.k8s.io/v1");
  EXPECT_EQ(spec["podSelector"]["matchLabels"]["app"].string(), "a");
  EXPECT_EQ(spec["policyTypes"].size(), 2u);
  ASSERT_EQ(spec["ingress"].size(), 1u);
  ASSERT_EQ(spec["ingress"][0]["ports"].size(), 1u)
      << "what listens on the loopback is not reached";
  EXPECT_EQ(spec["ingress"][0]["ports"][0]["port"].integer(), 80);
  ASSERT_EQ(spec["egress"].size(), 2u) << text;
  std::set<std::string> blocks;
  for (const Node& rule : spec["egress"].items()) {
    const Node& block = rule["to"][0]["ipBlock"];
    blocks.emplace(block["cidr"].string());
    if (block["cidr"].string() == "10.0.0.0/8") {
      EXPECT_EQ(block["except"][0].string(), "10.9.0.0/16");
      EXPECT_EQ(rule["ports"][0]["protocol"].string(), "TCP");
      EXPECT_EQ(rule["ports"][0]["port"].integer(), 5432);
    } else {
      EXPECT_EQ(rule["ports"][0]["endPort"].integer(), 8080);
      EXPECT_EQ(rule["ports"][0]["protocol"].string(), "UDP");
    }
  }
  EXPECT_EQ(blocks, (std::set<std::string>{"10.0.0.0/8", "2001:db8::/32"}));
  EXPECT_THAT(text, HasSubstr("# db.example:80 is left out: a NetworkPolicy knows no names"));
  EXPECT_THAT(text, HasSubstr("# deny 10.8.0.0/16:22 is left out: no single port can be excepted"));
}

TEST(ExportNetworkPolicy, WhatIsNotRestrictedIsNoPolicy) {
  EXPECT_EQ(export_network_policy(profile_of("network: {raw: deny}\n"), {}).error().code(),
            Code::kUnsupported);
  const Document none = yaml_of(output(export_network_policy(
      profile_of("network: {connect: {allow: []}, listen: {allow: []}}\n"), {})));
  EXPECT_EQ(none.root()["spec"]["policyTypes"].size(), 2u);
  EXPECT_TRUE(none.root()["spec"]["egress"].is_array());
  EXPECT_EQ(none.root()["spec"]["egress"].size() + none.root()["spec"]["ingress"].size(), 0u);
  EXPECT_EQ(none.root()["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/name"].string(),
            "shop-api");
  const Document denied = yaml_of(output(export_network_policy(
      profile_of("network: {connect: {deny: [{cidr: 169.254.169.254/32}]}}\n"), {})));
  const Node& spec = denied.root()["spec"];
  EXPECT_EQ(spec["policyTypes"].size(), 1u);
  EXPECT_EQ(spec["egress"][0]["to"].size(), 2u) << "all of both families, less one";
  EXPECT_EQ(spec["egress"][0]["to"][0]["ipBlock"]["except"][0].string(), "169.254.169.254/32");
  const Document any = yaml_of(output(
      export_network_policy(profile_of("network: {listen: {allow: [{cidr: 0.0.0.0/0}]}}\n"), {})));
  EXPECT_EQ(any.root()["spec"]["ingress"][0].size(), 0u) << "an empty rule is: from anywhere";
  EXPECT_TRUE(any.root()["spec"]["ingress"][0].is_object());
}

TEST(Hardening, TheRootIsReadOnlyWhereFoldersCanStandInForWhatIsWritten) {
  const Hardening web = hardening_of(profile_of(kWeb));
  EXPECT_TRUE(web.read_only_root);
  EXPECT_THAT(web.writable, ElementsAre("/run", "/var/cache/nginx"));
  const struct {
    std::string_view files;
    bool read_only;
  } cases[] = {
      {"[]", true},
      {"[{path: /tmp/**, access: readWrite}]", true},
      {"[{path: /etc/hosts, access: write}]", false},  // a folder of the image
      {"[{path: /x, access: write}]", false},          // the root itself
      {"[{path: /srv/a/b, access: write}, {path: /srv/a/c, access: read}]", false},
      {"[{path: /srv/a/b, access: write}, {path: /srv/c/d, access: read}]", true},
      {"[{path: /proc/**, access: readWrite}, {path: /dev/shm/**, access: readWrite}]", true},
  };
  for (const auto& test : cases) {
    const Hardening hardening =
        hardening_of(profile_of("files: {allow: " + std::string(test.files) + "}\n"));
    EXPECT_EQ(hardening.read_only_root, test.read_only) << test.files;
    EXPECT_EQ(hardening.why_writable.empty(), test.read_only) << test.files;
  }
  EXPECT_FALSE(hardening_of(profile_of("")).read_only_root);
  EXPECT_FALSE(hardening_of(profile_of("executables: {allow: [/opt/a/run]}\nfiles: {allow: [{path: "
                                       "/opt/a/log, access: write}]}\n"))
                   .read_only_root)
      << "an empty folder would hide the program";
  EXPECT_THAT(
      hardening_of(profile_of("files: {allow: [{path: /srv/a/**, access: readWrite}, {path: "
                              "/srv/a/b/c, access: write}]}\n"))
          .writable,
      ElementsAre("/srv/a"));
}

TEST(ExportPod, HasTheHardenedParts) {
  const std::string text =
      output(export_pod(profile_of(kWeb), {.image = "registry.example/shop/api:1.4"}));
  const Document document = yaml_of(text);
  const Node& spec = document.root()["spec"];
  EXPECT_EQ(spec["securityContext"]["seccompProfile"]["localhostProfile"].string(),
            "seawall/shop-api.json");
  const Node& container = spec["containers"][0];
  EXPECT_EQ(container["image"].string(), "registry.example/shop/api:1.4");
  const Node& context = container["securityContext"];
  EXPECT_FALSE(context["allowPrivilegeEscalation"].boolean(true));
  EXPECT_TRUE(context["readOnlyRootFilesystem"].boolean());
  EXPECT_EQ(context["capabilities"]["drop"][0].string(), "ALL");
  EXPECT_EQ(context["capabilities"]["add"][0].string(), "NET_BIND_SERVICE");
  EXPECT_EQ(container["volumeMounts"][1]["mountPath"].string(), "/var/cache/nginx");
  EXPECT_TRUE(spec["volumes"][1]["emptyDir"].is_object());
  const std::string open = output(export_pod(profile_of(""), {}));
  EXPECT_THAT(open, HasSubstr("type: RuntimeDefault"));
  EXPECT_THAT(open, HasSubstr("# the root stays writable: no list says"));
  EXPECT_THAT(open, Not(HasSubstr("capabilities")));
}

// Our own rules on Kubernetes objects have nothing against what these parts are about.
TEST(ExportPod, OurOwnLintAgrees) {
  const test::ScratchDirectory scratch;
  const std::string pod = scratch.write("pod.yaml", output(export_pod(profile_of(kWeb), {})));
  const test::RunResult result = test::seawall({"lint", pod, "--format", "json"});
  EXPECT_NE(result.exit_code, 2) << result.err;
  const auto json = parse_json(result.out);
  ASSERT_OK(json);
  for (const char* word : {"readOnlyRootFilesystem", "allowPrivilegeEscalation", "seccomp", "drop",
                           "apabilities", "privileged: true"})
    EXPECT_THAT(result.out, Not(HasSubstr(word)));
  const std::string policy =
      scratch.write("policy.yaml", output(export_network_policy(profile_of(kWeb), {})));
  EXPECT_NE(test::seawall({"lint", policy}).exit_code, 2);
}

TEST(ExportDockerRun, IsOneCommand) {
  EXPECT_EQ(output(export_docker_run(profile_of(kWeb), {.image = "shop/api:1.4"})),
            "docker run \\\n  --security-opt no-new-privileges \\\n  --security-opt "
            "seccomp=shop-api.json \\\n  --cap-drop ALL \\\n  --cap-add NET_BIND_SERVICE \\\n  "
            "--read-only \\\n  --tmpfs /run \\\n  --tmpfs /var/cache/nginx \\\n  shop/api:1.4\n");
  EXPECT_EQ(output(export_docker_run(profile_of(""), {.image = "a b"})),
            "docker run \\\n  --security-opt no-new-privileges \\\n  'a b'\n");
  EXPECT_THAT(output(export_docker_run(
                  profile_of("network: {connect: {allow: []}, listen: {allow: []}}\n"), {})),
              HasSubstr("--network none"));
  Profile named = profile_of("");
  named.image = "sha256:" + std::string(64, '1');
  EXPECT_THAT(output(export_docker_run(named, {})), HasSubstr("shop-api@sha256:1111"));
  named.image.clear();
  named.images = {"registry.example/*", "registry.example/shop:1"};
  EXPECT_THAT(output(export_docker_run(named, {})), HasSubstr("registry.example/shop:1\n"));
}

TEST(ExportFormats, AreListedAndWriteText) {
  std::vector<std::string> known;
  for (const ExportFormat& format : export_formats()) {
    known.emplace_back(format.name);
    const std::string text = output(format.render(profile_of(kWeb), {}));
    EXPECT_TRUE(text.ends_with("\n")) << format.name;
    EXPECT_FALSE(text.ends_with("\n\n")) << format.name;
  }
  EXPECT_THAT(known,
              ElementsAre("profile", "seccomp", "apparmor", "network-policy", "pod", "docker-run"));
  EXPECT_THAT(read_profile(output(export_formats()[0].render(profile_of(kWeb), {})), "p")->name,
              "shop-api");
}

}  // namespace
}  // namespace seawall::guard
