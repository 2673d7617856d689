#!/bin/sh
# Builds the site beside the ones before it and points the link `current` at it, in one step. The last ten stay.
#
#     release.sh         build what is in ./content, and publish it
#     release.sh due     the same, if a build is owed
#     release.sh back    the site before the one that is published
#
# The web server's root is $SITES/current. Where KEY names the file of a secret key of minisign, the site is signed
# before anybody sees it.
set -eu
SITES="${SITES:-/srv/policies}"
KEEP="${KEEP:-10}"
mkdir -p "$SITES"
exec 9>"$SITES/.lock"
flock 9

publish() {
    ln -s "$1" "$SITES/.next"
    mv -T "$SITES/.next" "$SITES/current"
    echo "published: $1"
}
rm -f "$SITES/.next"

case "${1:-build}" in
due)
    owed=0
    clauseline due --out "$SITES/current" || owed=$?
    case "$owed" in 3) ;; *) exit "$owed" ;; esac
    ;;
back)
    now="$(readlink "$SITES/current")"
    last="$(cd "$SITES" && ls -d [0-9]* | sort | awk -v now="$now" '$0 < now { last = $0 } END { print last }')"
    if [ -z "$last" ]; then echo "there is no site before $now" >&2; exit 1; fi
    publish "$last"
    exit
    ;;
esac

name="$(date -u +%Y%m%dT%H%M%SZ)"
while [ -e "$SITES/$name" ]; do sleep 1; name="$(date -u +%Y%m%dT%H%M%SZ)"; done
# What was not published is no site to go back to.
trap 'rm -rf "${SITES:?}/$name"' EXIT
clauseline build --out "$SITES/$name"
# What is as it was keeps its time, by which servers know what need not be sent again.
if [ -d "$SITES/current" ]; then
    (cd "$SITES/$name" && find . -type f) | while IFS= read -r file; do
        if cmp -s "$SITES/current/$file" "$SITES/$name/$file"; then
            touch -r "$SITES/current/$file" "$SITES/$name/$file"
        fi
    done
fi
if [ -n "${KEY:-}" ]; then
    minisign -S -s "$KEY" -m "$SITES/$name/chain.json" "$SITES/$name/SHA256SUMS"
    clauseline verify "$SITES/$name"
fi
publish "$name"
trap - EXIT
cd "$SITES"
ls -d [0-9]* | sort -r | tail -n "+$((KEEP + 1))" | while read -r old; do
    if [ "$old" != "$(readlink current)" ]; then rm -rf "./$old"; fi
done
