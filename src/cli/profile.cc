// seawall profile show, diff, test, export, allow, promote, seed, merge.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "artifact/target.h"
#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/time.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "guard/profile/allow.h"
#include "guard/profile/export.h"
#include "guard/profile/merge.h"
#include "guard/profile/profile_diff.h"
#include "guard/profile/profile_read.h"
#include "guard/profile/profile_store.h"
#include "guard/profile/profile_summary.h"
#include "guard/profile/profile_write.h"
#include "guard/profile/replay.h"
#include "guard/profile/seed.h"

namespace seawall::cli {
namespace {

constexpr uint64_t kMostEventBytes = 1ull << 30;
constexpr Flag kState{"state", "DIR",
                      "where the guard keeps profiles (default /var/lib/seawall/profiles)"};

// A profile by what stands on the command line, and where it is written to.
struct Named {
  guard::Profile profile;
  std::string path;  // of a file; empty: the state folder
};

guard::ProfileStore store_of(const Arguments& arguments) {
  return guard::ProfileStore(arguments.get("state", guard::ProfileStore::kDefault));
}

Result<Named> profile_at(const Arguments& arguments, const std::string& name) {
  const bool is_path =
      name.find('/') != name.npos || name.ends_with(".yaml") || name.ends_with(".yml");
  if (!is_path && !file_exists(name)) {
    SEAWALL_TRY(guard::Profile profile, store_of(arguments).load(name));
    return Named{std::move(profile), ""};
  }
  SEAWALL_TRY(const std::string text, read_file(name, guard::kMostProfileBytes));
  auto profile = guard::read_profile(text, name);
  if (profile.ok()) return Named{std::move(*profile), name};
  std::fputs(guard::excerpt_of(profile.error(), text, name).c_str(), stderr);
  return std::move(profile.error());
}

Status write_back(const Arguments& arguments, const Named& named) {
  if (named.path.empty()) return store_of(arguments).save(named.profile);
  return write_file(named.path, guard::write_profile(named.profile));
}

int finish(const Arguments& arguments, const std::string& text, int code = kPassed) {
  const Status written = write_output(arguments, text);
  return written.ok() ? code : fail(written.error());
}

// What makes a profile no good for enforcement, told wherever one is handed on.
void warn_incomplete(const guard::Profile& profile) {
  for (const auto& [cause, count] : profile.learned.lost) {
    if (count == 0) continue;
    log_warning(fmt::format("{} is incomplete: {} events were lost ({}) while it was learned",
                            profile.name, count, cause));
  }
}

Result<guard::PromotionCriteria> criteria_of(const Arguments& arguments) {
  guard::PromotionCriteria criteria;
  const struct {
    const char* flag;
    int64_t& seconds;
  } durations[] = {{"learn-for", criteria.learn_seconds},
                   {"observe-for", criteria.observe_seconds}};
  for (const auto& one : durations) {
    if (!arguments.has(one.flag)) continue;
    const auto seconds = parse_duration(arguments.get(one.flag));
    if (!seconds) return usage_error(fmt::format("--{} takes a duration such as 24h", one.flag));
    one.seconds = *seconds;
  }
  if (arguments.has("containers")) {
    const auto count = parse_unsigned(arguments.get("containers"));
    if (!count) return usage_error("--containers takes a number");
    criteria.containers = *count;
  }
  return criteria;
}

int list_profiles(const Arguments& arguments) {
  const guard::ProfileStore store = store_of(arguments);
  const auto names = store.names();
  if (!names.ok()) return fail(names.error());
  std::string text;
  bool unreadable = false;
  for (const std::string& name : *names) {
    const auto profile = store.load(name);
    if (profile.ok()) text += guard::summary_line(*profile);
    if (!profile.ok()) fail(profile.error());
    unreadable = unreadable || !profile.ok();
  }
  if (names->empty()) text = "there are no profiles\n";
  return finish(arguments, text, unreadable ? kFailed : kPassed);
}

int run_show(const Arguments& arguments) {
  if (arguments.positional().empty()) return list_profiles(arguments);
  const auto criteria = criteria_of(arguments);
  if (!criteria.ok()) return fail(criteria.error());
  const auto named = profile_at(arguments, arguments.positional().front());
  if (!named.ok()) return fail(named.error());
  const std::string format = arguments.get("format", "summary");
  if (format == "yaml") return finish(arguments, guard::write_profile(named->profile));
  if (format == "summary")
    return finish(arguments, guard::summary_of(named->profile, now(), *criteria));
  return fail(usage_error("--format takes summary or yaml"));
}

int run_diff(const Arguments& arguments) {
  const auto before = profile_at(arguments, arguments.positional()[0]);
  if (!before.ok()) return fail(before.error());
  const auto after = profile_at(arguments, arguments.positional()[1]);
  if (!after.ok()) return fail(after.error());
  const auto changes = guard::diff(before->profile, after->profile);
  const std::string format = arguments.get("format", "table");
  if (format != "table" && format != "json")
    return fail(usage_error("--format takes table or json"));
  return finish(arguments,
                format == "json" ? guard::changes_json(changes) : guard::render_changes(changes),
                guard::looser(changes) ? kDenied : kPassed);
}

int run_test(const Arguments& arguments) {
  const auto named = profile_at(arguments, arguments.positional().front());
  if (!named.ok()) return fail(named.error());
  const std::string format = arguments.get("format", "text");
  if (format != "text" && format != "json") return fail(usage_error("--format takes text or json"));
  guard::Replay replay(named->profile, arguments.get("container"));
  uint64_t unreadable = 0;
  for (size_t i = 1; i < arguments.positional().size(); ++i) {
    const std::string& path = arguments.positional()[i];
    const auto text =
        path == "-" ? read_standard_input(kMostEventBytes) : read_file(path, kMostEventBytes);
    if (!text.ok()) return fail(text.error());
    const auto problems = guard::judge_lines(replay, *text, path);
    for (const Error& problem : problems.first) fail(problem);
    unreadable += problems.count;
  }
  if (unreadable > guard::kMostProblems)
    log_error(fmt::format("{} lines could not be read", unreadable));
  const guard::ReplayResult& result = replay.result();
  const std::string text = format == "json" ? guard::replay_json(named->profile, result)
                                            : guard::render_replay(named->profile, result);
  if (unreadable > 0) return finish(arguments, text, kFailed);
  return finish(arguments, text, result.denials.empty() ? kPassed : kDenied);
}

Result<guard::ExportOptions> export_options_of(const Arguments& arguments) {
  guard::ExportOptions options;
  options.no_new_privileges = arguments.has("no-new-privileges");
  const std::string host = artifact::host_platform();
  options.architecture =
      arguments.get("architecture", host.starts_with("linux/arm64") ? "arm64" : "amd64");
  options.system_calls = words_of(arguments.get("also"));
  options.image = arguments.get("image");
  for (const std::string& label : words_of(arguments.get("labels"))) {
    const auto [key, value] = split_once(label, '=');
    if (label.find('=') == label.npos || key.empty())
      return usage_error("--labels takes KEY=VALUE, several with commas between");
    options.labels[std::string(key)] = value;
  }
  return options;
}

int run_export(const Arguments& arguments) {
  const auto options = export_options_of(arguments);
  if (!options.ok()) return fail(options.error());
  const std::string as = arguments.get("as", "profile");
  std::string known;
  for (const guard::ExportFormat& format : guard::export_formats()) {
    known += (known.empty() ? "" : ", ") + std::string(format.name);
    if (format.name != as) continue;
    const auto named = profile_at(arguments, arguments.positional().front());
    if (!named.ok()) return fail(named.error());
    warn_incomplete(named->profile);
    const auto text = format.render(named->profile, *options);
    return text.ok() ? finish(arguments, *text) : fail(text.error());
  }
  return fail(usage_error(fmt::format("a profile cannot be exported as {}", printable(as)))
                  .hint("one of: " + known));
}

// Who runs this, also behind sudo.
std::string person() {
  for (const char* name : {"SUDO_USER", "USER", "LOGNAME"}) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      return printable(value);
  }
  return fmt::format("uid {}", ::getuid());
}

int run_allow(const Arguments& arguments) {
  const auto need = guard::parse_need(arguments.positional()[1]);
  if (!need.ok()) return fail(need.error());
  auto named = profile_at(arguments, arguments.positional()[0]);
  if (!named.ok()) return fail(named.error());
  const std::string reason = arguments.get("reason");
  if (printable(reason) != reason || reason.size() > 1000)
    return fail(usage_error("--reason is a text of one line, at most 1000 bytes"));
  if (reason.empty()) {
    return fail(usage_error("an allowance has a reason: --reason TEXT")
                    .hint("it is kept in the profile beside your name and the time"));
  }
  const Status allowed = guard::allow(named->profile, *need, {"", reason, person(), now()});
  if (!allowed.ok()) return fail(allowed.error());
  const Status written = write_back(arguments, *named);
  if (!written.ok()) return fail(written.error());
  return finish(arguments, fmt::format("{} allows {} now; recorded for {}\n", named->profile.name,
                                       guard::need_text(*need), person()));
}

int run_promote(const Arguments& arguments) {
  const auto criteria = criteria_of(arguments);
  if (!criteria.ok()) return fail(criteria.error());
  auto named = profile_at(arguments, arguments.positional().front());
  if (!named.ok()) return fail(named.error());
  guard::Profile& profile = named->profile;
  const guard::Promotion promotion = guard::promotion_of(profile, now(), *criteria);
  if (!promotion.next) return finish(arguments, profile.name + " enforces already\n");
  const std::string_view next = to_string(*promotion.next);
  if (!promotion.reasons.empty()) {
    std::string text = fmt::format("{} may not go to {} yet\n", profile.name, next);
    for (const std::string& reason : promotion.reasons) text += "  " + printable(reason) + "\n";
    return finish(arguments, text, kDenied);
  }
  if (arguments.has("dry-run"))
    return finish(arguments, fmt::format("{} may go to {}\n", profile.name, next));
  guard::promote(profile, *promotion.next, now());
  const Status written = write_back(arguments, *named);
  if (!written.ok()) return fail(written.error());
  return finish(arguments, fmt::format("{} is in the mode {} now\n", profile.name, next));
}

// "app" of "registry.example/shop/app:1.0".
std::string name_from(const std::string& target) {
  std::string name = to_lower(target.substr(target.rfind('/') + 1));
  for (char& c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.')) c = '-';
  }
  while (!name.empty() && !guard::is_profile_name(name)) {
    if (name.front() == '-' || name.front() == '.')
      name.erase(0, 1);
    else
      name.pop_back();
  }
  return name.empty() ? "image" : name;
}

Result<guard::Profile> seed(const Arguments& arguments) {
  const std::string& what = arguments.positional().front();
  artifact::OpenOptions options;
  options.platform = arguments.get("platform");
  if (arguments.has("offline")) options.http.offline = true;
  SEAWALL_TRY(const auto target, artifact::parse_target(what, options.limits));
  SEAWALL_TRY(const auto opened, artifact::open_artifact(target, options));
  const auto* image = std::get_if<artifact::Image>(&opened);
  if (image == nullptr) return usage_error(what + " is no image; only one has an entry point");
  SEAWALL_TRY(const auto files, guard::ImageFiles::read(*image, options.limits));
  for (const std::string& problem : files.problems()) log_warning(problem);
  SEAWALL_TRY(const guard::Seed found, guard::seed_of(*image, files));
  for (const std::string& missing : found.missing)
    log_warning("named by the image and not in it: " + missing);
  const std::string name = arguments.get("name", name_from(what));
  if (!guard::is_profile_name(name))
    return usage_error("--name takes small letters, digits, \"-\" and \".\"");
  const Digest& digest =
      image->manifest_digest.empty() ? image->config_digest : image->manifest_digest;
  return guard::seed_profile(found, name, digest.empty() ? "" : digest.text());
}

int run_seed(const Arguments& arguments) {
  const auto profile = seed(arguments);
  if (!profile.ok()) return fail(profile.error());
  return finish(arguments, guard::write_profile(*profile));
}

int run_merge(const Arguments& arguments) {
  std::vector<guard::Profile> profiles;
  for (const std::string& name : arguments.positional()) {
    auto named = profile_at(arguments, name);
    if (!named.ok()) return fail(named.error());
    profiles.push_back(std::move(named->profile));
  }
  const auto merged = guard::merge(std::move(profiles));
  return merged.ok() ? finish(arguments, guard::write_profile(*merged)) : fail(merged.error());
}

std::vector<Flag> criteria_flags() {
  return {kState,
          {"learn-for", "AGE", "what learning lasts at least (default 24h)"},
          {"containers", "N", "of how many containers it is learned at least (default 2)"},
          {"observe-for", "AGE", "how long observing is without a denial (default 72h)"}};
}

std::vector<Flag> with(std::vector<Flag> flags, const Flag& more) {
  flags.push_back(more);
  return flags;
}

Command export_command() {
  return {
      "profile export",
      "PROFILE",
      "write a profile as what other programs enforce",
      "As seccomp it holds what was learned and what the container runtime itself calls while it "
      "starts a container, so that\n"
      "the container starts the first time; --no-new-privileges is for containers that have it "
      "and is shorter.\n"
      "What a format cannot say is named in its comments.\n"
      "Exit status: 0 written, 2 could not run or the profile says nothing of this kind.",
      {{"as", "FORMAT",
        "profile, seccomp, apparmor, network-policy, pod, docker-run (default profile)"},
       {"no-new-privileges", "", "seccomp: for containers with no-new-privileges"},
       {"architecture", "NAME", "seccomp: amd64, arm64 (default this machine's)"},
       {"also", "LIST", "seccomp: system calls of another runtime than runc"},
       {"image", "REFERENCE", "pod, docker-run: the image's reference"},
       {"labels", "LIST", "network-policy: labels of the pods, KEY=VALUE"},
       kState},
      {"seawall profile export shop-api --as seccomp -o shop-api.json",
       "seawall profile export ./shop-api.yaml --as docker-run --image shop/api:1.4"},
      1,
      1,
      run_export};
}

}  // namespace

