package org.advisorylock.impl.postgres;

import java.time.Duration;

/**
 * One life of a server's memory, in which its locks are. It begins with the start of the server, with the crash of one of its backends, after which it starts anew
 * within itself, and with the promotion of a standby, which knows nothing of the locks of its primary.
 *
 * @param id unlike that of every other life: when the server was started, and how far it has recovered since, which each recovery takes further. The start
 *     alone stays the same over a crash and a promotion
 * @param age how long ago it began, as the server's clock has it; zero if that cannot be told
 * @param seen when that was read, as {@link System#nanoTime} counts
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL">PostgreSQL: Recovery Control Functions</a>
 */
public record Incarnation(String id, Duration age, long seen) {}
