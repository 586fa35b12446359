BEGIN TRANSACTION;
CREATE TABLE board (
        id             TEXT PRIMARY KEY,
        workspace_gid  TEXT NOT NULL,
        me_gid         TEXT NOT NULL,
        gid            TEXT UNIQUE,
        name           TEXT NOT NULL,
        link           TEXT NOT NULL DEFAULT '',
        ours           INTEGER NOT NULL,
        chosen_at      TEXT NOT NULL,
        seen_until     TEXT,
        looked_at      TEXT
    ) STRICT
    ;
INSERT INTO "board" VALUES('d439d1f630b9','1200000000000007','1200000000000560','1200000000293043','Songs','https://app.asana.com/1/1200000000000007/project/1200000000293043',1,'2026-11-28T00:40:31.539920+00:00','2026-11-28T00:40:49.539000+00:00','2026-11-28T00:40:59.814056+00:00');
CREATE TABLE card (
        gid          TEXT PRIMARY KEY,
        board_id     TEXT NOT NULL REFERENCES board ON DELETE CASCADE,
        name         TEXT NOT NULL,
        notes        TEXT NOT NULL,
        link         TEXT NOT NULL,
        stage_gid    TEXT NOT NULL,
        place        INTEGER NOT NULL,
        completed    INTEGER NOT NULL,
        due_on       TEXT,
        project_gid  TEXT
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "card" VALUES('1200000000314612','d439d1f630b9','Midnight Galaxy','Project: https://app.asana.com/1/1200000000000007/project/1200000000002894

asana-tbp card 99dfadc6049e','https://app.asana.com/1/1200000000000007/task/1200000000314612','1200000000293596',1,0,NULL,'1200000000002894');
INSERT INTO "card" VALUES('1200000000327393','d439d1f630b9','rain on tin','rain on tin

asana-tbp card 3e34b59310b1','https://app.asana.com/1/1200000000000007/task/1200000000327393','1200000000293596',0,0,NULL,NULL);
CREATE TABLE event (
        id          INTEGER PRIMARY KEY,
        session_id  INTEGER NOT NULL REFERENCES session,
        at          TEXT NOT NULL,
        kind        TEXT NOT NULL,
        facts       TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "event" VALUES(1,1,'2026-11-28T00:41:11.720948+00:00','SessionStarted','{"queue": [{"gid": "1200000000269671", "name": "Pick mood, tempo and key (5m)", "title": "Pick mood, tempo and key", "minutes": 5, "section": "Composition", "song": "Dusty Tape", "project_gid": "1200000000216101", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000250437", "name": "Drums (10m)", "title": "Drums", "minutes": 10, "section": "Composition", "song": "Dusty Tape", "project_gid": "1200000000216101", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000260899", "name": "Bass (10m)", "title": "Bass", "minutes": 10, "section": "Composition", "song": "Dusty Tape", "project_gid": "1200000000216101", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000237670", "name": "Chords (10m)", "title": "Chords", "minutes": 10, "section": "Composition", "song": "Dusty Tape", "project_gid": "1200000000216101", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000247068", "name": "Melody or hook (10m)", "title": "Melody or hook", "minutes": 10, "section": "Composition", "song": "Dusty Tape", "project_gid": "1200000000216101", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000230190", "name": "Rough A/B arrangement (10m)", "title": "Rough A/B arrangement", "minutes": 10, "section": "Composition", "song": "Dusty Tape", "project_gid": "1200000000216101", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000278402", "name": "Bounce, name and file the idea (5m)", "title": "Bounce, name and file the idea", "minutes": 5, "section": "Mixing", "song": "Dusty Tape", "project_gid": "1200000000216101", "length": null, "rest": 0.0, "rest_title": ""}], "policy": {"at_zero": "complete", "completes": true, "auto_start": true, "auto_break": true, "warn": 60.0, "rest": 0.0, "on_suspend": "pause", "extension": 900.0, "until": null, "limit": 1560.0, "time_tracking": false, "comments": false, "workspace_gid": "1200000000000007"}}');
INSERT INTO "event" VALUES(2,1,'2026-11-28T00:41:12.123605+00:00','BoxStarted','{"gid": "1200000000269671", "tick": 0.0}');
INSERT INTO "event" VALUES(3,1,'2026-11-28T00:45:11.961587+00:00','Warned','{"gid": "1200000000269671", "tick": 240.0}');
INSERT INTO "event" VALUES(4,1,'2026-11-28T00:46:11.964959+00:00','BoxEnded','{"gid": "1200000000269671", "tick": 300.0, "spent": 300.0, "why": "time"}');
INSERT INTO "event" VALUES(5,1,'2026-11-28T00:46:12.219567+00:00','BoxStarted','{"gid": "1200000000250437", "tick": 300.0}');
INSERT INTO "event" VALUES(6,1,'2026-11-28T00:55:11.958322+00:00','Warned','{"gid": "1200000000250437", "tick": 840.0}');
INSERT INTO "event" VALUES(7,1,'2026-11-28T00:56:11.968925+00:00','BoxEnded','{"gid": "1200000000250437", "tick": 900.0, "spent": 600.0, "why": "time"}');
INSERT INTO "event" VALUES(8,1,'2026-11-28T00:56:12.173245+00:00','BoxStarted','{"gid": "1200000000260899", "tick": 900.0}');
INSERT INTO "event" VALUES(9,1,'2026-11-28T01:05:11.959841+00:00','Warned','{"gid": "1200000000260899", "tick": 1440.0}');
INSERT INTO "event" VALUES(10,1,'2026-11-28T01:06:11.963741+00:00','BoxEnded','{"gid": "1200000000260899", "tick": 1500.0, "spent": 600.0, "why": "time"}');
INSERT INTO "event" VALUES(11,1,'2026-11-28T01:06:12.166386+00:00','SessionEnded','{"why": "time", "tick": 1500.0}');
INSERT INTO "event" VALUES(12,2,'2026-11-28T00:40:50.723032+00:00','SessionStarted','{"queue": [{"gid": "1200000000016983", "name": "Write chord progression (20m)", "title": "Write chord progression", "minutes": 20, "section": "Composition", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000166399", "name": "Create piano melody (25m)", "title": "Create piano melody", "minutes": 25, "section": "Composition", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000139975", "name": "Write lead hook (25m)", "title": "Write lead hook", "minutes": 25, "section": "Composition", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000107799", "name": "Program drum groove, 3 variations (25m)", "title": "Program drum groove, 3 variations", "minutes": 25, "section": "Composition", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000076141", "name": "Build 16-bar drop (30m)", "title": "Build 16-bar drop", "minutes": 30, "section": "Composition", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000040892", "name": "Arrange full timeline against reference (25m)", "title": "Arrange full timeline against reference", "minutes": 25, "section": "Composition", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000034723", "name": "Transitions and fills (20m)", "title": "Transitions and fills", "minutes": 20, "section": "Composition", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000114126", "name": "Choose kick, clap and hats (15m)", "title": "Choose kick, clap and hats", "minutes": 15, "section": "Sound Design", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000124071", "name": "Design sound for bassline (30m)", "title": "Design sound for bassline", "minutes": 30, "section": "Sound Design", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000146759", "name": "Write bassline (25m)", "title": "Write bassline", "minutes": 25, "section": "Composition", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000086391", "name": "Design lead sound (30m)", "title": "Design lead sound", "minutes": 30, "section": "Sound Design", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000068482", "name": "Design pad (20m)", "title": "Design pad", "minutes": 20, "section": "Sound Design", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000050183", "name": "Risers, impacts and FX (20m)", "title": "Risers, impacts and FX", "minutes": 20, "section": "Sound Design", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000198443", "name": "Gain stage and bus routing (15m)", "title": "Gain stage and bus routing", "minutes": 15, "section": "Mixing", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000185646", "name": "Highpass channels (10m)", "title": "Highpass channels", "minutes": 10, "section": "Mixing", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000174606", "name": "Kick and bass: sidechain and levels (20m)", "title": "Kick and bass: sidechain and levels", "minutes": 20, "section": "Mixing", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000160010", "name": "Add compression to drums (15m)", "title": "Add compression to drums", "minutes": 15, "section": "Mixing", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000130169", "name": "Static balance and panning (20m)", "title": "Static balance and panning", "minutes": 20, "section": "Mixing", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000098230", "name": "Reverb and delay sends (15m)", "title": "Reverb and delay sends", "minutes": 15, "section": "Mixing", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000081361", "name": "Automation pass (25m)", "title": "Automation pass", "minutes": 25, "section": "Mixing", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}, {"gid": "1200000000059317", "name": "Reference A/B, mono check, bounce (15m)", "title": "Reference A/B, mono check, bounce", "minutes": 15, "section": "Mixing", "song": "Midnight Galaxy", "project_gid": "1200000000002894", "length": null, "rest": 0.0, "rest_title": ""}], "policy": {"at_zero": "complete", "completes": true, "auto_start": true, "auto_break": true, "warn": 60.0, "rest": 0.0, "on_suspend": "pause", "extension": 900.0, "until": null, "limit": null, "time_tracking": false, "comments": false, "workspace_gid": "1200000000000007"}}');
INSERT INTO "event" VALUES(13,2,'2026-11-28T00:40:50.730638+00:00','BoxStarted','{"gid": "1200000000016983", "tick": 0.0}');
INSERT INTO "event" VALUES(14,2,'2026-11-28T00:40:57.090064+00:00','MarkedToComeBack','{"gid": "1200000000016983", "tick": 6.3644263710000075}');
CREATE TABLE heartbeat (
        session_id  INTEGER PRIMARY KEY REFERENCES session,
        tick        REAL NOT NULL,
        at          TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "heartbeat" VALUES(1,1101.7518013,'2026-11-28T00:59:33.681580+00:00');
INSERT INTO "heartbeat" VALUES(2,6.00442555199998651005e+00,'2026-11-28T00:40:56.730049+00:00');
CREATE TABLE journal (
        song_id  TEXT NOT NULL REFERENCES song ON DELETE CASCADE,
        kind     TEXT NOT NULL CHECK (kind IN ('section', 'task')),
        key      TEXT NOT NULL,
        gid      TEXT,
        ours     INTEGER NOT NULL DEFAULT 1,
        placed   INTEGER NOT NULL DEFAULT 0,
        place    INTEGER, queued INTEGER NOT NULL DEFAULT 0, rest INTEGER NOT NULL DEFAULT 0, rest_title TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (song_id, kind, key)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "journal" VALUES('8b30c700ea48','section','
Untitled section','1200000000216654',0,1,NULL,0,0,'');
INSERT INTO "journal" VALUES('8b30c700ea48','section','composition','1200000000216654',1,1,NULL,0,0,'');
INSERT INTO "journal" VALUES('8b30c700ea48','section','mixing','1200000000228882',1,1,NULL,0,0,'');
INSERT INTO "journal" VALUES('8b30c700ea48','task','composition
bass','1200000000260899',1,1,2,1,0,'');
INSERT INTO "journal" VALUES('8b30c700ea48','task','composition
chords','1200000000237670',1,1,3,1,0,'');
INSERT INTO "journal" VALUES('8b30c700ea48','task','composition
drums','1200000000250437',1,1,1,1,0,'');
INSERT INTO "journal" VALUES('8b30c700ea48','task','composition
melody or hook','1200000000247068',1,1,4,1,0,'');
INSERT INTO "journal" VALUES('8b30c700ea48','task','composition
pick mood, tempo and key','1200000000269671',1,1,0,1,0,'');
INSERT INTO "journal" VALUES('8b30c700ea48','task','composition
rough a/b arrangement','1200000000230190',1,1,5,1,0,'');
INSERT INTO "journal" VALUES('8b30c700ea48','task','mixing
bounce, name and file the idea','1200000000278402',1,1,6,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','section','
Untitled section','1200000000003447',0,1,NULL,0,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','section','composition','1200000000003447',1,1,NULL,0,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','section','mixing','1200000000015675',1,1,NULL,0,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','section','sound design','1200000000030628',1,1,NULL,0,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','composition
arrange full timeline against reference','1200000000040892',1,1,5,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','composition
build 16-bar drop','1200000000076141',1,1,4,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','composition
create piano melody','1200000000166399',1,1,1,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','composition
program drum groove, 3 variations','1200000000107799',1,1,3,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','composition
transitions and fills','1200000000034723',1,1,6,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','composition
write bassline','1200000000146759',1,1,9,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','composition
write chord progression','1200000000016983',1,1,0,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','composition
write lead hook','1200000000139975',1,1,2,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','mixing
add compression to drums','1200000000160010',1,1,16,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','mixing
automation pass','1200000000081361',1,1,19,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','mixing
gain stage and bus routing','1200000000198443',1,1,13,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','mixing
highpass channels','1200000000185646',1,1,14,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','mixing
kick and bass: sidechain and levels','1200000000174606',1,1,15,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','mixing
reference a/b, mono check, bounce','1200000000059317',1,1,20,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','mixing
reverb and delay sends','1200000000098230',1,1,18,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','mixing
static balance and panning','1200000000130169',1,1,17,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','sound design
choose kick, clap and hats','1200000000114126',1,1,7,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','sound design
design lead sound','1200000000086391',1,1,10,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','sound design
design pad','1200000000068482',1,1,11,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','sound design
design sound for bassline','1200000000124071',1,1,8,1,0,'');
INSERT INTO "journal" VALUES('edb4b23ba23b','task','sound design
risers, impacts and fx','1200000000050183',1,1,12,1,0,'');
CREATE TABLE "outbox" (
        id             INTEGER PRIMARY KEY,
        event_id       INTEGER NOT NULL REFERENCES event,
        intent         TEXT NOT NULL CHECK (intent IN ('complete', 'reopen', 'time', 'comment')),
        task_gid       TEXT NOT NULL,
        task_name      TEXT NOT NULL,
        workspace_gid  TEXT NOT NULL DEFAULT '',
        content        TEXT NOT NULL DEFAULT '{}',
        state          TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'parked')) DEFAULT 'pending',
        reason         TEXT NOT NULL DEFAULT '',
        settled_at     TEXT,
        tries          INTEGER NOT NULL DEFAULT 0,
        unsure         INTEGER NOT NULL DEFAULT 0,
        seen           TEXT,
        UNIQUE (event_id, intent, task_gid)
    ) STRICT
    ;
INSERT INTO "outbox" VALUES(1,4,'complete','1200000000269671','Pick mood, tempo and key (5m)','','{}','parked','Asana refused it: task is locked',NULL,8,0,NULL);
INSERT INTO "outbox" VALUES(2,7,'complete','1200000000250437','Drums (10m)','','{}','delivered','','2026-11-28T00:40:43.540134+00:00',1,0,NULL);
INSERT INTO "outbox" VALUES(3,10,'complete','1200000000260899','Bass (10m)','','{}','pending','',NULL,1,0,NULL);
CREATE TABLE session (
        id           INTEGER PRIMARY KEY,
        project_gid  TEXT NOT NULL,
        title        TEXT NOT NULL,
        started_at   TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "session" VALUES(1,'1200000000216101','Dusty Tape','2026-11-28T00:41:11.720948+00:00');
INSERT INTO "session" VALUES(2,'1200000000002894','Midnight Galaxy','2026-11-28T00:40:50.723032+00:00');
CREATE TABLE shown_order (
        project_gid  TEXT PRIMARY KEY,
        gids         TEXT NOT NULL,
        followed     INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "shown_order" VALUES('1200000000002894','["1200000000016983", "1200000000166399", "1200000000139975", "1200000000107799", "1200000000076141", "1200000000040892", "1200000000034723", "1200000000114126", "1200000000124071", "1200000000146759", "1200000000086391", "1200000000068482", "1200000000050183", "1200000000198443", "1200000000185646", "1200000000174606", "1200000000160010", "1200000000130169", "1200000000098230", "1200000000081361", "1200000000059317"]',1);
INSERT INTO "shown_order" VALUES('1200000000216101','["1200000000269671", "1200000000250437", "1200000000260899", "1200000000237670", "1200000000247068", "1200000000230190", "1200000000278402"]',1);
CREATE TABLE song (
        id             TEXT PRIMARY KEY,
        source         TEXT NOT NULL,
        workspace_gid  TEXT NOT NULL,
        title          TEXT NOT NULL,
        project_gid    TEXT UNIQUE,
        link           TEXT NOT NULL DEFAULT '',
        begun_at       TEXT NOT NULL,
        finished_at    TEXT, ours INTEGER NOT NULL DEFAULT 1, my_section TEXT, my_order TEXT,
        UNIQUE (source, workspace_gid)
    ) STRICT
    ;
INSERT INTO "song" VALUES('edb4b23ba23b','file:/tmp/oldhome/midnight-galaxy.yaml','1200000000000007','Midnight Galaxy','1200000000002894','https://app.asana.com/1/1200000000000007/project/1200000000002894','2026-11-28T00:40:28.908655+00:00','2026-11-28T00:40:29.221156+00:00',1,'1200000000209622','placed');
INSERT INTO "song" VALUES('8b30c700ea48','template:idea-sketch#Dusty Tape','1200000000000007','Dusty Tape','1200000000216101','https://app.asana.com/1/1200000000000007/project/1200000000216101','2026-11-28T00:40:30.392704+00:00','2026-11-28T00:40:30.535250+00:00',1,'1200000000288927','placed');
CREATE TABLE song_look (
        project_gid  TEXT PRIMARY KEY,
        read_at      TEXT NOT NULL,
        hidden       INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "song_look" VALUES('1200000000002894','2026-11-28T00:40:32.493328+00:00',0);
CREATE TABLE song_task (
        project_gid  TEXT NOT NULL,
        gid          TEXT NOT NULL,
        name         TEXT NOT NULL,
        minutes      INTEGER,
        completed    INTEGER NOT NULL,
        place        INTEGER NOT NULL,
        PRIMARY KEY (project_gid, gid)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "song_task" VALUES('1200000000002894','1200000000016983','Write chord progression (20m)',20,0,0);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000034723','Transitions and fills (20m)',20,0,7);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000040892','Arrange full timeline against reference (25m)',25,0,6);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000050183','Risers, impacts and FX (20m)',20,0,12);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000059317','Reference A/B, mono check, bounce (15m)',15,0,20);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000068482','Design pad (20m)',20,0,11);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000076141','Build 16-bar drop (30m)',30,0,5);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000081361','Automation pass (25m)',25,0,19);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000086391','Design lead sound (30m)',30,0,10);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000098230','Reverb and delay sends (15m)',15,0,18);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000107799','Program drum groove, 3 variations (25m)',25,0,4);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000114126','Choose kick, clap and hats (15m)',15,0,8);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000124071','Design sound for bassline (30m)',30,0,9);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000130169','Static balance and panning (20m)',20,0,17);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000139975','Write lead hook (25m)',25,0,2);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000146759','Write bassline (25m)',25,0,3);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000160010','Add compression to drums (15m)',15,0,16);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000166399','Create piano melody (25m)',25,0,1);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000174606','Kick and bass: sidechain and levels (20m)',20,0,15);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000185646','Highpass channels (10m)',10,0,14);
INSERT INTO "song_task" VALUES('1200000000002894','1200000000198443','Gain stage and bus routing (15m)',15,0,13);
CREATE TABLE stage (
        gid       TEXT PRIMARY KEY,
        board_id  TEXT NOT NULL REFERENCES board ON DELETE CASCADE,
        name      TEXT NOT NULL,
        place     INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "stage" VALUES('1200000000293596','d439d1f630b9','Idea Incubation',0);
INSERT INTO "stage" VALUES('1200000000305824','d439d1f630b9','Composition',1);
INSERT INTO "stage" VALUES('1200000000307132','d439d1f630b9','Arrangement',2);
INSERT INTO "stage" VALUES('1200000000309649','d439d1f630b9','Mixing',3);
CREATE TABLE stage_made (
        board_id  TEXT NOT NULL REFERENCES board ON DELETE CASCADE,
        key       TEXT NOT NULL,
        gid       TEXT,
        PRIMARY KEY (board_id, key)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "stage_made" VALUES('d439d1f630b9','
Untitled section','1200000000293596');
INSERT INTO "stage_made" VALUES('d439d1f630b9','arrangement','1200000000307132');
INSERT INTO "stage_made" VALUES('d439d1f630b9','composition','1200000000305824');
INSERT INTO "stage_made" VALUES('d439d1f630b9','idea incubation','1200000000293596');
INSERT INTO "stage_made" VALUES('d439d1f630b9','mixing','1200000000309649');
CREATE TABLE switched_off (
        workspace_gid  TEXT NOT NULL,
        feature        TEXT NOT NULL,
        at             TEXT NOT NULL,
        PRIMARY KEY (workspace_gid, feature)
    ) STRICT, WITHOUT ROWID
    ;
CREATE TABLE wanted_card (
        id           TEXT PRIMARY KEY,
        kind         TEXT NOT NULL CHECK (kind IN ('idea', 'song')),
        name         TEXT NOT NULL,
        notes        TEXT NOT NULL,
        stage        TEXT NOT NULL DEFAULT '',
        due_on       TEXT,
        project_gid  TEXT UNIQUE,
        gid          TEXT,
        state        TEXT NOT NULL CHECK (state IN ('pending', 'made', 'parked')) DEFAULT 'pending',
        reason       TEXT NOT NULL DEFAULT '',
        unsure       INTEGER NOT NULL DEFAULT 0,
        linked       INTEGER NOT NULL DEFAULT 0,
        wanted_at    TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "wanted_card" VALUES('99dfadc6049e','song','Midnight Galaxy','Project: https://app.asana.com/1/1200000000000007/project/1200000000002894

asana-tbp card 99dfadc6049e','',NULL,'1200000000002894','1200000000314612','made','',0,1,'2026-11-28T00:40:32.447569+00:00');
INSERT INTO "wanted_card" VALUES('3e34b59310b1','idea','rain on tin','rain on tin

asana-tbp card 3e34b59310b1','Idea Incubation',NULL,NULL,'1200000000327393','made','',0,0,'2026-11-28T00:40:33.094995+00:00');
CREATE TABLE workspace_fact (
        workspace_gid  TEXT NOT NULL,
        fact           TEXT NOT NULL,
        value          TEXT NOT NULL,
        learnt_at      TEXT NOT NULL,
        PRIMARY KEY (workspace_gid, fact)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "workspace_fact" VALUES('1200000000000007','landing','top','2026-11-28T00:40:30.533717+00:00');
INSERT INTO "workspace_fact" VALUES('1200000000000007','my tasks','anchored','2026-11-28T00:40:30.598942+00:00');
CREATE INDEX event_of_session ON event (session_id, id);
CREATE TRIGGER event_is_a_fact BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE INDEX outbox_pending ON outbox (state, id);
CREATE INDEX song_task_gid ON song_task (gid);
COMMIT;
PRAGMA user_version = 6;
