UPDATE source SET next_poll_at = 1780000100 WHERE id = 1;
