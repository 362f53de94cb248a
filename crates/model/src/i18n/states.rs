//! Words of the states: first run, loading, empty, rejected calls, errors, banners.

use super::{Lang, Message, fill};
use crate::base::num::whole;
use crate::model::{NotCalls, Place, Problem};
use crate::wire::LoadCause;

messages! {
    /// States.
    States {
        FirstTitle => "See every inference call, in this browser.", "在浏览器中查看每一次推理调用。";
        FirstText => "Open a log of LLM calls. Callscope reads it here, computes latency, tokens and failures from each call, and uploads nothing.", "打开大模型调用日志。Callscope 在本机读取，逐条计算时延、Tokens 与失败，不上传任何数据。";
        DropHere => "Drop files or a folder here", "将文件或文件夹拖放到此处";
        DropKinds => "JSON, NDJSON, CSV, also .gz or .zip; or paste", "JSON、NDJSON、CSV，也可为 .gz 或 .zip；或直接粘贴";
        OpenDemo => "Open the demonstration data", "打开演示数据";
        OrAzure => "the Azure code trace (2023)", "Azure 代码调用轨迹（2023）";
        Or => " or ", "或";
        LookAround => " to look around first.", "，先四处看看。";
        Recognised => "Recognised formats", "自动识别的格式";
        Limits => "Recognised by content, not by name. A record that cannot be read is counted and listed with its reason; the others load.", "按内容而非文件名识别。无法读取的记录会被计数并说明原因，其余照常加载。";

        Reading => "Reading {name}", "正在读取 {name}";
        Progress => "Import progress", "导入进度";
        ReadSoFar => "{n} calls", "{n} 次调用";
        BytesOf => "{read} of {all}", "{read} / {all}";
        LeftAbout => "about {time} left", "剩余约 {time}";
        StageConnect => "Open the source", "打开数据源";
        StageRead => "Read calls", "读取调用";
        StageSort => "Sort by time and index", "按时间排序并建立索引";
        WaitingFor => "no answer yet, attempt {n} follows", "尚无响应，即将第 {n} 次尝试";
        Attempt => "attempt {n}", "第 {n} 次尝试";
        KeepsOld => "The current data stays until everything has been read.", "全部读取完成之前，当前数据保持不变。";

        StaleTitle => "The newest call is {age} old.", "最新调用距今已 {age}。";
        StaleText => "Providers can be 1 to 2 hours late. Figures after {time} are incomplete.", "提供方的数据可能晚到 1～2 小时。{time} 之后的数据不完整。";
        CheckNow => "Check now", "立即检查";
        CopyFrom => "Showing the copy from {time}.", "当前显示 {time} 的副本。";
        StillShows => "Still showing {name}.", "页面仍显示 {name}。";
        TryAgain => "Try again", "重试";
        MapFields => "Map its fields", "映射字段";
        Details => "Details", "详情";
        RejectedTitle => "{n} of {all} records rejected.", "{all} 条记录中有 {n} 条无法读取。";
        RejectedOnly => "Figures include only the calls that were read.", "统计仅包含已读取的调用。";
        HowRead => "Import details", "导入详情";
        RepeatedTitle => "{calls} repeated in another file.", "其他文件中重复出现 {calls}。";
        RepeatedEach => "Each is counted again. ", "目前重复计数。";
        RepeatedOnce => "Each is counted once. ", "目前仅计一次。";
        RepeatedText => "Calls are the same if their request IDs are, or without a request ID if every field is.", "请求 ID 相同即视为同一次调用；无请求 ID 时，须所有字段均相同。";
        CountOnce => "Count them once", "仅计一次";
        CountAll => "Count all", "全部计入";
        Show => "Show", "查看";
        CutText => "The {n} calls before that place are shown: {place}.", "已显示该处之前的 {n} 次调用：{place}。";
        LinkVersionTitle => "This link was made by a newer version of the console.", "此链接来自更新版本的控制台。";
        LinkVersionText => "The parts that this version supports are shown.", "当前仅显示此版本能够识别的内容。";
        LinkPageTitle => "This version of the console has no such page.", "此版本的控制台没有该页面。";
        LinkPageText => "The Calls page is shown. The link's settings for the other page stay in the address.", "当前显示调用统计页面；链接中关于该页面的设置保留在地址中。";
        ChangedText => "The {n} calls read from it are shown; some of them may have been changed.", "已显示从中读取的 {n} 次调用，其中部分可能已被更改。";
        TrailingText => "The {n} calls read from it are shown.", "已显示从中读取的 {n} 次调用。";
        CutAlso => "Also damaged or incomplete: {names}.", "同样损坏或不完整：{names}。";
        UnreadTitle => "Nothing was read from {n} of {all} files.", "{all} 个文件中有 {n} 个未读取到任何调用。";
        UnreadMore => "{names} and {n} more.", "{names}，以及另外 {n} 个。";
        LinkRangeTitle => "The time range in this link is not valid.", "此链接中的时间范围无效。";
        LinkRangeText => "A range lies between 2000 and 2100 and spans at most 30 days. The default range is shown.", "时间范围须在 2000 年至 2100 年之间，且不超过 30 天。当前显示默认时间范围。";
        LinkNowTitle => "The time in this link is not valid.", "此链接中的时间无效。";
        LinkNowText => "It must lie between 2000 and 2100. The link is shown without it.", "该时间须在 2000 年至 2100 年之间。当前未采用该时间。";
        LinkSettingsTitle => "This link has settings with unknown values: {names}.", "此链接中部分设置的值无法识别：{names}。";
        LinkSettingsText => "The defaults are shown instead.", "已改用默认值。";
        OlderTitle => "Calls before {time} are still being read.", "{time} 之前的调用仍在读取中。";
        OlderMissing => "Calls before {time} could not be read.", "未能读取 {time} 之前的调用。";
        OlderText => "Figures do not include them.", "统计数据不包含这些调用。";
        PinnedTitle => "This link shows the data as of {time}.", "此链接显示截至 {time} 的数据。";
        PinnedText => "Today and the last days end there.", "“今天”与最近几天均以此为终点。";
        FollowClock => "Show live", "显示最新数据";
        LinkPins => "The link shows the data as of {time}.", "此链接显示截至 {time} 的数据。";
        LinkLeavesFile => "The calls stay in the file: the recipient needs {name}, too. Save report passes the figures on.", "调用数据留在文件中：接收者也需要 {name}。如只需传递数据结果，请保存报告。";
        LinkLooks => "With my theme and language", "包含我的主题与语言设置";
        CopyLink => "Copy link", "复制链接";
        FileNowTitle => "The data is shown as of {time}, the newest call in {name}.", "数据截至 {name} 中最新的调用 {time}。";
        FileNowText => "Today and the last days end there.", "“今天”与最近几天均以此为终点。";
        BringYourOwn => "Services, API keys and calls are invented. Drop a file anywhere on this page, paste calls or connect a feed to see your own.",
            "以下服务、API Key 和调用均为虚构。将文件拖到页面任意位置、粘贴调用记录或连接数据源，即可查看您自己的数据。";
        ChooseOwn => "Choose files", "选择文件";
        ConnectOwn => "Connect a feed", "连接数据源";
        DemoTitle => "Demonstration data.", "演示数据。";
        DemoText => "The services and calls shown are invented.", "所示服务与调用均为虚构。";

        Where => "Address", "地址";
        When => "When", "时间";
        Answered => "Found", "发现内容";
        Place => "Place", "位置";
        Needs => "Size", "大小";
        NeedsText => "about {calls} calls, which take up to {bytes} of memory while they are read; the limit here is {limit}", "约 {calls} 次调用，读取时最多占用内存 {bytes}；此处上限为 {limit}";
        Usually => "Usually", "常见原因";
        CopyDetails => "Copy details", "复制详情";
        OtherAddress => "Use another address", "更换地址";

        NoMatchTitle => "No calls match these filters", "没有符合筛选条件的调用";
        NoMatchText => "There are {n} calls in this range, but none matches all of these filters.", "该时间范围内共有 {n} 次调用，但没有同时符合这些筛选条件的调用。";
        NoMatchEach => "No filter alone is the cause: without any one of them there is still no match.", "并非某一个筛选条件所致：移除其中任意一个后仍无结果。";
        RemoveFilter => "Remove the {dim} filter, {n} calls", "移除“{dim}”筛选，{n} 次调用";
        RemoveValue => "Remove {dim} {value}", "移除{dim} {value}";
        ResetAll => "Reset all filters", "重置全部筛选条件";
        NoCallsTitle => "No calls in this range", "该时间范围内没有调用";
        NoCallsText => "There is no call from {from} to {to}. The data has {n} calls from {first} to {last}.", "{from} 至 {to} 没有调用。数据包含 {first} 至 {last} 的 {n} 次调用。";
        ShowSpan => "Show {from} to {to}", "查看 {from} 至 {to}";

        FileLinkTitle => "This link shows a view of the file {name}", "此链接是文件 {name} 的视图";
        FileLinkText => "A link contains the view, never the calls. Open the file to see the view as it was.", "链接只包含视图，不包含调用记录。打开该文件即可恢复视图。";
        OpenNamed => "Open {name}", "打开 {name}";
        AskTitle => "Request a feed from {host}?", "是否向 {host} 请求数据？";
        AskText => "This link names a feed on another server. Nothing has been requested from it yet; a request shows your IP address to that server.", "此链接指向另一台服务器上的数据源。目前尚未请求；请求后该服务器将得知您的 IP 地址。";
        RequestIt => "Request it", "请求数据";
        NotNow => "Demonstration data instead", "改用演示数据";
        CutAddressTitle => "Enter the whole address of the feed at {host}", "请输入 {host} 数据源的完整地址";
        CutAddressText => "“…” stands for a value that was left out, because it may be a secret. Such values are in no link, and this page keeps them only until it is reloaded.", "“…”处的值可能为机密，已被略去。链接中不含此类值，本页面也仅在重新加载之前保留。";
        EnterAddress => "Enter the address", "输入地址";
        AddressIsCut => "Put the value in place of …; it was left out because it may be a secret.", "请将“…”替换为实际的值；因可能为机密，该值已被略去。";
        AddressWithPassword => "Browsers do not request addresses that contain a user name and password.", "浏览器不会请求含有用户名与密码的地址。";
        LinkCopiedCut => "Link copied, without the values in the feed's address that may be secret", "链接已复制，不含数据源地址中可能为机密的值";

        DialogTitle => "Rejected records", "无法读取的记录";
        DialogText => "{n} of {all} records could not be read. They are not included in any figure.", "{all} 条记录中有 {n} 条无法读取，未计入页面上的任何数据。";
        ByReason => "By reason", "按原因";
        FirstOnes => "The first {n}, in order", "前 {n} 条，按顺序";
        ColumnLine => "Line", "行";
        ColumnByte => "Byte", "字节";
        ColumnCall => "Call", "调用";
        ColumnField => "Field", "字段";
        ColumnReason => "Reason", "原因";
        ColumnFound => "Found", "发现内容";
        CopyList => "Copy the list", "复制列表";
        AtLine => "line {line}, byte {byte}", "第 {line} 行，字节 {byte}";
        AtCall => "call {call}, line {line}, byte {byte}", "第 {call} 次调用，第 {line} 行，字节 {byte}";
    }
}

