#include "inspect/manifest/kubesec.h"

#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/json_writer.h"

namespace seawall::inspect {
namespace {

// kubesec looks at the text that Go makes of a value, in which words are searched.
std::string text_of(const Node& node) {
  switch (node.kind()) {
    case NodeKind::kString:
      return std::string(node.string());
    case NodeKind::kArray: {
      std::string text;
      for (const Node& item : node.items()) text += text_of(item) + " ";
      return text;
    }
    case NodeKind::kObject: {
      std::string text;
      for (const Member& member : node.members()) {
        text += std::string(member.key) + ":" + text_of(member.value) + " ";
      }
      return text;
    }
    case NodeKind::kNull:
      return "<nil>";
    default:
      return {};
  }
}

bool is_there(const Node& node) {
  return node.exists() && !node.is_null();
}

const Node& spec_of(const Node& object) {
  const std::string_view kind = object["kind"].string();
  if (kind == "Pod") return object["spec"];
  const Node& spec = kind == "CronJob" ? object["spec"]["jobTemplate"]["spec"] : object["spec"];
  return spec["template"]["spec"];
}

enum class Answer { kUnset, kNo, kYes };
using ContainerQuestion = Answer (*)(const Node& holder);

// Containers for which it holds; what one does not say the pod may say for it.
int count_containers(const Node& spec, bool asks_pod, ContainerQuestion question) {
  const bool pod = asks_pod && question(spec) == Answer::kYes;
  int count = 0;
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    for (const Node& container : spec[list].items()) {
      const Answer answer = question(container);
      count += answer == Answer::kYes || (answer == Answer::kUnset && pod) ? 1 : 0;
    }
  }
  return count;
}

Answer flag(const Node& value) {
  if (value.kind() != NodeKind::kBool) return Answer::kUnset;
  return value.boolean() ? Answer::kYes : Answer::kNo;
}
Answer high_id(const Node& value) {
  const auto number = value.number();
  if (!number) return Answer::kUnset;
  return *number > 10000 ? Answer::kYes : Answer::kNo;
}
Answer profile(const Node& value, bool unconfined) {
  if (!value.is_string()) return Answer::kUnset;
  return (value.string() == "Unconfined") == unconfined ? Answer::kYes : Answer::kNo;
}
Answer has_word(const Node& value, std::string_view word, bool any_case) {
  if (!is_there(value)) return Answer::kUnset;
  std::string text = text_of(value);
  if (any_case) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  }
  return text.find(word) != text.npos ? Answer::kYes : Answer::kNo;
}
Answer drops_any(const Node& holder) {
  const Node& drop = holder["securityContext"]["capabilities"]["drop"];
  if (!drop.is_array()) return Answer::kUnset;
  return drop.size() > 0 && text_of(drop).find("<nil>") == std::string::npos ? Answer::kYes
                                                                             : Answer::kNo;
}

// Containers that have a value at a path below themselves; of the first list only.
int with_resource(const Node& spec, const char* part, const char* name) {
  int count = 0;
  for (const Node& container : spec["containers"].items()) {
    count += container["resources"][part][name].exists() ? 1 : 0;
  }
  return count;
}

int mounts(const Node& spec, std::string_view path) {
  for (const Node& volume : spec["volumes"].items()) {
    if (text_of(volume["hostPath"]["path"]).find(path) != std::string::npos) return 1;
  }
  return 0;
}

bool reads_secrets(const Node& container) {
  for (const Node& variable : container["env"].items()) {
    if (is_there(variable["valueFrom"]["secretKeyRef"])) return true;
  }
  for (const Node& source : container["envFrom"].items()) {
    if (is_there(source["secretRef"])) return true;
  }
  return false;
}

int secrets_in_environment(const Node& spec) {
  int count = 0;
  for (const char* list : {"containers", "initContainers", "ephemeralContainers"}) {
    for (const Node& container : spec[list].items()) count += reads_secrets(container) ? 1 : 0;
  }
  return count;
}

int bound_to_anonymous(const Node& object) {
  for (const Node& subject : object["subjects"].items()) {
    if (text_of(subject["name"]).find("system:anonymous") != std::string::npos) return 1;
  }
  return 0;
}

