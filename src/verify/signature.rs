//! Whether the list of digests and `chain.json` are signed, and by whom. The only user of `minisign-verify`;
//! nothing here can sign.

use minisign_verify::{Error as Unsigned, PublicKey as Verifier, Signature};

use super::records::Chain;
use super::{LARGEST, Published, shown};
use crate::error::Error;
use crate::policy::public_key::PublicKey;
use crate::site::urls;

/// The largest signature or key that is read.
const SMALL: usize = 64 * 1024;

/// What is signed.
const SIGNED: [&str; 2] = [urls::CHAIN, urls::SUMS];

pub(super) fn check(
    site: &mut Published<'_>,
    given: Option<&PublicKey>,
    chain: Option<&Chain>,
    compared: bool,
) -> Result<(), Error> {
    let published = published(site, chain)?;
    let signed: Vec<&str> = SIGNED.into_iter().filter(|file| site.has(&urls::signature(file))).collect();
    let Some(key) = given.or(published.as_ref()) else {
        site.note(match (signed.is_empty(), compared) {
            (true, false) => {
                "nothing is signed, so this tells nothing of who makes the whole folder anew; an earlier copy does: \
                 `--against`"
            }
            (true, true) => "nothing is signed",
            (false, _) => {
                "the signatures were not checked: give the site's public key, which you know from elsewhere: \
                 `--key RW…`, or the name of its file"
            }
        });
        return Ok(());
    };
    if given.is_none() && signed.is_empty() {
        site.note(format!("`{}` is there, and nothing is signed with it", urls::KEY));
        return Ok(());
    }
    let mut fine = Vec::new();
    for file in SIGNED {
        if let Some(comment) = one(site, file, key)? {
            fine.push(format!("`{file}` ({})", shown(&comment)));
        }
    }
    if !fine.is_empty() {
        let by = match given {
            Some(_) => "with the key that you gave",
            None => {
                "with the key that stands beside them, which proves nothing by itself: whoever makes a folder anew \
                 puts a key of their own there; compare it with what you know from elsewhere, and give it with `--key`"
            }
        };
        site.note(format!("signed are {} {by}", fine.join(" and ")));
    }
    if let (Some(given), Some(published)) = (given, &published)
        && given != published
    {
        site.note(format!("the key that the site names is another one: {}", shown(published.text())));
    }
    Ok(())
}

/// The key that the site names.
fn published(site: &mut Published<'_>, chain: Option<&Chain>) -> Result<Option<PublicKey>, Error> {
    let told = chain.and_then(|chain| chain.public_key.as_deref());
    let file = site.bytes(urls::KEY, SMALL)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let key = file.as_deref().map(key_line);
    if key != told && site.is_sound(urls::KEY) && site.is_sound(urls::CHAIN) {
        let what = format!("it is not the key that `{}` names", urls::CHAIN);
        site.fault(urls::KEY, "key", what, "signatures that this key fits may be somebody else's");
    }
    let read = key.or(told).map(PublicKey::read);
    if let Some(Err(_)) = read
        && site.is_sound(urls::KEY)
    {
        site.touched(
            urls::KEY,
            "key",
            "it is no public key of minisign",
            "no signature can be checked with it",
        );
    }
    Ok(read.and_then(Result::ok))
}

/// The key in a file as minisign writes it, or a key alone.
pub fn key_line(text: &str) -> &str {
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default()
}

/// The signature of a file: what was signed beside it, where it is right.
fn one(site: &mut Published<'_>, file: &str, key: &PublicKey) -> Result<Option<String>, Error> {
    let path = urls::signature(file);
    let Some(data) = site.bytes(file, LARGEST)? else { return Ok(None) };
    let Some(bytes) = site.bytes(&path, SMALL)? else {
        if !site.has(&path) {
            let what = format!("it is not there, so `{file}` is not signed");
            site.touched(&path, "signature", what, "nobody vouches for what is published");
        }
        return Ok(None);
    };
    let verify = || {
        let signature =
            Signature::decode(std::str::from_utf8(&bytes).map_err(|_| Unsigned::InvalidEncoding)?)?;
        Verifier::from_base64(key.text())?.verify(&data, &signature, true)?;
        Ok(signature.trusted_comment().to_owned())
    };
    let (what, means) = match verify() {
        Ok(comment) => return Ok(Some(comment)),
        Err(Unsigned::UnexpectedKeyId) => (
            format!("`{file}` was signed with another key"),
            "somebody else published this, or the site has a new key: ask its publisher",
        ),
        Err(Unsigned::InvalidSignature) => (
            format!("it is not the signature of `{file}` as it is"),
            "it was touched after it was signed, or it was built again and not signed again",
        ),
        Err(error) => {
            (format!("it is no signature that can be read: {error}"), "nobody vouches for what is published")
        }
    };
    site.touched(&path, "signature", what, means);
    Ok(None)
}
