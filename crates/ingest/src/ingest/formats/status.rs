//! HTTP statuses that sources do not give as such: in words of an error, by the class of an exception, or not at all.

/// A failure of which no code is known counts as this one; its own code and message say what it was.
pub const UNKNOWN_FAILURE: u16 = 500;
/// The client went away before the answer was complete (nginx's code, which proxies for models use as well).
pub const CLIENT_CLOSED: u16 = 499;

/// The failure's status in an error's words: `Error code: 429 - …`, `Client error '429 Too Many Requests'`, `HTTP 503`, or a standard phrase.
pub fn in_words(text: &str) -> Option<u16> {
    let bytes = text.as_bytes();
    for at in memchr::memchr2_iter(b'4', b'5', bytes) {
        let digits = bytes.get(at..at + 3).filter(|d| d.iter().all(u8::is_ascii_digit));
        let Some(digits) = digits else { continue };
        let lone = |b: Option<&u8>| b.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'.' | b'_' | b'-'));
        let before = at.checked_sub(1).and_then(|n| bytes.get(n));
        let after = bytes.get(at + 3);
        if !lone(before) || !(lone(after) || after == Some(&b'.') && !bytes.get(at + 4).is_some_and(u8::is_ascii_digit)) {
            continue;
        }
        let mut from = at.saturating_sub(20);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let lead = text[from..at].to_ascii_lowercase();
        let named = ["code", "status", "http", "error '", "error: "].iter().any(|word| lead.contains(word)) || (at == 0);
        if named {
            return Some(u16::from(digits[0] - b'0') * 100 + u16::from(digits[1] - b'0') * 10 + u16::from(digits[2] - b'0'));
        }
    }
    let known = [
        ("Bad Request", 400),
        ("Unauthorized", 401),
        ("Forbidden", 403),
        ("Not Found", 404),
        ("Request Timeout", 408),
        ("Payload Too Large", 413),
        ("Unprocessable Entity", 422),
        ("Too Many Requests", 429),
        ("Internal Server Error", 500),
        ("Bad Gateway", 502),
        ("Service Unavailable", 503),
        ("Gateway Timeout", 504),
    ];
    known.iter().find(|(phrase, _)| text.trim().eq_ignore_ascii_case(phrase)).map(|&(_, status)| status)
}

/// The status behind a class of exception or an API's own type of error.
pub fn of_class(class: &str) -> Option<u16> {
    let name = class.rsplit('.').next().unwrap_or(class);
    Some(match name {
        "BadRequestError" | "invalid_request_error" | "ContextWindowExceededError" => 400,
        "AuthenticationError" | "authentication_error" => 401,
        "billing_error" => 402,
        "PermissionDeniedError" | "permission_error" => 403,
        "NotFoundError" | "not_found_error" => 404,
        "APITimeoutError" | "Timeout" | "timeout" => 504,
        "ConflictError" => 409,
        "request_too_large" => 413,
        "UnprocessableEntityError" => 422,
        "RateLimitError" | "rate_limit_error" => 429,
        "InternalServerError" | "api_error" | "server_error" => 500,
        "ServiceUnavailableError" => 503,
        "overloaded_error" => 529,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_in_words() {
        for (text, want) in [
            ("Error code: 429 - {'error'}", Some(429)),
            ("HTTPStatusError(\"Client error '429 Too Many Requests' for url", Some(429)),
            ("status_code=503, body", Some(503)),
            ("HTTP/1.1 502", Some(502)),
            ("429 Too Many Requests", Some(429)),
            ("Too Many Requests", Some(429)),
            ("Connection error.", None),
            ("maximum context length is 4096 tokens, you asked for 500", None),
            ("port 443 refused", None),
            ("ошибка code: 500.", Some(500)),
            ("", None),
        ] {
            assert_eq!(in_words(text), want, "{text}");
        }
        assert_eq!((of_class("openai.RateLimitError"), of_class("KeyError")), (Some(429), None));
    }
}