messages! {
    /// What is wrong with a call or a place in a source, and what was expected there.
    Problems {
        NotJson => "Not JSON. Expected an object in braces with names and values.", "不是 JSON，应为花括号内由名称与值组成的对象。";
        EndsEarly => "The text ends within a call. Write the complete source again.", "文本在一次调用中间结束，请重新完整写出。";
        LineBreakInString => "A line break within a text. Write it as \\n.", "文本值中含有换行，应写作 \\n。";
        TooDeep => "Nested deeper than 128 levels. Leave the inner levels out.", "嵌套超过 128 层，请省略内层。";
        TooLong => "The call is longer than 64 MiB. Leave request and response out.", "单次调用超过 64 MiB，请省略 request 与 response。";
        NotACall => "Not a call. Expected an object with time, service and status.", "不是调用记录，应为含 time、service 与 status 的对象。";
        Missing => "A required field is missing. A call needs a time and a service, in callscope/1 a status too.", "缺少必填字段：调用须有时间与服务，callscope/1 中还须有 status。";
        WrongType => "The value has the wrong type. See the field's type in the feed format.", "值的类型不正确，请参照数据格式中该字段的类型。";
        Negative => "The value is negative. Expected 0 or more.", "值为负数，应为 0 或更大。";
        NotWhole => "Not a whole number. Expected digits without a fraction.", "不是整数，应为不含小数的数字。";
        OutOfRange => "The value is out of range. status is 100 to 599, tokens up to 10¹², durations up to ten years.", "值超出范围：status 为 100～599，Tokens 不超过 10¹²，时长不超过十年。";
        TimeUnreadable => "The time cannot be read. Expected 2026-03-26T09:15:00Z, with a zone, or an epoch number.", "时间无法识别，应为带时区的 2026-03-26T09:15:00Z，或纪元数值。";
        TimeOutOfRange => "The time lies outside 2000 to 2099. Check its unit and zone.", "时间不在 2000～2099 年内，请检查其单位与时区。";
        TwiceGiven => "A field is given twice, so its value is ambiguous. Give it once.", "同一字段出现两次，无法判断以哪个为准，请只写一次。";
        BadUtf8 => "Not UTF-8. Save the source as UTF-8.", "不是 UTF-8 编码，请以 UTF-8 保存。";
        BadEscape => "An escape in a text is not valid JSON. Expected \\n, \\\", \\\\ or \\u with four digits.", "文本中的转义不符合 JSON，应为 \\n、\\\"、\\\\ 或 \\u 加四位十六进制数字。";
        TextTooLong => "A text is longer than 16 KiB. Shorten it.", "文本超过 16 KiB，请缩短。";
        TooManyValues => "One dimension has more than 4 million different values. Leave out what is unique to each call.", "单个维度的不同取值超过 400 万，请去掉每次调用各不相同的内容。";
        TooManyCalls => "More calls than one data set can hold. Load a shorter time range.", "调用数超出单个数据集的上限，请加载更短的时间段。";
        GzipBroken => "The gzip data is damaged. Pack or copy the file again.", "gzip 数据已损坏，请重新压缩或复制文件。";
        GzipEndsEarly => "The gzip data ends early. Copy the complete file again.", "gzip 数据未完整结束，请重新完整复制文件。";
        GzipChecksum => "The unpacked data does not match the checksum of the gzip data: some of it was changed. Copy or pack the file again.", "解压后的数据与 gzip 校验和不符，部分数据已被更改，请重新复制或压缩文件。";
        GzipTrailing => "Bytes that are not gzip follow the end of the gzip data; they are not read. Pack the file again without them.", "gzip 数据末尾之后还有非 gzip 字节，未读取。请重新压缩文件。";
        ZipBroken => "The zip archive is damaged. Pack or copy it again.", "zip 归档已损坏，请重新打包或复制。";
        ZipEndsEarly => "The zip archive ends early. Copy the complete file again.", "zip 归档未完整结束，请重新完整复制文件。";
        ZipChecksum => "An unpacked file does not match its checksum in the zip archive: some of it was changed. Copy or pack the archive again.", "解压后的文件与 zip 归档中的校验和不符，部分数据已被更改，请重新复制或打包。";
        ZipUnsupported => "A file in the zip archive is encrypted or packed in a way not known here. Pack it with deflate, without a password.", "zip 归档中的文件已加密或压缩方式无法识别，请以 deflate 方式重新打包且不设密码。";
    }
}

