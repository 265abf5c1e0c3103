package org.advisorylock.benchmarks.peers;

/** Who takes part. */
enum Contender {
    NO_LOCK("no lock", Kind.IN_TRANSACTION),
    BY_HAND("by hand", Kind.IN_TRANSACTION),
    BY_HAND_LOOP("by hand, key by key", Kind.IN_TRANSACTION),
    FOR_UPDATE("`FOR UPDATE`", Kind.IN_TRANSACTION),
    UPSERT("upsert of a lock row", Kind.IN_TRANSACTION),
    ANNOTATION("`@AdvisoryLock`", Kind.IN_TRANSACTION),
    TRANSACTION_LOCKS("`TransactionLocks`", Kind.IN_TRANSACTION),
    BY_HAND_THROWS("by hand, throws", Kind.THROWS),
    ANNOTATION_THROWS("`@AdvisoryLock`, throws", Kind.THROWS),
    SHEDLOCK("ShedLock", Kind.AROUND_TRANSACTION),
    SPRING("Spring `JdbcLockRegistry`", Kind.AROUND_TRANSACTION),
    REDISSON("Redisson", Kind.AROUND_TRANSACTION),
    CURATOR("Curator", Kind.AROUND_TRANSACTION),
    SESSION_BY_HAND("session lock by hand", Kind.AROUND_TRANSACTION),
    SESSION_LOCKS("`SessionLocks`", Kind.AROUND_TRANSACTION),
    SESSION_SCOPE("`scope = SESSION`", Kind.AROUND_TRANSACTION);

    /** Those of one kind promise the same, so they can be compared. */
    enum Kind {
        /** The lock ends with the transaction. */
        IN_TRANSACTION,
        /** The same, and a refusal is an exception. */
        THROWS,
        /** The lock is held from before the transaction until after it. */
        AROUND_TRANSACTION
    }

    private final String title;
    private final Kind kind;

    Contender(String title, Kind kind) {
        this.title = title;
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    boolean isOurs() {
        return switch (this) {
            case ANNOTATION, TRANSACTION_LOCKS, ANNOTATION_THROWS, SESSION_LOCKS, SESSION_SCOPE -> true;
            default -> false;
        };
    }

    /** As a page names it. */
    String title() {
        return title;
    }

    /** As a picture names it, which has no code font. */
    String plainTitle() {
        return title.replace("`", "");
    }
}
