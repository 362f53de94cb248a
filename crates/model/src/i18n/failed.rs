//! Words of the Failed Calls page.

use super::exact::{self, Exact};
use super::{Lang, Message, fill, plural};
use crate::base::num;
use crate::wire::{Figures, Why};

/// Characters of a message in titles and legends.
const NAME_CHARS: usize = 48;

messages! {
    /// The Failed Calls page.
    FailedWords {
        FailedTitle => "{service}: failed calls", "{service}：失败调用";
        PercentageNote => "Percentage is of all failed calls in the selection.", "百分比以所选范围内的全部失败调用为基数。";
        FailedPerMinute => "Failed calls per minute", "每分钟失败调用";
        FailedPerHour => "Failed calls per hour", "每小时失败调用";
        FailedPerDay => "Failed calls per day", "每天失败调用";
        Times => "Times", "次";
        KeySelected => "{code}, selected", "{code}（已选）";
        KeyOther => "other {class}", "其他 {class}";
        Grouping => "Group by", "分组方式";
        ByCode => "By code", "按错误码";
        ByMessage => "By message", "按错误描述";
        LastUnfinished => "last bar incomplete", "最后一格不完整";
        ErrorCodes => "Error codes", "错误码";
        CodesCaption => "Failed calls by error code", "按错误码统计的失败调用";
        ErrorCode => "Error Code", "错误码";
        Occurrences => "Occurrences", "出现次数";
        Percentage => "Percentage", "百分比";
        ErrorMessage => "Error Message", "错误描述";
        CodesOne => "{n} code", "{n} 个错误码";
        CodesMany => "{n} codes", "{n} 个错误码";
        MessagesMany => "{n} messages", "{n} 种描述";
        TemplatesOne => "1 template of {m} messages", "{m} 种描述，归为 1 个模板";
        TemplatesMany => "{n} templates of {m} messages", "{m} 种描述，归为 {n} 个模板";
        MoreTemplates => "Show {n} more", "再显示 {n} 个";
        FewerTemplates => "Show the {n} most frequent", "只显示最常见的 {n} 个";
        TemplatesBeyond => "{n} more templates, not listed; exports have all messages.", "另有 {n} 个模板未列出；导出文件包含全部描述。";
        TemplateNote => "Messages that differ only in numbers, IDs, addresses, times, or in quoted or other varying words are one row; what varies is blue. Exports (XLSX, CSV, JSON) list each message.", "仅编号、数字、地址、时间、引号内文字或个别词语不同的描述归为一行；变化的部分以蓝色标出。导出文件（XLSX、CSV、JSON）逐条列出全部描述。";
        VariesNumber => "number", "数字";
        VariesId => "id", "编号";
        VariesAddress => "address", "地址";
        VariesTime => "time", "时间";
        VariesText => "text", "文字";
        VariesWord => "word", "词语";
        VariesRest => "…", "…";
        MessagesOfTemplate => "Messages of this template", "此模板的描述";
        MoreMessages => "Show {n} more", "再显示 {n} 条";
        MessagesBeyond => "{n} more messages, not listed; exports have all.", "另有 {n} 种描述未列出；导出文件包含全部。";
        NoMessage => "no message recorded", "未记录描述";
        AllFailed => "All failed", "全部失败";
        LookInto => "Calls with code {code}", "错误码 {code} 的调用";
        Close => "Close", "关闭";
        OfAllFailed => "Of all failed", "占全部失败";
        PeakMinute => "Peak minute", "峰值分钟";
        PeakHour => "Peak hour", "峰值小时";
        PeakDay => "Peak day", "峰值日";
        KeysAffected => "API keys affected", "受影响的 API Key";
        KeysOf => "{n} of {m}", "{n} / {m}";
        ByKey => "By API key", "按 API Key";
        NoKey => "no API key", "无 API Key";
        OtherKeys => "{n} others", "其他 {n} 个";
        OnlyMessage => "Only: {message}", "仅：{message}";
        AllMessages => "All messages", "全部描述";
        ColumnTime => "Time", "时间";
        ColumnKey => "API key", "API Key";
        ColumnIp => "IP", "IP 地址";
        ColumnLatency => "Latency", "端到端时延";
        ColumnRequest => "Request ID", "请求 ID";
        ColumnVersion => "Version", "版本";
        CopyId => "Copy the request ID {id}", "复制请求 ID {id}";
        RowsNewest => "{a}–{b} of {n}, newest first", "第 {a}–{b} 条，共 {n} 条，最新在前";
        RowsOldest => "{a}–{b} of {n}, oldest first", "第 {a}–{b} 条，共 {n} 条，最早在前";
        RowsBy => "{a}–{b} of {n}, by {column}", "第 {a}–{b} 条，共 {n} 条，按{column}";
        NoFailures => "No failed calls", "没有失败调用";
        NoFailuresWhy => "None of the {n} calls in the selection returned 4xx or 5xx.", "所选范围内的 {n} 次调用均未返回 4xx 或 5xx。";
        NoStatus => "Failures are not recorded", "未记录失败情况";
        NoStatusWhy => "The source records no status for these {n} calls, so it is not known which of them failed.", "数据源未记录这 {n} 次调用的状态，无法得知哪些调用失败。";
    }
}