messages! {
    /// Why a source gave nothing: the fact.
    Facts {
        Empty => "{name} is empty.", "{name} 为空。";
        NoCalls => "No record of {name} could be read.", "{name} 中的记录均无法读取。";
        NoRecords => "{name} contains no records.", "{name} 中没有记录。";
        PassedOver => "{name} contains records, but none of them is a call.", "{name} 中有记录，但均不是调用。";
        Html => "{name} is a web page, not a feed.", "{name} 是网页，不是数据源。";
        OtherJson => "{name} is JSON in an unknown format.", "{name} 是 JSON，但其格式无法识别。";
        OtherTable => "The columns of {name} are not a known format.", "{name} 的列不属于已知格式。";
        OtherContent => "{name} is not text in a known format.", "{name} 不是可识别的文本。";
        Archive => "{name} is a zip archive inside another file.", "{name} 是嵌套在其他文件中的 zip 归档。";
        NoMapping => "The mapping for reading {name} was not found.", "未找到用于读取 {name} 的字段映射。";
        OtherVersion => "{name} has a format version that this console does not support.", "{name} 的格式版本无法识别。";
        GzipBroken => "The gzip data of {name} is damaged.", "{name} 的 gzip 数据已损坏。";
        ZipBroken => "The zip archive {name} is damaged.", "zip 归档 {name} 已损坏。";
        EndsEarly => "{name} ends early.", "{name} 未完整结束。";
        Damaged => "{name} is damaged.", "{name} 已损坏。";
        Checksum => "{name} does not match its checksum.", "{name} 与其校验和不符。";
        Trailing => "Other bytes follow the end of {name}.", "{name} 的末尾之后还有其他字节。";
        Locked => "{name} cannot be unpacked.", "{name} 无法解压。";
        Metrics => "{name} contains metrics over time, not calls.", "{name} 中是随时间变化的指标，而非调用记录。";
        PrometheusList => "{name} lists labels or series of Prometheus, not calls.", "{name} 是 Prometheus 的标签或序列列表，而非调用记录。";
        PrometheusEmpty => "{name} is an answer of Prometheus without any series.", "{name} 是不含任何序列的 Prometheus 响应。";
        PrometheusError => "{name} is an error message of Prometheus.", "{name} 是 Prometheus 的错误响应。";
        Aggregates => "{name} contains totals of many calls, not single calls.", "{name} 中是多次调用的汇总值，而非调用记录。";
        ClaudeCode => "{name} is a session of Claude Code, which this version does not read.", "{name} 是 Claude Code 会话文件，此版本尚不支持读取。";
        SglangBench => "{name} is a report of SGLang's bench_serving, whose requests have no times.", "{name} 是 SGLang bench_serving 报告，其中的请求没有时间。";
        LogRecords => "{name} contains log records, not calls.", "{name} 中是日志记录，而非调用记录。";
        Http => "The feed answered {status}.", "数据源返回 {status}。";
        Unreachable => "The feed could not be read (no answer, or CORS).", "无法读取数据源（无响应，或受 CORS 限制）。";
        Redirected => "{name} redirects to another address, and requests with headers or cookies do not follow redirects.", "{name} 重定向到其他地址，带有请求头或 Cookie 的请求不会跟随。";
        PartRefused => "A part on another origin than its feed, requested without the feed's headers and cookies, answered {status}.", "与数据源不同源的部分不带请求头与 Cookie 请求，返回 {status}。";
        NoAddress => "{name} is not an address that can be requested.", "{name} 不是可请求的地址。";
        Blocked => "This site does not allow the page to request {name}.", "本站不允许页面访问 {name}。";
        NoFeed => "This site has no feed named {name}.", "本站没有名为 {name} 的数据源。";
        Broken => "The connection broke while {name} was being read.", "读取 {name} 时连接中断。";
        Stalled => "The feed stopped sending.", "数据源停止发送。";
        TooBig => "{name} is too large for this browser.", "{name} 超出本浏览器的容量。";
        KeptMissing => "No data set named {name} is saved in this browser.", "本浏览器中没有保存名为 {name} 的数据集。";
        KeptBroken => "The saved data set {name} can no longer be read.", "已保存的 {name} 无法再读取。";
        Manifest => "The manifest {name} is not valid.", "清单 {name} 无效。";
        Internal => "The reader stopped at {name}.", "读取 {name} 时程序停止。";
    }
}

