//! Words about the site itself: a newer build, and a configuration that is wrong, with what was expected.

messages! {
    /// What was expected, and the notice that says so.
    Config {
        UpdateTitle => "This site has another version of this page.", "本站提供了此页面的另一版本。";
        UpdateText => "Loading it keeps the view; files opened in this tab must be opened again.", "加载后视图保留，本标签页中打开的文件需重新打开。";
        UpdateTake => "Load it now", "立即加载";
        NoticeOne => "This site's config.json has 1 error.", "本站的 config.json 有 1 处错误。";
        NoticeMany => "This site's config.json has {n} errors.", "本站的 config.json 有 {n} 处错误。";
        NoticeText => "The affected settings use their defaults.", "出错的设置将使用默认值。";
        Absent => "This site's config.json could not be read: {detail}.", "无法读取本站的 config.json：{detail}。";
        KeptText => "The last copy that could be read stays in force.", "仍使用最近一次成功读取的副本。";
        AbsentText => "Until it can be read, no feed opens automatically, messages from other pages are ignored, and error messages and request IDs are hidden.", "在能够读取之前，不会自动打开任何数据源，不响应其他页面，也不显示错误描述与请求 ID。";
        NoConfiguration => "the server's answer is not a configuration", "服务器返回的内容不是配置";
        Redirect => "the server redirects to another address, for example a sign-in page", "服务器重定向到其他地址（例如登录页）";
        Offline => "there is no answer", "无响应";
        Silent => "no answer within three seconds", "3 秒内未响应";
        Status => "the server answered {status}", "服务器返回 {status}";
        DialogTitle => "Errors in config.json", "config.json 中的错误";
        DialogText => "The operator of this site can correct them. docs/deployment.md describes every setting; editors can check the file with config.schema.json.", "请由本站管理员修正。docs/deployment.md 说明了全部设置，config.schema.json 可用于编辑器校验。";
        Expected => "{path}: expected {expected}.", "{path}：应为{expected}。";
        ExpectedFound => "{path}: expected {expected}; found {found}.", "{path}：应为{expected}；实际为 {found}。";
        Json => "JSON ({words})", "JSON（{words}）";
        Object => "an object in { }", "由 { } 括起的对象";
        List => "a list in [ ]", "由 [ ] 括起的列表";
        Key => "one of the settings: {words}", "以下设置之一：{words}";
        OneOf => "one of: {words}", "以下之一：{words}";
        LogAccess => "on or off (treated as off)", "on 或 off（目前按 off 处理）";
        Whole => "a whole number, {words}", "整数，范围 {words}";
        Title => "a text of 1 to 60 characters", "1 至 60 个字符的文本";
        Logo => "the path of an image beside index.html, or a data: address of one", "index.html 旁图片的路径，或图片的 data: 地址";
        Zone => "the name of a time zone, such as Europe/Berlin", "时区名称，例如 Asia/Shanghai";
        FeedName => "a name, which links use for the feed", "数据源的名称（链接中使用）";
        FeedTwice => "a name that no other feed has", "未被其他数据源使用的名称";
        FeedAddress => "an address that begins with http:// or https:// and has no user name and password, or a path relative to index.html", "以 http:// 或 https:// 开头、不含用户名和密码的地址，或相对于 index.html 的路径";
        FormatName => "the name of a format", "格式名称";
        MappingName => "a name listed under mappings", "mappings 中已有的名称";
        FormatOrMapping => "either a format or a mapping, not both; the mapping is used", "format 与 mapping 二选一（以 mapping 为准）";
        HeaderName => "the name of a header that a page may send", "页面可发送的请求头名称";
        HeaderValue => "a text without line breaks, in Latin letters", "不含换行的拉丁字符文本";
        Origin => "an origin such as https://portal.example.com, without a path", "源，例如 https://portal.example.com，不含路径";
        Currency => "a currency by its three letters, such as EUR", "三个大写字母的货币代码，例如 CNY";
        Price => "a price per million tokens: a number from 0 to 1000000000 with at most six decimals", "每百万 Tokens 的价格：0 至 1000000000 之间、最多六位小数的数字";
        Mapping => "a mapping ({words})", "字段映射（{words}）";
    }
}
