//! Words about the page around this one, or the one that opened it.

messages! {
    /// A page that speaks to this one.
    Embed {
        Host => "The page around this one", "外层页面";
        Waiting => "Waiting for data from the page around this one", "正在等待外层页面提供数据";
        WaitingText => "It hands the calls over when it has them. A file can be opened meanwhile.", "外层页面准备好后会交付调用数据。也可先打开文件。";
        Asks => "{origin} wants to work with this page.", "{origin} 请求与此页面交互。";
        AsksText => "It could then see and take what is shown here, show data of its own, and change filters and colours. Allow it only if you know it.", "允许后，它可以查看并取走此处显示的内容、显示自己的数据，并更改筛选与配色。请仅在了解该网站时允许。";
        AllowOnce => "Allow once", "仅允许这一次";
        AllowWhen => "Possible once the whole question has been in view for a second.", "完整显示此请求一秒后方可点击。";
        Refuse => "Refuse", "拒绝";
        InFrame => "{origin} cannot work with this page in a frame.", "{origin} 不能在嵌入框架中与此页面交互。";
        InFrameText => "A site that the configuration of this console does not name can only ask in a window in which it opens the console.", "此控制台的配置未列出的网站，须另开窗口打开控制台，才能请求许可。";
    }
}
