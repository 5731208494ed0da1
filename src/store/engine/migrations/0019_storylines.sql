-- The earlier story that a story continues, and in which words the two agree, as a list in JSON.
ALTER TABLE story ADD COLUMN continues INTEGER REFERENCES story;
ALTER TABLE story ADD COLUMN continues_words TEXT;
CREATE INDEX story_continues ON story (continues) WHERE continues IS NOT NULL;
