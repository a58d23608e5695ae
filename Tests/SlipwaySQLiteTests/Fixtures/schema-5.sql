CREATE INDEX launches_for_nobody ON launches (pool, profile, created_at, id)
    WHERE request IS NULL AND booking IS NULL;

DROP INDEX launches_phases;
CREATE INDEX launches_phases ON launches (
    state_since, created_at, running_at, online_at, busy_at, finished_at, ended_at, outcome, request, booking)
    WHERE is_open = 0;
