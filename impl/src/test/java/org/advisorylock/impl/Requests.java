package org.advisorylock.impl;

import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;

/** Requests for keys that a test has in a list. */
public final class Requests {

    private Requests() {}

    /** The same request in a mode. */
    public static LockRequest inMode(LockMode mode, LockRequest request) {
        return mode == LockMode.SHARED ? request.shared() : request;
    }

    /** All of them. */
    public static LockRequest all(List<AdvisoryLockKey> keys) {
        return keys.stream().skip(1).reduce(LockRequest.of(keys.get(0)), LockRequest::and, (one, other) -> {
            throw new IllegalStateException("a sequential stream combines nothing");
        });
    }
}