// Claims of a StatefulSet; one without any passes.
int claims(const Node& object, bool access_mode) {
  const auto templates = object["spec"]["volumeClaimTemplates"].items();
  size_t with_spec = 0;
  int count = 0;
  for (const Node& claim : templates) {
    const Node& spec = claim["spec"];
    with_spec += spec.exists() ? 1 : 0;
    if (!access_mode) {
      count += spec["resources"]["requests"]["storage"].exists() ? 1 : 0;
    } else if (spec["accessModes"].size() == 1 &&
               spec["accessModes"][0].string() == "ReadWriteOnce") {
      count = 1;
    }
  }
  return with_spec == 0 ? 1 : count;
}

// A flag of the pod; nothing where kubesec itself fails, because it is no boolean.
std::optional<int> pod_flag(const Node& value) {
  if (!is_there(value)) return 0;
  if (value.kind() != NodeKind::kBool) return std::nullopt;
  return value.boolean() ? 1 : 0;
}
int is_false(const Node& value) {
  return value.kind() == NodeKind::kBool && !value.boolean() ? 1 : 0;
}

enum class Kinds { kPods, kAllPods, kStatefulSets, kBindings };

struct Entry {
  KubesecRule rule;
  Kinds kinds;
  std::optional<int> (*count)(const Node& object, const Node& spec);
};

#define OF_CONTAINERS(pod, question)                                      \
  [](const Node&, const Node& spec) -> std::optional<int> {               \
    return count_containers(spec, pod, [](const Node& holder) -> Answer { \
      [[maybe_unused]] const Node& context = holder["securityContext"];   \
      return question;                                                    \
    });                                                                   \
  }
#define OF_POD(value) [](const Node&, const Node& spec) -> std::optional<int> { return value; }
#define OF_OBJECT(value) [](const Node& object, const Node&) -> std::optional<int> { return value; }

constexpr std::string_view kSeccomp =
    ".spec .securityContext .seccompProfile .type | .spec .containers[] .securityContext "
    ".seccompProfile .type | .spec .initContainers[] .securityContext .seccompProfile .type | "
    ".spec "
    ".ephemeralContainers[] .securityContext .seccompProfile .type";
constexpr std::string_view kAppArmor =
    ".spec .securityContext .appArmorProfile .type | .spec .containers[] .securityContext "
    ".appArmorProfile .type | .spec .initContainers[] .securityContext .appArmorProfile .type | "
    ".spec "
    ".ephemeralContainers[] .securityContext .appArmorProfile .type";
constexpr std::string_view kSecrets =
    ".spec .containers[] .env[] .valueFrom .secretKeyRef | .spec .initContainers[] .env[] "
    ".valueFrom "
    ".secretKeyRef | .spec .ephemeralContainers[] .env[] .valueFrom .secretKeyRef | .spec "
    ".containers[] .envFrom[] .secretRef | .spec .initContainers[] .envFrom[] .secretRef | .spec "
    ".ephemeralContainers[] .envFrom[] .secretRef";