messages! {
    /// Why a source gave nothing: the cause it usually has, and the way out.
    Causes {
        Empty => "The file has not been written yet, or the export had no calls. Choose another file or time.", "文件尚未写入，或导出时没有调用。请选择其他文件或时间。";
        NoCalls => "Every record was rejected; the reasons are listed below. Correct the export and open it again, or map its fields.", "所有记录均无法读取，原因见下。请修正导出后重新打开，或映射其字段。";
        PassedOver => "“Found” says what its records are. Export one record for each call of a model, such as the spans of its client.", "其记录的类型见“发现内容”。请导出逐次模型调用的记录，例如客户端的 span。";
        OtherTable => "A table can be read once its fields are mapped: which column is the time, the service, the status, the tokens.", "映射字段后即可读取：说明哪一列是时间、服务、状态与 Tokens。";
        Archive => "Unpack it and open its files, or open the archive directly.", "请先解压再打开其中的文件，或单独打开该归档。";
        PrometheusError => "The server refused the query; the reason is under “Found”. Metrics do not contain single calls either.", "服务器拒绝了查询，原因见“发现内容”。指标中也不含单次调用。";
        Html => "There is a sign-in or error page in place of the data. Open it in a tab to see which, and use the address or file of the data itself.", "此处是登录页或错误页，而不是数据。请在新标签页中打开确认，并改用数据本身的地址或文件。";
        OtherJson => "Expected calls: an object with \"format\": \"callscope/1\", an array, one call a line, or the output of a known gateway, tracer or load generator. If it contains calls under other field names, map its fields.", "应为调用记录：含 \"format\": \"callscope/1\" 的对象、数组、每行一次调用，或已知网关、链路追踪、压测工具写出的内容。若其中确有以其他名称记录的调用，请映射其字段。";
        OtherContent => "Expected JSON, NDJSON or CSV in UTF-8 or UTF-16, plain, gzipped or in a zip archive. Save a workbook (XLSX) as CSV first. A table with other columns can be read once its fields are mapped.", "应为 UTF-8 或 UTF-16 编码的 JSON、NDJSON 或 CSV，可为 gzip 压缩或 zip 归档。工作簿（XLSX）请先另存为 CSV。列名不同的表格，映射字段后即可读取。";
        NoMapping => "The link names a mapping or format that this console does not have, or one that is damaged. Map its fields, or open the source without it.", "链接指定的映射或格式在此控制台中不存在或已损坏。请映射其字段，或不带该映射打开数据。";
        OtherVersion => "This console reads \"callscope/1\". Load the newest console, or write the older format.", "本控制台可读取 \"callscope/1\"。请更新控制台，或按该版本写出。";
        GzipBroken => "The file was cut or changed in transfer. Copy or pack it again.", "文件在传输中被截断或更改，请重新复制或压缩。";
        Aggregates => "Latency, failures and tokens of single calls cannot be derived from totals. Export one record for each call: an access log, a spend log, traces.", "无法由汇总值还原单次调用的时延、失败与 Tokens。请导出逐次调用的记录：访问日志、费用日志或链路数据。";
        ClaudeCode => "A session repeats the usage of one answer on several lines: read line by line, calls and tokens would be counted several times. Convert it to one record for each message id first.", "会话会在多行中重复同一回复的用量：逐行读取会重复计数调用与 Tokens。请先转换为每个消息 ID 一条记录。";
        SglangBench => "The report does not say when a request began, so its requests cannot be shown over time. Export the server's request log or traces of the run.", "报告中未记录请求的开始时间，无法按时间展示。请导出该次运行的服务端请求日志或链路数据。";
        Metrics => "Single calls cannot be derived from metrics. Export one record for each call: an access log, a spend log, traces.", "无法由指标还原单次调用。请导出逐次调用的记录：访问日志、费用日志或链路数据。";
        LogRecords => "Its records have neither durations nor token counts. Export the traces (spans) of the same application.", "其中没有时长与 Tokens 数。请导出同一应用的链路（span）数据。";
        BenchSummary => "This is a load test's summary. Open its detailed JSON report, which has every request.", "这是压测的汇总表。请打开含有每次请求的详细 JSON 报告。";
        Http401 => "The server requires a sign-in, and this page sends none. Use an address that needs none, or save the feed and open the file.", "服务器要求登录，而本页面不会发送凭据。请使用无需登录的地址，或保存后作为文件打开。";
        Http404 => "The file for this time has not been written yet, or the address has moved.", "该时段的文件尚未写入，或地址已变更。";
        Http4xx => "The server refused the request. Check the address.", "服务器拒绝了请求，请检查地址。";
        Http429 => "The server limits the rate of requests. Wait a minute before the next attempt.", "服务器限制请求频率，请稍候一分钟再试。";
        Http5xx => "The server failed. A later attempt may succeed.", "服务器自身出现故障，稍后重试可能成功。";
        HttpOther => "Expected 200 with the calls. Check the address.", "应为附带调用记录的 200 响应，请检查地址。";
        Unreachable => "The server cannot be reached, its name is wrong, or it does not allow this page to read it (CORS). Browsers do not say which. Check the address; or save the feed and open the file.", "服务器无法访问、名称有误，或不允许本页面读取（CORS），浏览器不会说明是哪一种。请检查地址，或保存后作为文件打开。";
        Redirected => "Headers and cookies are sent only to the feed's own origin, and browsers do not say where a redirect leads. Put the final address into config.json. If it is a sign-in page, sign in again.", "请求头与 Cookie 只发送到数据源自身的源，而浏览器不会告知重定向的目标。请在 config.json 中填写最终地址；若重定向至登录页，请重新登录。";
        PartRefused => "A feed's headers and cookies are sent only to its own origin. Serve the part from there, or allow it to be read without them.", "数据源的请求头与 Cookie 只发送到其自身的源。请由该源提供此部分，或允许不带它们读取。";
        NoAddress => "The address of a feed begins with https:// or http://, or is a path on this site. Check the link.", "数据源地址应以 https:// 或 http:// 开头，或为本站的路径。请检查链接。";
        Blocked => "The site's Content-Security-Policy does not list this server among those that the page may request. The operator of the site can add its origin to connect-src, or add the feed to config.json.", "本站的内容安全策略（Content-Security-Policy）限定了可访问的服务器，此服务器不在其中。请由本站管理员将其源加入 connect-src，或在 config.json 中配置该数据源。";
        NoFeed => "The link belongs to another site, or the feed was renamed in config.json.", "链接来自其他站点，或 config.json 中的数据源已更名。";
        Broken => "The network or the server ended it early. Try again.", "网络或服务器提前中断，请重试。";
        Stalled => "No data arrived for a long time. The network or the server may be overloaded; try again.", "长时间未收到数据，网络或服务器受阻，请重试。";
        TooBig => "Open a shorter time or split the file. The native command reads what is larger: callscope report FILE for the figures, callscope convert FILE to write a feed that can be split by lines.", "请打开更短的时间段，或拆分文件。更大的文件可用本地命令读取：callscope report FILE 输出统计，callscope convert FILE 可写出可按行拆分的数据源。";
        KeptMissing => "It was deleted, the browser cleared its storage, or the link was made in another browser. Open the file or feed again.", "可能已被删除、浏览器清理了存储，或链接来自其他浏览器。请重新打开文件或数据源。";
        KeptBroken => "It is damaged, or another version of the console wrote it. Delete it, open the file or feed again and save it again.", "数据已损坏，或由其他版本的控制台写入。请删除后重新打开文件或数据源，再次保存。";
        Manifest => "It lists the files of the feed. Nothing is read until it is valid, so that no part is missing unnoticed. docs/feed.md describes it, callscope-manifest-1.schema.json checks it.", "清单说明数据源由哪些文件组成。修正之前不会读取任何部分，以免遗漏数据而不自知。格式见 docs/feed.md，可用 callscope-manifest-1.schema.json 校验。";
        Internal => "An unexpected error occurred in the console. Copy the details and report them; other sources can be opened.", "控制台遇到了未预料的内容。请复制详情并反馈；仍可打开其他数据。";
    }
}

