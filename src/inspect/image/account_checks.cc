// What each rule on accounts looks at.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/image/accounts.h"
#include "inspect/secrets/secret_mask.h"

namespace seawall::inspect {
namespace {

using Kind = AccountFileKind;
using Seen = std::vector<AccountObservation>;

std::string_view field(const AccountLine& line, size_t index) {
  return index < line.fields.size() ? line.fields[index] : std::string_view();
}

std::string name_of(const AccountLine& line) {
  return std::string(field(line, 0).substr(0, 64));
}

// Lines that stand for another source of accounts ("+::::::", compat mode of nsswitch.conf).
bool is_compat(const AccountLine& line) {
  return field(line, 0).starts_with('+') || field(line, 0).starts_with('-');
}

// passwd or group: the number in the third field.
std::optional<uint64_t> id_of(const AccountLine& line) {
  return parse_unsigned(field(line, 2));
}

struct HashKind {
  std::string_view name;
  bool weak = false;
};

bool is_crypt_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '.' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

// What crypt(5) made the field; empty for what is no hash: "x", "*", "!", "*LK*", "".
std::optional<HashKind> hash_kind(std::string_view text) {
  struct Prefix {
    std::string_view begins, name;
    bool weak;
  };
  constexpr Prefix kPrefixes[] = {{"$1$", "MD5", true},
                                  {"$md5", "Sun MD5", true},
                                  {"$3$", "NT", true},
                                  {"$sha1$", "SHA-1", true},
                                  {"$2a$", "bcrypt", false},
                                  {"$2b$", "bcrypt", false},
                                  {"$2x$", "bcrypt", false},
                                  {"$2y$", "bcrypt", false},
                                  {"$5$", "SHA-256", false},
                                  {"$6$", "SHA-512", false},
                                  {"$7$", "scrypt", false},
                                  {"$y$", "yescrypt", false},
                                  {"$gy$", "gost-yescrypt", false}};
  for (const Prefix& prefix : kPrefixes) {
    if (text.starts_with(prefix.begins) && text.size() > prefix.begins.size() + 8)
      return HashKind{prefix.name, prefix.weak};
  }
  if (text.size() == 13 && is_crypt_text(text)) return HashKind{"DES", true};
  if (text.size() == 20 && text[0] == '_' && is_crypt_text(text.substr(1)))
    return HashKind{"BSDi DES", true};
  return std::nullopt;
}

void add_hash(const AccountLine& line, std::string_view what, const HashKind& kind, Seen& seen) {
  const std::string_view hash = field(line, 1);
  seen.push_back({fmt::format("account {}: {} ({})", name_of(line), what, kind.name), line.number,
                  secret_hash(hash, default_hash_key())});
}

void check_second_root(const AccountFile& file, Seen& seen) {
  if (file.kind != Kind::kPasswd) return;
  for (const AccountLine& line : file.lines) {
    if (id_of(line) == 0u && field(line, 0) != "root" && !is_compat(line))
      seen.push_back({fmt::format("account {} has uid 0", name_of(line)), line.number, {}});
  }
}

void check_empty_password(const AccountFile& file, Seen& seen) {
  if (file.kind != Kind::kPasswd && file.kind != Kind::kShadow) return;
  for (const AccountLine& line : file.lines) {
    if (line.fields.size() > 1 && field(line, 1).empty() && !field(line, 0).empty() &&
        !is_compat(line))
      seen.push_back(
          {fmt::format("account {} has an empty password", name_of(line)), line.number, {}});
  }
}

void check_password_hash(const AccountFile& file, Seen& seen) {
  if (file.kind != Kind::kShadow && file.kind != Kind::kGroupShadow) return;
  for (const AccountLine& line : file.lines) {
    if (const auto kind = hash_kind(field(line, 1)))
      add_hash(line, "a password is set", *kind, seen);
  }
}

void check_locked_hash(const AccountFile& file, Seen& seen) {
  if (file.kind != Kind::kShadow) return;
  for (const AccountLine& line : file.lines) {
    std::string_view hash = field(line, 1);
    if (!hash.starts_with('!')) continue;
    while (hash.starts_with('!')) hash.remove_prefix(1);
    if (const auto kind = hash_kind(hash))
      add_hash(line, "locked, its password's hash is still there", *kind, seen);
  }
}

void check_weak_hash(const AccountFile& file, Seen& seen) {
  if (file.kind == Kind::kSudoers) return;
  for (const AccountLine& line : file.lines) {
    const auto kind = hash_kind(field(line, 1));
    if (kind && kind->weak) add_hash(line, "the password's hash is weak", *kind, seen);
  }
}

void check_readable_hash(const AccountFile& file, Seen& seen) {
  if (file.kind != Kind::kPasswd && file.kind != Kind::kGroup) return;
  for (const AccountLine& line : file.lines) {
    if (const auto kind = hash_kind(field(line, 1)))
      add_hash(line, "the password's hash stands where everyone reads it", *kind, seen);
  }
}

// An observation for each line whose number another line had first.
void add_same_ids(const AccountFile& file, std::string_view what, std::string_view number,
                  Seen& seen) {
  std::map<uint64_t, std::string> first;
  for (const AccountLine& line : file.lines) {
    const auto id = id_of(line);
    if (!id || is_compat(line)) continue;
    const auto [known, fresh] = first.emplace(*id, name_of(line));
    if (fresh || (*id == 0 && file.kind == Kind::kPasswd)) continue;  // uid 0: check_second_root
    seen.push_back(
        {fmt::format("{} {} has {} {}, as {} has", what, name_of(line), number, *id, known->second),
         line.number,
         {}});
  }
}

void check_same_id(const AccountFile& file, Seen& seen) {
  if (file.kind == Kind::kPasswd) add_same_ids(file, "account", "uid", seen);
  if (file.kind == Kind::kGroup) add_same_ids(file, "group", "gid", seen);
}

void check_same_name(const AccountFile& file, Seen& seen) {
  if (file.kind == Kind::kSudoers) return;
  std::set<std::string_view> names;
  for (const AccountLine& line : file.lines) {
    if (field(line, 0).empty() || is_compat(line)) continue;
    if (!names.insert(field(line, 0)).second)
      seen.push_back({fmt::format("{} stands twice", name_of(line)), line.number, {}});
  }
}

void check_compat(const AccountFile& file, Seen& seen) {
  if (file.kind == Kind::kSudoers) return;
  for (const AccountLine& line : file.lines) {
    if (field(line, 0).starts_with('+') && line.fields.size() > 1)
      seen.push_back({fmt::format("entry {}", name_of(line)), line.number, {}});
  }
}

// Groups whose members are root by another name, and the members distributions put there.
void check_powerful_group(const AccountFile& file, Seen& seen) {
  if (file.kind != Kind::kGroup) return;
  const std::set<std::string_view> kGroups = {"docker", "lxd",    "incus-admin", "libvirt",
                                              "podman", "shadow", "disk",        "kmem"};
  const std::set<std::string_view> kUsual = {"root", "adm", "bin", "daemon", "sys", ""};
  for (const AccountLine& line : file.lines) {
    if (!kGroups.contains(field(line, 0))) continue;
    for (const std::string_view member : split(field(line, 3), ',')) {
      if (kUsual.contains(trim(member))) continue;
      seen.push_back(
          {fmt::format("account {} is in group {}", trim(member).substr(0, 64), name_of(line)),
           line.number,
           {}});
    }
  }
}

void check_readable_shadow(const AccountFile& file, Seen& seen) {
  const bool shadow = file.kind == Kind::kShadow || file.kind == Kind::kGroupShadow;
  if (shadow && (file.mode & 0004) != 0)
    seen.push_back({fmt::format("mode {:04o}", file.mode & 07777), 0, {}});
}

void check_writable_file(const AccountFile& file, Seen& seen) {
  if ((file.mode & 0022) != 0)
    seen.push_back({fmt::format("mode {:04o}", file.mode & 07777), 0, {}});
}

// "app ALL=(root) NOPASSWD: /bin/ls, ALL": who, where, then who as and what.
struct SudoRule {
  std::string_view who, commands;
};

std::optional<SudoRule> sudo_rule(std::string_view text) {
  for (const std::string_view word : {"Defaults", "User_Alias", "Runas_Alias", "Host_Alias",
                                      "Cmnd_Alias", "Cmd_Alias", "@include", "#include"}) {
    if (text.starts_with(word)) return std::nullopt;
  }
  const size_t equals = text.find('=');
  if (equals == text.npos) return std::nullopt;
  const std::string_view left = trim(text.substr(0, equals));
  return SudoRule{left.substr(0, left.find_first_of(" \t")), text.substr(equals + 1)};
}

struct SudoGrant {
  bool all = false;          // every command as root
  bool no_password = false;  // without asking
};

// Every command as root, of a list "(runas) TAG: command, TAG: command". A runas or tag holds for
// the commands that follow too.
SudoGrant grant_of(std::string_view commands) {
  SudoGrant grant;
  bool root = true, no_password = false;
  std::string_view rest = commands;
  const auto runas = [&](std::string_view names) {
    root = false;
    for (const std::string_view name : split(names.substr(0, names.find(':')), ','))
      root = root || trim(name) == "ALL" || trim(name) == "root" || trim(name) == "#0";
  };
  while (!rest.empty()) {
    rest = trim(rest);
    if (rest.starts_with('(')) {
      const size_t end = std::min(rest.find(')'), rest.size() - 1);
      runas(rest.substr(1, end - 1));
      rest.remove_prefix(end + 1);
      continue;
    }
    const size_t end = std::min(rest.find_first_of(":,("), rest.size());
    const std::string_view word = trim(rest.substr(0, end));
    if (end < rest.size() && rest[end] == ':') {
      if (word == "NOPASSWD") no_password = true;
      if (word == "PASSWD") no_password = false;
    } else if (word == "ALL" && root) {
      grant.all = true;
      grant.no_password = grant.no_password || no_password;
    }
    rest.remove_prefix(
        std::min(end + (end < rest.size() && rest[end] != '(' ? 1 : 0), rest.size()));
  }
  return grant;
}

void check_sudo_no_password(const AccountFile& file, Seen& seen) {
  if (file.kind != Kind::kSudoers) return;
  for (const AccountLine& line : file.lines) {
    const auto rule = sudo_rule(line.text);
    if (!rule || rule->who == "root") continue;
    if (grant_of(rule->commands).no_password)
      seen.push_back({line.text.substr(0, 160), line.number, {}});
  }
}

// "Defaults targetpw" asks for root's password instead of the account's.
bool asks_for_targets_password(const AccountFile& file) {
  return std::any_of(file.lines.begin(), file.lines.end(), [](const AccountLine& line) {
    return line.text.starts_with("Defaults") && line.text.find("targetpw") != line.text.npos &&
           line.text.find("!targetpw") == line.text.npos;
  });
}

void check_sudo_everyone(const AccountFile& file, Seen& seen) {
  if (file.kind != Kind::kSudoers || asks_for_targets_password(file)) return;
  for (const AccountLine& line : file.lines) {
    const auto rule = sudo_rule(line.text);
    if (rule && rule->who == "ALL" && grant_of(rule->commands).all)
      seen.push_back({line.text.substr(0, 160), line.number, {}});
  }
}

void check_sudo_unauthenticated(const AccountFile& file, Seen& seen) {
  if (file.kind != Kind::kSudoers) return;
  for (const AccountLine& line : file.lines) {
    if (line.text.starts_with("Defaults") && line.text.find("!authenticate") != line.text.npos)
      seen.push_back({line.text.substr(0, 160), line.number, {}});
  }
}

struct NamedCheck {
  std::string_view name;
  AccountCheck check;
};
constexpr std::array<NamedCheck, 15> kChecks = {
    {{"second-root", check_second_root},
     {"empty-password", check_empty_password},
     {"password-hash", check_password_hash},
     {"locked-hash", check_locked_hash},
     {"weak-hash", check_weak_hash},
     {"readable-hash", check_readable_hash},
     {"same-id", check_same_id},
     {"same-name", check_same_name},
     {"compat", check_compat},
     {"powerful-group", check_powerful_group},
     {"readable-shadow", check_readable_shadow},
     {"writable-file", check_writable_file},
     {"sudo-no-password", check_sudo_no_password},
     {"sudo-everyone", check_sudo_everyone},
     {"sudo-unauthenticated", check_sudo_unauthenticated}}};

}  // namespace

AccountCheck find_account_check(std::string_view name) {
  for (const NamedCheck& one : kChecks) {
    if (one.name == name) return one.check;
  }
  return nullptr;
}

}  // namespace seawall::inspect
