// The reading half of event_json.h.
#include <algorithm>
#include <limits>
#include <set>

#include "base/strings.h"
#include "codec/json.h"
#include "guard/event/address.h"
#include "guard/event/calls.h"
#include "guard/event/event_json.h"
#include "guard/event/event_words.h"

namespace seawall::guard {
namespace {

std::string place(const Node& node) {
  return "column " + std::to_string(node.column());
}

// One object: every key is taken by name, and what is left at the end is not known. The first
// failure stays.
class ObjectReader {
 public:
  ObjectReader(const Node& node, Status& status) : node_(node), status_(status) {
    if (!node.is_object()) fail(node, "an object is expected");
  }
  ~ObjectReader() {
    for (const Member& member : node_.members()) {
      if (!taken_.contains(member.key)) {
        fail(member.value, "the key \"" + std::string(member.key) + "\" is not known");
      }
    }
  }
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  const Node* take(std::string_view key) {
    const Node& found = node_[key];
    if (!found.exists()) return nullptr;
    taken_.insert(key);
    return &found;
  }
  void text(std::string_view key, std::string& out) {
    if (const Node* found = take(key)) text(*found, out);
  }
  template <typename T>
  void number(std::string_view key, T& out) {
    const Node* found = take(key);
    if (found == nullptr) return;
    const auto value = found->integer();
    if (!value || !std::in_range<T>(*value)) {
      return fail(*found, "a number in range is expected for " + std::string(key));
    }
    out = static_cast<T>(*value);
  }
  void truth(std::string_view key, bool& out) {
    const Node* found = take(key);
    if (found == nullptr) return;
    if (found->kind() != NodeKind::kBool) return fail(*found, "true or false is expected");
    out = found->boolean();
  }
  void texts(std::string_view key, std::vector<std::string>& out) {
    for (const Node& item : items(key)) text(item, out.emplace_back());
  }
  std::span<const Node> items(std::string_view key) {
    const Node* found = take(key);
    if (found == nullptr) return {};
    if (!found->is_array()) fail(*found, "a list is expected for " + std::string(key));
    if (found->size() > EventJson::kMaxItems) {
      fail(*found, std::string(key) + " has more than 1024 items", Code::kLimit);
      return {};
    }
    return found->items();
  }
  void fail(const Node& at, std::string message, Code code = Code::kMalformed) {
    if (status_.ok()) status_ = Error(code, std::move(message)).at(place(at));
  }

