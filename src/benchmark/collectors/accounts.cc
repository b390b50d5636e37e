#include "benchmark/collectors/accounts.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/strings.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {
namespace {

std::optional<uint32_t> number_of(std::string_view text) {
  const auto value = parse_unsigned(text);
  if (!value || *value > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

// An empty one can be typed; "x" stands for the one in shadow, "!" and "*" for none.
bool can_be_typed(std::string_view password) {
  return !password.starts_with('!') && !password.starts_with('*');
}

std::vector<HostUser> parse_users(std::string_view text) {
  std::vector<HostUser> users;
  for_each_line(text, [&](std::string_view line, size_t) {
    const auto fields = split(line, ':');
    if (fields.size() < 7 || fields[0].empty()) return;
    const auto uid = number_of(fields[2]), gid = number_of(fields[3]);
    if (!uid || !gid) return;
    users.push_back({to_valid_utf8(fields[0]), to_valid_utf8(fields[5]),
                     to_valid_utf8(trim(fields[6])), *uid, *gid,
                     fields[1] != "x" && can_be_typed(fields[1])});
  });
  return users;
}

std::vector<HostGroup> parse_groups(std::string_view text, const std::vector<HostUser>& users) {
  std::vector<HostGroup> groups;
  for_each_line(text, [&](std::string_view line, size_t) {
    const auto fields = split(line, ':');
    if (fields.size() < 4 || fields[0].empty()) return;
    const auto gid = number_of(fields[2]);
    if (!gid) return;
    std::set<std::string> members;
    for (const std::string_view member : split(fields[3], ',')) {
      if (!trim(member).empty()) members.insert(to_valid_utf8(trim(member)));
    }
    for (const HostUser& user : users) {
      if (user.gid == *gid) members.insert(user.name);
    }
    groups.push_back({to_valid_utf8(fields[0]), *gid, {members.begin(), members.end()}});
  });
  return groups;
}

// The accounts whose password can be typed; an empty one can.
Result<std::set<std::string>> with_password(const HostFiles& files) {
  SEAWALL_TRY(const std::string text, files.read("/etc/shadow"));
  std::set<std::string> names;
  for_each_line(text, [&](std::string_view line, size_t) {
    const auto fields = split(line, ':');
    if (fields.size() < 2) return;
    if (can_be_typed(fields[1])) names.insert(to_valid_utf8(fields[0]));
  });
  return names;
}

// Whether somebody may log in as the user by a key.
Result<bool> has_key(const HostFiles& files, const HostUser& user) {
  for (const char* name : {"/.ssh/authorized_keys", "/.ssh/authorized_keys2"}) {
    const auto text = files.read(user.home + name);
    if (text.ok() && !trim(*text).empty()) return true;
    if (!text.ok() && text.error().code() != Code::kNotFound) return text.error();
  }
  return false;
}

void write_login(JsonWriter& json, const HostFiles& files, const HostUser& user,
                 const Result<std::set<std::string>>& passwords) {
  json.key("login");
  if (user.own_password || (passwords.ok() && passwords->contains(user.name))) {
    json.boolean(true);
    return;
  }
  const auto key = has_key(files, user);
  if (key.ok() && *key) {
    json.boolean(true);
  } else if (!key.ok()) {
    write_error(json, key.error());
  } else if (!passwords.ok()) {
    write_error(json, passwords.error());
  } else {
    json.boolean(false);
  }
}

}  // namespace

std::string Accounts::user_name(uint32_t uid) const {
  const auto found = std::find_if(users.begin(), users.end(),
                                  [&](const HostUser& user) { return user.uid == uid; });
  return found == users.end() ? std::string() : found->name;
}

std::string Accounts::group_name(uint32_t gid) const {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const HostGroup& group) { return group.gid == gid; });
  return found == groups.end() ? std::string() : found->name;
}

Accounts read_accounts(const HostFiles& files) {
  Accounts accounts;
  auto users = files.read("/etc/passwd");
  auto groups = files.read("/etc/group");
  if (users.ok()) accounts.users = parse_users(*users);
  if (groups.ok()) accounts.groups = parse_groups(*groups, accounts.users);
  if (!users.ok()) {
    accounts.status = users.error();
  } else if (!groups.ok()) {
    accounts.status = groups.error();
  }
  return accounts;
}

std::string user_facts(const SystemContext& context) {
  const Accounts accounts = read_accounts(context.files);
  if (!accounts.status.ok()) return error_value(accounts.status.error());
  const auto passwords = with_password(context.files);
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_array();
  for (const HostUser& user : accounts.users) {
    json.begin_object();
    json.key("name").string(user.name);
    json.key("uid").integer(user.uid);
    json.key("gid").integer(user.gid);
    json.key("home").string(user.home);
    json.key("shell").string(user.shell);
    json.key("groups").begin_array();
    for (const HostGroup& group : accounts.groups) {
      if (std::binary_search(group.members.begin(), group.members.end(), user.name))
        json.string(group.name);
    }
    json.end_array();
    write_login(json, context.files, user, passwords);
    json.end_object();
  }
  json.end_array();
  return out;
}

std::string group_facts(const SystemContext& context) {
  const Accounts accounts = read_accounts(context.files);
  if (!accounts.status.ok()) return error_value(accounts.status.error());
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  std::set<std::string> seen;  // a name that stands twice counts once, as for the system
  for (const HostGroup& group : accounts.groups) {
    if (seen.insert(group.name).second) write_texts(json, group.name, group.members);
  }
  json.end_object();
  return out;
}

}  // namespace seawall::benchmark
