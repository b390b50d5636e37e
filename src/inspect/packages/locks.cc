// The list of what reads lock and manifest files of source trees; those of ecosystems that keep no
// other record of what is installed are read in images too.
#include "inspect/packages/locks.h"

namespace seawall::inspect {
namespace {

Inspector lock(std::string_view name, std::vector<std::string_view> paths, std::string_view finds,
               void (*parse)(const FileInput&, InspectorSink&), Scope scope = Scope::kSource) {
  return {.name = name,
          .version = 1,
          .paths = std::move(paths),
          .finds = finds,
          .parse = parse,
          .category = Category::kPackages,
          .scope = scope};
}

}  // namespace

std::vector<Inspector> lock_inspectors() {
  return {
      lock("npm-lock", {"**/package-lock.json", "**/npm-shrinkwrap.json"}, "npm packages",
           parse_package_lock),
      lock("yarn-lock", {"**/yarn.lock"}, "npm packages, classic and berry", parse_yarn_lock),
      lock("pnpm-lock", {"**/pnpm-lock.yaml"}, "npm packages", parse_pnpm_lock),
      lock("bun-lock", {"**/bun.lock"}, "npm packages", parse_bun_lock),
      lock("pip-requirements",
           {"**/requirements.txt", "**/requirements-*.txt", "**/*.requirements.txt",
            "**/*-requirements.txt", "**/*_requirements.txt", "**/requirements/*.txt",
            "**/constraints.txt"},
           "Python packages that are pinned with ==", parse_requirements),
      lock("pipfile-lock", {"**/Pipfile.lock"}, "Python packages", parse_pipfile_lock),
      lock("python-lock",
           {"**/poetry.lock", "**/uv.lock", "**/pdm.lock", "**/pylock.toml", "**/pylock.*.toml"},
           "Python packages", parse_python_lock),
      lock("go-mod", {"**/go.mod", "**/go.work"}, "Go modules and the Go version", parse_go_mod),
      lock("cargo-lock", {"**/Cargo.lock"}, "Rust crates", parse_cargo_lock),
      lock("composer-lock", {"**/composer.lock"}, "PHP packages", parse_composer_lock),
      lock("gemfile-lock", {"**/Gemfile.lock", "**/gems.locked"}, "Ruby gems", parse_gemfile_lock),
      lock("nuget-lock", {"**/packages.lock.json"}, "NuGet packages", parse_nuget_lock),
      lock("nuget-assets", {"**/project.assets.json"}, "NuGet packages", parse_nuget_assets),
      lock("nuget-xml",
           {"**/packages.config", "**/*.csproj", "**/*.fsproj", "**/*.vbproj",
            "**/Directory.Packages.props"},
           "NuGet packages with exact versions", parse_nuget_xml),
      lock("maven-pom", {"**/pom.xml", "**/*.pom"}, "Maven dependencies that the file settles",
           parse_pom),
      lock("gradle-lock", {"**/gradle.lockfile", "**/buildscript-gradle.lockfile"},
           "Maven packages", parse_gradle_lock),
      lock("gradle-verification", {"**/gradle/verification-metadata.xml"}, "Maven packages",
           parse_gradle_verification),
      lock("sbt-lock", {"**/build.sbt.lock"}, "Maven packages", parse_sbt_lock),
      lock("mix-lock", {"**/mix.lock"}, "Elixir packages", parse_mix_lock),
      lock("rebar-lock", {"**/rebar.lock"}, "Erlang packages", parse_rebar_lock),
      lock("pubspec-lock", {"**/pubspec.lock"}, "Dart packages", parse_pubspec_lock, Scope::kBoth),
      lock("conan-lock", {"**/conan.lock"}, "C and C++ packages", parse_conan_lock),
      lock("vcpkg", {"**/vcpkg.json"}, "C and C++ packages with a stated version", parse_vcpkg),
      lock("swift-resolved", {"**/Package.resolved"}, "Swift packages", parse_swift_resolved,
           Scope::kBoth),
      lock("podfile-lock", {"**/Podfile.lock"}, "CocoaPods", parse_podfile_lock),
      lock("carthage", {"**/Cartfile.resolved"}, "Carthage frameworks", parse_cartfile),
      lock("github-actions",
           {"**/.github/workflows/*.yml", "**/.github/workflows/*.yaml", "**/action.yml",
            "**/action.yaml"},
           "GitHub Actions that workflows use", parse_workflow),
      lock("renv-lock", {"**/renv.lock"}, "R packages", parse_renv_lock),
      lock("julia-manifest", {"**/Manifest.toml", "**/JuliaManifest.toml"}, "Julia packages",
           parse_julia_manifest, Scope::kBoth),
      lock("cabal-freeze", {"**/cabal.project.freeze"}, "Haskell packages", parse_cabal_freeze),
      lock("stack-lock", {"**/stack.yaml.lock"}, "Haskell packages", parse_stack_lock),
      lock("conda-environment", {"**/environment.yml", "**/environment.yaml"},
           "Conda packages with exact versions", parse_conda_environment),
      lock("terraform-lock", {"**/.terraform.lock.hcl"}, "Terraform providers",
           parse_terraform_lock),
  };
}

}  // namespace seawall::inspect