/// What is wrong, and what was expected.
pub fn problem(lang: Lang, problem: Problem) -> &'static str {
    match problem {
        Problem::NotJson => Problems::NotJson,
        Problem::EndsEarly => Problems::EndsEarly,
        Problem::LineBreakInString => Problems::LineBreakInString,
        Problem::TooDeep => Problems::TooDeep,
        Problem::TooLong => Problems::TooLong,
        Problem::NotACall => Problems::NotACall,
        Problem::Missing => Problems::Missing,
        Problem::WrongType => Problems::WrongType,
        Problem::Negative => Problems::Negative,
        Problem::NotWhole => Problems::NotWhole,
        Problem::OutOfRange => Problems::OutOfRange,
        Problem::TimeUnreadable => Problems::TimeUnreadable,
        Problem::TimeOutOfRange => Problems::TimeOutOfRange,
        Problem::TwiceGiven => Problems::TwiceGiven,
        Problem::BadUtf8 => Problems::BadUtf8,
        Problem::BadEscape => Problems::BadEscape,
        Problem::TextTooLong => Problems::TextTooLong,
        Problem::TooManyValues => Problems::TooManyValues,
        Problem::TooManyCalls => Problems::TooManyCalls,
        Problem::GzipBroken => Problems::GzipBroken,
        Problem::GzipEndsEarly => Problems::GzipEndsEarly,
        Problem::ZipBroken => Problems::ZipBroken,
        Problem::ZipEndsEarly => Problems::ZipEndsEarly,
        Problem::ZipUnsupported => Problems::ZipUnsupported,
        Problem::GzipChecksum => Problems::GzipChecksum,
        Problem::GzipTrailing => Problems::GzipTrailing,
        Problem::ZipChecksum => Problems::ZipChecksum,
    }
    .text(lang)
}

