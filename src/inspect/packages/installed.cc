// The list of what reads installed language packages.
#include "inspect/packages/installed.h"

namespace seawall::inspect {
namespace {

Inspector installed(std::string_view name, std::vector<std::string_view> paths,
                    std::string_view finds, void (*parse)(const FileInput&, InspectorSink&)) {
  return {.name = name, .version = 1, .paths = std::move(paths), .finds = finds, .parse = parse};
}

}  // namespace

std::vector<Inspector> installed_inspectors() {
  return {
      installed("npm", {"**/node_modules/*/package.json", "**/node_modules/*/*/package.json"},
                "installed npm packages", parse_npm_package),
      installed("python",
                {"**/*.dist-info/METADATA", "**/*.egg-info/PKG-INFO", "**/*.egg-info",
                 "**/EGG-INFO/PKG-INFO"},
                "installed Python packages", parse_python_metadata),
      installed("gem", {"**/specifications/*.gemspec", "**/specifications/*/*.gemspec"},
                "installed Ruby gems", parse_gemspec),
      installed("composer", {"**/vendor/composer/installed.json"}, "installed PHP packages",
                parse_composer_installed),
      installed("conda", {"**/conda-meta/*.json"}, "installed Conda packages", parse_conda_meta),
      installed("dotnet", {"**/*.deps.json"}, "NuGet packages of published .NET applications",
                parse_dotnet_deps),
      installed("r", {"**/library/*/DESCRIPTION", "**/site-library/*/DESCRIPTION"},
                "installed R packages", parse_r_description),
      installed("luarocks", {"**/rocks*/*/*/*.rockspec"}, "installed Lua rocks", parse_rockspec),
      installed("erlang", {"**/ebin/*.app"}, "Erlang and Elixir applications", parse_erlang_app),
      installed("haskell", {"**/package.conf.d/*.conf"}, "installed Haskell packages",
                parse_haskell_conf),
      installed("perl", {"**/.meta/*/install.json"}, "Perl distributions installed by cpanminus",
                parse_perl_install),
      installed("wordpress", {"**/wp-content/plugins/*/*.php", "**/wp-includes/version.php"},
                "WordPress and its plugins", parse_wordpress),
      installed("bitnami", {"opt/bitnami/*/.spdx-*.spdx"}, "components of Bitnami images",
                parse_bitnami),
      installed("jvm", {"**/release"}, "Java runtimes", parse_jvm_release),
  };
}

}  // namespace seawall::inspect
