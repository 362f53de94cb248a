//! Words about the embedding page, or the one that opened it.

messages! {
    /// A page that speaks to this one.
    Embed {
        Host => "The embedding page", "宿主页面";
        Waiting => "Waiting for data from the embedding page", "正在等待宿主页面提供数据";
        WaitingText => "The embedding page will pass the data when ready. You can open a file meanwhile.", "宿主页面准备好后会提供数据。也可先打开文件。";
        Asks => "{origin} wants to control this page.", "{origin} 请求控制此页面。";
        AsksText => "It could then read and export what is shown here, show data of its own, and change filters and colours. Allow it only if you trust it.", "允许后，它可以读取并导出此处显示的内容、显示自己的数据，并更改筛选与配色。请仅在信任该网站时允许。";
        AllowOnce => "Allow once", "仅允许这一次";
        AllowWhen => "Available once the whole question has been visible for one second.", "完整显示此请求一秒后方可点击。";
        Refuse => "Refuse", "拒绝";
        InFrame => "{origin} cannot control this page in a frame.", "{origin} 不能在嵌入框架中控制此页面。";
        InFrameText => "A site that this console's configuration does not list can ask only in a window in which it opens the console.", "此控制台的配置未列出的网站，须另开窗口打开控制台，才能请求许可。";
    }
}
