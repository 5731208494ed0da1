//! Agencies of the USA by the letters that their dockets begin with.

/// As regulations.gov has them, in their order.
const AGENCIES: [&str; 126] = [
    "ACF", "AHRQ", "AMS", "AOA", "APHIS", "ARS", "ATBCB", "ATF", "ATSDR", "BIA", "BIS", "BLM", "BOEM", "BOP", "BSEE",
    "CBP", "CCC", "CDC", "CFPB", "CFTC", "CISA", "CMS", "COE", "CPSC", "DARS", "DEA", "DHS", "DOD", "DOE", "DOI",
    "DOJ", "DOL", "DOS", "DOT", "EBSA", "ED", "EDA", "EEOC", "EERE", "EOIR", "EPA", "ETA", "FAA", "FAR", "FAS", "FBI",
    "FCIC", "FDA", "FDIC", "FEMA", "FFIEC", "FHFA", "FHWA", "FINCEN", "FISCAL", "FMCSA", "FNS", "FRA", "FRS", "FS",
    "FSA", "FSIS", "FTA", "FTC", "FWS", "GSA", "HHS", "HHSIG", "HRSA", "HUD", "ICEB", "IHS", "IRS", "ITA", "LMSO",
    "MARAD", "MMS", "MSHA", "NARA", "NASA", "NCUA", "NHTSA", "NIC", "NIGC", "NIH", "NIST", "NLRB", "NOAA", "NPS",
    "NRC", "NRCS", "NSF", "NTIA", "OCC", "OFAC", "OFCCP", "OMB", "ONRR", "OPM", "OSHA", "OSM", "PBGC", "PHMSA", "PTO",
    "RBS", "RHS", "RUS", "SAMHSA", "SBA", "SSA", "STB", "TREAS", "TSA", "TTB", "USA", "USAF", "USBC", "USCBP", "USCG",
    "USCIS", "USDA", "USN", "USTR", "VA", "VETS", "WHD",
];

/// Whether a docket of these letters is known by them; of others it has to be said that it is one.
pub fn is_agency(letters: &str) -> bool {
    AGENCIES.binary_search(&letters).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agencies_are_in_order() {
        assert!(AGENCIES.is_sorted());
        assert!(is_agency("EPA") && is_agency("WHD") && !is_agency("CVE"));
    }
}
