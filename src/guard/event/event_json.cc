#include "guard/event/event_json.h"

#include <algorithm>

#include "codec/json_writer.h"
#include "guard/event/address.h"
#include "guard/event/event_words.h"

namespace seawall::guard {
namespace {

// Cut at a character's start.
std::string_view bounded(std::string_view text) {
  if (text.size() <= EventJson::kMaxText) return text;
  size_t end = EventJson::kMaxText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

class Writer {
 public:
  explicit Writer(std::string& out) : json_(out, JsonWriter::kCompact) {}

  void event(const Event& event) {
    json_.begin_object();
    json_.key("schemaVersion").integer(1);
    number("number", event.number);
    number("time", event.time);
    number("cpu", event.cpu);
    text("type", to_string(event.type));
    text("call", event.call);
    number("result", event.result);
    file(event.file);
    if (!event.arguments.empty()) {
      json_.key("arguments").begin_array();
      const size_t count = std::min(event.arguments.size(), EventJson::kMaxItems);
      for (size_t at = 0; at < count; ++at) {
        json_.begin_object();
        text("name", event.arguments[at].name);
        text("text", event.arguments[at].text);
        number("number", event.arguments[at].number);
        json_.end_object();
      }
      json_.end_array();
    }
    text("refusedBy", event.refused_by);
    json_.key("processes").begin_array();
    const Process* one = event.process.get();
    for (size_t at = 0; one != nullptr && at < EventJson::kMaxProcesses; ++at) {
      process(*one);
      one = one->parent.get();
    }
    json_.end_array();
    if (!containers_.empty()) {
      json_.key("containers").begin_array();
      for (const Container* container : containers_) this->container(*container);
      json_.end_array();
    }
    json_.end_object();
  }

 private:
  void text(std::string_view key, std::string_view value) { json_.optional(key, bounded(value)); }
  template <typename T>
  void number(std::string_view key, T value, T other = T()) {
    if (value != other) json_.key(key).integer(static_cast<int64_t>(value));
  }
  void truth(std::string_view key, bool value) {
    if (value) json_.key(key).boolean(true);
  }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    json_.key(key).begin_array();
    const size_t count = std::min(values.size(), EventJson::kMaxItems);
    for (size_t at = 0; at < count; ++at) json_.string(bounded(values[at]));
    json_.end_array();
  }
  void address(std::string_view key, const Address& address) {
    if (!address.set) return;
    json_.key(key).begin_object();
    json_.key("address").string(address_text(address));
    number("port", address.port);
    json_.end_object();
  }

  void file(const FileSubject& file) {
    if (file.kind == FileKind::kNone && file.number < 0 && file.name.empty() &&
        file.raw_name.empty() && !file.remote.set && !file.local.set) {
      return;
    }
    json_.key("file").begin_object();
    number("number", file.number, -1);
    text("kind", word_of(file.kind));
    text("name", file.name);
    text("rawName", file.raw_name);
    text("protocol", file.protocol);
    address("local", file.local);
    address("remote", file.remote);
    text("remoteName", file.remote_name);
    truth("isServer", file.is_server);
    truth("connected", file.connected);
    number("inode", file.inode);
    number("device", file.device);
    json_.end_object();
  }

  void process(const Process& process) {
    json_.begin_object();
    number("pid", process.pid);
    number("parentPid", process.parent_pid);
    number("innerPid", process.inner_pid);
    text("name", process.name);
    text("executable", process.executable);
    texts("arguments", process.arguments);
    truth("argumentsCut", process.arguments_cut);
    text("directory", process.directory);
    texts("environment", process.environment);
    number("uid", process.uid);
    number("gid", process.gid);
    number("loginUid", process.login_uid, UINT32_MAX);
    text("userName", process.user_name);
    text("groupName", process.group_name);
    text("loginName", process.login_name);
    capabilities("capabilities", process.capabilities);
    capabilities("permittedCapabilities", process.permitted_capabilities);
    number("session", process.session);
    number("group", process.group);
    number("terminal", process.terminal);
    if (process.origin != FileOrigin::kUnknown) text("origin", to_string(process.origin));
    number("inode", process.inode);
    number("fileChanged", process.file_changed);
    number("fileModified", process.file_modified);
    number("started", process.started);
    truth("flagged", process.flagged);
    if (process.container != nullptr) {
      const Container* container = process.container.get();
      const auto known = std::find(containers_.begin(), containers_.end(), container);
      json_.key("container").integer(known - containers_.begin());
      if (known == containers_.end()) containers_.push_back(container);
    }
    json_.end_object();
  }

  // Numbers of capabilities, ascending: 64 bits do not fit every reader's numbers.
  void capabilities(std::string_view key, uint64_t bits) {
    if (bits == 0) return;
    json_.key(key).begin_array();
    for (int bit = 0; bit < 64; ++bit) {
      if ((bits >> bit & 1) != 0) json_.integer(bit);
    }
    json_.end_array();
  }

  using Labels = std::map<std::string, std::string, std::less<>>;
  void labels(std::string_view key, const Labels& labels) {
    if (labels.empty()) return;
    json_.key(key).begin_array();
    size_t count = 0;
    for (const auto& [name, value] : labels) {
      if (++count > EventJson::kMaxItems) break;
      json_.begin_object();
      json_.key("name").string(bounded(name));
      text("value", value);
      json_.end_object();
    }
    json_.end_array();
  }

  void container(const Container& container) {
    json_.begin_object();
    text("id", container.id);
    text("name", container.name);
    text("image", container.image);
    text("repository", container.repository);
    text("tag", container.tag);
    text("digest", container.digest);
    text("engine", container.engine);
    truth("privileged", container.privileged);
    truth("known", container.known);
    number("created", container.created);
    if (!container.mounts.empty()) {
      json_.key("mounts").begin_array();
      const size_t count = std::min(container.mounts.size(), EventJson::kMaxItems);
      for (size_t at = 0; at < count; ++at) {
        const Mount& mount = container.mounts[at];
        json_.begin_object();
        text("source", mount.source);
        text("target", mount.target);
        text("mode", mount.mode);
        truth("writable", mount.writable);
        json_.end_object();
      }
      json_.end_array();
    }
    labels("labels", container.labels);
    const Container::Pod& pod = container.pod;
    if (!pod.name.empty() || !pod.space.empty() || !pod.uid.empty() || !pod.labels.empty()) {
      json_.key("pod").begin_object();
      text("name", pod.name);
      text("namespace", pod.space);
      text("uid", pod.uid);
      labels("labels", pod.labels);
      json_.end_object();
    }
    json_.end_object();
  }

  JsonWriter json_;
  std::vector<const Container*> containers_;
};

}  // namespace

std::string write_event(const Event& event) {
  std::string line;
  Writer(line).event(event);
  return line;
}

}  // namespace seawall::guard
