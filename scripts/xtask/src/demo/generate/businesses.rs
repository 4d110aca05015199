//! What employers do: how frequent it is, how many people it takes and what they earn.

use super::Kind;

/// A line of business.
#[derive(Debug)]
pub struct Business {
    /// GB/T 4754-2011 division.
    pub industry: &'static str,
    /// What employers in it are.
    pub kind: Kind,
    /// How frequent it is, in a thousand.
    pub share: u32,
    /// How much larger than others its employers are.
    pub size: u64,
    /// A usual wage, yuan a month.
    pub wage: i64,
    /// The middle of its employers' names.
    pub word: &'static str,
    /// Scope of business, as licences have it.
    pub scope: &'static str,
}

const fn business(
    industry: &'static str,
    kind: Kind,
    share: u32,
    (size, wage): (u64, i64),
    word: &'static str,
    scope: &'static str,
) -> Business {
    Business {
        industry,
        kind,
        share,
        size,
        wage,
        word,
        scope,
    }
}

use Kind::{Enterprise, Institution, PrivateNonEnterprise, Proprietor};

/// All risk classes of the table of 2015 occur.
pub const BUSINESSES: &[Business] = &[
    business(
        "52",
        Enterprise,
        170,
        (1, 5_200),
        "商贸",
        "日用百货、五金交电的销售",
    ),
    business(
        "51",
        Enterprise,
        120,
        (1, 5_900),
        "贸易",
        "建筑材料、机械设备的批发",
    ),
    business("62", Proprietor, 90, (1, 4_300), "餐饮店", "餐饮服务"),
    business(
        "62",
        Enterprise,
        40,
        (2, 4_700),
        "餐饮管理",
        "餐饮服务；餐饮管理",
    ),
    business("79", Proprietor, 40, (1, 4_400), "理发店", "理发及美容服务"),
    business(
        "72",
        Enterprise,
        85,
        (2, 6_800),
        "企业管理",
        "企业管理咨询；人力资源服务",
    ),
    business(
        "65",
        Enterprise,
        75,
        (2, 13_500),
        "软件",
        "软件开发；信息技术咨询服务",
    ),
    business(
        "70",
        Enterprise,
        40,
        (3, 6_200),
        "物业",
        "物业管理；房屋租赁",
    ),
    business(
        "39",
        Enterprise,
        45,
        (9, 7_100),
        "电子",
        "电子元器件、通信设备的制造与销售",
    ),
    business(
        "33",
        Enterprise,
        40,
        (4, 6_300),
        "五金制品",
        "金属制品的加工与销售",
    ),
    business(
        "29",
        Enterprise,
        30,
        (4, 5_900),
        "塑胶",
        "橡胶和塑料制品的生产与销售",
    ),
    business("18", Enterprise, 25, (5, 5_300), "服饰", "服装的生产与销售"),
    business("21", Enterprise, 15, (4, 5_600), "家具", "家具的制造与销售"),
    business(
        "26",
        Enterprise,
        10,
        (4, 7_600),
        "化工",
        "化学原料和化学制品的制造（危险化学品除外）",
    ),
    business(
        "30",
        Enterprise,
        12,
        (5, 6_200),
        "建材",
        "水泥制品、砖瓦的制造",
    ),
    business(
        "25",
        Enterprise,
        3,
        (9, 8_800),
        "石化",
        "石油制品的炼制与销售",
    ),
    business(
        "31",
        Enterprise,
        5,
        (12, 7_400),
        "金属",
        "黑色金属冶炼和压延加工",
    ),
    business(
        "47",
        Enterprise,
        40,
        (6, 6_900),
        "建筑工程",
        "房屋建筑工程施工",
    ),
    business(
        "50",
        Enterprise,
        35,
        (2, 6_400),
        "装饰工程",
        "室内外装饰装修工程",
    ),
    business(
        "54",
        Enterprise,
        35,
        (4, 6_900),
        "运输",
        "普通货运；道路货物运输代理",
    ),
    business(
        "60",
        Enterprise,
        15,
        (6, 5_900),
        "速递",
        "国内快递（邮政企业专营业务除外）",
    ),
    business("06", Enterprise, 3, (10, 8_300), "煤业", "煤炭开采与洗选"),
    business("10", Enterprise, 5, (5, 6_600), "矿业", "建筑用石料的开采"),
    business(
        "01",
        Enterprise,
        10,
        (2, 4_600),
        "农业",
        "蔬菜、水果的种植与销售",
    ),
    business("82", Institution, 12, (5, 9_200), "学校", "义务教育"),
    business(
        "83",
        Institution,
        6,
        (9, 10_400),
        "医院",
        "医疗与护理、保健与健康教育",
    ),
    business(
        "82",
        PrivateNonEnterprise,
        12,
        (2, 5_200),
        "幼儿园",
        "学前教育",
    ),
];
