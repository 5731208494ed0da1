//! Which documents stood in one story, read from what they say of each other.
//!
//! A lead (heat not −1) names the other members of its story, whose heat is −1, and the leads of near stories. So of what
//! a lead names, those with heat −1 are its story, the others are near it. A copy is named by nobody and names its whole
//! story.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// A current document as far as stories are concerned. Documents are numbered by their place in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentDocument {
    pub is_lead: bool,
    /// Numbers of the documents it names.
    pub related: Vec<usize>,
}

/// A story: its members, the lead first, its copies, and the leads of the stories near it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentGroup {
    pub members: Vec<usize>,
    pub copies: Vec<usize>,
    pub near: Vec<usize>,
}

/// Returns the stories of documents, in order of their leads; each document is in exactly one of them.
pub fn groups(documents: &HashMap<usize, CurrentDocument>) -> Vec<DocumentGroup> {
    let mut numbers: Vec<usize> = documents.keys().copied().collect();
    numbers.sort_unstable();
    let is_lead = |number: usize| documents[&number].is_lead;
    let known = |number: usize| {
        let named = documents[&number].related.iter().copied();
        named.filter(move |other| *other != number && documents.contains_key(other))
    };
    let mut found: Vec<DocumentGroup> = Vec::new();
    let mut place: HashMap<usize, usize> = HashMap::new();
    let mut named: HashSet<usize> = HashSet::new();
    for number in numbers.iter().copied() {
        named.extend(known(number));
        if !is_lead(number) {
            continue;
        }
        let mut group = DocumentGroup::default();
        for member in std::iter::once(number).chain(known(number).filter(|other| !is_lead(*other))) {
            if let Entry::Vacant(free) = place.entry(member) {
                free.insert(found.len());
                group.members.push(member);
            }
        }
        group.near = known(number).filter(|other| is_lead(*other)).collect();
        found.push(group);
    }
    for number in numbers {
        if place.contains_key(&number) {
            continue;
        }
        let by_member = known(number)
            .filter(|other| !is_lead(*other))
            .find_map(|other| place.get(&other));
        let story = by_member.copied().or_else(|| whose_copy(number, documents, &place));
        let at = story.unwrap_or_else(|| {
            found.push(DocumentGroup::default());
            found.len() - 1
        });
        place.insert(number, at);
        match named.contains(&number) || found[at].members.is_empty() {
            true => found[at].members.push(number),
            false => found[at].copies.push(number),
        }
    }
    found
}

/// Returns the story of the lead that a document names beside all that this lead names itself.
fn whose_copy(
    number: usize,
    documents: &HashMap<usize, CurrentDocument>,
    place: &HashMap<usize, usize>,
) -> Option<usize> {
    let own: HashSet<usize> = documents[&number].related.iter().copied().collect();
    let fits = |lead: &&usize| {
        let theirs: HashSet<usize> = documents.get(lead)?.related.iter().copied().collect();
        let is_all = theirs.len() + 1 == own.len() && theirs.is_subset(&own);
        is_all.then_some(())
    };
    let lead = documents[&number].related.iter().find(|lead| fits(lead).is_some());
    lead.and_then(|lead| place.get(lead)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current(list: &[(usize, bool, &[usize])]) -> HashMap<usize, CurrentDocument> {
        let one = |(number, is_lead, related): &(usize, bool, &[usize])| {
            let related = related.to_vec();
            (
                *number,
                CurrentDocument {
                    is_lead: *is_lead,
                    related,
                },
            )
        };
        list.iter().map(one).collect()
    }

    fn group(members: &[usize], copies: &[usize], near: &[usize]) -> DocumentGroup {
        DocumentGroup {
            members: members.to_vec(),
            copies: copies.to_vec(),
            near: near.to_vec(),
        }
    }

    #[test]
    fn members_copies_and_near_leads_are_told_apart() {
        // 1 leads 2 and has the copy 3; 4 is alone, near 1, and has the copy 5; 6 is alone.
        let documents = current(&[
            (1, true, &[2, 4]),
            (2, false, &[1, 4]),
            (3, false, &[1, 2, 4]),
            (4, true, &[1, 6]),
            (5, false, &[4, 1, 6]),
            (6, true, &[]),
        ]);
        let expected = [
            group(&[1, 2], &[3], &[4]),
            group(&[4], &[5], &[1, 6]),
            group(&[6], &[], &[]),
        ];
        assert_eq!(groups(&documents), expected);
    }

    #[test]
    fn what_a_lost_lead_left_stays_together() {
        let documents = current(&[
            (2, false, &[9, 3, 4]),
            (3, false, &[9, 2, 4]),
            (4, true, &[]),
            (7, false, &[]),
        ]);
        let expected = [group(&[4], &[], &[]), group(&[2, 3], &[], &[]), group(&[7], &[], &[])];
        assert_eq!(groups(&documents), expected);
    }
}
