package org.advisorylock.impl.postgres;

import java.time.Duration;

/**
 * One life of a server's memory, in which its locks are. It begins with the start of the server, with the crash of one
 * of its backends (the server then restarts within itself), and with the promotion of a standby (which knows nothing of
 * the locks of its primary).
 *
 * @param id different from every other life: when the server was started, and how far it has recovered since then. Each
 *     recovery goes further. The start alone does not change with a crash or a promotion
 * @param age how long ago it began, by the server's clock; zero if nobody can tell
 * @param seen when that was read, by the clock of the session
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL">PostgreSQL:
 *     Recovery Control Functions</a>
 */
public record Incarnation(String id, Duration age, long seen) {}
