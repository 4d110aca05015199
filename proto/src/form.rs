//! What the options of a form say.

use law::identity::AreaCode;
use prost_reflect::MessageDescriptor;

use crate::options::v1::{Caller, Department, Duty, Form, Format};
use crate::reflect;

/// A message that is a form of the procedure.
pub trait FormMessage: prost::Message + prost::Name + Default + crate::Check + Clone {}

impl<M: prost::Message + prost::Name + Default + crate::Check + Clone> FormMessage for M {}

/// The form option of the message called `full_name`; `None` for a message that is no form.
#[must_use]
pub fn form(full_name: &str) -> Option<Form> {
    form_of(&reflect::pool().get_message_by_name(full_name)?)
}

/// The form option of a message; `None` for a message that is no form.
#[must_use]
pub fn form_of(message: &MessageDescriptor) -> Option<Form> {
    reflect::extension(&message.options(), "form")?
        .as_message()?
        .transcode_to()
        .ok()
}

/// All forms of all contracts.
pub fn forms() -> impl Iterator<Item = (MessageDescriptor, Form)> {
    reflect::pool()
        .all_messages()
        .filter_map(|m| form_of(&m).map(|form| (m, form)))
}

/// The departments whose clerks apply on a form: the one that handles it, and those that send it there.
pub fn departments(form: &Form) -> impl Iterator<Item = Department> {
    std::iter::once(form.department())
        .chain(form.senders())
        .filter(|department| *department != Department::Unspecified)
}

/// The Chinese name of a duty.
#[must_use]
pub fn duty_label(duty: Duty) -> String {
    reflect::label_of("workinjury.options.v1.Duty", duty as i32)
}

/// The Chinese name of a department; where a form is none's, those of any sign it.
#[must_use]
pub fn department_label(department: Department) -> String {
    if department == Department::Unspecified {
        return "任一部门".to_owned();
    }
    reflect::label_of("workinjury.options.v1.Department", department as i32)
}

/// The Chinese name of a kind of caller.
#[must_use]
pub fn caller_label(caller: Caller) -> String {
    reflect::label_of("workinjury.options.v1.Caller", caller as i32)
}

/// Is the text what the format asks for? If not, what is wrong, in Chinese.
///
/// # Errors
/// Returns the sentence that says what is wrong and what to do.
pub fn check_format(format: Format, text: &str) -> Result<(), String> {
    let digits = |least: usize, most: usize| {
        (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let ok = match format {
        Format::PoolingArea => digits(6, 6) && text.parse::<AreaCode>().is_ok(),
        Format::Industry => digits(2, 2),
        Format::BankAccount => digits(6, 32),
        Format::Phone => {
            (5..=20).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b"+-() ".contains(&b))
        }
        Format::Uuid => is_uuid(text),
        Format::Nationality => text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()),
        Format::Code => return check_written(text),
        Format::CitizenId
        | Format::UnifiedCreditCode
        | Format::OrganisationCode
        | Format::IdentityNumber => return check_identity(format, text),
        Format::Unspecified | Format::Decimal => true,
    };
    if ok {
        Ok(())
    } else {
        Err(expected(format).to_owned())
    }
}

fn check_identity(format: Format, text: &str) -> Result<(), String> {
    use law::identity::{
        CitizenNumber, IdentityError, OrganisationCode, PassportNumber, ResidentCardNumber,
        SocialCreditCode,
    };
    let told = |e: IdentityError| e.to_string();
    match format {
        Format::CitizenId => text.parse::<CitizenNumber>().map(drop).map_err(told),
        Format::UnifiedCreditCode => {
            text.parse::<SocialCreditCode>().map_err(told)?;
            check_written(text)
        }
        Format::OrganisationCode => {
            text.parse::<OrganisationCode>().map_err(told)?;
            check_written(text)
        }
        // Whose number it is shows in its shape; what is wrong is told as of a citizen's, the usual.
        _ => text.parse::<CitizenNumber>().map(drop).or_else(|wrong| {
            let other = text.parse::<ResidentCardNumber>().is_ok()
                || text.parse::<PassportNumber>().is_ok();
            if other { Ok(()) } else { Err(told(wrong)) }
        }),
    }
}

/// A form is signed, and a row is kept, as it was received: an employer is one only where its codes arrive
/// written in one way.
fn check_written(text: &str) -> Result<(), String> {
    if text
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    {
        return Ok(());
    }
    let written = law::identity::written(text);
    if written == text {
        Ok(())
    } else {
        Err(format!(
            "请写作{written}：用半角数字和大写字母，中间不留空格，组织机构代码不加连字符"
        ))
    }
}

fn expected(format: Format) -> &'static str {
    match format {
        Format::PoolingArea => "应为六位行政区划代码（GB/T 2260），例如440300",
        Format::Industry => "应为两位国民经济行业大类代码（GB/T 4754），例如47",
        Format::BankAccount => "应为6至32位数字的银行账号",
        Format::Phone => "应为电话号码，例如0755-12345678",
        Format::Uuid => "应为UUID，例如0190163d-8694-739b-aea5-966c26f8ad91",
        Format::Nationality => "应为三位大写字母的国家代码（GB/T 2659），例如GBR",
        _ => "格式不正确",
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_digit() || (b'a'..=b'f').contains(&b),
        })
}
