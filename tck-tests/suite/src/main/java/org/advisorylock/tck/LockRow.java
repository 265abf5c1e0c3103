package org.advisorylock.tck;

import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;

/** An advisory lock as {@code pg_locks} shows it, read without the library under test. */
public record LockRow(AdvisoryLockKey key, LockMode mode, boolean granted, int pid) {}
