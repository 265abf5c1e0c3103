package org.advisorylock.impl.event;

import org.advisorylock.LockMode;
import org.advisorylock.LockScope;

/**
 * The lock that events are about.
 *
 * @param lock its name, without a value of a key
 * @param permits how many it has, 1 for a lock without permits
 */
public record Subject(String lock, LockScope scope, LockMode mode, int permits) {}
