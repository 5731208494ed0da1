-- How long the last good answer of a source asks to be left alone, in seconds, whether or not it is granted.
ALTER TABLE source ADD COLUMN asked_rest_seconds INTEGER;
