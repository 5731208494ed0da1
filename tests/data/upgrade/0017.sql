UPDATE source SET day_began_at = 1780000000, day_new = 25000, held_back = 12 WHERE id = 1;
