package org.advisorylock.impl.transaction;

import org.advisorylock.AdvisoryLockKey;

/** A key of one database, however many DataSources lead there. */
record LockedKey(String database, AdvisoryLockKey key) {}
