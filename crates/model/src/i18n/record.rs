//! Words of the record of a call, read back from its file.

messages! {
    /// The record of a call.
    Record {
        Column => "Record", "记录";
        OpenOf => "Record of the call at {time}", "{time} 的调用记录";
        Place => "{file}, line {line}, byte {byte}", "{file}，第 {line} 行，第 {byte} 字节";
        Request => "Request", "请求";
        Response => "Response", "响应";
        Rest => "Record", "记录";
        Copy => "Copy", "复制";
        CopyRequest => "Copy the request", "复制请求";
        CopyResponse => "Copy the response", "复制响应";
        CopyRest => "Copy the record", "复制记录";
        Reading => "Reading the record from its file.", "正在从文件中读取记录。";
        LeftOut => "{n} more bytes are not shown.", "另有 {n} 字节未显示。";
        Alike => "{n} records are identical in every stored field, and not all of them come from files. This is the first one from a file.", "有 {n} 条记录在所保留的字段上完全相同，且并非全部来自文件。此处显示文件中的第一条。";
        NoFile => "There is no file to read the record from: this call came from the network, the clipboard, or a data set saved in this browser.", "没有可读取记录的文件：此调用来自网络、剪贴板或保存在本浏览器中的数据集。";
        Packed => "The record cannot be read: its file is compressed or not UTF-8. Unpack it and open it again.", "无法读取记录：文件已压缩，或不是 UTF-8 编码。请解压后重新打开。";
        Gone => "The browser can no longer read the file. Open it again. {detail}", "浏览器已无法读取该文件，请重新打开。{detail}";
        Changed => "The file has changed since it was opened and no longer contains this record. Open it again.", "文件打开后已被修改，其中不再有此记录。请重新打开。";
        Replaced => "The data has changed since this list was shown. Close this, and open the call again.", "此列表显示后数据已更新。请关闭后重新打开该调用。";
        Withheld => "This console does not show the content of calls.", "本控制台不显示调用内容。";
    }
}