 private:
  void text(const Node& node, std::string& out) {
    if (!node.is_string()) return fail(node, "a text is expected");
    if (node.string().size() > EventJson::kMaxText) {
      return fail(node, "a text is longer than 4096 bytes", Code::kLimit);
    }
    out = std::string(node.string());
  }
  const Node& node_;
  Status& status_;
  std::set<std::string_view> taken_;
};

void read_address(ObjectReader& from, std::string_view key, Address& address, Status& status) {
  const Node* node = from.take(key);
  if (node == nullptr) return;
  ObjectReader object(*node, status);
  std::string text;
  object.text("address", text);
  object.number("port", address.port);
  if (!parse_address(text, address)) object.fail(*node, "\"address\" is not an address");
}

void read_file(const Node& node, FileSubject& file, Status& status) {
  ObjectReader object(node, status);
  object.number("number", file.number);
  std::string kind;
  object.text("kind", kind);
  const auto word = std::find(std::begin(kFileKindWords), std::end(kFileKindWords), kind);
  if (word == std::end(kFileKindWords))
    object.fail(node, "no kind of file is named " + kind);
  else
    file.kind = static_cast<FileKind>(word - std::begin(kFileKindWords));
  object.text("name", file.name);
  object.text("rawName", file.raw_name);
  object.text("protocol", file.protocol);
  read_address(object, "local", file.local, status);
  read_address(object, "remote", file.remote, status);
  object.text("remoteName", file.remote_name);
  object.truth("isServer", file.is_server);
  object.truth("connected", file.connected);
  object.number("inode", file.inode);
  object.number("device", file.device);
}

void read_capabilities(ObjectReader& object, std::string_view key, uint64_t& bits) {
  for (const Node& item : object.items(key)) {
    const auto bit = item.integer();
    if (!bit || *bit < 0 || *bit > 63) return object.fail(item, "a number of 0 to 63 is expected");
    bits |= uint64_t{1} << *bit;
  }
}

using Labels = std::map<std::string, std::string, std::less<>>;
void read_labels(ObjectReader& from, std::string_view key, Labels& labels, Status& status) {
  for (const Node& item : from.items(key)) {
    ObjectReader object(item, status);
    std::string name, value;
    object.text("name", name);
    object.text("value", value);
    labels[std::move(name)] = std::move(value);
  }
}

std::shared_ptr<const Container> read_container(const Node& node, Status& status) {
  auto made = std::make_shared<Container>();
  ObjectReader object(node, status);
  object.text("id", made->id);
  object.text("name", made->name);
  object.text("image", made->image);
  object.text("repository", made->repository);
  object.text("tag", made->tag);
  object.text("digest", made->digest);
  object.text("engine", made->engine);
  object.truth("privileged", made->privileged);
  object.truth("known", made->known);
  object.number("created", made->created);
  for (const Node& item : object.items("mounts")) {
    Mount& mount = made->mounts.emplace_back();
    ObjectReader part(item, status);
    part.text("source", mount.source);
    part.text("target", mount.target);
    part.text("mode", mount.mode);
    part.truth("writable", mount.writable);
  }
  read_labels(object, "labels", made->labels, status);
  if (const Node* pod = object.take("pod")) {
    ObjectReader part(*pod, status);
    part.text("name", made->pod.name);
    part.text("namespace", made->pod.space);
    part.text("uid", made->pod.uid);
    read_labels(part, "labels", made->pod.labels, status);
  }
  return made;
}

using Containers = std::vector<std::shared_ptr<const Container>>;
std::shared_ptr<Process> read_process(const Node& node, const Containers& containers,
                                      Status& status) {
  auto made = std::make_shared<Process>();
  ObjectReader object(node, status);
  object.number("pid", made->pid);
  object.number("parentPid", made->parent_pid);
  object.number("innerPid", made->inner_pid);
  object.text("name", made->name);
  object.text("executable", made->executable);
  object.texts("arguments", made->arguments);
  object.truth("argumentsCut", made->arguments_cut);
  object.text("directory", made->directory);
  object.texts("environment", made->environment);
  object.number("uid", made->uid);
  object.number("gid", made->gid);
  object.number("loginUid", made->login_uid);
  object.text("userName", made->user_name);
  object.text("groupName", made->group_name);
  object.text("loginName", made->login_name);
  read_capabilities(object, "capabilities", made->capabilities);
  read_capabilities(object, "permittedCapabilities", made->permitted_capabilities);
  object.number("session", made->session);
  object.number("group", made->group);
  object.number("terminal", made->terminal);
  std::string origin;
  object.text("origin", origin);
  if (!origin.empty() && !origin_named(origin, made->origin)) {
    object.fail(node, "no origin is named " + origin);
  }
  object.number("inode", made->inode);
  object.number("fileChanged", made->file_changed);
  object.number("fileModified", made->file_modified);
  object.number("started", made->started);
  object.truth("flagged", made->flagged);
  size_t container = SIZE_MAX;
  object.number("container", container);
  if (container < containers.size())
    made->container = containers[container];
  else if (container != SIZE_MAX)
    object.fail(node, "there is no such container");
  return made;
}

void read_call(ObjectReader& object, const Node& root, Event& event) {
  std::string call, type;
  object.text("call", call);
  object.text("type", type);
  // What the guard denies has a word; what the kernel or seccomp refuses, its system call.
  const auto words = denied_words();
  const auto word = std::find(words.begin(), words.end(), call);
  if (type == to_string(EventType::kDenied) && word != words.end() && !word->empty()) {
    event.call = *word;
    event.type = EventType::kDenied;
    return;
  }
  const Call* known = find_call(call);
  if (known == nullptr) return object.fail(root, "no call is named \"" + call + '"');
  event.call = known->name;
  event.type = known->type;
  if (!type.empty() && !event_type_named(type, event.type)) {
    object.fail(root, "no type of event is named " + type);
  }
}

}  // namespace

Result<Event> read_event(std::string_view line) {
  Limits limits;
  limits.document_bytes = EventJson::kMaxLine;
  limits.depth = 8;
  limits.nodes = 200'000;
  SEAWALL_TRY(const Document document, parse_json(std::string(trim(line)), limits));
  const Node& root = document.root();
  Event event;
  Status status;
  {
    ObjectReader object(root, status);
    int version = 1;
    object.number("schemaVersion", version);
    if (version != 1) object.fail(root, "schemaVersion is not 1");
    object.number("number", event.number);
    object.number("time", event.time);
    object.number("cpu", event.cpu);
    read_call(object, root, event);
    object.number("result", event.result);
    if (const Node* file = object.take("file")) read_file(*file, event.file, status);
    for (const Node& item : object.items("arguments")) {
      Argument& argument = event.arguments.emplace_back();
      ObjectReader part(item, status);
      part.text("name", argument.name);
      part.text("text", argument.text);
      part.number("number", argument.number);
    }
    object.text("refusedBy", event.refused_by);
    Containers containers;
    for (const Node& item : object.items("containers")) {
      containers.push_back(read_container(item, status));
    }
    const std::span<const Node> processes = object.items("processes");
    if (processes.empty()) object.fail(root, "an event has processes");
    if (processes.size() > EventJson::kMaxProcesses) {
      object.fail(root, "there are more than 64 processes", Code::kLimit);
    }
    std::shared_ptr<const Process> parent;
    for (size_t at = std::min(processes.size(), EventJson::kMaxProcesses); at-- > 0;) {
      const auto made = read_process(processes[at], containers, status);
      made->parent = std::move(parent);
      parent = made;
    }
    event.process = std::move(parent);
  }
  if (!status.ok()) return std::move(status).error();
  return event;
}

}  // namespace seawall::guard
