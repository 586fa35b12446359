-- An event's kind is a word of its own, no longer the name of a class.
DROP TRIGGER event_is_a_fact;

UPDATE event SET kind = CASE kind
    WHEN 'SessionStarted' THEN 'session-started'
    WHEN 'BoxStarted' THEN 'timebox-started'
    WHEN 'Paused' THEN 'paused'
    WHEN 'Resumed' THEN 'resumed'
    WHEN 'Warned' THEN 'warned'
    WHEN 'TimeUp' THEN 'time-up'
    WHEN 'Extended' THEN 'extended'
    WHEN 'Held' THEN 'held'
    WHEN 'Released' THEN 'released'
    WHEN 'MarkedToComeBack' THEN 'marked-to-come-back'
    WHEN 'BoxEnded' THEN 'timebox-ended'
    WHEN 'BoxLeft' THEN 'timebox-left'
    WHEN 'Undone' THEN 'undone'
    WHEN 'BreakStarted' THEN 'break-started'
    WHEN 'BreakEnded' THEN 'break-ended'
    WHEN 'Absent' THEN 'suspended'
    WHEN 'Renamed' THEN 'renamed'
    WHEN 'Joined' THEN 'added'
    WHEN 'Gone' THEN 'removed'
    WHEN 'Reordered' THEN 'reordered'
    WHEN 'SessionEnded' THEN 'session-ended'
    ELSE kind
END;

-- What an event says is called as it is in the code: a timebox, and the options of a session.
UPDATE event SET facts = json_remove(json_set(facts, '$.timebox', json_extract(facts, '$.box')), '$.box')
WHERE kind IN ('renamed', 'added') AND json_type(facts, '$.box') IS NOT NULL;
UPDATE event SET facts = json_remove(json_set(facts, '$.options', json_extract(facts, '$.policy')), '$.policy')
WHERE kind IN ('session-started') AND json_type(facts, '$.policy') IS NOT NULL;

CREATE TRIGGER event_is_a_fact BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
