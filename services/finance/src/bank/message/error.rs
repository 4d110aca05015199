//! What can be wrong with a message.

use std::io;

/// Why a message cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// Another file, or another message.
    #[error("文件不是{expected}报文，请核对是否选错了文件")]
    Other {
        /// The message that should be here, without its version.
        expected: &'static str,
    },
    /// A document type: nobody needs one, and entities can be built from it that fill any memory.
    #[error("文件第{line}行含有文档类型（DTD）声明，为了安全不予读取，请银行提供不带DTD的报文")]
    DocumentType {
        /// Line of the file, from 1.
        line: u64,
    },
    /// A reference to an entity that is not one of the five of XML.
    #[error("文件第{line}行引用了实体“{name}”，为了安全不予读取，请银行提供不含实体的报文")]
    Entity {
        /// Line of the file, from 1.
        line: u64,
        /// The entity.
        name: String,
    },
    /// An encoding other than UTF-8.
    #[error("文件的编码是{encoding}，只能读取UTF-8编码的报文，请银行按UTF-8重新提供")]
    Encoding {
        /// What the file says, or what was found.
        encoding: String,
    },
    /// The file ends before its last element does.
    #[error("文件到第{line}行就中断了，内容不完整，请向银行重新索取")]
    Truncated {
        /// Line of the file, from 1.
        line: u64,
    },
    /// No XML.
    #[error("文件第{line}行不是规范的XML，请向银行重新索取，不要用其他软件改动后再上传")]
    Malformed {
        /// Line of the file, from 1.
        line: u64,
    },
    /// Text or depth beyond what any message has.
    #[error("文件第{line}行的内容超出报文允许的长度或层次，请与银行核对")]
    Endless {
        /// Line of the file, from 1.
        line: u64,
    },
    /// Something that has to be there and is not.
    #[error("文件第{line}行之前缺少{label}（{element}），请银行补正后重新提供")]
    Missing {
        /// Line of the file, from 1.
        line: u64,
        /// The element.
        element: &'static str,
        /// What it is, in Chinese.
        label: &'static str,
    },
    /// A value that is none of its kind.
    #[error("文件第{line}行的{label}“{text}”不正确，请与银行核对")]
    Value {
        /// Line of the file, from 1.
        line: u64,
        /// What it is, in Chinese.
        label: &'static str,
        /// What stands there.
        text: String,
    },
    /// Another currency than yuan.
    #[error("文件第{line}行的币种是“{currency}”，工伤保险基金只使用人民币（CNY），请与银行核对")]
    Currency {
        /// Line of the file, from 1.
        line: u64,
        /// What stands there.
        currency: String,
    },
    /// The file could not be read.
    #[error("文件读取失败，请重新上传：{0}")]
    Read(io::Error),
}
