//! JSON as it stands in a file, without the white space between its parts: what digests are of. Nothing is
//! read and written again on the way, so that it matters neither which fields this program knows nor how
//! it would write a number.

/// The same JSON without white space between its parts.
pub(super) fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in json.chars() {
        if quoted || !matches!(c, ' ' | '\t' | '\n' | '\r') {
            out.push(c);
        }
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_within_texts_stays() {
        let json = "{ \"a b\" : [ 1.50 ,\n\t\"\\\" c \\\\\" , \" \\u00e9 é \" ] }";
        assert_eq!(compact(json), "{\"a b\":[1.50,\"\\\" c \\\\\",\" \\u00e9 é \"]}");
    }
}
