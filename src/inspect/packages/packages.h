// The OS package databases, one file each beside this header.
#pragma once

#include "inspect/inspector.h"

namespace seawall::inspect {

// var/lib/dpkg/status and status.d/* (distroless). Packages in state "installed" only; the .md5sums
// files of status.d are not packages. Source: deb-control(5), dpkg-query(1).
void parse_dpkg(const FileInput& file, InspectorSink& sink);
// lib/apk/db/installed and usr/lib/apk/db/installed. Source: apk-tools, apk-installed-db(5).
void parse_apk(const FileInput& file, InspectorSink& sink);
// var/lib/rpm and usr/lib/sysimage/rpm: Packages (Berkeley DB hash), Packages.db (ndb),
// rpmdb.sqlite.
void parse_rpm(const FileInput& file, InspectorSink& sink);
// var/lib/pacman/local/*/desc. Source: alpm-db-desc(5).
void parse_pacman(const FileInput& file, InspectorSink& sink);
// usr/lib/opkg/status, var/lib/opkg/status, opt/... and info/*.control.
void parse_opkg(const FileInput& file, InspectorSink& sink);
// etc/os-release, usr/lib/os-release, etc/*-release, etc/debian_version, etc/alpine-release.
void parse_os_release(const FileInput& file, InspectorSink& sink);

}  // namespace seawall::inspect