/// Why the source of this name gave nothing.
pub fn fact(lang: Lang, cause: LoadCause, name: &str) -> String {
    let status = match cause {
        LoadCause::Http(status) | LoadCause::PartRefused(status) => http_status(status),
        _ => String::new(),
    };
    let fact = match cause {
        LoadCause::Empty => Facts::Empty,
        LoadCause::NoCalls => Facts::NoCalls,
        LoadCause::Html => Facts::Html,
        LoadCause::OtherJson => Facts::OtherJson,
        LoadCause::OtherTable => Facts::OtherTable,
        LoadCause::OtherContent => Facts::OtherContent,
        LoadCause::Archive => Facts::Archive,
        LoadCause::NoRecords => Facts::NoRecords,
        LoadCause::PassedOver => Facts::PassedOver,
        LoadCause::Damaged(problem) => match problem {
            Problem::GzipChecksum | Problem::ZipChecksum => Facts::Checksum,
            Problem::GzipTrailing => Facts::Trailing,
            Problem::ZipUnsupported => Facts::Locked,
            _ if problem.is_cut() => Facts::EndsEarly,
            _ => Facts::Damaged,
        },
        LoadCause::NoMapping => Facts::NoMapping,
        LoadCause::OtherVersion => Facts::OtherVersion,
        LoadCause::GzipBroken => Facts::GzipBroken,
        LoadCause::ZipBroken => Facts::ZipBroken,
        LoadCause::NotCalls(NotCalls::ClaudeCode) => Facts::ClaudeCode,
        LoadCause::NotCalls(NotCalls::SglangBench) => Facts::SglangBench,
        LoadCause::NotCalls(NotCalls::OtlpLogs) => Facts::LogRecords,
        LoadCause::NotCalls(kind) => match kind {
            NotCalls::PrometheusList => Facts::PrometheusList,
            NotCalls::PrometheusEmpty => Facts::PrometheusEmpty,
            NotCalls::PrometheusError => Facts::PrometheusError,
            _ if kind.is_metrics() => Facts::Metrics,
            _ => Facts::Aggregates,
        },
        LoadCause::Http(_) => Facts::Http,
        LoadCause::Unreachable => Facts::Unreachable,
        LoadCause::Redirected => Facts::Redirected,
        LoadCause::PartRefused(_) => Facts::PartRefused,
        LoadCause::NoAddress => Facts::NoAddress,
        LoadCause::Blocked => Facts::Blocked,
        LoadCause::NoFeed => Facts::NoFeed,
        LoadCause::Broken => Facts::Broken,
        LoadCause::Stalled => Facts::Stalled,
        LoadCause::TooBig { .. } => Facts::TooBig,
        LoadCause::KeptMissing => Facts::KeptMissing,
        LoadCause::KeptBroken => Facts::KeptBroken,
        LoadCause::Manifest => Facts::Manifest,
        LoadCause::Internal => Facts::Internal,
    };
    fill(fact.text(lang), &[("name", name), ("status", &status)])
}

