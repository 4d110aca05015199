//! Employees: names, identity numbers and wages.

use std::collections::HashSet;

use law::identity::{CitizenNumber, Sex};
use rust_decimal::Decimal;
use time::{Date, Duration};

use super::businesses::Business;
use super::dice::Dice;
use super::{Employee, Employer};
use crate::demo::calendar::MONTH_BEGINS;

/// Identity numbers that are taken.
#[derive(Default)]
pub struct Numbers(HashSet<String>);

/// Someone who works for an employer.
pub fn employee(
    dice: &mut Dice,
    numbers: &mut Numbers,
    employer: &Employer,
    business: &Business,
    place: usize,
) -> Employee {
    // From eighteen to sixty, most of them younger.
    let oldest = dice.between(38, 59);
    let age_in_days = dice.between(18, oldest) * 365 + dice.between(1, 364);
    let born_on = MONTH_BEGINS - Duration::days(age_in_days);
    let foreigner = dice.one_of(1, 400);
    let identity_number = loop {
        let number = if foreigner {
            format!("{}{}", dice.pick(&["E", "G", "K", "TR"]), dice.digits(7))
        } else {
            citizen_number(dice, born_on)
        };
        if numbers.0.insert(number.clone()) {
            break number;
        }
    };
    let male = match identity_number.parse::<CitizenNumber>() {
        Ok(number) => number.sex() == Sex::Male,
        Err(_) => dice.one_of(1, 2),
    };
    let hired_on = employer.starts_on + Duration::days(dice.between(0, 1));
    let fixed_term = dice.one_of(4, 5);
    Employee {
        identity_number,
        foreigner: foreigner.then(|| (dice.pick(&["USA", "JPN", "DEU", "KOR"]), born_on)),
        name: if foreigner {
            format!(
                "{} {}",
                dice.pick(&["ANNA", "JOHN", "MINSU", "YUKI"]),
                dice.pick(&["SMITH", "SATO", "KIM", "WEBER"])
            )
        } else {
            name(dice)
        },
        male,
        hired_on,
        contract_ends_on: fixed_term.then(|| hired_on + Duration::days(365 * dice.between(1, 3))),
        wage: wage(dice, business.wage),
        contract_number: format!("HT{}-{:04}", &employer.credit_code[8..17], place + 1),
    }
}

/// A citizen identity number that is nobody's but could be.
pub fn citizen_number(dice: &mut Dice, born_on: Date) -> String {
    let area = dice.pick(&BIRTHPLACES);
    let sequence = u16::try_from(dice.between(1, 999)).unwrap_or(1);
    // Both places and dates are valid, so that there is always a number.
    CitizenNumber::compose(area, born_on, sequence).map_or_else(|_| String::new(), String::from)
}

/// A name, frequent surnames more often.
pub fn name(dice: &mut Dice) -> String {
    let (surname, _) = dice.weighted(&SURNAMES, |(_, share)| *share);
    let mut name = (*surname).to_owned();
    let given: Vec<char> = GIVEN.chars().collect();
    name.push(dice.pick(&given));
    if dice.one_of(4, 5) {
        name.push(dice.pick(&given));
    }
    name
}

/// A wage about a usual one, with a long tail: a third of those who earn a certain wage earn half as
/// much again. Most are round, some end in fen.
fn wage(dice: &mut Dice, usual: i64) -> Decimal {
    let mut fen = usual * dice.between(600, 1_150) / 1_000 * 100;
    let mut steps = 0;
    while steps < 8 && dice.one_of(1, 3) {
        fen = fen * 3 / 2;
        steps += 1;
    }
    let exact = dice.one_of(1, 4);
    let fen = if exact {
        fen + dice.between(1, 99)
    } else {
        (fen / 1_000).max(1) * 1_000
    };
    Decimal::new(fen, 2)
}

const BIRTHPLACES: [&str; 12] = [
    "440305", "440582", "431281", "511321", "420984", "450981", "362201", "411522", "522401",
    "340221", "610112", "370883",
];

/// Frequency in a thousand.
const SURNAMES: [(&str, u32); 40] = [
    ("李", 79),
    ("王", 74),
    ("张", 71),
    ("刘", 53),
    ("陈", 45),
    ("杨", 31),
    ("赵", 23),
    ("黄", 22),
    ("周", 21),
    ("吴", 20),
    ("徐", 17),
    ("孙", 15),
    ("胡", 13),
    ("朱", 13),
    ("高", 12),
    ("林", 12),
    ("何", 12),
    ("郭", 12),
    ("马", 11),
    ("罗", 9),
    ("梁", 8),
    ("宋", 8),
    ("郑", 8),
    ("谢", 7),
    ("韩", 7),
    ("唐", 7),
    ("冯", 6),
    ("于", 6),
    ("董", 6),
    ("萧", 6),
    ("程", 6),
    ("曹", 6),
    ("袁", 5),
    ("邓", 5),
    ("许", 5),
    ("傅", 5),
    ("沈", 5),
    ("曾", 5),
    ("彭", 5),
    ("欧阳", 1),
];

const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英文华建国志梅玉红春燕海波宇浩晨欣怡子涵梓轩雨佳俊凯鑫斌龙飞鹏婷雪琳";
