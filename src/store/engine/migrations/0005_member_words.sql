-- What the live stories need of a member, so that a start reads no texts; NULL: read the texts.
ALTER TABLE member ADD COLUMN prepared BLOB;
