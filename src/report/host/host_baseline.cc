#include "report/host/host_baseline.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "codec/json_writer.h"
#include "report/host/host_view.h"
#include "report/markdown_text.h"
#include "report/table_text.h"

namespace seawall::report {
namespace {

constexpr std::string_view kAbsent = "absent", kAside = "set aside";

std::string word_of(ControlVerdict verdict, const Suppression& suppression) {
  return std::string(suppression.active() ? kAside : to_string(verdict));
}

// An exception for the whole control is one for each thing that it would fail for.
std::string word_of(const ControlResult& control, const ControlSubject& subject) {
  const bool open =
      subject.verdict == ControlVerdict::kFail || subject.verdict == ControlVerdict::kError;
  return word_of(subject.verdict,
                 open && control.suppression.active() ? control.suppression : subject.suppression);
}

HostChange::Kind kind_of(const std::string& before, const std::string& after) {
  if (after == "fail") return HostChange::Kind::kNewlyFails;
  if (after == "error") return HostChange::Kind::kNoLongerKnown;
  return before == "fail" ? HostChange::Kind::kFixed : HostChange::Kind::kOther;
}

class HostComparison {
 public:
  HostComparison(const HostReport& before, const HostReport& after) {
    diff_.before = &before;
    diff_.after = &after;
    for (const ControlResult& control : before.controls) before_[control.id] = &control;
  }

  HostDiff run() {
    for (const ControlResult& control : diff_.after->controls) {
      const auto earlier = before_.find(control.id);
      compare(earlier == before_.end() ? nullptr : earlier->second, &control);
      if (earlier != before_.end()) before_.erase(earlier);
    }
    for (const auto& [id, control] : before_) compare(control, nullptr);
    std::stable_sort(diff_.changes.begin(), diff_.changes.end(),
                     [](const HostChange& a, const HostChange& b) { return a.kind < b.kind; });
    return std::move(diff_);
  }

 private:
  void compare(const ControlResult* before, const ControlResult* after) {
    const ControlResult* any = after != nullptr ? after : before;
    const bool each = (before == nullptr || !before->subjects.empty()) &&
                      (after == nullptr || !after->subjects.empty()) && !any->subjects.empty();
    if (!each) {
      return add(
          any, "",
          before == nullptr ? std::string(kAbsent) : word_of(before->verdict, before->suppression),
          after == nullptr ? std::string(kAbsent) : word_of(after->verdict, after->suppression));
    }
    std::map<std::string, std::array<std::string, 2>> subjects;
    const auto fill = [&](const ControlResult* control, size_t side) {
      if (control == nullptr) return;
      for (const ControlSubject& subject : control->subjects) {
        // Containers of two engines can share a name: what fails of them counts.
        std::string& word = subjects[subject.name][side];
        const std::string said = word_of(*control, subject);
        if (word.empty() || said == "fail" || (said == "error" && word != "fail")) word = said;
      }
    };
    fill(before, 0);
    fill(after, 1);
    for (auto& [name, words] : subjects) {
      for (std::string& word : words) {
        if (word.empty()) word = kAbsent;
      }
      add(any, name, words[0], words[1]);
    }
  }

  void add(const ControlResult* control, std::string subject, const std::string& before,
           const std::string& after) {
    if (before == after) return;
    // What came or went and is in order is no news.
    const bool quiet = (before == kAbsent && after != "fail" && after != "error") ||
                       (after == kAbsent && before != "fail");
    if (quiet) return;
    diff_.changes.push_back({kind_of(before, after), control, std::move(subject), before, after});
  }

