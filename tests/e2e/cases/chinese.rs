//! The whole way in Simplified Chinese, with the terms of the MaaS console.

use crate::look::{eventually, headline, number, parameter, part, press_part, says, tiles_show};
use crate::oracle::{pinned, pinned_in, range, totals, within};
use callscope_e2e::browser::{Options, Result};
use callscope_e2e::case::{Case, Context, ensure};
use serde_json::json;

pub const CASES: &[Case] = &[
    Case { name: "chinese::the_whole_way_in_chinese", run: the_whole_way_in_chinese, options: Options::default },
    Case { name: "chinese::the_browsers_language_is_taken_and_can_be_changed", run: the_browsers_language, options: chinese },
];

fn chinese() -> Options {
    Options { language: "zh-CN", ..Options::default() }
}

fn the_whole_way_in_chinese(cx: &mut Context) -> Result {
    cx.visit(&pinned_in("zh", ""))?;
    tiles_show(cx, totals(within(range("3d"))?))?;
    eventually("the title", &"调用统计 · Callscope".to_owned(), || cx.title())?;
    let labels = cx.texts(".tile__label")?;
    ensure(
        labels == ["总调用次数", "总调用失败次数", "总调用 Tokens 数", "输入 Tokens 数", "输出 Tokens 数"],
        || format!("the tiles say {labels:?}"),
    )?;
    let heads = cx.texts("table.services thead th button")?;
    let wanted = [
        "服务名称/版本",
        "调用次数",
        "调用失败次数",
        "调用失败率",
        "总 Tokens 数",
        "输入 Tokens 数",
        "输出 Tokens 数",
        "端到端时延",
        "首 Token 时延",
        "增量 Token 时延",
        "平均生成时长",
    ];
    ensure(heads == wanted, || format!("the columns are {heads:?}"))?;
    says(cx, "演示数据")?;
    cx.press("button", "近 14 天")?;
    tiles_show(cx, totals(within(range("14d"))?))?;
    cx.press("button", "近 3 天")?;
    cx.press("link", "查看监控详情：Harbour Chat")?;
    let sum = totals(within(range("3d"))?.filter(|call| call.service == "harbour-chat"));
    let rate = format!("{:.3}", sum.failed as f64 / sum.calls as f64 * 100.0);
    eventually("the headline", &true, || {
        let text = cx.texts(".pagehead__meta")?.concat();
        let calls = text.split_once(" 次调用").and_then(|(calls, _)| number(calls));
        Ok(calls == Some(sum.calls as f64) && text.contains(&format!("失败率 {rate} %")))
    })?;
    part(cx, "slider", "首 Token 时延")?;
    press_part(cx, "link", "失败调用")?;
    cx.press("link", "429")?;
    eventually("the code in the address", &Some("429".to_owned()), || parameter(cx, "failed.status"))?;
    let count = within(range("3d"))?.filter(|call| call.service == "harbour-chat" && call.status == 429).count();
    let list = cx.find("grid", "错误码 429 的调用")?;
    eventually("the rows of the list", &Some((count + 1).to_string()), || cx.attribute(&list, "aria-rowcount"))?;
    // No sentence of the page is left in English; names of the feed and terms both languages share are.
    let english = cx.script(
        "return document.body.innerText.match(/\\b(Failed|Calls|Filter|Reset|Share|Latency|Service|newest|per hour)\\b/g) ?? []",
        json!([]),
    )?;
    ensure(english == json!([]), || format!("left in English: {english}"))
}

fn the_browsers_language(cx: &mut Context) -> Result {
    cx.visit(&pinned("").replace("&lang=en", ""))?;
    tiles_show(cx, totals(within(range("3d"))?))?;
    says(cx, "总调用次数")?;
    cx.press("button", "EN")?;
    says(cx, "Total Calls")?;
    let tag = cx.script("return document.documentElement.lang", json!([]))?;
    ensure(tag == "en", || format!("the document's language is {tag}"))?;
    cx.press("link", "View Monitoring Details of Harbour Chat")?;
    eventually("calls in the headline", &true, || Ok(headline(cx)?.0 > 0))?;
    cx.press("button", "中文")?;
    says(cx, "次调用")
}