const Entry kEntries[] = {
    {{"HostNetwork", ".spec .hostNetwork == true",
      "The pod reaches what listens on the host's own addresses, its loopback too", -9},
     Kinds::kPods,
     OF_POD(pod_flag(spec["hostNetwork"]))},
    {{"HostPID", ".spec .hostPID == true",
      "The pod sees every process of the host, with its environment and arguments", -9},
     Kinds::kPods,
     OF_POD(pod_flag(spec["hostPID"]))},
    {{"HostIPC", ".spec .hostIPC == true",
      "The pod can talk to processes of the host through shared memory and queues", -9},
     Kinds::kPods,
     OF_POD(pod_flag(spec["hostIPC"]))},
    {{"ReadOnlyRootFilesystem", "containers[] .securityContext .readOnlyRootFilesystem == true",
      "Nothing can be added to or changed in an image that is mounted read-only", 1},
     Kinds::kPods,
     OF_CONTAINERS(false, flag(context["readOnlyRootFilesystem"]))},
    {{"RunAsNonRoot", ".spec, .spec.containers[] | .securityContext .runAsNonRoot == true",
      "The kubelet refuses to start a container whose user is root", 1},
     Kinds::kPods,
     OF_CONTAINERS(true, flag(context["runAsNonRoot"]))},
    {{"RunAsUser", ".spec, .spec.containers[] | .securityContext .runAsUser -gt 10000",
      "A user above 10000 is no user of the host", 1},
     Kinds::kPods,
     OF_CONTAINERS(true, high_id(context["runAsUser"]))},
    {{"RunAsGroup", ".spec, .spec.containers[] | .securityContext .runAsGroup -gt 10000",
      "A group above 10000 is no group of the host", 1},
     Kinds::kPods,
     OF_CONTAINERS(true, high_id(context["runAsGroup"]))},
    {{"Privileged", "containers[] .securityContext .privileged == true",
      "A privileged container is root on the host", -30},
     Kinds::kPods,
     OF_CONTAINERS(false, flag(context["privileged"]))},
    {{"CapSysAdmin", "containers[] .securityContext .capabilities .add == SYS_ADMIN",
      "CAP_SYS_ADMIN allows almost all that root may do", -30},
     Kinds::kPods,
     OF_CONTAINERS(false, has_word(context["capabilities"]["add"], "SYS_ADMIN", false))},
    {{"CapDropAny", "containers[] .securityContext .capabilities .drop",
      "Each capability that is dropped is one that an attacker does not get", 1},
     Kinds::kPods,
     OF_CONTAINERS(false, drops_any(holder))},
    {{"CapDropAll", "containers[] .securityContext .capabilities .drop | index(\"ALL\")",
      "Drop all capabilities and add those that are needed", 1},
     Kinds::kPods,
     OF_CONTAINERS(false, has_word(context["capabilities"]["drop"], "ALL", true))},
    {{"DockerSock", "volumes[] .hostPath .path == /var/run/docker.sock",
      "Whoever reaches the engine's socket is root on the host", -9},
     Kinds::kPods,
     OF_POD(mounts(spec, "/var/run/docker.sock"))},
    {{"ProcMount", "volumes[] .hostPath .path == /proc",
      "The host's /proc shows and changes what every process does", -9},
     Kinds::kPods,
     OF_POD(mounts(spec, "/proc"))},
    {{"RequestsCPU", "containers[] .resources .requests .cpu",
      "A request of CPU lets the scheduler place pods fairly", 1},
     Kinds::kPods,
     OF_POD(with_resource(spec, "requests", "cpu"))},
    {{"LimitsCPU", "containers[] .resources .limits .cpu",
      "A limit of CPU keeps one container from starving the others", 1},
     Kinds::kPods,
     OF_POD(with_resource(spec, "limits", "cpu"))},
    {{"RequestsMemory", "containers[] .resources .requests .memory",
      "A request of memory lets the scheduler place pods fairly", 1},
     Kinds::kPods,
     OF_POD(with_resource(spec, "requests", "memory"))},
    {{"LimitsMemory", "containers[] .resources .limits .memory",
      "A limit of memory keeps one container from starving the others", 1},
     Kinds::kPods,
     OF_POD(with_resource(spec, "limits", "memory"))},
    {{"ServiceAccountName", ".spec .serviceAccountName",
      "An account of its own can be given the few rights that the pod needs", 3},
     Kinds::kPods,
     OF_POD(is_there(spec["serviceAccountName"]) ? 1 : 0)},
    {{"HostAliases", ".spec .hostAliases",
      "Names belong in DNS; entries in /etc/hosts are in nobody's view", -3},
     Kinds::kPods,
     OF_POD(is_there(spec["hostAliases"]) ? 1 : 0)},
    {{"SeccompAny", kSeccomp, "A seccomp profile takes away system calls that nothing needs", 1},
     Kinds::kPods,
     OF_CONTAINERS(true, profile(context["seccompProfile"]["type"], false))},
    {{"SeccompUnconfined", kSeccomp, "Without seccomp every system call may be made", -1},
     Kinds::kPods,
     OF_CONTAINERS(true, profile(context["seccompProfile"]["type"], true))},
    {{"ApparmorAny", kAppArmor, "An AppArmor profile bounds files, capabilities and the network",
      3},
     Kinds::kPods,
     OF_CONTAINERS(true, profile(context["appArmorProfile"]["type"], false))},
    {{"ApparmorUnconfined", kAppArmor, "Without AppArmor nothing but file modes bounds it", -1},
     Kinds::kPods,
     OF_CONTAINERS(true, profile(context["appArmorProfile"]["type"], true))},
    {{"VolumeClaimAccessModeReadWriteOnce",
      ".spec .volumeClaimTemplates[] .spec .accessModes | index(\"ReadWriteOnce\")",
      "A volume that one node mounts is read and written by one node", 1},
     Kinds::kStatefulSets,
     OF_OBJECT(claims(object, true))},
    {{"VolumeClaimRequestsStorage",
      ".spec .volumeClaimTemplates[] .spec .resources .requests .storage",
      "A claim that says its size gets a volume of that size", 1},
     Kinds::kStatefulSets,
     OF_OBJECT(claims(object, false))},
    {{"AllowPrivilegeEscalation", "containers[] .securityContext .allowPrivilegeEscalation == true",
      "A setuid program in the image may then make a process root", -7},
     Kinds::kPods,
     OF_CONTAINERS(false, flag(context["allowPrivilegeEscalation"]))},
    {{"AutomountServiceAccountToken", ".spec .automountServiceAccountToken == false",
      "A pod without a token cannot ask the API server for anything", 1},
     Kinds::kPods,
     OF_POD(is_false(spec["automountServiceAccountToken"]))},
    {{"HostUsers", ".spec .hostUsers == false",
      "In a user namespace of its own the pod's root is nobody on the host", 1},
     Kinds::kPods,
     OF_POD(is_false(spec["hostUsers"]))},
    {{"SecretsAsEnvironmentVariables", kSecrets,
      "Environment variables end in logs, crash dumps and the view of other processes", -5},
     Kinds::kAllPods,
     OF_POD(secrets_in_environment(spec))},
    {{"BindingsToSystemAnonymous", ".subjects[] .name == \"system:anonymous\"",
      "Whoever is not logged in gets the rights of the role", -30},
     Kinds::kBindings,
     OF_OBJECT(bound_to_anonymous(object))},
};
#undef OF_CONTAINERS
#undef OF_POD
#undef OF_OBJECT

