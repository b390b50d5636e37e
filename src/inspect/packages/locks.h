// Lock and manifest files of source trees, one file an ecosystem in locks/. Each entry has its
// line; what an entry needs (Package::depends) is given where the file says so exactly.
#pragma once

#include "inspect/inspector.h"

namespace seawall::inspect {

// JavaScript. package-lock.json and npm-shrinkwrap.json versions 1 to 3, yarn.lock classic and
// berry, pnpm-lock.yaml 5 to 9, bun.lock 0 and 1.
void parse_package_lock(const FileInput& file, InspectorSink& sink);
void parse_yarn_lock(const FileInput& file, InspectorSink& sink);
void parse_pnpm_lock(const FileInput& file, InspectorSink& sink);
void parse_bun_lock(const FileInput& file, InspectorSink& sink);
// Python. Pins of requirements files, Pipfile.lock, and poetry.lock, uv.lock, pdm.lock and
// pylock.toml (PEP 751), which are alike.
void parse_requirements(const FileInput& file, InspectorSink& sink);
void parse_pipfile_lock(const FileInput& file, InspectorSink& sink);
void parse_python_lock(const FileInput& file, InspectorSink& sink);
// Go: go.mod and go.work. Rust: Cargo.lock. PHP: composer.lock. Ruby: Gemfile.lock, gems.locked.
void parse_go_mod(const FileInput& file, InspectorSink& sink);
void parse_cargo_lock(const FileInput& file, InspectorSink& sink);
void parse_composer_lock(const FileInput& file, InspectorSink& sink);
void parse_gemfile_lock(const FileInput& file, InspectorSink& sink);
// .NET: packages.lock.json, project.assets.json, packages.config, project files and
// Directory.Packages.props (exact versions).
void parse_nuget_lock(const FileInput& file, InspectorSink& sink);
void parse_nuget_assets(const FileInput& file, InspectorSink& sink);
void parse_nuget_xml(const FileInput& file, InspectorSink& sink);
// Java: pom.xml (what the file itself settles), gradle.lockfile, verification-metadata.xml,
// *.sbt.lock.
void parse_pom(const FileInput& file, InspectorSink& sink);
void parse_gradle_lock(const FileInput& file, InspectorSink& sink);
void parse_gradle_verification(const FileInput& file, InspectorSink& sink);
void parse_sbt_lock(const FileInput& file, InspectorSink& sink);
// Elixir, Erlang, Dart, C and C++, Swift, GitHub Actions, R, Julia, Haskell, Conda, Terraform.
void parse_mix_lock(const FileInput& file, InspectorSink& sink);
void parse_rebar_lock(const FileInput& file, InspectorSink& sink);
void parse_pubspec_lock(const FileInput& file, InspectorSink& sink);
void parse_conan_lock(const FileInput& file, InspectorSink& sink);
void parse_vcpkg(const FileInput& file, InspectorSink& sink);
void parse_swift_resolved(const FileInput& file, InspectorSink& sink);
void parse_podfile_lock(const FileInput& file, InspectorSink& sink);
void parse_cartfile(const FileInput& file, InspectorSink& sink);
void parse_workflow(const FileInput& file, InspectorSink& sink);
void parse_renv_lock(const FileInput& file, InspectorSink& sink);
void parse_julia_manifest(const FileInput& file, InspectorSink& sink);
void parse_cabal_freeze(const FileInput& file, InspectorSink& sink);
void parse_stack_lock(const FileInput& file, InspectorSink& sink);
void parse_conda_environment(const FileInput& file, InspectorSink& sink);
void parse_terraform_lock(const FileInput& file, InspectorSink& sink);

}  // namespace seawall::inspect
