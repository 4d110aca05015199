//! What hospitals choose from: the items of the catalogues, by what is special about them.

use super::super::World;
use super::super::catalogue::{Listed, Listing};

/// The items.
pub(super) struct Shelf {
    /// Paid like any other.
    pub plain: Vec<Listing>,
    /// The same, of which only so many a day are paid.
    pub limited: Vec<Listing>,
    /// For large hospitals only.
    pub tertiary: Vec<Listing>,
    /// A person looks before they are paid.
    pub reviewed: Vec<Listing>,
    /// Beds.
    pub beds: Vec<Listing>,
}

impl Shelf {
    /// The catalogues, sorted.
    pub fn of(world: &World) -> Self {
        let kinds = [Listed::Drugs, Listed::TreatmentItems];
        let items: Vec<Listing> = kinds
            .into_iter()
            .flat_map(|listed| world.catalogue(listed))
            .collect();
        let of = |are: fn(&Listing) -> bool| -> Vec<Listing> {
            items.iter().filter(|item| are(item)).cloned().collect()
        };
        let is_plain = |item: &Listing| !item.tertiary && !item.reviewed;
        let beds = world.catalogue(Listed::InpatientServices).into_iter();
        Self {
            plain: of(is_plain),
            limited: of(|item| !item.tertiary && !item.reviewed && item.a_day > 0),
            tertiary: of(|item| item.tertiary && !item.reviewed),
            reviewed: of(|item| item.reviewed && !item.tertiary),
            beds: beds.filter(is_plain).collect(),
        }
    }
}
