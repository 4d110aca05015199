//! Reasons for which banks refuse and return payments, by the code lists that ISO 20022 keeps beside its messages
//! (ExternalStatusReason1Code, ExternalReturnReason1Code).

/// What has to be done before the payment is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What is known of the payee's account is wrong: registration checks it anew (article 97).
    Account,
    /// The account that pays has not enough.
    Funds,
    /// The file, or an order in it, is not as it should be, or was sent before.
    Order,
    /// Anything else; somebody has to ask the bank.
    Other,
}

/// Codes, what they say in Chinese, and what has to be done.
const KNOWN: &[(&str, &str, Fault)] = &[
    ("AC01", "账号不正确", Fault::Account),
    ("AC02", "付款账号不正确", Fault::Order),
    ("AC03", "收款账号不正确", Fault::Account),
    ("AC04", "账户已销户", Fault::Account),
    ("AC06", "账户已冻结", Fault::Account),
    ("AC07", "收款账户已销户", Fault::Account),
    ("AC14", "收款账户类型不正确", Fault::Account),
    ("AG01", "该账户不允许此类交易", Fault::Account),
    ("AM01", "金额为零", Fault::Order),
    ("AM02", "金额超过限额", Fault::Order),
    ("AM03", "币种不能受理", Fault::Order),
    ("AM04", "余额不足", Fault::Funds),
    ("AM05", "重复支付", Fault::Order),
    ("AM09", "金额不正确", Fault::Order),
    ("AM10", "合计金额不符", Fault::Order),
    ("AM18", "笔数不符", Fault::Order),
    ("BE01", "户名与账号不符", Fault::Account),
    ("BE06", "查无收款人", Fault::Account),
    ("CNOR", "收款行未登记", Fault::Account),
    ("CUST", "客户要求退回", Fault::Other),
    ("DT01", "日期不正确", Fault::Order),
    ("DU01", "文件重复", Fault::Order),
    ("DU04", "支付指令重复", Fault::Order),
    ("ED05", "清算失败", Fault::Other),
    ("FF01", "文件格式不正确", Fault::Order),
    ("MD07", "收款人已死亡", Fault::Account),
    ("MS02", "收款人未说明原因", Fault::Other),
    ("MS03", "银行未说明原因", Fault::Other),
    ("NARR", "见附言", Fault::Other),
    ("RC01", "行号不正确", Fault::Account),
    ("RC04", "收款行行号不正确", Fault::Account),
];

/// Why a bank refused or returned a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// The code, four characters or the bank's own; empty where it gave none.
    pub code: String,
    /// What the bank wrote beside it.
    pub text: String,
}

impl Reason {
    /// What has to be done.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.known().map_or(Fault::Other, |(_, fault)| fault)
    }

    /// What a person reads: the meaning of the code, the code, and what the bank wrote.
    #[must_use]
    pub fn sentence(&self) -> String {
        let meaning = self
            .known()
            .map_or("银行未给出通用原因", |(label, _)| label);
        let code = match self.code.as_str() {
            "" => String::new(),
            code => format!("（{code}）"),
        };
        match self.text.as_str() {
            "" => format!("{meaning}{code}"),
            text => format!("{meaning}{code}：{text}"),
        }
    }

    /// Was nothing said?
    pub(super) fn is_empty(&self) -> bool {
        self.code.is_empty() && self.text.is_empty()
    }

    /// Adds what one element says: the code, or a line of text.
    pub(super) fn hear(&mut self, element: &str, text: &str) {
        match element {
            "Rsn/Cd" | "Rsn/Prtry" if self.code.is_empty() => text.clone_into(&mut self.code),
            "AddtlInf" => self.text.push_str(text),
            _ => {}
        }
    }

    fn known(&self) -> Option<(&'static str, Fault)> {
        let mut all = KNOWN.iter();
        let found = all.find(|(code, ..)| *code == self.code)?;
        Some((found.1, found.2))
    }
}