/// Why a page of failed calls shows none: a title and a sentence.
pub fn no_failures(lang: Lang, of: &Figures, absent: Option<&Why>) -> (&'static str, String) {
    if let Some(why) = absent {
        let why = fill(Exact::FailuresUnknownWhy.text(lang), &[("why", &exact::why(lang, why))]);
        return (Exact::FailuresUnknown.text(lang), why);
    }
    let (title, why) = match of.failed {
        Some(_) => (FailedWords::NoFailures, FailedWords::NoFailuresWhy),
        None => (FailedWords::NoStatus, FailedWords::NoStatusWhy),
    };
    (title.text(lang), fill(why.text(lang), &[("n", &num::whole(of.calls))]))
}

/// `4 codes`.
pub fn codes(lang: Lang, n: usize) -> String {
    fill(plural(lang, n as u64, FailedWords::CodesOne, FailedWords::CodesMany), &[("n", &num::whole(n as u64))])
}

/// `2 messages`, or `2 templates of 5,000 messages`.
pub fn messages(lang: Lang, templates: u64, messages: u64) -> String {
    let key = match (templates, messages) {
        (n, m) if n == m => FailedWords::MessagesMany,
        (1, _) => FailedWords::TemplatesOne,
        _ => FailedWords::TemplatesMany,
    };
    fill(key.text(lang), &[("n", &num::whole(templates)), ("m", &num::whole(messages))])
}

/// A template in pieces: what is in all its messages, and (true) the name of what varies.
pub fn template(lang: Lang, text: &str) -> Vec<(bool, &str)> {
    let name = |placeholder: &str| {
        let key = match placeholder {
            "number" => FailedWords::VariesNumber,
            "id" => FailedWords::VariesId,
            "address" => FailedWords::VariesAddress,
            "time" => FailedWords::VariesTime,
            "text" => FailedWords::VariesText,
            "word" => FailedWords::VariesWord,
            "rest" => FailedWords::VariesRest,
            _ => return None,
        };
        Some(key.text(lang))
    };
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(open) = text[at..].find('⟨') {
        let inside = at + open + '⟨'.len_utf8();
        let close = text[inside..].find('⟩').map(|len| inside + len);
        let found = close.and_then(|close| Some((name(&text[inside..close])?, close + '⟩'.len_utf8())));
        at = inside;
        if let Some((name, end)) = found {
            pieces.push((false, &text[from..inside - '⟨'.len_utf8()]));
            pieces.push((true, name));
            (from, at) = (end, end);
        }
    }
    pieces.push((false, &text[from..]));
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}

/// What is looked into, in few words: a code, and a message of it unless that is empty. `429: Rate limit reached for…`.
pub fn looked_into(status: u16, message: &str) -> String {
    let end = message.char_indices().nth(NAME_CHARS).map(|(end, _)| end);
    match end {
        _ if message.is_empty() => status.to_string(),
        Some(end) => format!("{status}: {}…", message.get(..end).unwrap_or_default()),
        None => format!("{status}: {message}"),
    }
}

/// A template as plain text, with what varies in the page's language.
pub fn template_text(lang: Lang, text: &str) -> String {
    let piece = |(varies, piece): (bool, &str)| if varies { format!("⟨{piece}⟩") } else { piece.to_owned() };
    template(lang, text).into_iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_name_what_varies() {
        let text = "⟨x⟩ Limit ⟨number⟩⟨id⟩ of ⟨open";
        let pieces = template(Lang::En, text);
        assert_eq!(pieces, [(false, "⟨x⟩ Limit "), (true, "number"), (true, "id"), (false, " of ⟨open")]);
        assert_eq!(template_text(Lang::En, text), text);
        assert_eq!(template_text(Lang::Zh, "⟨number⟩ s"), "⟨数字⟩ s");
        assert_eq!(template(Lang::En, ""), []);
        let told = [(2, 2), (1, 1200), (3, 1200)].map(|(n, m)| messages(Lang::En, n, m));
        assert_eq!(told, ["2 messages", "1 template of 1,200 messages", "3 templates of 1,200 messages"]);
        assert_eq!((looked_into(429, ""), looked_into(429, "No room.")), ("429".into(), "429: No room.".into()));
        assert_eq!(looked_into(429, &"é".repeat(60)), format!("429: {}…", "é".repeat(48)));
    }
}
