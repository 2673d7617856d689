//! The bytes of somebody else's file as text. What is no text is refused; what is text in another
//! encoding is read in it, and the report says so.

use super::mojibake::WINDOWS_1252;
use super::{Finding, Refusal};

/// The text, with what there is to say of its encoding.
pub fn decode(bytes: &[u8]) -> Result<(String, Vec<Finding>), Refusal> {
    let refuse = |message: &str| {
        let hint = "name a file of text: markdown, plain text or HTML";
        Err(Refusal { message: message.to_owned(), hint: hint.to_owned() })
    };
    let told = |name: &str| {
        vec![Finding::doubt(
            "encoding",
            vec![],
            format!("not UTF-8: read as {name}; look at its accents and quotes"),
        )]
    };
    let wide = |order: fn([u8; 2]) -> u16, name: &str| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| order([pair[0], pair[1]])).collect();
        match String::from_utf16(&units) {
            Ok(text) if !text.contains('\0') => Ok((text, told(name))),
            _ => refuse("this file is no text"),
        }
    };
    let narrow = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), Vec::new()),
        Err(_) => (bytes.iter().map(|byte| windows_1252(*byte)).collect::<String>(), told("Windows-1252")),
    };
    let (text, found) = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes, "UTF-16")?,
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes, "UTF-16")?,
        _ if bytes.contains(&0) => return refuse("this file is no text: there is a zero byte in it"),
        _ => narrow(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
    };
    if text.trim().is_empty() {
        return refuse("there is no text in this file");
    }
    let controls = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    if controls * 10 > text.chars().count() {
        return refuse("this file is no text");
    }
    Ok((text.replace("\r\n", "\n").replace('\r', "\n"), found))
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<String> {
        decode(bytes).ok().map(|(text, _)| text)
    }

    #[test]
    fn text_of_any_encoding() {
        assert_eq!(read(b"a\r\nb\rc").as_deref(), Some("a\nb\nc"));
        assert_eq!(read(b"\xef\xbb\xbfa").as_deref(), Some("a"));
        assert_eq!(read(b"\xff\xfeh\0i\0").as_deref(), Some("hi"));
        assert_eq!(read(b"\xfe\xff\0h\0i").as_deref(), Some("hi"));
        assert_eq!(read(b"the pupil\x92s caf\xe9").as_deref(), Some("the pupil’s café"));
    }

    #[test]
    fn no_text() {
        for bytes in [&b""[..], b" \n", b"\xff\xfe", b"PK\x03\x04\0\0", b"\xff\xfe\0\xd8", b"\x01\x02\x03ab"]
        {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
