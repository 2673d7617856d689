//! A public key of minisign: what a site names so that its readers can check its signatures.
//!
//! Only its form is looked at here; signatures are checked in `verify`. Secret keys are known by how they
//! begin, so that nobody publishes one.

/// A public key, as minisign prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// `RW` and 54 more characters.
    text: String,
    /// What minisign calls the key by.
    number: u64,
}

/// Why a text is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is a secret key.
    Secret,
    /// It is a signature.
    Signature,
    /// It is something else.
    Other,
}

/// How secret keys begin, with a password and without.
const SECRET: [&str; 2] = ["RWRTY0Iy", "RWQAAEIy"];

/// Two letters for the kind of signature, eight bytes of number, 32 of key.
const BYTES: usize = 42;

impl PublicKey {
    /// Reads a key.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        let text = text.trim();
        if SECRET.iter().any(|start| text.starts_with(start)) {
            return Err(Wrong::Secret);
        }
        let bytes = decoded(text).ok_or(Wrong::Other)?;
        let number = match bytes.as_slice() {
            [b'E', b'd' | b'D', rest @ ..] if bytes.len() != BYTES && rest.len() == 72 => {
                return Err(Wrong::Signature);
            }
            [b'E', b'd', number @ ..] if bytes.len() == BYTES => number.get(..8),
            _ => None,
        };
        let number = number.and_then(|number| number.try_into().ok()).ok_or(Wrong::Other)?;
        Ok(Self { text: text.to_owned(), number: u64::from_le_bytes(number) })
    }

    /// The key in one word.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file in which minisign keeps a public key. Its first line is a comment; the number in it has all its
    /// sixteen digits, where older versions of minisign leave out the zeros it starts with.
    pub fn file(&self) -> String {
        format!("untrusted comment: minisign public key {:016X}\n{}\n", self.number, self.text)
    }
}

/// Base64 as minisign writes it: with padding, which a key of 42 bytes needs none of.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - digits.len() > 2 {
        return None;
    }
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
            held &= (1 << bits) - 1;
        }
    }
    (held == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "RWS68X0hICLSY7wo/jr0tt9S4o2PsExQQntvb4thVEKQYU+cpwpw2tOh";

    #[test]
    fn a_key_is_written_as_minisign_writes_it() {
        let key = PublicKey::read(&format!(" {KEY}\n")).unwrap();
        assert_eq!(key.text(), KEY);
        assert_eq!(key.file(), format!("untrusted comment: minisign public key 63D22220217DF1BA\n{KEY}\n"));
        let with_zero = "RWSt89UmweLnCahyRB53HN5tCVnPpUv5xJ3pUs9msWxh8J9sFyuZZyYP";
        let file = PublicKey::read(with_zero).unwrap().file();
        assert!(file.starts_with("untrusted comment: minisign public key 09E7E2C126D5F3AD\n"), "{file}");
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        let secret = "RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(PublicKey::read(secret), Err(Wrong::Secret));
        assert_eq!(PublicKey::read("RWRTY0IyAAAA"), Err(Wrong::Secret));
        let signature = "RUS68X0hICLSY0RN8z2gIbpMhuoIMhVbxNVs82hNBdKEdqKXN915PLztdTnSlbQI19ETszXG0fpXxWUlQZi/Lk6XnAMlEWfMggQ=";
        assert_eq!(PublicKey::read(signature), Err(Wrong::Signature));
        for other in
            ["", "=", "====", "RW", KEY.trim_end_matches('h'), "ssh-ed25519 AAAA", &KEY.replace('R', "Q")]
        {
            assert_eq!(PublicKey::read(other), Err(Wrong::Other), "{other}");
        }
    }
}
