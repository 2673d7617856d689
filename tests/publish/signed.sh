#!/usr/bin/env bash
# A site is signed with minisign by the recipe and published; then it is touched in every way, and each has to be
# named. What our own program says is checked against minisign and sha256sum.
#
#     tests/publish/signed.sh PROGRAM CONTENT WORK
#
# WORK is an empty folder.
set -euo pipefail
program="$(realpath "$1")"
content="$(realpath "$2")"
work="$(realpath "$3")"
recipes="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
PATH="$(dirname "$program"):$PATH"
cd "$work"

# Keys without a password, as a machine needs them that nobody sits at.
minisign -G -W -p ours.pub -s ours.key >/dev/null
minisign -G -W -p other.pub -s other.key >/dev/null
key="$(tail -n 1 ours.pub)"
other="$(tail -n 1 other.pub)"
mkdir desk
cp -r "$content" desk/content
printf '\npublic_key: %s\n' "$key" >>desk/content/site.yaml
export SITES="$work/sites" SOURCE_DATE_EPOCH=1796126400

release() { (cd desk && "$recipes/release.sh" "$@") >release.log 2>&1; }
fails() {
    echo "error: $1" >&2
    exit 1
}

KEY="$work/ours.key" release || fails "release.sh: $(cat release.log)"
site="$SITES/current"
# The first line is a comment that nothing reads: minisign 0.11 leaves out the zeros at the start of the number.
cmp -s <(sed -E '1s/ 0+/ /' ours.pub) <(sed -E '1s/ 0+/ /' "$site/minisign.pub") ||
    fails "minisign.pub is not as minisign writes it"

# Without our program.
(cd "$site" && sha256sum --check --strict --quiet SHA256SUMS)
for file in chain.json SHA256SUMS; do
    minisign -V -q -P "$key" -m "$site/$file"
    minisign -V -q -p "$site/minisign.pub" -m "$site/$file"
done
clauseline verify "$site" --key "$key" 2>fine.log || fails "$(cat fine.log)"
clauseline verify "$site" --key ours.pub --against "$site" 2>>fine.log || fails "$(cat fine.log)"

# Whoever signs with a key that the site does not name publishes nothing, and leaves nothing.
before="$(readlink "$site")"
if KEY="$work/other.key" release; then fails "release.sh published what another key signed"; fi
[[ "$(readlink "$site")" == "$before" && "$(find "$SITES" -maxdepth 1 -name '[0-9]*' | wc -l)" == 1 ]] ||
    fails "release.sh left what it could not sign"

tried=0
# named FILE COMMAND…: after the command, done in a copy of the site, the file is named.
named() {
    local file="$1" code=0
    shift
    rm -rf copy
    cp -r "$(realpath "$site")" copy
    (cd copy && "$@")
    clauseline verify copy --key "$key" >found.log 2>&1 || code=$?
    [[ "$code" == 1 ]] || fails "$file, $*: verify ended with $code: $(cat found.log)"
    grep -qF "$file: " found.log || fails "$file, $*: not named: $(cat found.log)"
    tried=$((tried + 1))
}
version="$(cd "$site" && ls -d privacy/v/*/ | sed -n 3p)"
since="$(cd "$site" && ls privacy/since/*.json | head -n 1)"
kinds=(index.html "${version}policy.md" "${version}record.json" "${version}index.html" privacy/changelog.json
    privacy/head.json "$since" privacy/link.json policies.json events.json events/1.json schema/changelog-v1.json
    assets/style.css sitemap.xml chain.json minisign.pub _headers)
sum_again() {
    find . -type f ! -name SHA256SUMS ! -name '*.minisig' ! -name .clauseline -printf '%P\n' | LC_ALL=C sort |
        xargs -d '\n' sha256sum >SHA256SUMS
}
anew() { "$@" && sum_again; }
for file in "${kinds[@]}"; do
    named "$file" sed -i '0,/./s/./~/' "$file"
    # And with the list written anew: its signature is that of another list.
    named SHA256SUMS.minisig anew sed -i '0,/./s/./~/' "$file"
    if [[ "$file" != _headers ]]; then named "$file" rm "$file"; fi
done
named chain.json.minisig sed -i 's/^trusted comment: ./&X/' chain.json.minisig
named chain.json.minisig rm chain.json.minisig
named SHA256SUMS.minisig rm SHA256SUMS.minisig
named SHA256SUMS.minisig cp chain.json.minisig SHA256SUMS.minisig
named SHA256SUMS rm SHA256SUMS
named added.html touch added.html
named "${version}policy.md" mv "${version}policy.md" "${version}other.md"

# Another site, whole and signed with the same key: its signature is of other files.
(cd desk && clauseline build --as-of 2024-01-01 --out "$work/second") 2>/dev/null
minisign -S -s ours.key -m second/chain.json second/SHA256SUMS >/dev/null
named chain.json.minisig cp "$work/second/chain.json.minisig" "$work/second/SHA256SUMS.minisig" .
# Going back to it is something that only a copy tells, not the key.
clauseline verify second --key "$key" 2>/dev/null
if clauseline verify second --key "$key" --against "$site" >found.log 2>&1; then fails "the log went back"; fi

# Another key.
if clauseline verify "$site" --key "$other" >found.log 2>&1; then fails "another key fits"; fi
grep -q 'signed with another key' found.log
# Somebody else's site, whole, under their own key, which it names itself.
sed -i "s|^public_key: .*|public_key: $other|" desk/content/site.yaml
(cd desk && clauseline build --out "$work/theirs") 2>/dev/null
minisign -S -s other.key -m theirs/chain.json theirs/SHA256SUMS >/dev/null
clauseline verify theirs >found.log 2>&1 || fails "$(cat found.log)"
grep -q 'proves nothing by itself' found.log
if clauseline verify theirs --key "$key" >found.log 2>&1; then fails "their key passes for ours"; fi
echo "signed: $tried ways to touch a site, each named"
