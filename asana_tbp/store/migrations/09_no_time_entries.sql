-- Time is no longer written into Asana: what was waiting to be is over, with a reason the user reads.
UPDATE outbox SET state = 'parked', unsure = 0, settled_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now'),
    reason = 'Time entries are no longer sent to Asana; your times stay in the local database.'
WHERE intent = 'time' AND state = 'pending';
DROP TABLE switched_off;
