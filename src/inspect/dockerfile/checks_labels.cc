// Checks on the labels that a project asks for, and on what .dockerignore takes away.
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/dockerfile/labels.h"
#include "inspect/dockerfile/lint.h"

namespace seawall::inspect {
namespace {

using Context = DockerLintContext;
using Emit = DockerEmit;

template <typename Use>
void each_label(const Context& context, Use use) {
  for (const Instruction& one : context.file.instructions) {
    if (one.name != "LABEL" || one.onbuild || one.words.empty()) continue;
    if (one.words[0].find('=') == std::string::npos) {
      use(one, unquoted(one.words[0]),
          unquoted(trim(std::string_view(one.arguments).substr(one.words[0].size()))));
      continue;
    }
    for (const std::string& word : one.words) {
      const auto [key, value] = split_once(word, '=');
      use(one, unquoted(key), unquoted(value));
    }
  }
}

// Of every stage that ends in an image: one that nothing else builds on or copies from.
void label_missing(const Context& context, const Emit& emit) {
  if (context.file.stages.empty()) return;
  for (const auto& [name, kind] : context.options.labels) {
    std::set<int> labelled;
    each_label(context, [&](const Instruction& one, std::string_view key, std::string_view) {
      if (key == name) labelled.insert(one.stage);
    });
    const auto& stages = context.file.stages;
    for (size_t i = 0; i < stages.size(); ++i) {
      bool used = false;
      for (const Stage& other : stages) used = used || other.from_stage == static_cast<int>(i);
      for (const Instruction& one : context.file.instructions) {
        used = used || (one.name == "COPY" && !one.flag("from").empty() &&
                        context.file.stage_named(one.flag("from")) == static_cast<int>(i));
      }
      if (used) continue;
      bool found = false;
      for (int stage = static_cast<int>(i), guard = 0; stage >= 0 && guard < 1000; ++guard) {
        found = found || labelled.contains(stage);
        const int next = stages[static_cast<size_t>(stage)].from_stage;
        if (next >= stage) break;
        stage = next;
      }
      if (!found) emit(stages[i].line, "no LABEL " + name);
    }
  }
}

void label_superfluous(const Context& context, const Emit& emit) {
  if (!context.options.strict_labels) return;
  each_label(context, [&](const Instruction& one, std::string_view key, std::string_view) {
    if (!context.options.labels.contains(std::string(key)))
      emit(one.line, "LABEL " + std::string(key));
  });
}

void label_empty(const Context& context, const Emit& emit) {
  each_label(context, [&](const Instruction& one, std::string_view key, std::string_view value) {
    if (value.empty() && context.options.labels.contains(std::string(key)))
      emit(one.line, "LABEL " + std::string(key));
  });
}

void label_kind(const Context& context, const Emit& emit, std::string_view kind) {
  each_label(context, [&](const Instruction& one, std::string_view key, std::string_view value) {
    const auto wanted = context.options.labels.find(std::string(key));
    if (wanted == context.options.labels.end() || wanted->second != kind || value.empty()) return;
    if (!fits_label_kind(kind, value)) emit(one.line, fmt::format("{}={}", key, value));
  });
}
void label_url(const Context& context, const Emit& emit) {
  label_kind(context, emit, "url");
}
void label_time(const Context& context, const Emit& emit) {
  label_kind(context, emit, "rfc3339");
}
void label_license(const Context& context, const Emit& emit) {
  label_kind(context, emit, "spdx");
}
void label_hash(const Context& context, const Emit& emit) {
  label_kind(context, emit, "hash");
}
void label_version(const Context& context, const Emit& emit) {
  label_kind(context, emit, "semver");
}
void label_email(const Context& context, const Emit& emit) {
  label_kind(context, emit, "email");
}

void copy_ignored(const Context& context, const Emit& emit) {
  if (context.options.ignore_lines.empty()) return;
  for (const Instruction& one : context.file.instructions) {
    if ((one.name != "COPY" && one.name != "ADD") || !one.flag("from").empty()) continue;
    for (size_t i = 0; i + 1 < one.words.size(); ++i) {
      const std::string_view source = unquoted(one.words[i]);
      if (source.find_first_of("*?[$") != source.npos || source.find("://") != source.npos ||
          source.starts_with("git@") || source.starts_with("<<"))
        continue;
      if (is_ignored(context.options.ignore_lines, source))
        emit(one.line, fmt::format("{} {}", one.name, source));
    }
  }
}

constexpr std::pair<std::string_view, DockerCheck> kChecks[] = {
    {"label-missing", label_missing}, {"label-superfluous", label_superfluous},
    {"label-empty", label_empty},     {"label-url", label_url},
    {"label-time", label_time},       {"label-license", label_license},
    {"label-hash", label_hash},       {"label-version", label_version},
    {"label-email", label_email},     {"copy-ignored", copy_ignored},
};

}  // namespace

DockerCheck find_docker_label_check(std::string_view name) {
  for (const auto& [known, check] : kChecks) {
    if (known == name) return check;
  }
  return nullptr;
}

}  // namespace seawall::inspect
