-- Which number PostgreSQL locks for the text of a key, and who has it or waits for it in this database.
-- In psql:  \set key 'account:42'  then  \i explain.sql
-- It is the number of the default hash, MD5. With advisorylock.hash=SHA_256 write sha256(...) in place of
-- decode(md5(...), 'hex').
WITH key AS (
    SELECT :'key' AS text,
           ('x' || encode(substr(decode(md5(convert_to(:'key', 'UTF8')), 'hex'), 1, 8), 'hex'))::bit(64)::bigint AS number
)
SELECT key.text,
       key.number,
       CASE WHEN l.granted THEN 'holds' WHEN NOT l.granted THEN 'waits' ELSE 'is free' END AS does,
       CASE WHEN l.mode LIKE '%Share%' THEN 'shared' WHEN l.mode IS NOT NULL THEN 'exclusive' END AS mode,
       l.pid,
       s.application_name AS application,
       host(s.client_addr) AS client,
       s.state,
       date_trunc('milliseconds', now() - s.state_change) AS in_state_for,
       left(regexp_replace(s.query, '\s+', ' ', 'g'), 60) AS query,
       CASE WHEN NOT l.granted THEN pg_blocking_pids(l.pid) END AS blocked_by
FROM key
LEFT JOIN pg_locks l ON l.locktype = 'advisory' AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid::bigint << 32 | l.objid::bigint = key.number
LEFT JOIN pg_stat_activity s ON s.pid = l.pid
ORDER BY l.granted DESC, l.pid;