bool applies(Kinds kinds, std::string_view kind) {
  const bool pods =
      kind == "Pod" || kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet";
  switch (kinds) {
    case Kinds::kPods:
      return pods;
    case Kinds::kAllPods:
      return pods || kind == "ReplicaSet" || kind == "Job" || kind == "CronJob";
    case Kinds::kStatefulSets:
      return kind == "StatefulSet";
    case Kinds::kBindings:
      return kind == "RoleBinding" || kind == "ClusterRoleBinding";
  }
  return false;
}

std::string name_of(const Node& object) {
  if (!object["kind"].exists()) return "Unknown";
  const Node& metadata = object["metadata"];
  return fmt::format("{}/{}.{}", object["kind"].string(), metadata["name"].string("undefined"),
                     metadata["namespace"].string("default"));
}

bool in_order(const KubesecRule* left, const KubesecRule* right) {
  if (left->points != right->points) {
    if (left->points > 0 || right->points > 0) return left->points > right->points;
    return left->points < right->points;
  }
  return left->selector < right->selector;
}

void write_rules(JsonWriter& json, std::string_view key,
                 const std::vector<const KubesecRule*>& rules) {
  if (rules.empty()) return;
  json.key(key).begin_array();
  for (const KubesecRule* rule : rules) {
    json.begin_object();
    json.key("id").string(rule->id);
    json.key("selector").string(rule->selector);
    json.key("reason").string(rule->reason);
    json.key("points").integer(rule->points);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

KubesecReport kubesec_report(const Node& object) {
  KubesecReport report;
  report.object = name_of(object);
  const std::string_view kind = object["kind"].string();
  const Node& spec = spec_of(object);
  for (const Entry& entry : kEntries) {
    if (!applies(entry.kinds, kind)) continue;
    const std::optional<int> count = entry.count(object, spec);
    if (!count) continue;
    const KubesecRule* rule = &entry.rule;
    report.applied.push_back({rule, *count});
    if (*count > 0) {
      report.score += rule->points;
      (rule->points < 0 ? report.critical : report.passed).push_back(rule);
    } else if (rule->points >= 0) {
      report.advise.push_back(rule);
    }
  }
  for (auto* list : {&report.critical, &report.passed, &report.advise}) {
    std::stable_sort(list->begin(), list->end(), in_order);
  }
  if (report.applied.empty()) {
    report.message = "This resource kind is not supported by kubesec";
  } else {
    report.message = fmt::format("{} with a score of {} points",
                                 report.score >= 0 ? "Passed" : "Failed", report.score);
  }
  return report;
}

std::string kubesec_json(const std::vector<std::pair<std::string, KubesecReport>>& reports) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (const auto& [file, report] : reports) {
    json.begin_object();
    json.key("object").string(report.object);
    json.key("valid").boolean(true);
    json.key("fileName").string(file);
    json.key("message").string(report.message);
    json.key("score").integer(report.score);
    json.key("scoring").begin_object();
    write_rules(json, "critical", report.critical);
    write_rules(json, "passed", report.passed);
    write_rules(json, "advise", report.advise);
    json.end_object().end_object();
  }
  json.end_array();
  return out + "\n";
}

}  // namespace seawall::inspect
