// The list of what reads OS package databases.
#include "inspect/packages/ownership.h"
#include "inspect/packages/packages.h"

namespace seawall::inspect {

std::vector<Inspector> os_inspectors() {
  return {
      {"os-release",
       1,
       {"etc/os-release", "usr/lib/os-release", "etc/alpine-release", "etc/debian_version",
        "etc/oracle-release", "etc/rocky-release", "etc/almalinux-release", "etc/centos-release",
        "etc/fedora-release", "etc/redhat-release", "etc/system-release", "etc/SuSE-release",
        "etc/arch-release", "etc/lsb-release"},
       "the distribution and its version",
       parse_os_release},
      {"dpkg",
       1,
       {"var/lib/dpkg/status", "var/lib/dpkg/status.d/*"},
       "Debian packages, also those of distroless images",
       parse_dpkg},
      {"dpkg-files",
       1,
       {"var/lib/dpkg/info/*.list", "var/lib/dpkg/status.d/*.md5sums"},
       "which files Debian packages own",
       parse_dpkg_files},
      {"apk",
       2,
       {"lib/apk/db/installed", "usr/lib/apk/db/installed"},
       "Alpine packages",
       parse_apk},
      {"rpm",
       2,
       {"var/lib/rpm/Packages", "var/lib/rpm/Packages.db", "var/lib/rpm/rpmdb.sqlite",
        "usr/lib/sysimage/rpm/Packages", "usr/lib/sysimage/rpm/Packages.db",
        "usr/lib/sysimage/rpm/rpmdb.sqlite", "usr/share/rpm/Packages", "usr/share/rpm/Packages.db",
        "usr/share/rpm/rpmdb.sqlite"},
       "RPM packages (Berkeley DB, ndb and SQLite databases)",
       parse_rpm},
      {"pacman", 1, {"var/lib/pacman/local/*/desc"}, "Arch Linux packages", parse_pacman},
      {"pacman-files",
       1,
       {"var/lib/pacman/local/*/files"},
       "which files Arch packages own",
       parse_pacman_files},
      {"opkg",
       1,
       {"usr/lib/opkg/status", "var/lib/opkg/status", "opt/usr/lib/opkg/status",
        "opt/var/lib/opkg/status", "opt/lib/opkg/status"},
       "OpenWrt and Yocto packages",
       parse_opkg},
  };
}

}  // namespace seawall::inspect
