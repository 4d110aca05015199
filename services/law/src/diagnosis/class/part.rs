//! Parts of the body, and which of them lie within each other.

labelled! {
    /// A part of the body, as the blocks of ICD-10 divide it.
    BodyPart {
        /// With eyes and ears.
        Head = "head", "头部";
        /// Eye and orbit.
        Eye = "eye", "眼";
        /// Ear, with the inner ear.
        Ear = "ear", "耳";
        /// With the cervical spine.
        Neck = "neck", "颈部";
        /// Of burns, which ICD-10 does not divide here.
        HeadAndNeck = "head_and_neck", "头和颈部";
        /// With the thoracic spine and the organs within.
        Thorax = "thorax", "胸部";
        /// Abdomen, lower back, lumbar spine and pelvis, with the organs within.
        AbdomenAndPelvis = "abdomen_and_pelvis", "腹部、下背、腰椎和骨盆";
        /// Thorax and abdomen.
        Trunk = "trunk", "躯干";
        /// Where the level of the spine is not said.
        SpineAndTrunk = "spine_and_trunk", "脊柱和躯干";
        /// Of sequelae, which ICD-10 does not divide here.
        NeckAndTrunk = "neck_and_trunk", "颈部和躯干";
        /// With the shoulder girdle.
        ShoulderAndUpperArm = "shoulder_and_upper_arm", "肩和上臂";
        /// Elbow and forearm.
        ElbowAndForearm = "elbow_and_forearm", "肘和前臂";
        /// Shoulder, upper arm, elbow and forearm.
        ShoulderAndArm = "shoulder_and_arm", "肩和上肢（腕和手除外）";
        /// With the fingers.
        WristAndHand = "wrist_and_hand", "腕和手";
        /// Where the level is not said.
        UpperLimb = "upper_limb", "上肢";
        /// Hip and thigh.
        HipAndThigh = "hip_and_thigh", "髋和大腿";
        /// Knee and lower leg.
        KneeAndLowerLeg = "knee_and_lower_leg", "膝和小腿";
        /// Hip, thigh, knee and lower leg.
        HipAndLeg = "hip_and_leg", "髋和下肢（踝和足除外）";
        /// With the toes.
        AnkleAndFoot = "ankle_and_foot", "踝和足";
        /// Where the level is not said.
        LowerLimb = "lower_limb", "下肢";
        /// Upper or lower.
        Limbs = "limbs", "四肢";
        /// Where it is not said which organs.
        InternalOrgans = "internal_organs", "内部器官";
        /// Stomach and intestines.
        AlimentaryTract = "alimentary_tract", "消化道";
        /// Urinary and genital organs.
        GenitourinaryTract = "genitourinary_tract", "泌尿生殖道";
        /// Airways and lungs, where dust and gases work.
        RespiratorySystem = "respiratory_system", "呼吸系统";
        /// The skin as an organ, wherever it is.
        Skin = "skin", "皮肤";
        /// The body as a whole, which a poison or the heat affects.
        WholeBody = "whole_body", "全身";
        /// Several regions of the body.
        Multiple = "multiple", "身体多个部位";
        /// A region that is not said.
        Unspecified = "unspecified", "未特指的身体部位";
        /// Wherever what was recognised is: complications of care, aftercare.
        Any = "any", "不限部位";
    }
}

impl BodyPart {
    /// Have the two a place in common?
    pub(in crate::diagnosis) fn overlaps(self, other: Self) -> bool {
        self.places() & other.places() != 0
    }

    /// Is it known where it is? What is the same at several or unknown places need not be the same injury.
    pub(super) fn is_one_place(self) -> bool {
        !matches!(
            self,
            Self::WholeBody | Self::Multiple | Self::Unspecified | Self::Any
        )
    }

    /// The places of which it consists, a bit for each.
    const fn places(self) -> u16 {
        const HEAD: u16 = 1;
        const EYE: u16 = 1 << 1;
        const EAR: u16 = 1 << 2;
        const NECK: u16 = 1 << 3;
        const THORAX: u16 = 1 << 4;
        const ABDOMEN: u16 = 1 << 5;
        const UPPER_ARM: u16 = 1 << 6;
        const FOREARM: u16 = 1 << 7;
        const HAND: u16 = 1 << 8;
        const THIGH: u16 = 1 << 9;
        const LOWER_LEG: u16 = 1 << 10;
        const FOOT: u16 = 1 << 11;
        const REGIONS: u16 = (1 << 12) - 1;
        const LUNGS: u16 = 1 << 12;
        const SKIN: u16 = 1 << 13;
        const BODY: u16 = 1 << 14;
        match self {
            Self::Head => HEAD | EYE | EAR,
            Self::Eye => EYE,
            Self::Ear => EAR,
            Self::Neck => NECK,
            Self::HeadAndNeck => HEAD | EYE | EAR | NECK,
            Self::Thorax => THORAX,
            Self::AbdomenAndPelvis | Self::AlimentaryTract | Self::GenitourinaryTract => ABDOMEN,
            Self::Trunk | Self::InternalOrgans => THORAX | ABDOMEN,
            Self::SpineAndTrunk | Self::NeckAndTrunk => NECK | THORAX | ABDOMEN,
            Self::ShoulderAndUpperArm => UPPER_ARM,
            Self::ElbowAndForearm => FOREARM,
            Self::ShoulderAndArm => UPPER_ARM | FOREARM,
            Self::WristAndHand => HAND,
            Self::UpperLimb => UPPER_ARM | FOREARM | HAND,
            Self::HipAndThigh => THIGH,
            Self::KneeAndLowerLeg => LOWER_LEG,
            Self::HipAndLeg => THIGH | LOWER_LEG,
            Self::AnkleAndFoot => FOOT,
            Self::LowerLimb => THIGH | LOWER_LEG | FOOT,
            Self::Limbs => UPPER_ARM | FOREARM | HAND | THIGH | LOWER_LEG | FOOT,
            Self::RespiratorySystem => LUNGS,
            Self::Skin => SKIN,
            // Gases and fumes that poison the body are breathed in.
            Self::WholeBody => BODY | LUNGS,
            Self::Multiple | Self::Unspecified => REGIONS,
            Self::Any => REGIONS | LUNGS | SKIN | BODY,
        }
    }
}
