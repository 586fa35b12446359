-- Version 0.1 kept a stream of events, which nobody asked for.
DELETE FROM things WHERE kind = 'event';
