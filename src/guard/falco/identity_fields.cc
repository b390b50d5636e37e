#include "guard/falco/field_tables.h"
#include "guard/falco/wildcard.h"

namespace seawall::guard::falco {
namespace {

using enum FieldType;
using Argument = FieldArgument;

const Process& process_of(const Reading& reading) {
  return *reading.event.process;
}
const Container* container_of(const Reading& reading) {
  return reading.event.process->container.get();
}
void set_text(Value& value, std::string_view text) {
  if (!text.empty()) value.set(text);
}

void user_name(const Reading& reading, Value& value) {
  const Process& process = process_of(reading);
  // Rules ask "user.name in (<NA>)" whether an account is known.
  if (process.user_name.empty()) return value.set(process.uid == 0 ? "root" : "<NA>");
  value.set(process.user_name);
}
void user_id(const Reading& reading, Value& value) {
  value.set_number(process_of(reading).uid);
}
void login_id(const Reading& reading, Value& value) {
  const uint32_t id = process_of(reading).login_uid;
  value.set_number(id == UINT32_MAX ? -1 : static_cast<int64_t>(id));
}
void login_name(const Reading& reading, Value& value) {
  const Process& process = process_of(reading);
  if (process.login_name.empty()) return value.set(process.login_uid == 0 ? "root" : "<NA>");
  value.set(process.login_name);
}
void group_id(const Reading& reading, Value& value) {
  value.set_number(process_of(reading).gid);
}
void group_name(const Reading& reading, Value& value) {
  const Process& process = process_of(reading);
  if (process.group_name.empty()) return value.set(process.gid == 0 ? "root" : "<NA>");
  value.set(process.group_name);
}

void container_id(const Reading& reading, Value& value) {
  constexpr size_t kShown = 12;
  const Container* container = container_of(reading);
  value.set(container == nullptr ? "host" : std::string_view(container->id).substr(0, kShown));
}
void container_name(const Reading& reading, Value& value) {
  const Container* container = container_of(reading);
  if (container == nullptr) return value.set("host");
  set_text(value, container->name);
}
void container_type(const Reading& reading, Value& value) {
  const Container* container = container_of(reading);
  if (container == nullptr) return value.set("host");
  set_text(value, container->engine);
}
template <auto kMember>
void container_text(const Reading& reading, Value& value) {
  if (const Container* container = container_of(reading)) set_text(value, container->*kMember);
}
void privileged(const Reading& reading, Value& value) {
  const Container* container = container_of(reading);
  if (container != nullptr && container->known) value.set_bool(container->privileged);
}
void created(const Reading& reading, Value& value) {
  const Container* container = container_of(reading);
  if (container != nullptr && container->created != 0) value.set_number(container->created);
}
void container_duration(const Reading& reading, Value& value) {
  const Container* container = container_of(reading);
  if (container != nullptr && container->created != 0) {
    value.set_number(reading.event.time - container->created);
  }
}
void container_info(const Reading& reading, Value& value) {
  Value part;
  value.buffer = "container_id=";
  container_id(reading, part);
  value.buffer += part.text;
  value.buffer += " container_name=";
  part.clear();
  container_name(reading, part);
  value.buffer += part.exists() ? part.text : "<NA>";
  value.set_buffer();
}

void append_mount(const Mount& mount, std::string& out) {
  if (!out.empty()) out += ',';
  out += mount.source + ':' + mount.target + ':' + mount.mode;
  out += mount.writable ? ":true:" : ":false:";
}
void mounts(const Reading& reading, Value& value) {
  const Container* container = container_of(reading);
  if (container == nullptr || !container->known) return;
  value.buffer.clear();
  for (const Mount& mount : container->mounts) append_mount(mount, value.buffer);
  value.set_buffer();
}
// The mount of a number, or the first whose source (or destination) fits a pattern.
const Mount* mount_of(const Reading& reading, bool by_target) {
  const Container* container = container_of(reading);
  if (container == nullptr) return nullptr;
  const bool number = reading.argument.find_first_not_of("0123456789") == std::string_view::npos;
  if (number) {
    const auto at = static_cast<size_t>(reading.number);
    return at < container->mounts.size() ? &container->mounts[at] : nullptr;
  }
  for (const Mount& mount : container->mounts) {
    if (wildcard_match(reading.argument, by_target ? mount.target : mount.source)) return &mount;
  }
  return nullptr;
}
enum class MountPart : uint8_t { kAll, kSource, kTarget, kMode, kWritable };
template <MountPart kPart>
void mount(const Reading& reading, Value& value) {
  const Mount* found = mount_of(reading, kPart == MountPart::kSource);
  // Rules ask "not container.mount.dest[/etc] in (N/A)" whether there is such a mount.
  if (found == nullptr) return value.set("N/A");
  if (kPart == MountPart::kSource) value.set(found->source);
  if (kPart == MountPart::kTarget) value.set(found->target);
  if (kPart == MountPart::kMode) value.set(found->mode);
  if (kPart == MountPart::kWritable) value.set(found->writable ? "true" : "false");
  if (kPart != MountPart::kAll) return;
  value.buffer.clear();
  append_mount(*found, value.buffer);
  value.set_buffer();
}

using Labels = std::map<std::string, std::string, std::less<>>;
void one_label(const Labels& labels, std::string_view key, Value& value) {
  const auto found = labels.find(key);
  if (found != labels.end()) value.set(found->second);
}
void all_labels(const Labels& labels, Value& value) {
  if (labels.empty()) return;
  value.buffer.clear();
  for (const auto& [name, text] : labels) {
    if (!value.buffer.empty()) value.buffer += ", ";
    value.buffer += name + ':' + text;
  }
  value.set_buffer();
}
void label(const Reading& reading, Value& value) {
  const Container* container = container_of(reading);
  if (container != nullptr) one_label(container->labels, reading.argument, value);
}
void labels(const Reading& reading, Value& value) {
  if (const Container* container = container_of(reading)) all_labels(container->labels, value);
}
void pod_label(const Reading& reading, Value& value) {
  const Container* container = container_of(reading);
  if (container != nullptr) one_label(container->pod.labels, reading.argument, value);
}
void pod_labels(const Reading& reading, Value& value) {
  if (const Container* container = container_of(reading)) all_labels(container->pod.labels, value);
}
template <auto kMember>
void pod_text(const Reading& reading, Value& value) {
  if (const Container* container = container_of(reading)) set_text(value, container->pod.*kMember);
}

using C = Container;
using Pod = Container::Pod;
constexpr Field kFields[] = {
    {"user.name", kText, Argument::kNone, 2, user_name},
    {"user.uid", kNumber, Argument::kNone, 1, user_id},
    {"user.gid", kNumber, Argument::kNone, 1, group_id},
    {"user.loginuid", kNumber, Argument::kNone, 1, login_id},
    {"user.loginname", kText, Argument::kNone, 2, login_name},
    {"user.homedir", kText, Argument::kNone, 2, nullptr},
    {"user.shell", kText, Argument::kNone, 2, nullptr},
    {"group.gid", kNumber, Argument::kNone, 1, group_id},
    {"group.name", kText, Argument::kNone, 2, group_name},
    {"container.id", kText, Argument::kNone, 1, container_id},
    {"container.full_id", kText, Argument::kNone, 2, container_text<&C::id>},
    {"container.name", kText, Argument::kNone, 2, container_name},
    {"container.type", kText, Argument::kNone, 2, container_type},
    {"container.image", kText, Argument::kNone, 2, container_text<&C::image>},
    {"container.image.id", kText, Argument::kNone, 2, nullptr},
    {"container.image.repository", kText, Argument::kNone, 2, container_text<&C::repository>},
    {"container.image.tag", kText, Argument::kNone, 2, container_text<&C::tag>},
    {"container.image.digest", kText, Argument::kNone, 2, container_text<&C::digest>},
    {"container.privileged", kBool, Argument::kNone, 1, privileged},
    {"container.start_ts", kNumber, Argument::kNone, 1, created},
    {"container.duration", kNumber, Argument::kNone, 1, container_duration},
    {"container.info", kText, Argument::kNone, 6, container_info},
    {"container.mounts", kText, Argument::kNone, 12, mounts},
    {"container.mount", kText, Argument::kKey, 10, mount<MountPart::kAll>},
    {"container.mount.source", kText, Argument::kKey, 10, mount<MountPart::kSource>},
    {"container.mount.dest", kText, Argument::kKey, 10, mount<MountPart::kTarget>},
    {"container.mount.mode", kText, Argument::kKey, 10, mount<MountPart::kMode>},
    {"container.mount.rdwr", kText, Argument::kKey, 10, mount<MountPart::kWritable>},
    {"container.mount.propagation", kText, Argument::kKey, 10, nullptr},
    {"container.label", kText, Argument::kKey, 4, label},
    {"container.labels", kText, Argument::kNone, 10, labels},
    {"container.ip", kText, Argument::kNone, 2, nullptr},
    {"container.cni.json", kText, Argument::kNone, 2, nullptr},
    {"container.host_pid", kBool, Argument::kNone, 1, nullptr},
    {"container.host_network", kBool, Argument::kNone, 1, nullptr},
    {"container.host_ipc", kBool, Argument::kNone, 1, nullptr},
    {"container.healthcheck", kText, Argument::kNone, 2, nullptr},
    {"container.liveness_probe", kText, Argument::kNone, 2, nullptr},
    {"container.readiness_probe", kText, Argument::kNone, 2, nullptr},
    {"proc.is_container_healthcheck", kBool, Argument::kNone, 1, nullptr},
    {"proc.is_container_liveness_probe", kBool, Argument::kNone, 1, nullptr},
    {"proc.is_container_readiness_probe", kBool, Argument::kNone, 1, nullptr},
    {"k8s.ns.name", kText, Argument::kNone, 2, pod_text<&Pod::space>},
    {"k8s.pod.name", kText, Argument::kNone, 2, pod_text<&Pod::name>},
    {"k8s.pod.uid", kText, Argument::kNone, 2, pod_text<&Pod::uid>},
    {"k8s.pod.id", kText, Argument::kNone, 2, pod_text<&Pod::uid>},
    {"k8s.pod.label", kText, Argument::kKey, 4, pod_label},
    {"k8s.pod.labels", kText, Argument::kNone, 10, pod_labels},
    {"k8s.pod.ip", kText, Argument::kNone, 2, nullptr},
    {"k8s.pod.full_sandbox_id", kText, Argument::kNone, 2, nullptr},
    {"k8s.pod.sandbox_id", kText, Argument::kNone, 2, nullptr},
    {"k8s.pod.cni.json", kText, Argument::kNone, 2, nullptr},
    {"k8s.rc.name", kText, Argument::kNone, 2, nullptr},
    {"k8s.svc.name", kText, Argument::kNone, 2, nullptr},
    {"k8s.rs.name", kText, Argument::kNone, 2, nullptr},
    {"k8s.deployment.name", kText, Argument::kNone, 2, nullptr},
};

}  // namespace

std::span<const Field> identity_fields() {
  return kFields;
}

}  // namespace seawall::guard::falco
