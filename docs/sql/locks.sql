-- Who holds advisory locks of this database, who waits for them, and who is at the head of each queue.
-- In psql:  \x auto  then  \i locks.sql
-- It reads pg_locks once. A role without pg_read_all_stats does not see what sessions of other roles do.
WITH RECURSIVE advisory AS MATERIALIZED (
    SELECT l.classid::bigint << 32 | l.objid::bigint AS number, l.objsubid = 2 AS pair,
           CASE WHEN l.mode LIKE '%Share%' THEN 'shared' ELSE 'exclusive' END AS mode,
           l.granted, l.pid, l.virtualtransaction
    FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
),
-- Of all who block a waiter, one who does not wait itself is nearer to the head.
next AS MATERIALIZED (
    SELECT w.pid, (
        SELECT b.pid
        FROM unnest(pg_blocking_pids(w.pid)) b (pid) LEFT JOIN pg_stat_activity s ON s.pid = b.pid
        ORDER BY s.wait_event_type IS NOT DISTINCT FROM 'Lock', b.pid
        LIMIT 1) AS blocker
    FROM pg_stat_activity w
    WHERE w.wait_event_type = 'Lock'
),
chain AS (
    SELECT pid, blocker AS head, ARRAY[pid, blocker] AS path FROM next WHERE blocker IS NOT NULL
    UNION ALL
    SELECT c.pid, n.blocker, c.path || n.blocker
    FROM chain c JOIN next n ON n.pid = c.head
    WHERE n.blocker IS NOT NULL AND n.blocker <> ALL (c.path)
),
-- The longest path of each waiter. PostgreSQL ends a circle after deadlock_timeout.
head AS (
    SELECT DISTINCT ON (pid) pid, head, path FROM chain ORDER BY pid, cardinality(path) DESC
),
-- A prepared transaction has no process. It holds its locks until COMMIT PREPARED or ROLLBACK PREPARED.
prepared AS (
    SELECT own.virtualtransaction, p.gid, p.prepared
    FROM pg_locks own JOIN pg_prepared_xacts p ON p.transaction = own.transactionid
    WHERE own.locktype = 'transactionid' AND own.pid IS NULL
)
SELECT CASE WHEN a.pair THEN '(' || (a.number >> 32) || ', ' || (a.number << 32 >> 32) || ')' ELSE a.number::text END AS key,
       a.mode,
       CASE WHEN a.granted THEN 'holds' ELSE 'waits' END AS does,
       a.pid,
       p.gid AS prepared_transaction,
       s.application_name AS application,
       host(s.client_addr) AS client,
       s.state,
       date_trunc('milliseconds', now() - coalesce(s.state_change, p.prepared)) AS in_state_for,
       date_trunc('milliseconds', now() - coalesce(s.xact_start, p.prepared)) AS in_transaction_for,
       left(regexp_replace(s.query, '\s+', ' ', 'g'), 60) AS query,
       array_to_string(h.path, ' -> ', '(prepared)') AS waits_for,
       h.head,
       CASE
           WHEN h.head IS NULL THEN NULL
           WHEN h.head = 0 THEN 'prepared transaction: find the outcome, then COMMIT PREPARED or ROLLBACK PREPARED'
           WHEN top.wait_event_type = 'Lock' THEN 'waits in a circle, which PostgreSQL ends'
           WHEN top.state LIKE 'idle in transaction%' THEN 'idle in transaction: its application does something else'
           WHEN top.state = 'idle' THEN 'idle: it has a session lock'
           ELSE top.state
       END AS head_does,
       CASE
           WHEN NOT a.pair AND a.number BETWEEN 77431708279161 - 2147483648 AND 77431708279161 + 2147483647
               THEN 'Flyway'
           WHEN NOT a.pair AND a.number <> 0 AND a.number % 2053462845 = 0 AND a.number / 2053462845 BETWEEN 1 AND 4294967295
               THEN 'Rails migrations'
           WHEN NOT a.pair AND a.number <> 0 AND a.number % 1026731422 = 0 AND a.number / 1026731422 BETWEEN 1 AND 4294967295
               THEN 'sqlx migrate'
           WHEN a.pair AND (a.number >> 32 & 4294967295) IN (3539870468, 2797599524) THEN 'Liquibase session lock'
       END AS owner
FROM advisory a
LEFT JOIN pg_stat_activity s ON s.pid = a.pid
LEFT JOIN prepared p ON a.pid IS NULL AND p.virtualtransaction = a.virtualtransaction
LEFT JOIN head h ON NOT a.granted AND h.pid = a.pid
LEFT JOIN pg_stat_activity top ON top.pid = h.head
ORDER BY count(*) FILTER (WHERE NOT a.granted) OVER (PARTITION BY a.number, a.pair) DESC,
         a.pair, a.number, a.granted DESC, cardinality(h.path), a.pid;