std::vector<Command> profile_commands() {
  return {
      {"profile show",
       "[PROFILE]",
       "show a profile, or which there are",
       "PROFILE is a file, or the name of one that the guard keeps. The summary says what is "
       "allowed, "
       "where that comes from,\n"
       "and what is missing before the next mode. Exit status: 0 shown, 2 could not be read.",
       with(criteria_flags(), {"format", "NAME", "summary, yaml (default summary)", 'f'}),
       {"seawall profile show", "seawall profile show ./shop-api.yaml --format yaml"},
       0,
       1,
       run_show},
      {"profile diff",
       "BEFORE AFTER",
       "say what one profile allows that another does not",
       "Entry by entry, each with whether it makes the profile looser or stricter.\n"
       "Exit status: 0 nothing is looser, 1 something is, 2 could not run.",
       {{"format", "NAME", "table, json (default table)", 'f'}, kState},
       {"seawall profile diff shop-api ./shop-api.yaml",
        "seawall profile diff old.yaml new.yaml --format json"},
       2,
       2,
       run_diff},
      {"profile test",
       "PROFILE EVENTS...",
       "say what a profile would have denied of recorded events",
       "EVENTS are files of events as `seawall guard` writes them, one JSON object a line; -: "
       "standard input. Each denial is\n"
       "told once, with its first event, how often it came, and the command that allows it. Events "
       "of other images and of the\n"
       "host are passed over. Exit status: 0 nothing would be denied, 1 something would, 2 could "
       "not run or a line could\n"
       "not be read.",
       {{"container", "NAME", "only this one: its name, its id or the beginning of it"},
        {"format", "NAME", "text, json (default text)", 'f'},
        kState},
       {"seawall profile test shop-api events.jsonl",
        "seawall profile test ./shop-api.yaml - --container shop_api_1 < events.jsonl"},
       2,
       1000,
       run_test},
      export_command(),
      {"profile allow",
       "PROFILE WHAT",
       "let a denied action be from now on, and write down who did so",
       "WHAT is as `seawall profile test` and alerts name it: execute:PATH, read:PATH, write:PATH, "
       "readWrite:PATH, connect:PEER,\n"
       "listen:PEER, unix:PATH, raw, privilege:WORD, origin:WORD, capability:NAME, call:NAME. PATH "
       "may end in /**, PEER is\n"
       "10.0.0.0/8:443/tcp. Exit status: 0 allowed, 2 could not run, or a wider denial stands in "
       "the "
       "way.",
       {{"reason", "TEXT", "why; kept beside your name and the time"}, kState},
       {"seawall profile allow shop-api execute:/usr/bin/curl --reason health-check",
        "seawall profile allow ./shop-api.yaml connect:10.2.0.0/16:5432/tcp --reason "
        "CHG-1042"},
       2,
       2,
       run_allow},
      {"profile promote",
       "PROFILE",
       "put a profile into the next mode when it fulfils the criteria",
       "From learn to observe: nothing lost, nothing flagged, long enough, of enough containers. "
       "From "
       "observe to enforce: the\n"
       "same, and long enough without a denial. Exit status: 0 promoted, 1 not yet (with reasons), "
       "2 "
       "could not run.",
       with(criteria_flags(), {"dry-run", "", "only say whether it may"}),
       {"seawall profile promote shop-api --dry-run",
        "seawall profile promote ./shop-api.yaml --learn-for 2h --containers 1"},
       1,
       1,
       run_promote},
      {"profile seed",
       "IMAGE",
       "make a first profile from an image's own content, before it ever ran",
       "The programs of its entry point, command and health check with their digests, interpreters "
       "of scripts, loader and\n"
       "libraries. IMAGE is what `seawall scan` takes. Exit status: 0 made, 2 could not run.",
       {{"name", "NAME", "of the profile (default: from IMAGE)"},
        {"platform", "OS/ARCH", "which of an image's platforms"}},
       {"seawall profile seed shop/api:1.4 --name shop-api -o shop-api.yaml",
        "seawall profile seed docker-archive:api.tar"},
       1,
       1,
       run_seed},
      {"profile merge",
       "PROFILE...",
       "make one profile of those of replicas",
       "What one of them did is allowed; what was lost is added. Exit status: 0 made, 2 could not "
       "run, or they are of\n"
       "different images.",
       {kState},
       {"seawall profile merge one.yaml two.yaml -o shop-api.yaml",
        "seawall profile merge a.yaml b.yaml"},
       1,
       10'000,
       run_merge}};
}

}  // namespace seawall::cli
