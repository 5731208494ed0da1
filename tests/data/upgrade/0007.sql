UPDATE delivery SET guarantee = 'at-most-once';
UPDATE digest_run SET day = '2026-05-28', place = 1;
UPDATE digest SET kind = 'alert', unread = 2;