/// The usual cause, and the way out.
pub fn cause(lang: Lang, cause: LoadCause) -> &'static str {
    match cause {
        LoadCause::Empty | LoadCause::NoRecords => Causes::Empty,
        LoadCause::PassedOver => Causes::PassedOver,
        LoadCause::NoCalls => Causes::NoCalls,
        LoadCause::Html => Causes::Html,
        LoadCause::OtherJson => Causes::OtherJson,
        LoadCause::OtherTable => Causes::OtherTable,
        LoadCause::OtherContent => Causes::OtherContent,
        LoadCause::Archive => Causes::Archive,
        LoadCause::NoMapping => Causes::NoMapping,
        LoadCause::OtherVersion => Causes::OtherVersion,
        LoadCause::GzipBroken | LoadCause::ZipBroken | LoadCause::Damaged(_) => Causes::GzipBroken,
        LoadCause::NotCalls(NotCalls::ClaudeCode) => Causes::ClaudeCode,
        LoadCause::NotCalls(NotCalls::SglangBench) => Causes::SglangBench,
        LoadCause::NotCalls(NotCalls::OtlpLogs) => Causes::LogRecords,
        LoadCause::NotCalls(NotCalls::BenchSummary) => Causes::BenchSummary,
        LoadCause::NotCalls(kind) if kind.is_metrics() => Causes::Metrics,
        LoadCause::NotCalls(NotCalls::PrometheusError) => Causes::PrometheusError,
        LoadCause::NotCalls(_) => Causes::Aggregates,
        LoadCause::Http(401 | 403) => Causes::Http401,
        LoadCause::Http(404 | 410) => Causes::Http404,
        LoadCause::Http(429) => Causes::Http429,
        LoadCause::Http(400..=499) => Causes::Http4xx,
        LoadCause::Http(500..=599) => Causes::Http5xx,
        LoadCause::Http(_) => Causes::HttpOther,
        LoadCause::Unreachable => Causes::Unreachable,
        LoadCause::Redirected => Causes::Redirected,
        LoadCause::PartRefused(_) => Causes::PartRefused,
        LoadCause::NoAddress => Causes::NoAddress,
        LoadCause::Blocked => Causes::Blocked,
        LoadCause::NoFeed => Causes::NoFeed,
        LoadCause::Broken => Causes::Broken,
        LoadCause::Stalled => Causes::Stalled,
        LoadCause::TooBig { .. } => Causes::TooBig,
        LoadCause::KeptMissing => Causes::KeptMissing,
        LoadCause::KeptBroken => Causes::KeptBroken,
        LoadCause::Manifest => Causes::Manifest,
        LoadCause::Internal => Causes::Internal,
    }
    .text(lang)
}

