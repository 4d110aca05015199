//! Natures of injuries, and which of them come of which.

labelled! {
    /// What an injury, an occupational disease, or what comes of them, is by its nature.
    Nature {
        /// Abrasion, contusion, insect bite.
        Superficial = "superficial", "浅表损伤";
        /// Cut, laceration, puncture, bite.
        OpenWound = "open_wound", "开放性伤口";
        /// Open or closed.
        Fracture = "fracture", "骨折";
        /// Of joints and ligaments.
        Dislocation = "dislocation", "脱位、扭伤和劳损";
        /// With the spinal cord.
        Nerve = "nerve", "神经和脊髓损伤";
        /// Arteries and veins.
        Vessel = "vessel", "血管损伤";
        /// Muscle and tendon.
        MuscleAndTendon = "muscle_and_tendon", "肌肉和肌腱损伤";
        /// Eye, heart, organs within thorax, abdomen and pelvis.
        Organ = "organ", "器官损伤";
        /// Within the skull.
        Intracranial = "intracranial", "颅内损伤";
        /// Where ICD-10 has it together with amputation, this is meant.
        Crushing = "crushing", "挤压伤";
        /// By the accident, not by surgery.
        Amputation = "amputation", "创伤性切断";
        /// None of those that its block names.
        Other = "other", "其他损伤";
        /// An injury of which it is not said what it is.
        Unspecified = "unspecified", "未特指的损伤";
        /// Through a natural orifice.
        ForeignBody = "foreign_body", "异物";
        /// With corrosion by chemicals.
        Burn = "burn", "烧伤和腐蚀伤";
        /// Frostbite.
        Frostbite = "frostbite", "冻伤";
        /// Of substances that are no medicines.
        ToxicEffect = "toxic_effect", "中毒";
        /// Radiation, heat, pressure, electricity, asphyxiation.
        ExternalCause = "external_cause", "外因的其他效应";
        /// Of tools that vibrate.
        Vibration = "vibration", "振动效应";
        /// Hearing loss by noise.
        Noise = "noise", "噪声性听力损伤";
        /// By mineral dust.
        Pneumoconiosis = "pneumoconiosis", "尘肺病";
        /// Byssinosis and hypersensitivity pneumonitis.
        OrganicDust = "organic_dust", "有机粉尘所致肺病";
        /// Bronchitis, oedema and pneumonitis by gases and fumes.
        ChemicalInhalation = "chemical_inhalation", "吸入化学物所致呼吸系统损害";
        /// By substances on the skin.
        ContactDermatitis = "contact_dermatitis", "接触性皮炎";
        /// An illness in which an occupational disease shows, or which comes with one.
        Illness = "illness", "职业病常见的并发或相关疾病";
        /// Embolism, shock, bleeding, infection soon after the trauma.
        EarlyComplication = "early_complication", "创伤早期并发症";
        /// Of procedures, devices and grafts.
        CareComplication = "care_complication", "医疗并发症";
        /// Of a wound.
        Infection = "infection", "伤口感染";
        /// A fracture that heals late, badly or not.
        FractureHealing = "fracture_healing", "骨折愈合不良";
        /// What an injury leaves behind.
        Sequela = "sequela", "损伤后遗症";
        /// What burns and frostbite leave behind.
        BurnSequela = "burn_sequela", "烧伤、腐蚀伤和冻伤后遗症";
        /// What poisoning does to an organ, or leaves behind.
        ToxicSequela = "toxic_sequela", "中毒所致器官损害和后遗症";
        /// Follow-up, rehabilitation, devices.
        Aftercare = "aftercare", "后续治疗和康复";
    }
}

impl Nature {
    /// Is it treatment without an illness of its own?
    pub(in crate::diagnosis) const fn is_aftercare(self) -> bool {
        matches!(self, Self::Aftercare)
    }

    /// Does it follow on whatever was recognised, also on what the table does not have?
    pub(in crate::diagnosis) const fn follows_on_all(self) -> bool {
        matches!(self, Self::Aftercare | Self::CareComplication)
    }

    /// Is it never an injury itself, only what comes of one?
    pub(in crate::diagnosis) const fn only_follows(self) -> bool {
        matches!(
            self,
            Self::EarlyComplication
                | Self::CareComplication
                | Self::Infection
                | Self::FractureHealing
                | Self::Sequela
                | Self::BurnSequela
                | Self::ToxicSequela
                | Self::Aftercare
        )
    }

    /// Does it come of an injury of that nature? Where they are is another question.
    pub(in crate::diagnosis) const fn follows_on(self, cause: Self) -> bool {
        match self {
            Self::Sequela | Self::CareComplication | Self::Aftercare => true,
            Self::EarlyComplication => cause.is_trauma() || matches!(cause, Self::ExternalCause),
            // A sprain leaves the skin whole.
            Self::Infection => cause.is_trauma() && !matches!(cause, Self::Dislocation),
            Self::FractureHealing => {
                matches!(cause, Self::Fracture | Self::Crushing | Self::Unspecified)
            }
            Self::BurnSequela => matches!(cause, Self::Burn | Self::Frostbite | Self::BurnSequela),
            Self::ToxicSequela => {
                matches!(
                    cause,
                    Self::ToxicEffect | Self::ChemicalInhalation | Self::ToxicSequela
                )
            }
            _ => false,
        }
    }

    /// Is it done by force, heat or cold at a place of the body?
    const fn is_trauma(self) -> bool {
        matches!(
            self,
            Self::Superficial
                | Self::OpenWound
                | Self::Fracture
                | Self::Dislocation
                | Self::Nerve
                | Self::Vessel
                | Self::MuscleAndTendon
                | Self::Organ
                | Self::Intracranial
                | Self::Crushing
                | Self::Amputation
                | Self::Other
                | Self::Unspecified
                | Self::ForeignBody
                | Self::Burn
                | Self::Frostbite
        )
    }
}