  HostDiff diff_;
  std::map<std::string, const ControlResult*> before_;
};

std::string_view heading_of(HostChange::Kind kind, bool french) {
  switch (kind) {
    case HostChange::Kind::kNewlyFails:
      return french ? "Nouveaux échecs" : "Newly failing";
    case HostChange::Kind::kFixed:
      return french ? "Corrigé" : "Fixed";
    case HostChange::Kind::kNoLongerKnown:
      return french ? "N'est plus vérifiable" : "Can no longer be judged";
    case HostChange::Kind::kOther:
      break;
  }
  return french ? "Autres changements" : "Other changes";
}

constexpr HostChange::Kind kKinds[] = {HostChange::Kind::kNewlyFails, HostChange::Kind::kFixed,
                                       HostChange::Kind::kNoLongerKnown, HostChange::Kind::kOther};

std::string nothing_changed(bool french) {
  return french ? "Rien n'a changé." : "Nothing changed.";
}

std::string render_table(const HostDiff& diff, const HostRenderOptions& options) {
  const Style style{options.color, options.ascii};
  std::string out;
  if (diff.changes.empty()) return nothing_changed(options.french) + "\n";
  for (const HostChange::Kind kind : kKinds) {
    Grid grid({{}, {}, {.least = 30}, {.least = 16}, {}});
    for (const HostChange& change : diff.changes) {
      if (change.kind != kind) continue;
      grid.row({{short_name(*change.control)},
                {std::string(to_string(change.control->severity)), Tone::kDim},
                {style.clean(text_in(change.control->title, options.french))},
                {style.clean(change.subject)},
                {fmt::format("{} -> {}", change.before, change.after), Tone::kDim}});
    }
    if (grid.empty()) continue;
    const Tone tone = kind == HostChange::Kind::kNewlyFails ? Tone::kBoldRed : Tone::kBold;
    out += style.paint(heading_of(kind, options.french), tone) + "\n" +
           grid.render(2, std::max(options.width, 40u), style) + "\n";
  }
  return out;
}

std::string render_markdown(const HostDiff& diff, const HostRenderOptions& options) {
  std::string out = fmt::format("## {}\n", escape_markdown(diff.after->host, 100));
  if (diff.changes.empty()) return out + "\n" + nothing_changed(options.french) + "\n";
  for (const HostChange::Kind kind : kKinds) {
    std::string rows;
    for (const HostChange& change : diff.changes) {
      if (change.kind != kind) continue;
      rows += fmt::format("- **{}** {} {} ({} → {})\n", short_name(*change.control),
                          escape_markdown(text_in(change.control->title, options.french), 200),
                          escape_markdown(change.subject, 200), change.before, change.after);
    }
    if (!rows.empty()) out += fmt::format("\n### {}\n\n{}", heading_of(kind, options.french), rows);
  }
  return out;
}

std::string render_json(const HostDiff& diff) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("schema").string("https://seawall.dev/schema/host-diff-1.json");
  json.key("exitCode").integer(exit_code_of(diff));
  json.key("before").string(diff.before->collected_at);
  json.key("after").string(diff.after->collected_at);
  json.key("changes").begin_array();
  constexpr std::string_view kWords[] = {"newly_fails", "fixed", "no_longer_known", "other"};
  for (const HostChange& change : diff.changes) {
    json.begin_object();
    json.key("kind").string(kWords[static_cast<size_t>(change.kind)]);
    json.key("id").string(change.control->id);
    json.optional("number", change.control->number);
    json.optional("subject", change.subject);
    json.key("before").string(change.before);
    json.key("after").string(change.after);
    json.end_object();
  }
  json.end_array().end_object();
  return out + "\n";
}

}  // namespace

HostDiff compare_hosts(const HostReport& before, const HostReport& after) {
  return HostComparison(before, after).run();
}

int exit_code_of(const HostDiff& diff) {
  const auto has = [&](HostChange::Kind kind) {
    return std::any_of(diff.changes.begin(), diff.changes.end(),
                       [&](const HostChange& change) { return change.kind == kind; });
  };
  if (has(HostChange::Kind::kNoLongerKnown)) return 2;
  return has(HostChange::Kind::kNewlyFails) ? 1 : 0;
}

std::string render_host_diff(const HostDiff& diff, std::string_view format,
                             const HostRenderOptions& options) {
  if (format == "json") return render_json(diff);
  return format == "markdown" ? render_markdown(diff, options) : render_table(diff, options);
}

}  // namespace seawall::report
