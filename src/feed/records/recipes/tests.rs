//! What holds of each recipe.

use super::*;
use crate::domain::record::{PATTERN_KEYS, is_name};
use crate::domain::schedule::Schedule;
use crate::domain::url::source_address;

#[test]
fn each_can_be_used() {
    for recipe in &RECIPES {
        let name = recipe.name;
        let format = recipe.checked(None).unwrap_or_else(|error| panic!("{name} {error}"));
        assert!(Schedule::parse(recipe.schedule, recipe.zone).is_ok(), "{name}");
        assert!(
            recipe.patterns.iter().all(|(key, _)| PATTERN_KEYS.contains(key)),
            "{name}"
        );
        assert!(format.fields.iter().all(|(field, _)| is_name(field)), "{name}");
        let newest = source_address(recipe.newest).unwrap();
        assert_eq!(of_address(&newest).unwrap().name, name);
        assert_eq!(of_name(name).unwrap().publisher, recipe.publisher);
        for site in recipe.sites {
            let page = Url::parse(&format!("https://{site}/some/page")).unwrap();
            assert_eq!(of_site(&page).unwrap().name, name, "{site}");
        }
    }
}

#[test]
fn what_is_no_register_has_none() {
    for address in [
        "https://example.org/",
        "https://federalregister.gov.example.org/",
        "https://data.boe.es/",
    ] {
        let url = Url::parse(address).unwrap();
        assert!(of_address(&url).is_none() && of_site(&url).is_none(), "{address}");
    }
    let page = Url::parse("https://www.federalregister.gov/documents/2026/06/01/a").unwrap();
    assert!(of_address(&page).is_none() && of_site(&page).is_some());
}

#[test]
fn a_docket_is_its_number() {
    for (written, expected) in [
        ("Docket No. BOE-2026-0012", "BOE-2026-0012"),
        ("Docket Nos. FDA-2025-E-0162", "FDA-2025-E-0162"),
        ("Docket #: EPA-HQ-OAR-2021-0317", "EPA-HQ-OAR-2021-0317"),
        ("Docket Number-NASA-2023-0005", "NASA-2023-0005"),
        ("Docket No.CDC-2018-0075", "CDC-2018-0075"),
        ("Docket IDs OCC-2020-0005", "OCC-2020-0005"),
        ("Docket. No. AMS-SC-21-0042", "AMS-SC-21-0042"),
        ("DHS Docket No. USCIS-2020-0013", "USCIS-2020-0013"),
        ("Waiver Petition Docket Number FRA-2010-0028", "FRA-2010-0028"),
        ("Docket ID No. EPA-R09-OAR-2024-0001", "EPA-R09-OAR-2024-0001"),
        ("DOCKET NUMBER: NRC-2024-0076", "NRC-2024-0076"),
        ("Docket No. - FAA-2024-1234", "FAA-2024-1234"),
        ("Docket NOAA-NMFS-2020-0011", "NOAA-NMFS-2020-0011"),
        ("Docket No. ID-2020-0001", "ID-2020-0001"),
        ("Docket No. RM21-17-000", "RM21-17-000"),
        ("Docket No. 25-01", "25-01"),
        ("MM Docket No. 98-213", "MM Docket No. 98-213"),
        ("WC Docket Nos. 17-108, 18-1", "WC Docket Nos. 17-108, 18-1"),
        ("DOCKET-2011-0004", "DOCKET-2011-0004"),
        ("CBP Dec. 26-07", "CBP Dec. 26-07"),
        ("File No. S7-12-23", "File No. S7-12-23"),
        ("REG-123456-26", "REG-123456-26"),
    ] {
        let JsonPath { kept: Some(kept), .. } = JsonPath::parse(DOCKET).unwrap() else {
            panic!("it has an expression");
        };
        let groups = kept.captures(written).unwrap();
        let found = groups.iter().skip(1).flatten().next().map(|part| part.as_str());
        assert_eq!(found, Some(expected), "{written}");
    }
}

#[test]
fn what_is_argued_is_ordered_by_when() {
    let recipe = of_name("courtlistener").unwrap();
    for (address, expected) in [
        ("?type=o", "dateFiled desc"),
        ("?type=oa&q=face", "dateArgued desc"),
        ("?q=type=oa", "dateFiled desc"),
        ("", "dateFiled desc"),
    ] {
        let url = Url::parse(&format!("https://www.courtlistener.com/api/rest/v4/search/{address}")).unwrap();
        let parameters = recipe.format(Some(&url)).parameters;
        assert_eq!(parameters, [("order_by".to_owned(), expected.to_owned())], "{address}");
    }
}
