-- Why a member was placed where it is, as it was known then: JSON, see store/reasons.rs; NULL: not kept.
ALTER TABLE member ADD COLUMN reasons TEXT;
