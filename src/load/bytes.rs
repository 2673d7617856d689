//! The bytes of a file as text, or what they are instead.

use crate::diagnostic::Diagnostic;

/// What Windows-1252 has where Latin-1 has nothing to read: what word processors save.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text, or the text as far as it can be shown and what is wrong with it.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, Box<(String, Diagnostic)>> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if utf16 || looks_like_utf16(&bytes) {
        let message = "this file is saved as UTF-16";
        let hint = "save it again as UTF-8: in the editor's `Save as`, under `Encoding`";
        return Err(Box::new((String::new(), Diagnostic::error("not-utf-8", 0..0, message, hint))));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(at).copied().unwrap_or_default();
            let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
            return Err(Box::new((shown, not_utf8(at, byte))));
        }
    };
    if let Some(at) = text.find('\0') {
        let message = "there is a zero byte in this file, so it is not text";
        let hint = "save it again as plain text in UTF-8";
        return Err(Box::new((text, Diagnostic::error("not-text", at..at + 1, message, hint))));
    }
    Ok(text)
}

/// UTF-16 without a mark: every second byte of western text is zero.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(64)];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    start.len() >= 8 && (zeros(0) * 3 >= start.len() || zeros(1) * 3 >= start.len())
}

fn not_utf8(at: usize, byte: u8) -> Diagnostic {
    let probably = match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        byte => char::from(byte),
    };
    let message = if probably.is_control() {
        format!("this file is not saved as UTF-8: here is the byte 0x{byte:02X}")
    } else {
        format!("this file is not saved as UTF-8: here is the byte 0x{byte:02X}, probably `{probably}`")
    };
    let hint = "save it again as UTF-8: in the editor's `Save as`, under `Encoding`";
    // In what is shown, U+FFFD stands for the byte.
    Diagnostic::error("not-utf-8", at..at + '\u{fffd}'.len_utf8(), message, hint)
}
