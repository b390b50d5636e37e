# shellcheck shell=bash
# What experiments share: `. /exp/support/lab.sh`. They run as root in the guest, with a dockerd,
# and are thrown away with it.

# result NAME EXPECTED GOT [NOTE]: one row of the table. A row whose EXPECTED is not GOT makes the
# run fail.
result() {
  local note=${4:-}
  note=${note//[$'\n\t']/ }
  printf 'RESULT\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${note:0:100}"
}

# fact NAME COMMAND...: a row that says yes when COMMAND succeeds; the note is the last line of what
# it printed.
fact() {
  local name=$1 output got=yes
  shift
  output=$("$@" 2>&1) || got=no
  result "$name" yes "$got" "$(printf '%s' "$output" | tail -n 1)"
}

# make_image NAME DIRECTORY: imports an image that holds busybox (static, with a link for each of
# its programs) and the contents of DIRECTORY. No registry takes part.
make_image() {
  local name=$1 contents=$2 tree
  tree=$(mktemp -d)
  mkdir -p "$tree"/{bin,dev,etc,proc,root,sys,tmp,var}
  cp "$(command -v busybox)" "$tree/bin/busybox"
  local applet
  for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$tree/etc/passwd"
  chmod 1777 "$tree/tmp"
  cp -a "$contents/." "$tree/"
  tar -C "$tree" -c . |
    docker import --change 'CMD ["sleep", "1000000"]' --change 'ENV PATH=/bin' - "$name" >/dev/null
  rm -rf "$tree"
}
