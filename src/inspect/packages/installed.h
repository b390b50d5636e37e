// Installed language packages, as images and root filesystems hold them.
#pragma once

#include "inspect/inspector.h"

namespace seawall::inspect {

// node_modules/NAME/package.json and node_modules/@SCOPE/NAME/package.json.
void parse_npm_package(const FileInput& file, InspectorSink& sink);
// *.dist-info/METADATA, *.egg-info/PKG-INFO, *.egg-info, EGG-INFO/PKG-INFO.
// Source: Python packaging, "Core metadata specifications".
void parse_python_metadata(const FileInput& file, InspectorSink& sink);
// specifications/NAME-VERSION.gemspec as RubyGems writes them, and written by hand.
void parse_gemspec(const FileInput& file, InspectorSink& sink);
// vendor/composer/installed.json of Composer 1 and 2.
void parse_composer_installed(const FileInput& file, InspectorSink& sink);
// conda-meta/NAME-VERSION-BUILD.json.
void parse_conda_meta(const FileInput& file, InspectorSink& sink);
// NAME.deps.json of a published .NET application.
void parse_dotnet_deps(const FileInput& file, InspectorSink& sink);
// library/NAME/DESCRIPTION of R.
void parse_r_description(const FileInput& file, InspectorSink& sink);
// rocks/NAME/VERSION/NAME-VERSION.rockspec of LuaRocks.
void parse_rockspec(const FileInput& file, InspectorSink& sink);
// ebin/NAME.app: an application resource file of Erlang or Elixir.
void parse_erlang_app(const FileInput& file, InspectorSink& sink);
// package.conf.d/*.conf of GHC.
void parse_haskell_conf(const FileInput& file, InspectorSink& sink);
// .meta/NAME-VERSION/install.json of cpanminus.
void parse_perl_install(const FileInput& file, InspectorSink& sink);
// wp-content/plugins/NAME/*.php with a plugin header, wp-includes/version.php.
void parse_wordpress(const FileInput& file, InspectorSink& sink);
// opt/bitnami/NAME/.spdx-NAME.spdx: the components of Bitnami's images.
void parse_bitnami(const FileInput& file, InspectorSink& sink);
// JAVA_HOME/release: a Java runtime.
void parse_jvm_release(const FileInput& file, InspectorSink& sink);

}  // namespace seawall::inspect