/// An HTTP status with its standard phrase, which is the same in every language: `404 Not Found`.
pub fn http_status(status: u16) -> String {
    let phrase = match status {
        400 => " Bad Request",
        401 => " Unauthorized",
        403 => " Forbidden",
        404 => " Not Found",
        405 => " Method Not Allowed",
        408 => " Request Timeout",
        410 => " Gone",
        429 => " Too Many Requests",
        500 => " Internal Server Error",
        502 => " Bad Gateway",
        503 => " Service Unavailable",
        504 => " Gateway Timeout",
        _ => "",
    };
    format!("{status}{phrase}")
}

/// A place in a source with the call's number; nothing where it is not known.
pub fn place(lang: Lang, place: Place) -> Option<String> {
    let call = whole(place.call);
    match place {
        Place { line: 0, .. } => None,
        Place { call: 0, .. } => Some(place_in_text(lang, place)),
        Place { line, byte, .. } => {
            let values = [("call", &*call), ("line", &whole(line)), ("byte", &whole(byte))];
            Some(fill(States::AtCall.text(lang), &values))
        }
    }
}

/// A place in a source by line and byte.
pub fn place_in_text(lang: Lang, place: Place) -> String {
    fill(States::AtLine.text(lang), &[("line", &whole(place.line)), ("byte", &whole(place.byte))])
}
